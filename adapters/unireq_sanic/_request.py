"""SanicRequest: the facts of a Sanic request, from the message head, or from the scope on ASGI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, overload

import unireq
from unireq.adapter import (
    AsyncReadBody,
    BodyTee,
    NativeRequest,
    Opener,
    SpooledBody,
    header_from_h1_head,
    headers_from_asgi,
    headers_from_h1_head,
    loaded_class,
    make_opener,
    normalize_address,
    normalize_http_version,
    percent_decode,
)
from unireq_asgi import ASGIRequest
from unireq_sanic._body import cached_body, open_body, restore_body, run_from_thread, shared_by
from unireq_sanic._params import decode_params
from unireq_sanic._proxies import is_websocket, proxy_sources, said_client, said_host, said_secure
from unireq_sanic._respond import native_response
from unireq_sanic._route import find_view, template_of
from unireq_sanic._tee import divert

if TYPE_CHECKING:
    from sanic.request import Request

__all__ = ["SanicASGIRequest", "SanicHTTPRequest", "SanicRequest"]

_T = TypeVar("_T")
_R = TypeVar("_R", bound="SanicRequest")


class SanicRequest(NativeRequest, abstract=True):
    """A request that reads from a Sanic request; calling it returns one of its two subclasses.

    Args:
        native: The `sanic.Request`.
    """

    __slots__ = ()

    body_is_async: ClassVar[bool] = True

    def __new__(cls: type[_R], native: Request) -> _R:  # noqa: PYI019 (Self is new in 3.11)
        """Create a `SanicASGIRequest` if the transport has a scope, else a `SanicHTTPRequest`."""
        kind: type[Any] = cls
        if kind is SanicRequest:
            on_asgi = hasattr(native.transport, "scope")
            kind = SanicASGIRequest if on_asgi else SanicHTTPRequest
        return object.__new__(kind)  # type: ignore[no-any-return]

    @property
    def path_params(self) -> dict[str, Any]:
        """The router's path parameters, with text percent-decoded, which Sanic doesn't do."""
        return decode_params(self._native)

    @property
    def route(self) -> str | None:
        """The template of the router's route, with the prefixes of blueprints and versions."""
        route = self._native.route
        return None if route is None else template_of(route)

    def _find_view(self) -> Any:
        return find_view(self._native.route)

    @property
    def _storage(self) -> MutableMapping[str, Any]:
        return shared_by(self._native)

    def _told_host(self) -> str | None:
        return said_host(self._native)

    def _cached_body(self) -> bytes | None:
        return cached_body(self._native)

    def _open_body(self) -> AsyncReadBody:
        return open_body(self._native)

    def _divert(self, tee: BodyTee) -> bool:
        return divert(self._native, tee)

    def _restore_body(self, body: SpooledBody) -> None:
        restore_body(self._native, body)

    def _run_async(self, function: Callable[[], Awaitable[_T]], what: str) -> _T:
        return run_from_thread(self._native, function, what)

    def _routed_path(self) -> str:
        # Sanic routes on the path as sent, and has it as UTF-8 text.
        path: str = self._native.path
        if path.isascii():
            return percent_decode(path) if "%" in path else path
        return percent_decode(path.encode().decode("latin-1"))

    def _make_native_response(self, response: unireq.Response) -> Any:
        return native_response(response, self.method)

    @classmethod
    def _matches(cls, kind: type) -> bool:
        return issubclass(kind, loaded_class("sanic.request", "Request"))

    @classmethod
    def _opener(cls, kind: type) -> Opener:
        return _open if cls is SanicRequest else cls


class SanicHTTPRequest(SanicRequest):
    """A request that reads from a Sanic request on Sanic's own server."""

    __slots__ = ()

    @property
    def method(self) -> str:
        """The method, in upper case."""
        return self._native.method.upper()  # type: ignore[no-any-return]

    @property
    def scheme(self) -> str:
        """The connection's scheme; a proxy's if Sanic is configured to trust one."""
        native = self._native
        secure = said_secure(native)
        if secure is None:
            secure = native.conn_info is not None and bool(native.conn_info.ssl)
        if is_websocket(native):
            return "wss" if secure else "ws"
        return "https" if secure else "http"

    @property
    def http_version(self) -> str:
        """The protocol version."""
        return normalize_http_version(self._native.version)

    @property
    def root_path(self) -> str:
        """`""`: Sanic's own server has no mount prefix."""
        return ""

    @property
    def query_string(self) -> str:
        """The query as sent."""
        _, _, query = self._native.raw_url.partition(b"?")
        return query.decode("latin-1")  # type: ignore[no-any-return]

    @property
    def client(self) -> unireq.Address | None:
        """The connection's peer; a proxy's value if Sanic is configured to trust one."""
        native = self._native
        peer = native.conn_info.peername if native.conn_info is not None else None
        known = normalize_address(peer[0], peer[1]) if peer and len(peer) > 1 else None
        return said_client(native, known)

    @overload
    def get_header(self, name: str, default: None = None) -> str | None: ...
    @overload
    def get_header(self, name: str, default: _T) -> str | _T: ...
    def get_header(self, name: str, default: Any = None) -> Any:
        """One header field, without building the whole mapping."""
        head = self._native.head
        if self._headers is not None or not head:
            return super().get_header(name, default)
        value = header_from_h1_head(head, name)
        return default if value is None else value

    def _raw_target(self) -> bytes | None:
        return self._native.raw_url  # type: ignore[no-any-return]

    def _location_sources(self) -> tuple[Any, ...] | None:
        native = self._native
        head, route = native.head, native.route
        if route is None or not head:
            return None  # then the scheme, or the host, is taken from fields that may change
        own = (native.raw_url, native.path, native.method, head, native.conn_info, route)
        return (own, proxy_sources(native))

    def _make_headers(self) -> unireq.Headers:
        head = self._native.head
        if head:
            return headers_from_h1_head(head)
        # With HTTP/3 there is no head; Sanic has decoded the fields as UTF-8.
        return headers_from_asgi(
            [
                (name.encode("utf-8", "surrogateescape"), value.encode("utf-8", "surrogateescape"))
                for name, value in self._native.headers.items()
            ]
        )


class SanicASGIRequest(SanicRequest, ASGIRequest):
    """A request that reads from a Sanic request on an ASGI server."""

    __slots__ = ()

    def __init__(self, native: Request) -> None:
        super().__init__(native.transport.scope, native=native)

    @property
    def _state_storage(self) -> MutableMapping[str, Any]:
        return self._scope

    @property
    def route(self) -> str | None:
        """The template of the router's route; after `root_path`, if Sanic routes without it."""
        template, prefix = super().route, self.root_path.rstrip("/")
        if template is None or not prefix or f"{self._routed_path()}/".startswith(f"{prefix}/"):
            return template
        root = self._root_template()
        return None if root is None else root + template

    def _location_sources(self) -> tuple[Any, ...] | None:
        native = self._native
        return (super()._location_sources(), native.path, proxy_sources(native))

    @property
    def scheme(self) -> str:
        """The scope's scheme; a proxy's if Sanic is configured to trust one."""
        scheme, secure = super().scheme, said_secure(self._native)
        if secure is None:
            return scheme
        if scheme in {"ws", "wss"}:
            return "wss" if secure else "ws"
        return "https" if secure else "http"

    @property
    def client(self) -> unireq.Address | None:
        """The scope's client; a proxy's value if Sanic is configured to trust one."""
        return said_client(self._native, super().client)


_open_on_asgi = make_opener(SanicASGIRequest, {"_scope": "transport.scope", "_receive": None})
_open = make_opener(SanicHTTPRequest, {}, unless=("transport.scope", _open_on_asgi))
