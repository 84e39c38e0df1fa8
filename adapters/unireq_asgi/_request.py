"""ASGIRequest: the facts of an ASGI scope.

Source: the ASGI HTTP and WebSocket specification 2.5.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, ClassVar, TypeVar, overload

import unireq
from unireq.adapter import (
    CLIENT_FIELDS,
    AsyncReadBody,
    BodyTee,
    NativeRequest,
    Opener,
    header_from_asgi,
    headers_from_asgi,
    make_opener,
    normalize_address,
    normalize_http_version,
    normalize_scheme,
)
from unireq_asgi._body import BodyReceive, Receive, body_from
from unireq_asgi._route import find_mount, find_route
from unireq_asgi._threads import run_from_thread

__all__ = [
    "NO_BODY",
    "SENT_HOST",
    "TOLD_HOST",
    "ASGIRequest",
    "is_host",
    "kind_of",
    "may_have_body",
    "name_of_user",
    "with_host",
]

NO_BODY = "unireq.no_body"
"""The key that says that the request has no body, so nobody need wait for one."""

TOLD_HOST = "unireq.told_host"
"""The key of the host that a trusted proxy names, if the client has sent another."""

SENT_HOST = "unireq.sent_host"
"""The key of the Host fields as sent, where a trusted proxy names another host."""

_T = TypeVar("_T")
_COMMON, *_RARE = CLIENT_FIELDS
_RAW_FIELDS = frozenset(name.encode() for name in CLIENT_FIELDS)


class ASGIRequest(NativeRequest):
    """A request that reads from an ASGI scope.

    Args:
        scope: A scope of type `http` or `websocket`.
        receive: The connection's `receive`; None if the body won't be read.
        native: The value of `request.native`, by default the scope.
    """

    __slots__ = ("_receive", "_scope")

    body_is_async: ClassVar[bool] = True

    def __init__(
        self,
        scope: MutableMapping[str, Any],
        receive: Receive | None = None,
        *,
        native: Any = None,
    ) -> None:
        super().__init__(scope if native is None else native)
        self._scope = scope
        self._receive = receive

    @property
    def method(self) -> str:
        """The method, in upper case; `"GET"` for a websocket, whose scope has none."""
        method = self._scope.get("method")
        if isinstance(method, str):
            return method.upper()
        if method is None and self._scope.get("type") == "websocket":
            return "GET"
        raise _wrong(self._scope, "method", "a str")

    @property
    def scheme(self) -> str:
        """The scheme that the server reports."""
        scope = self._scope
        told = scope.get("scheme")
        if told is not None and not isinstance(told, str):
            raise _wrong(scope, "scheme", "a str")
        scheme = normalize_scheme(told)
        # A middleware that sets the scheme from a proxy's field may ignore websockets.
        return scheme.replace("http", "ws") if scope.get("type") == "websocket" else scheme

    @property
    def http_version(self) -> str:
        """The protocol version."""
        return normalize_http_version(self._scope.get("http_version"))

    @property
    def root_path(self) -> str:
        """The scope's `root_path`."""
        root_path = self._scope.get("root_path") or ""
        if not isinstance(root_path, str):
            raise _wrong(self._scope, "root_path", "a str")
        return root_path

    @property
    def query_string(self) -> str:
        """The query as sent."""
        query = self._scope.get("query_string") or b""
        if isinstance(query, bytes):
            return query.decode("latin-1")
        # Django's AsyncRequestFactory makes it a str.
        if not isinstance(query, str):
            raise _wrong(self._scope, "query_string", "bytes")
        return query

    @property
    def client(self) -> unireq.Address | None:
        """The scope's `client`."""
        client = self._scope.get("client") or ()
        if not isinstance(client, (tuple, list)):
            raise _wrong(self._scope, "client", "a (host, port) pair or None")
        if len(client) < 2:  # pyright: ignore[reportUnknownArgumentType]
            return None
        return normalize_address(client[0], client[1], self._forwarded())  # pyright: ignore[reportUnknownArgumentType]

    def _forwarded(self) -> list[str]:
        """The values of the fields in which proxies name the client."""
        headers = self._headers
        if headers is not None:
            names = headers.keys()
            if names.isdisjoint(_RARE):
                return [headers[_COMMON]] if _COMMON in names else []
            return [headers[name] for name in CLIENT_FIELDS if name in names]
        try:
            pairs = self._scope.get("headers", ())
            return [value.decode("latin-1") for name, value in pairs if name in _RAW_FIELDS]
        except (AttributeError, TypeError, ValueError):
            _ = self.headers  # raises the error that describes the problem
            raise

    @property
    def path_params(self) -> dict[str, Any]:
        """The scope's `path_params`, where Starlette and similar frameworks put them."""
        try:
            return dict(self._scope.get("path_params") or ())
        except (TypeError, ValueError):
            raise _wrong(self._scope, "path_params", "a mapping") from None

    @property
    def route(self) -> str | None:
        """The template of the scope's route, where Starlette and similar frameworks put it."""
        found = find_route(self._scope)
        return None if found is None else found.template

    def _find_view(self) -> Any:
        found = find_route(self._scope)
        return None if found is None else found.view

    def _root_template(self) -> str | None:
        """`root_path` without text of the client: the parameters of mounts are not filled in."""
        return find_mount(self._scope)

    @overload
    def get_header(self, name: str, default: None = None) -> str | None: ...
    @overload
    def get_header(self, name: str, default: _T) -> str | _T: ...
    def get_header(self, name: str, default: Any = None) -> Any:
        """One header field, without building the whole mapping."""
        # Asked only about this name: a look-up in the scope for each would cost.
        if self._headers is not None or (
            name in {"host", "Host", "HOST"} and SENT_HOST in self._scope
        ):
            return super().get_header(name, default)
        value = header_from_asgi(self._scope.get("headers", ()), name)
        return default if value is None else value

    @property
    def receive(self) -> Receive:
        """A `receive` for an application below. It returns the body once, even if it was read here.

            request = unireq.from_asgi(scope, receive)
            body = await request.aread()
            await app(scope, request.receive, send)

        The application gets the whole body, as the server sends it, or an error; then the server's
        other events. unireq keeps what the application reads, within the limits.

        Raises:
            unireq.BodyNotRead: The request has no `receive`.
        """
        receive = self._find_receive()
        if self._scope.get("type") != "http" or isinstance(receive, BodyReceive):
            return receive
        tee = self.tee_body(again=True)
        if tee is not None and tee.origin in (None, receive):
            self._put_between(tee)
        # Else the tee belongs to a `receive` above this one.
        return self._find_receive()

    @property
    def _storage(self) -> MutableMapping[str, Any]:
        return self._scope

    def _find_receive(self) -> Receive:
        if self._receive is None:
            raise unireq.BodyNotRead(
                "expected the connection's receive to read the body, got a scope alone;"
                " use unireq.from_asgi(scope, receive)"
            )
        return self._receive

    def _put_between(self, tee: BodyTee) -> None:
        receive = self._find_receive()
        if not isinstance(receive, BodyReceive):
            tee.origin = receive
            self._set_receive(BodyReceive(tee, receive))

    def _set_receive(self, receive: Receive) -> None:
        self._receive = receive

    def _open_body(self) -> AsyncReadBody:
        return body_from(self._find_receive())

    def _divert(self, tee: BodyTee) -> bool:
        self._put_between(tee)
        return True

    def _cached_body(self) -> bytes | None:
        scope = self._scope
        return b"" if NO_BODY in scope or scope.get("type") == "websocket" else None

    def _run_async(self, function: Callable[[], Awaitable[_T]], what: str) -> _T:
        return run_from_thread(function, what)

    def _routed_path(self) -> str:
        path = self._scope.get("path")
        if not isinstance(path, str):
            raise _wrong(self._scope, "path", "a str")
        return path

    def _location_sources(self) -> tuple[Any, ...] | None:
        get = self._scope.get
        headers: Any = get("headers") if self._headers is None else None
        if isinstance(headers, list):
            headers = tuple(headers)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        return (
            get("type"),
            get("scheme"),
            get("method"),
            get("path"),
            get("raw_path"),
            get("query_string"),
            headers,
        )

    def _told_host(self) -> str | None:
        return self._scope.get(TOLD_HOST)

    def _raw_target(self) -> bytes | None:
        raw = self._scope.get("raw_path")
        if raw is not None and not isinstance(raw, bytes):
            raise _wrong(self._scope, "raw_path", "bytes or None")
        return raw

    def _make_headers(self) -> unireq.Headers:
        scope = self._scope
        if SENT_HOST in scope:
            return headers_from_asgi(with_host(scope["headers"], scope[SENT_HOST]))
        return headers_from_asgi(scope.get("headers", ()))

    @classmethod
    def _opener(cls, kind: type) -> Opener:
        return make_opener(cls, {"_scope": "", "_receive": None}, instead_of=ASGIRequest.__init__)

    def _find_username(self) -> str | None:
        return name_of_user(self._scope.get("user"))


def is_host(name: bytes) -> bool:
    """Whether it is the name of the Host field."""
    return name.lower() == b"host"


def with_host(
    fields: Iterable[tuple[bytes, bytes]], host: Iterable[tuple[bytes, bytes]]
) -> list[tuple[bytes, bytes]]:
    """`fields` with `host` in place of their Host fields."""
    return [*host, *((name, value) for name, value in fields if not is_host(name))]


def may_have_body(scope: Mapping[str, Any]) -> bool:
    """Whether the request may have a body; in HTTP/1 the head tells (RFC 9112 6.3)."""
    if not str(scope.get("http_version", "")).startswith("1"):
        return True
    fields: dict[bytes, bytes] = dict(scope.get("headers", ()))
    return fields.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in fields


def kind_of(scope: Mapping[str, Any]) -> str:
    """The scope's `type`.

    Raises:
        unireq.UnknownNative: It has none.
    """
    kind = scope.get("type")
    if not isinstance(kind, str):
        raise _wrong(scope, "type", "a str")
    return kind


def _wrong(scope: Mapping[str, Any], key: str, expected: str) -> unireq.UnknownNative:
    """The error for a hand-written scope that does not follow the specification."""
    got = type(scope[key]).__name__ if key in scope else "nothing, the key is missing"
    return unireq.UnknownNative(f"ASGI scope[{key!r}]: expected {expected}, got {got}")


def name_of_user(user: Any) -> str | None:
    """The name of a user object, as authentication middleware for ASGI sets it.

    Args:
        user: The scope's `user`: Starlette's `BaseUser`, Django's user, or a similar object.

    Returns:
        The first of `username`, `get_username()`, `display_name`, `identity` that is a non-empty
        str; None if there is no user, or the user is not authenticated.
    """
    if user is None:
        return None
    authenticated = getattr(user, "is_authenticated", False)
    if not (authenticated() if callable(authenticated) else authenticated):
        return None
    for attribute in ("username", "get_username", "display_name", "identity"):
        try:
            name = getattr(user, attribute, None)
            name = name() if callable(name) else name
        except NotImplementedError:
            # Starlette's BaseUser leaves these to its subclasses.
            continue
        if isinstance(name, str) and name:
            return name
    return None
