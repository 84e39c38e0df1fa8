"""Request: one web request, the same for every framework.

A plain `Request` is detached: it holds its facts itself and has no native request. `NativeRequest`,
the base class of every adapter, reads the facts from a framework's request instead. Everything that
is derived from the facts is computed here, for both, and nowhere else.

This module knows no framework and does no input or output.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, TypeVar, overload

from unireq._body.reading import BodyReader
from unireq._body.state import KEY, Body
from unireq._connection import Address
from unireq._cookies import Cookies, parse_cookies
from unireq._errors import BodyNotRead
from unireq._facts import Facts, facts_from_dict, facts_to_dict
from unireq._field_reader import FieldReader
from unireq._fields import expect_field_name
from unireq._handmade import changed_facts, facts_by_hand
from unireq._headers import Headers
from unireq._names import METHODS, OTHER_NAMES, Called, OtherName
from unireq._redact import hide_target
from unireq._url import URL, build_url, normalize_raw_path
from unireq._urlencoded import QueryParams, parse_query

__all__ = ["CORE_SLOTS", "Request"]

_T = TypeVar("_T")

_get = dict[str, str].get


CORE_SLOTS = ("_headers", "_cookies", "_query", "_location")
"""What a request caches after the first access, in addition to the native request; else None."""

_STATE = "unireq.state"
"""The key of `state` in the mapping that it lives in, as `KEY` is that of the body."""


class Request(FieldReader, BodyReader):
    """A web request: read-only, framework-neutral, compared by identity.

    `Request(...)` creates a detached request, for tests, queues and scripts: its `native` is None.
    `unireq.from_native` returns a request that reads from a framework's own request.

    Args:
        method: The method, in any case.
        url: An origin-form target (`"/path?query"`), or an absolute URL, which also sets scheme
            and host. Characters that a URL can't hold are percent-encoded as UTF-8.
        headers: A mapping or an iterable of (name, value) pairs. If they have no Host field and
            `url` is absolute, a Host field is added.
        path_params: The path parameters that a router would extract.
        route: The template of the route that a router would find.
        view_name: The name of the view that would answer.
        client: The client's address: an `Address`, or a (host, port) pair.
        username: The authenticated user's name.
        session_hash: Identifies one page load; by default it is taken from `headers` or the query.
        http_version: `"1.0"`, `"1.1"`, `"2"` or `"3"`.
        root_path: The mount prefix, a part of the path of `url`.
        body: The bytes of the body. It adds no header field: `form()` needs its media type as
            Content-Type in `headers`.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument has the wrong form.
    """

    __slots__ = (
        "__weakref__",
        "_compared",
        "_cookies",
        "_headers",
        "_location",
        "_native",
        "_own_storage",
        "_query",
    )

    _native: Any
    _headers: Headers | None
    _cookies: Cookies | None
    _query: QueryParams | None
    _own_storage: dict[str, Any]  # only of a detached request
    _location: list[Any] | None  # what host and URL were made from, the host, the URL or None
    _compared: list[Any]  # the same, for an adapter without `_location_sources`

    def __init__(
        self,
        method: str = "GET",
        url: str = "/",
        *,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        path_params: Mapping[str, Any] | None = None,
        route: str | None = None,
        view_name: str | None = None,
        client: Address | tuple[str, int | None] | None = None,
        username: str | None = None,
        session_hash: str | None = None,
        http_version: str = "1.1",
        root_path: str = "",
        body: bytes = b"",
    ) -> None:
        facts = facts_by_hand(
            method=method,
            url=url,
            headers=headers,
            path_params=path_params,
            route=route,
            view_name=view_name,
            client=client,
            username=username,
            session_hash=session_hash,
            http_version=http_version,
            root_path=root_path,
            body=body,
        )
        self._hold(facts)

    def _hold(self, native: Any) -> None:
        self._native = native
        self._own_storage = {}
        self._headers = None
        self._cookies = None
        self._query = None
        self._location = None

    # Facts: a detached request returns its own; an adapter overrides these.

    @property
    def method(self) -> str:
        """The method, in upper case: `"GET"`. Source: RFC 9110 9."""
        return self._native.method  # type: ignore[no-any-return]

    @property
    def scheme(self) -> str:
        """`"http"`, `"https"`, `"ws"` or `"wss"`.

        As the server reports it, after the server has applied its own proxy settings.
        """
        return self._native.scheme  # type: ignore[no-any-return]

    @property
    def http_version(self) -> str:
        """`"1.0"`, `"1.1"`, `"2"` or `"3"`. Source: RFC 9110 2.5."""
        return self._native.http_version  # type: ignore[no-any-return]

    @property
    def host(self) -> str | None:
        """The host, with its port if it has one: `"example.org:8080"`.

        None if it is missing, repeated or not a valid host. The authority of a target in
        absolute form replaces the Host field. Source: RFC 9110 7.2, RFC 9112 3.2.2, RFC 3986 3.2.2.
        """
        return self._native.host  # type: ignore[no-any-return]

    @property
    def path(self) -> str:
        """The path that the framework routes on: `"/café"`, decoded, mount prefix included."""
        return self._native.path  # type: ignore[no-any-return]

    @property
    def root_path(self) -> str:
        """The mount prefix of the application, as the framework reports it; `""` if none."""
        return self._native.root_path  # type: ignore[no-any-return]

    @property
    def raw_path(self) -> bytes | None:
        """The bytes of the path as sent, with percent-escapes: `b"/caf%C3%A9"`.

        None if the server drops them, or if decoding them does not give `path`.
        """
        return self._native.raw_path  # type: ignore[no-any-return]

    @property
    def query_string(self) -> str:
        """The query without `?`, as sent: ISO-8859-1 text of the bytes; `""` if there is none."""
        return self._native.query_string  # type: ignore[no-any-return]

    @property
    def client(self) -> Address | None:
        """The client's address, after the server's own proxy settings; None on a Unix socket."""
        return self._native.client  # type: ignore[no-any-return]

    @property
    def path_params(self) -> dict[str, Any]:
        """The path parameters, typed by the framework's router; `{}` before routing."""
        return dict(self._native.path_params)

    @property
    def route(self) -> str | None:
        """The template of the route that matched: `"/items/{number}"`; None if there is none.

        Mounts and routers are included, after the prefix of the deployment, and converters left
        out. None before routing, if no route matched (404) or none for the method (405), and if the
        route can't be written as a template. It never holds text of the client, so it takes few
        values: use it, not the path, in the names of metrics and spans.
        """
        return self._native.route  # type: ignore[no-any-return]

    @property
    def view_name(self) -> str | None:
        """`"module.qualname"` of the view that answers; None before routing, and if there is none.

        It is the function or the class as written, below decorators (`functools.wraps`), partials
        and `as_view`.
        """
        return self._native.view_name  # type: ignore[no-any-return]

    @property
    def session_hash(self) -> str | None:
        """Identifies one page load; the client chooses it, so it is never a credential.

        The header field `x-session-hash`, else the query parameter `session_hash`, if it has 1 to
        128 unreserved characters (RFC 3986 2.3); else None.
        """
        return self._native.session_hash  # type: ignore[no-any-return]

    @property
    def username(self) -> str | None:
        """The authenticated user's name, never from an unverified header; None if there is none."""
        return self._native.username  # type: ignore[no-any-return]

    async def ausername(self) -> str | None:
        """Like `username`, for async code: finding the user may need a database query."""
        return self.username

    @property
    def native(self) -> Any:
        """The framework's own request; None when detached."""
        return None

    def _raw_target(self) -> bytes | None:
        return self._native.raw_path  # type: ignore[no-any-return]

    def _make_headers(self) -> Headers:
        return self._native.headers  # type: ignore[no-any-return]

    @property
    def _storage(self) -> MutableMapping[str, Any]:
        return self._own_storage

    @property
    def _state_storage(self) -> MutableMapping[str, Any]:
        return self._storage

    def _shared_body(self) -> Body:
        shared = self._storage
        body: Body | None = shared.get(KEY)
        return shared.setdefault(KEY, Body(self._native.body)) if body is None else body

    def _open_body(self) -> Any:
        raise BodyNotRead(
            "this detached request has no body: copies hold none, unless detach() makes them; copy"
            " the original with detach(), in async code `await adetach()`, or use replace(body=...)"
        )

    def _body_if_read(self) -> bytes | None:
        return self._native.body  # type: ignore[no-any-return]

    def _to_facts(self) -> Facts:
        return self._native  # type: ignore[no-any-return]

    # Derived from the facts, for every kind of request.

    @property
    def headers(self) -> Headers:
        """The header fields: a real dict with lower-case names; look-ups ignore case."""
        headers = self._headers
        if headers is None:
            headers = self._headers = self._make_headers()
        return headers

    @overload
    def get_header(self, name: str, default: None = None) -> str | None: ...
    @overload
    def get_header(self, name: str, default: _T) -> str | _T: ...
    def get_header(self, name: str, default: Any = None) -> Any:
        """One header field, like `headers.get(name, default)`, without building the whole mapping.

        Raises:
            TypeError: `name` is not a str.
            ValueError: No header field can have this name (`X_FOO`, `HTTP_X_FOO`, `x foo`); the
                message shows the right spelling.
        """
        value = self.headers.get(name)
        if value is None:
            expect_field_name(name)
            return default
        return value

    @property
    def cookies(self) -> Cookies:
        """The cookies: a real dict; for a repeated name the first value."""
        cookies = self._cookies
        if cookies is None:
            headers = self._headers
            # dict.get: if there are no cookies, `Headers.get` would look twice.
            field = self.get_header("cookie") if headers is None else _get(headers, "cookie")
            cookies = self._cookies = parse_cookies(field)
        return cookies

    @property
    def query_params(self) -> QueryParams:
        """The query parameters: a real dict; for a repeated name the last value."""
        query = self._query
        if query is None:
            query = self._query = parse_query(self.query_string)
        return query

    @property
    def url(self) -> URL:
        """The whole URL; a relative reference if the host is unknown; empty if there is none."""
        host = self.host
        location = self._location
        if location is None:
            # The adapter does not say what the URL depends on, so all its facts are compared.
            target, query = self._raw_target(), self.query_string
            sources = (host, self.scheme, self.method, self.path, target, query)
            location = getattr(self, "_compared", None)
            if location is None or location[0] != sources:
                location = self._compared = [sources, host, None]
        # Cached, because a client can make it slow to build.
        url: URL | None = location[2]
        if url is None:
            path, target = self.path, self._raw_target()
            raw_path = normalize_raw_path(target, path)
            query = self.query_string
            url = location[2] = build_url(self.scheme, host, self.method, path, raw_path, query)
        return url

    @property
    def state(self) -> dict[str, Any]:
        """A dict for what libraries and the application keep for this request; empty at first.

        All requests that read from one native request share it: in middleware, views and handlers.
        It ends with the native request. A detached copy has an empty one of its own.

        Its keys are by convention the names of distributions, as on PyPI (`"my-library"`), so that
        two libraries don't collide. It is not the framework's own (`request.native.state`, `ctx`).

        A middleware that copies the scope or the environ shares it with the layers below only if it
        exists by then; `RequestMiddleware` and `install` make it.
        """
        storage = self._state_storage
        state: dict[str, Any] | None = storage.get(_STATE)
        return storage.setdefault(_STATE, {}) if state is None else state

    # Copies. Rule: none of them reads the body, which the framework may still need, or looks up the
    # username, which may need a database query; only `detach` does.

    def detach(self, *, body: bool = True, username: bool = True) -> Request:
        """A detached copy that outlives the request, with its body and its username.

        For queues, threads and logs. `to_dict()` and pickle of the copy hold both too.

        Args:
            body: Whether the copy has the body; it is read if nobody has read it, and kept in
                memory. If False, the body is left alone, in whatever state it is.
            username: Whether the copy has the username; it is looked up.

        Raises:
            BodyNotRead: Only `await adetach()` can read the body: this is async code, or a thread
                that can't reach the event loop.
            BodyConsumed, BodyTooLarge, IncompleteBody: As `read()`.
            UnireqError: Only `await adetach()` can look up the username.
        """
        data = self._stored(None, "detach()").getvalue() if body else None
        name = self.username if username else None
        return detached(self._to_facts()._replace(body=data, username=name))

    async def adetach(self, *, body: bool = True, username: bool = True) -> Request:
        """Like `detach`, in async code."""
        data = await self.aread() if body else None
        name = await self.ausername() if username else None
        return detached(self._to_facts()._replace(body=data, username=name))

    def to_dict(self) -> dict[str, Any]:
        """The facts of the request as a dict that JSON can encode; `from_dict` reads it back.

        Body and username are in it only if they were passed to `Request(...)` or `replace`, or if
        `detach` has made this request. `body` is base64 (RFC 4648 4), else null; `username`,
        `route` and `view_name` are left out if they are None.

        Raises:
            TypeError: A path parameter is not a str, int, float, bool, UUID, date, datetime or
                Decimal.
        """
        return facts_to_dict(self._to_facts())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Request:
        """The detached request that `to_dict` described.

        Raises:
            TypeError, ValueError: `data` does not have the form that `to_dict` writes; the message
                says where.
        """
        return detached(facts_from_dict(data))

    def replace(self, **changes: Any) -> Request:
        """A detached copy with some facts changed.

        As every copy, it has a body and a username only if they are given, or if `detach` has made
        this request.

        Args:
            **changes: `method`, `url`, `headers`, `path_params`, `route`, `view_name`, `client`,
                `username`, `session_hash`, `http_version`, `root_path`, `body` as in the
                constructor; `scheme`, `host`, `path` and `query_string` for parts of the URL. A new
                `path` sets `raw_path` to None; a new `host` changes the Host field, and a new Host
                field changes `host`.

        Raises:
            TypeError: A name is unknown, or a value has the wrong type.
            ValueError: A value has the wrong form.
        """
        return detached(changed_facts(self._to_facts(), changes))

    def __reduce__(self) -> tuple[Any, ...]:
        # pickle, copy and deepcopy: a detached request with the same facts.
        return detached, (self._to_facts(),)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.method} {hide_target(self.url or self.path)}>"

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in OTHER_NAMES]


for _name, _hint in OTHER_NAMES.items():
    setattr(Request, _name, OtherName(_name, _hint))
for _name in METHODS:
    setattr(Request, _name, Called(getattr(Request, _name)))


def detached(facts: Facts) -> Request:
    """The detached request that holds `facts`, which are valid."""
    request = object.__new__(Request)
    request._hold(facts)  # pyright: ignore[reportPrivateUsage]
    return request
