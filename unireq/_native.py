"""NativeRequest: the contract between the core and an adapter.

An adapter extracts raw facts; only the core interprets them. A subclass defines the members that
`MUST` lists. It reads them from the raw source (scope, environ, head) at each access, because
routing and authentication happen after middleware. It parses nothing, does no input or output, and
uses none of the framework's parsers. A class that lacks a member raises TypeError when it is
created.

    class BottleRequest(WSGIRequest):       # most frameworks run on ASGI or WSGI: start from those
        __slots__ = ()
        path_params = property(lambda self: dict(self._native.url_args))
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

from unireq._body.cursors import BodyTee, tee_body
from unireq._body.spooled_body import SpooledBody
from unireq._body.state import KEY, AsyncReadBody, Body, ReadBody
from unireq._connection import Address
from unireq._facts import Facts, find_session_hash
from unireq._headers import Headers
from unireq._request import Request
from unireq._url import absolute_authority, normalize_path, normalize_raw_path, valid_host
from unireq._user import UserFinder

if TYPE_CHECKING:
    from unireq._response import Response

__all__ = ["NativeRequest", "Opener"]

_T = TypeVar("_T")

_LOCATION = frozenset(
    """
    host _told_host _allows_host _make_headers get_header path _routed_path _raw_target scheme
    method query_string url
    """.split()
)
"""What `host` and `url` are made from, and themselves."""

Opener: TypeAlias = Callable[[Any], Request]
"""Makes our request from a framework's request."""


class NativeRequest(UserFinder):
    """A request that reads from a framework's request: the base class of every adapter.

    Args:
        native: The framework's request.
    """

    __slots__ = ()

    MUST: ClassVar[tuple[str, ...]] = (
        "method",
        "scheme",
        "http_version",
        "root_path",
        "query_string",
        "client",
        "_storage",
        "_open_body",
        "_routed_path",
        "_raw_target",
        "_make_headers",
    )
    """The members that an adapter has to define."""

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        kinds = cls.__mro__[: cls.__mro__.index(NativeRequest)]
        defined = {name for kind in kinds for name in vars(kind)}
        missing = [name for name in NativeRequest.MUST if name not in defined]
        if missing and not abstract:
            raise TypeError(
                f"{cls.__name__} must define {', '.join(missing)}: the docstrings of"
                " unireq.adapter.NativeRequest describe each; a base class that leaves some to its"
                " subclasses is declared as class X(NativeRequest, abstract=True)"
            )
        if "_location_sources" not in vars(cls) and not _LOCATION.isdisjoint(vars(cls)):
            cls._location_sources = NativeRequest._location_sources  # type: ignore[method-assign]

    def __init__(self, native: Any) -> None:
        self._native = native
        self._headers = None
        self._cookies = None
        self._query = None
        self._location = None

    # What an adapter must define.

    @property
    def method(self) -> str:
        """MUST. The method, in upper case."""
        raise NotImplementedError

    @property
    def scheme(self) -> str:
        """MUST. `"http"`, `"https"`, `"ws"` or `"wss"`: see `unireq.adapter.normalize_scheme`."""
        raise NotImplementedError

    @property
    def http_version(self) -> str:
        """MUST. `"1.0"`, `"1.1"`, `"2"` or `"3"`: see `unireq.adapter.normalize_http_version`."""
        raise NotImplementedError

    @property
    def root_path(self) -> str:
        """MUST. The mount prefix that the framework reports, decoded; `""` if none."""
        raise NotImplementedError

    @property
    def query_string(self) -> str:
        """MUST. The query without `?`, the bytes sent as ISO-8859-1 text; `""` if none."""
        raise NotImplementedError

    @property
    def client(self) -> Address | None:
        """MUST. The client's address: see `unireq.adapter.normalize_address`; None if unknown."""
        raise NotImplementedError

    def _routed_path(self) -> str:
        """MUST. The path that the framework routes on, decoded, mount prefix included."""
        raise NotImplementedError

    def _raw_target(self) -> bytes | None:
        """MUST. The target as sent, in any form, with or without query; None if unavailable."""
        raise NotImplementedError

    def _make_headers(self) -> Headers:
        """MUST. The headers.

        Use `unireq.adapter.headers_from_asgi`, `headers_from_wsgi` or `headers_from_h1_head`.
        """
        raise NotImplementedError

    @property
    def _storage(self) -> MutableMapping[str, Any]:
        """MUST. A mapping that lives as long as the native request: its scope, environ or dict.

        unireq keeps the state of the body in it, under `"unireq.body"`, and `state` under
        `"unireq.state"`, so every `Request` of one native request shares them.
        """
        raise NotImplementedError

    def _open_body(self) -> ReadBody | AsyncReadBody:
        """MUST. A function that reads the body. unireq calls this once, before the first byte.

        Returns:
            If `body_is_async` is False: a function that takes a number of bytes, returns at most
            that many, and `b""` at the end; it never waits for bytes after the end of the body. If
            it is True: an async function without arguments that returns some bytes, or None at the
            end; a cancelled call must lose no byte (so don't use an async generator, which ends
            then). An exception that it raises becomes `IncompleteBody`. It must hold no reference
            to this request.
        """
        raise NotImplementedError

    # What an adapter may define.

    @property
    def _state_storage(self) -> MutableMapping[str, Any]:
        """MAY. The mapping for `state`, if it is not `_storage`.

        For a framework that makes its request from a scope or an environ and keeps the body
        elsewhere: middleware around the framework shares the state only in the scope or environ.
        """
        return self._storage

    def _cached_body(self) -> bytes | None:
        """MAY. The whole body if the framework has it; None if it has not read the body yet.

        Raises:
            BodyConsumed: The framework has read the body and has not kept it.
        """
        return None

    def _divert(self, tee: BodyTee) -> bool:
        """MAY. Make the framework read the body from `tee` instead of from the server.

        unireq calls this once for a body, right after `_open_body`. From then on, whatever unireq
        does, the framework gets the whole body or an error.

        Args:
            tee: `take(size)` returns the next bytes, or `await atake()` if `body_is_async`;
                `b""` is the end. Keep it where the framework reads, not in `_storage`.

        Returns:
            Whether the framework reads from `tee` from now on.
        """
        return super()._divert(tee)

    def _restore_body(self, body: SpooledBody) -> None:
        """MAY. Make the framework's own body, form and files work after unireq has read the body.

        unireq calls this each time a caller gets the whole body, so it must do nothing if the
        framework has the body already.

        Args:
            body: Has `body.size` bytes: `body.getvalue()` returns them, `body.open()` a new file
                that reads them. `body.in_memory` is False if they are in a temporary file.
                `body.underway` is True if the framework is reading them already, through a
                `BodyTee`; then there is nothing to do.
        """
        return

    def _mark_streamed(self) -> None:
        """MAY. Tell the framework's own readers that `stream()` or `astream()` consumes the body.

        Otherwise they wait for bytes that never come, or take bytes from the stream.
        """
        return

    def _run_async(self, function: Callable[[], Awaitable[_T]], what: str) -> _T:
        """MAY. Run `await function()` in the event loop, from another thread; return its result.

        unireq never calls this in a thread in which an event loop runs.

        Args:
            function: Returns the awaitable.
            what: The name of the member that was called, for messages: `"read()"`.

        Raises:
            BodyNotRead: This thread can't reach the event loop.
        """
        return super()._run_async(function, what)

    @property
    def path_params(self) -> dict[str, Any]:
        """MAY. The path parameters, converted by the router, text decoded; `{}` before routing."""
        return {}

    @property
    def route(self) -> str | None:
        """MAY. The template of the route that matched: `"/items/{number}"`; None if there is none.

        Each parameter is its name in braces, without converter or pattern; the rest is literal: the
        prefix of the deployment first, then those of mounts and routers. It must never hold text of
        the client: return None if the framework does not know the template. None before routing,
        and if no route matched, or none for the method.
        """
        return None

    def _find_view(self) -> Any:
        """MAY. The view that the route leads to, as the framework has it; None if there is none.

        `view_name` is its name, below decorators, partials and the views of classes.
        """
        return None

    def _given_session_hash(self) -> str | None:
        """MAY. A session hash from a place that only this framework has, unchecked; else None."""
        return None

    def _told_host(self) -> str | None:
        """MAY. The host that the framework's configuration uses instead of the client's, unchecked.

        It comes from the configuration, or from a field of a trusted proxy. None if there is none:
        then unireq takes the authority of the target, or the Host field.
        """
        return None

    def _allows_host(self, host: str) -> bool:
        """MAY. Whether the framework's own policy allows `host`, which is syntactically valid."""
        return True

    def _location_sources(self) -> tuple[Any, ...] | None:
        """MAY. Everything that `host` and `url` are made from, as it is now, cheap to read.

        While it equals that of the last access, `host` and `url` return what they made then; so
        what may change in place (a list, a dict) is copied. None, the default: `host` is made at
        each access. A subclass that overrides one of their sources
        (`scheme`, `_routed_path`, `_told_host`, ...) has the default again, unless it defines this
        too.
        """
        return None

    def _make_native_response(self, response: Response) -> Any:
        """MAY. The framework's own response object that answers this request with `response`.

        `response.for_method(self.method)` is what it must send; the framework must neither add to
        it nor leave anything out. By default a TypeError.
        """
        raise TypeError(
            "to_native: expected a request of a framework that has response objects, got one of"
            f" {type(self).__name__}; on bare ASGI, `await unireq_asgi.respond(response, scope,"
            " send)` answers, on bare WSGI `unireq_wsgi.respond(response, environ, start_response)`"
        )

    @classmethod
    def _matches(cls, kind: type) -> bool:
        """MAY. Whether an object of the type `kind` is a request of the framework.

        `from_native` calls this once for each type whose module, or the module of a base class, is
        one that the adapter's entry point claims. It must import nothing: a framework whose objects
        are passed in is in `sys.modules` already.
        """
        return False

    @classmethod
    def _opener(cls, kind: type) -> Opener:
        """MAY. A callable that makes our request from an object of the type `kind`.

        By default the class itself; `make_opener` returns a faster one. Called only if `_matches`.
        """
        return cls

    @classmethod
    def _current_native(cls) -> Any:
        """MAY. The framework's current request; None if there is none, or it has ended.

        For a framework that keeps the current request of each thread and task itself.
        `current_request()` calls this once the framework is imported; it must import nothing.
        """
        return None

    # Derived from these.

    def _shared_body(self) -> Body:
        shared = self._storage
        body: Body | None = shared.get(KEY)
        return shared.setdefault(KEY, Body()) if body is None else body

    def tee_body(self, *, again: bool = False) -> BodyTee | None:
        """Keep what the framework reads of the body, for middleware.

        The middleware makes the framework read from the `BodyTee` instead of from the server,
        unless `_divert` has done so.

        Args:
            again: Whether the framework gets the body from its beginning even if unireq has already
                read part of it; bytes that unireq hasn't kept are an error then.

        Returns:
            None if part of the body has been read already, or there is nothing to read.
        """
        return tee_body(self._shared_body(), self, again=again)

    @property
    def native(self) -> Any:
        """The framework's own request."""
        return self._native

    def set_native(self, native: Any) -> None:
        """Read from `native` from now on: another object for the same request, for middleware.

        For a framework that makes its request below the middleware. The raw source (scope, environ)
        must be the same.
        """
        self._native = native

    @property
    def path(self) -> str:
        """The path that the framework routes on, decoded, mount prefix included."""
        path = self._routed_path()
        return normalize_path(path) if "//" in path else path

    @property
    def raw_path(self) -> bytes | None:
        """The bytes of the path as sent; None if unavailable, or if they don't decode to `path`."""
        return normalize_raw_path(self._raw_target(), self.path)

    @property
    def host(self) -> str | None:
        """The host, with its port if it has one; None if it is missing, invalid or refused."""
        sources = self._location_sources()
        if sources is None:
            self._location = None
            return self._find_host()
        location = self._location
        if location is None or location[0] != sources:
            location = self._location = [sources, self._find_host(), None]
        host: str | None = location[1]
        return host

    def _find_host(self) -> str | None:
        told = self._told_host()
        if told is None:
            raw = self._raw_target()
            if raw is None:
                told = absolute_authority(self._routed_path())
            elif raw[:1] != b"/":
                told = absolute_authority(raw.decode("latin-1"))
        if told is None:
            headers = self._headers
            told = self.get_header("host") if headers is None else headers.get("host")
        host = valid_host(told)
        return host if host is not None and self._allows_host(host) else None

    @property
    def view_name(self) -> str | None:
        """`"module.qualname"` of the view that answers; None if there is none."""
        view = self._find_view()
        if view is None:
            return None
        from unireq._views import name_of_view

        return name_of_view(view)

    @property
    def session_hash(self) -> str | None:
        """Identifies one page load; the client chooses it, so it is never a credential."""
        given = self._given_session_hash() or self.get_header("x-session-hash")
        return find_session_hash(given, self.query_params)

    def _body_if_read(self) -> bytes | None:
        body: Body | None = self._storage.get(KEY)
        return body.store.getvalue() if body is not None and body.complete else None

    def _to_facts(self) -> Facts:
        asked = [name for name in Facts._fields if name not in {"username", "body"}]
        return Facts(**{name: getattr(self, name) for name in asked}, username=None, body=None)
