"""StarletteRequest: the facts of a Starlette `Request` or `WebSocket`, read from its scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import unireq
from unireq.adapter import Opener, SpooledBody, loaded_class, make_opener
from unireq_asgi import NO_BODY, ASGIRequest, BodyReceive, Receive, may_have_body
from unireq_starlette._body import consumed_above
from unireq_starlette._respond import native_response

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

__all__ = ["StarletteRequest"]


class StarletteRequest(ASGIRequest):
    """A request that reads from a Starlette (FastAPI) request or websocket.

    Args:
        native: The `starlette.requests.Request` or `starlette.websockets.WebSocket`; or an
            `HTTPConnection`, which has no body to read.
        receive: The connection's `receive`, if `native` has none.
    """

    __slots__ = ()

    def __init__(self, native: HTTPConnection, receive: Receive | None = None) -> None:
        super().__init__(native.scope, receive, native=native)

    def _find_receive(self) -> Receive:
        if hasattr(self._native, "receive"):
            return self._native.receive  # type: ignore[no-any-return]
        if self._receive is None:
            raise unireq.BodyNotRead(
                "an HTTPConnection has no body: read it from the starlette Request that an endpoint"
                " or a middleware receives; in an authentication backend, from"
                " unireq.current_request(), below unireq_starlette.RequestMiddleware"
            )
        return self._receive

    def _set_receive(self, receive: Receive) -> None:
        if hasattr(self._native, "receive"):
            self._native._receive = receive
        else:
            self._receive = receive

    def _cached_body(self) -> bytes | None:
        native = self._native
        if NO_BODY in self._scope or self._scope["type"] == "websocket":
            return b""
        if not hasattr(native, "receive"):
            return None
        body: bytes | None = getattr(native, "_body", None)
        # A middleware above that has read the body and not kept it passes on an empty one.
        gone = body is None and native._stream_consumed
        if gone or (not body and consumed_above(native)):
            if not may_have_body(self._scope):
                return b""
            raise unireq.BodyConsumed(
                "Starlette has read the body and has not kept it: `await request.form()`, a"
                " Form(...) or File(...) parameter in FastAPI, or request.stream() came first;"
                " `await aread()` before them in a middleware, or read the form only through"
                " unireq, in an endpoint without such parameters"
            )
        return body

    def _restore_body(self, body: SpooledBody) -> None:
        native = self._native
        if hasattr(native, "_body") or not hasattr(native, "_stream_consumed"):
            return
        if body.in_memory and not hasattr(native, "wrapped_receive"):
            native._body = body.getvalue()
        elif not native._stream_consumed:
            # A body in a file: Starlette's own parser reads it in chunks. In a BaseHTTPMiddleware:
            # with `_body` set, its request would send the body twice to the layers below.
            _ = self.receive
        elif isinstance(native.receive, BodyReceive) and not hasattr(native, "wrapped_receive"):
            # Starlette has read the body; let it read the body again.
            native._receive, native._stream_consumed = native.receive.again(), False

    def _make_native_response(self, response: unireq.Response) -> Any:
        return native_response(response, self.method)

    @classmethod
    def _matches(cls, kind: type) -> bool:
        return issubclass(kind, loaded_class("starlette.requests", "HTTPConnection"))

    @classmethod
    def _opener(cls, kind: type) -> Opener:
        sources = {"_scope": "scope", "_receive": None}
        return make_opener(cls, sources, instead_of=StarletteRequest.__init__)
