"""NativeRequest: the contract between the core and an adapter.

An adapter extracts raw facts, and the core alone interprets them. A subclass gives the members
listed in `MUST`; it reads them from the raw source (scope, environ, head) at each access, because
routing and authentication happen later than middleware. It parses nothing, does no input or output,
and asks no parser of the framework. A subclass that misses a member fails when its class is
created.

    class BottleRequest(WSGIRequest):           # most frameworks sit on ASGI or WSGI: start there
        __slots__ = ()
        path_params = property(lambda self: dict(self._native.url_args))
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterator, MutableMapping
from typing import Any, ClassVar, TypeAlias, TypeVar

from unireq._body.cursors import BodyTee, tee_body
from unireq._body.spooled_body import SpooledBody
from unireq._body.state import KEY, AsyncReadBody, Body, ReadBody
from unireq._connection import Address
from unireq._errors import UnireqError
from unireq._facts import Facts, find_session_hash
from unireq._headers import Headers
from unireq._request import Request
from unireq._url import absolute_authority, normalize_path, normalize_raw_path, valid_host

__all__ = ["NativeRequest", "Opener", "UsernameGetter"]

Opener: TypeAlias = Callable[[Any], Request]
_T = TypeVar("_T")

UsernameGetter: TypeAlias = Callable[[Any], "str | Awaitable[str | None] | None"]


class NativeRequest(Request):
    """A request that looks at a framework's own: the base class of every adapter.

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

    _username_getters: ClassVar[tuple[UsernameGetter, ...] | None] = ()
    """What was set on this class itself, the last one first; None: what its bases have is over."""

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        kinds = cls.__mro__[: cls.__mro__.index(NativeRequest)]
        defined = {name for kind in kinds for name in vars(kind)}
        missing = [name for name in NativeRequest.MUST if name not in defined]
        if missing and not abstract:
            raise TypeError(
                f"{cls.__name__} must define {', '.join(missing)}: unireq.adapter.NativeRequest"
                " says what each gives; class X(NativeRequest, abstract=True) may leave some out"
            )

    def __init__(self, native: Any) -> None:
        self._native = native
        self._headers = None
        self._cookies = None
        self._query = None

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
        """MUST. The mount prefix as the framework has it, decoded; `""` if none."""
        raise NotImplementedError

    @property
    def query_string(self) -> str:
        """MUST. The query without `?`: ISO-8859-1 text of the bytes sent; `""` if none."""
        raise NotImplementedError

    @property
    def client(self) -> Address | None:
        """MUST. The peer: see `unireq.adapter.normalize_address`."""
        raise NotImplementedError

    def _routed_path(self) -> str:
        """MUST. The path that the framework routes on, whole (mount prefix included), decoded."""
        raise NotImplementedError

    def _raw_target(self) -> bytes | None:
        """MUST. The target as sent, in whichever form, with or without query; None if lost."""
        raise NotImplementedError

    def _make_headers(self) -> Headers:
        """MUST. The headers.

        Made by `unireq.adapter.headers_from_asgi`, `headers_from_wsgi` or `headers_from_h1_head`.
        """
        raise NotImplementedError

    @property
    def _storage(self) -> MutableMapping[str, Any]:
        """MUST. A mapping that lives and dies with the native request: its scope, environ or dict.

        The state of the body is kept in it, under `"unireq.body"`, for every view to share.
        """
        raise NotImplementedError

    def _open_body(self) -> ReadBody | AsyncReadBody:
        """MUST. What gives the bytes of the body: called once, when the first is asked for.

        Returns:
            Where `body_is_async` is False: a function that gives at most as many bytes as it is
            asked for, `b""` at the end; it does not wait for more than the body has. Where it is
            True: an async function without arguments that gives some bytes, or None at the end; if
            a call is cancelled, no byte may be lost (so no async generator: it ends then). What
            they raise becomes `IncompleteBody`. They hold no reference to this request.
        """
        raise NotImplementedError

    # What an adapter may define.

    def _cached_body(self) -> bytes | None:
        """MAY. The whole body, if the framework has it; None if it is still to be read.

        Raises:
            BodyConsumed: The framework has read it, and has not kept it.
        """
        return None

    def _divert(self, tee: BodyTee) -> bool:
        """MAY. Let the framework read what `tee` gives in place of what the server does.

        Called once for a body, when its first byte is asked for, and `_open_body` has been called.
        From then on whatever unireq does the framework gets the whole body, or an error.

        Args:
            tee: `take(size)` gives the next bytes, `await atake()` where `body_is_async`;
                `b""` is the end. Keep it where the framework reads, and not in `_storage`.

        Returns:
            Whether the framework does so from now on.
        """
        return super()._divert(tee)

    def _restore_body(self, body: SpooledBody) -> None:
        """MAY. Let the framework's own body, form and files go on working after it was read.

        Called whenever somebody has been given the whole body, so it does nothing where the
        framework has it.

        Args:
            body: `body.size` bytes: `body.getvalue()` is them as bytes, `body.open()` a new file
                to read; `body.in_memory` says whether they are in memory, not in a file;
                `body.underway` that the framework is reading them already, where a middleware
                records what it reads, so that nothing has to be done.
        """
        return

    def _mark_streamed(self) -> None:
        """MAY. Let the framework's own readers know that `stream()` or `astream()` takes the body.

        They would wait for bytes that nobody sends, or take them away.
        """
        return

    def _run_async(self, function: Callable[[], Awaitable[_T]], what: str) -> _T:
        """MAY. What `await function()` gives in the event loop, for a caller in another thread.

        Never called in a thread in which an event loop runs.

        Args:
            function: Makes what is awaited.
            what: What was called: `"read()"`.

        Raises:
            BodyNotRead: The event loop can't be reached from this thread.
        """
        return super()._run_async(function, what)

    @property
    def path_params(self) -> dict[str, Any]:
        """MAY. The path parameters, typed by the router, text decoded; `{}` before routing."""
        return {}

    def _find_username(self) -> str | None:
        """MAY. The name of the user whom the framework has authenticated, else None."""
        return None

    async def _afind_username(self) -> str | None:
        """MAY. The same, in async code."""
        return self._find_username()

    def _given_session_hash(self) -> str | None:
        """MAY. A session hash that the framework was sent in a place of its own, as it came."""
        return None

    def _told_host(self) -> str | None:
        """MAY. The host that the framework is configured to take in place of the client's.

        As it came, from a field of a proxy that is trusted, or from the configuration; None where
        that says nothing, and what was sent counts: the authority of the target, or Host.
        """
        return None

    def _allows_host(self, host: str) -> bool:
        """MAY. Whether the framework's own policy allows `host`, whose syntax is right."""
        return True

    @classmethod
    def _matches(cls, kind: type) -> bool:
        """MAY. Whether an object of the type `kind` is a request of the framework.

        Asked by `from_native` once for each type of object whose class, or a base class of it,
        comes from a module that the adapter's entry point claims. It imports nothing: a framework
        whose objects turn up is in `sys.modules` already.
        """
        return False

    @classmethod
    def _opener(cls, kind: type) -> Opener:
        """MAY. What makes our request of an object of the type `kind`, which `_matches`.

        The class itself; `make_opener` gives a faster one.
        """
        return cls

    @classmethod
    def _current_native(cls) -> Any:
        """MAY. The framework's request that is current here; None if none is, or it is over.

        For a framework that keeps one for each thread and task itself. Asked by
        `current_request()`, once the framework is imported; it imports nothing.
        """
        return None

    # What follows from them.

    def _shared_body(self) -> Body:
        shared = self._storage
        body: Body | None = shared.get(KEY)
        return shared.setdefault(KEY, Body()) if body is None else body

    def tee_body(self, *, again: bool = False) -> BodyTee | None:
        """Keep what the framework reads of the body, for middleware.

        The middleware lets the framework read what the `BodyTee` gives in place of what the
        server does, unless `_divert` has done so.

        Args:
            again: Whether the framework shall get the body from its beginning also where unireq has
                read of it already; what it can't have then is an error.

        Returns:
            None if somebody has read of it already, or there is nothing to read.
        """
        return tee_body(self._shared_body(), self, again=again)

    @property
    def native(self) -> Any:
        """The framework's own request."""
        return self._native

    @property
    def path(self) -> str:
        """The path that the framework routes on, whole (mount prefix included) and decoded."""
        return normalize_path(self._routed_path())

    @property
    def raw_path(self) -> bytes | None:
        """The bytes of the path as sent; None where they are lost or do not say `path`."""
        return normalize_raw_path(self._raw_target(), self.path)

    @property
    def host(self) -> str | None:
        """The host, with its port if it has one; None where it is missing, invalid or refused."""
        told = self._told_host()
        if told is None:
            raw = self._raw_target()
            target = self._routed_path() if raw is None else raw.decode("latin-1")
            told = None if target[:1] == "/" else absolute_authority(target)
        host = valid_host(self.get_header("host") if told is None else told)
        return host if host is not None and self._allows_host(host) else None

    @property
    def session_hash(self) -> str | None:
        """What the page sent to tell its loads apart; the client's choice, never a credential."""
        given = self._given_session_hash() or self.get_header("x-session-hash")
        return find_session_hash(given, self.query_params)

    @classmethod
    def set_username_getter(cls, getter: UsernameGetter | None) -> None:
        """Find the username by `getter` from now on, for this class and its subclasses.

        Several may be set: the last one is asked first, a subclass's before those of its bases. The
        first that knows decides, and where none does, what the framework says.

        Args:
            getter: Called with the native request, returns the authenticated user's name; None
                where it does not know, and leaves it to the others; `""` where it knows that
                nobody is logged in. It may be async, then `ausername()` awaits it. None: back to
                what the framework says; none of this class or its bases is asked.

        Raises:
            TypeError: It can't be called.
        """
        if getter is not None and not callable(getter):
            raise TypeError(
                "set_username_getter: expected a function of the native request, or None, got"
                f" {type(getter).__name__}"
            )
        own = vars(cls).get("_username_getters") or ()
        others = tuple(other for other in own if other is not getter)
        cls._username_getters = None if getter is None else (getter, *others)

    @classmethod
    def _getters(cls) -> Iterator[UsernameGetter]:
        for kind in cls.__mro__:
            own: tuple[UsernameGetter, ...] | None = vars(kind).get("_username_getters", ())
            if own is None:
                return
            yield from own

    @property
    def username(self) -> str | None:
        """The authenticated user's name; None if nobody is. Never from an unverified header.

        Raises:
            UnireqError: It can only be found out by `await request.ausername()`, or a getter that
                was set gave what is no name.
        """
        for getter in self.__class__._getters():
            found = getter(self.native)
            if isinstance(found, Awaitable):
                if isinstance(found, Coroutine):
                    found.close()
                raise UnireqError(
                    f"{type(self).__name__}.username: the getter that was set is async,"
                    " use `await request.ausername()`"
                )
            if found is not None:
                return self._checked_name(found)
        return self._find_username()

    async def ausername(self) -> str | None:
        """The same as `username`, for async code, where finding the user may need a database.

        Raises:
            UnireqError: A getter that was set gave what is no name.
        """
        for getter in self.__class__._getters():
            found = getter(self.native)
            name = await found if isinstance(found, Awaitable) else found
            if name is not None:
                return self._checked_name(name)
        return await self._afind_username()

    def _checked_name(self, found: object) -> str | None:
        if not isinstance(found, str):
            raise UnireqError(
                f"{type(self).__name__}.username: expected a str or None of the getter that was"
                f" set, got {type(found).__name__}; return the user's name"
            )
        return found or None

    def _to_facts(self) -> Facts:
        # Copying a request never reads its body: that would take it away from others.
        body: Body | None = self._storage.get(KEY)
        read = body.store.getvalue() if body is not None and body.complete else None
        asked = [name for name in Facts._fields if name not in {"username", "body"}]
        return Facts(**{name: getattr(self, name) for name in asked}, username=None, body=read)
