"""unireq for aiohttp's server: `AiohttpRequest`, `as_view`, `inject` and `request_middleware`."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, ClassVar, TypeVar

from aiohttp import StreamReader, web
from multidict import CIMultiDict

import unireq
from unireq.adapter import (
    AsyncReadBody,
    Handler,
    Injection,
    NativeRequest,
    SpooledBody,
    decode_raw_path,
    error_response,
    find_in_arguments,
    headers_from_asgi,
    normalize_address,
    normalize_http_version,
    request_context,
)

__all__ = ["AiohttpRequest", "as_view", "inject", "request_middleware"]

_T = TypeVar("_T")


class AiohttpRequest(NativeRequest):
    """The facts of an aiohttp request, which sits on neither ASGI nor WSGI."""

    __slots__ = ()
    _native: web.Request
    body_is_async: ClassVar[bool] = True

    @property
    def method(self) -> str:
        return self._native.method.upper()

    @property
    def scheme(self) -> str:
        # Not read from the transport: an app behind a proxy replaces it by request.clone(scheme=).
        return self._native.scheme

    @property
    def http_version(self) -> str:
        major, minor = self._native.version
        return normalize_http_version(f"{major}.{minor}")

    @property
    def root_path(self) -> str:
        match = self._match()
        apps = () if match is None else match.apps
        if len(apps) < 2:
            return ""
        # The mount is known to the app around it: a resource with this app and its prefix, which
        # has the prefixes of all apps further out in front.
        mounts = (resource.get_info() for resource in apps[-2].router.resources())
        return next((m["prefix"] for m in mounts if m.get("app") is apps[-1] and "prefix" in m), "")

    @property
    def query_string(self) -> str:
        # request.query_string is decoded; this is as it was sent.
        return _bytes_of(self._native.rel_url.raw_query_string).decode("latin-1")

    @property
    def client(self) -> unireq.Address | None:
        # `remote` too may come from request.clone(); then nobody knows a port that belongs to it.
        remote, transport = self._native.remote, self._native.transport
        peer = None if transport is None else transport.get_extra_info("peername")
        port = peer[1] if peer and peer[0] == remote else None
        return normalize_address(remote, port)

    @property
    def path_params(self) -> dict[str, Any]:
        return dict(self._match() or {})

    @property
    def route(self) -> str | None:
        match = self._match()
        # No resource: 404 or 405.
        resource = None if match is None else match.route.resource
        return None if resource is None else resource.canonical

    def _find_view(self) -> Any:
        match = self._match()
        return None if match is None or match.route.resource is None else match.handler

    def _routed_path(self) -> str:
        # aiohttp routes on this path, decoded; in request.path a byte that is not UTF-8 looks
        # like an escape.
        return decode_raw_path(_bytes_of(self._native.rel_url.raw_path))

    def _raw_target(self) -> bytes:
        return _bytes_of(self._native.raw_path)

    def _make_headers(self) -> unireq.Headers:
        return headers_from_asgi(self._native.raw_headers)

    @property
    def _storage(self) -> MutableMapping[str, Any]:
        # Not the request as a mapping, which warns of keys that are text.
        return self._native._state

    def _cached_body(self) -> bytes | None:
        native = self._native
        if native._read_bytes is None and native.content.total_bytes and native.content.at_eof():
            raise unireq.BodyConsumed(
                "aiohttp has read the body and has not kept it: await request.post(),"
                " request.multipart() or request.content came first; `await aread()` before them,"
                " for example in a middleware"
            )
        return native._read_bytes

    def _open_body(self) -> AsyncReadBody:
        content, taken = self._native.content, 0

        async def pull() -> bytes | None:
            nonlocal taken
            while not content.at_eof():
                if chunk := await content.readany():
                    taken += len(chunk)
                    return chunk
            if taken < content.total_bytes:
                raise unireq.BodyConsumed(
                    "something read from request.content before unireq did; `await aread()`"
                    " before it, for example in a middleware"
                )
            return None

        return pull

    def _restore_body(self, body: SpooledBody) -> None:
        native = self._native
        if native._read_bytes is None and body.in_memory:
            native._read_bytes = body.getvalue()
            # aiohttp's parser of multipart forms takes the stream.
            stream = StreamReader(native.protocol, body.size, loop=native._loop)
            stream.feed_data(native._read_bytes)
            stream.feed_eof()
            native._payload = stream
            native._cache.pop("content", None)

    def _run_async(self, function: Callable[[], Awaitable[_T]], what: str) -> _T:
        async def run() -> _T:
            return await function()

        return asyncio.run_coroutine_threadsafe(run(), self._native.task.get_loop()).result()

    def _make_native_response(self, response: unireq.Response) -> web.Response:
        wire = response.for_method(self.method)
        return web.Response(body=wire.content, status=wire.status, headers=CIMultiDict(wire.fields))

    def _match(self) -> web.UrlMappingMatchInfo | None:
        try:
            return self._native.match_info
        except (AssertionError, AttributeError):
            # Before routing, and where there is no app: below web.Server.
            return None

    @classmethod
    def _matches(cls, kind: type) -> bool:
        return issubclass(kind, web.BaseRequest)


def as_view(handler: Callable[..., Any]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler, for aiohttp, that answers by `handler`: for `app.router.add_route(...)`."""
    prepared = Handler(handler)

    @prepared.named
    async def view(request: web.Request) -> web.Response:
        response = await prepared.acall(AiohttpRequest(request))
        native: web.Response = response.to_native(request)
        return native

    return view


inject = Injection(
    find_in_arguments(AiohttpRequest), AiohttpRequest, annotation=lambda: web.Request
)
"""Passes our `Request` to the parameter of a handler that is annotated with it."""


@web.middleware
async def request_middleware(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Makes `unireq.current_request()` work below, and answers errors: for `middlewares=...`."""
    with request_context(AiohttpRequest(request)):
        try:
            return await handler(request)
        except (unireq.Abort, unireq.RequestError) as error:
            native: web.Response = error_response(error).to_native(request)
            return native


def _bytes_of(text: str) -> bytes:
    """The bytes of a target, which aiohttp reads as UTF-8 that may be broken."""
    return text.encode("utf-8", "surrogateescape")
