"""unireq for aiohttp's server: `AiohttpRequest` looks at an `aiohttp.web` request."""

from typing import Any

from aiohttp import web

import unireq

__all__ = ["AiohttpRequest"]


class AiohttpRequest(unireq.NativeRequest):
    """The facts of an aiohttp request, which sits on neither ASGI nor WSGI."""

    __slots__ = ()
    _native: web.Request

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
        return unireq.settle_http_version(f"{major}.{minor}")

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
        return _octets(self._native.rel_url.raw_query_string).decode("latin-1")

    @property
    def client(self) -> unireq.Address | None:
        # `remote` too may come from request.clone(); then nobody knows a port that belongs to it.
        remote, transport = self._native.remote, self._native.transport
        peer = None if transport is None else transport.get_extra_info("peername")
        port = peer[1] if peer and peer[0] == remote else None
        return unireq.settle_address(remote, port)

    @property
    def path_params(self) -> dict[str, Any]:
        return dict(self._match() or {})

    def _routed_path(self) -> str:
        # aiohttp routes on this path, decoded; in request.path an octet that is not UTF-8 looks
        # like an escape.
        return unireq.decode_raw_path(_octets(self._native.rel_url.raw_path))

    def _raw_target(self) -> bytes:
        return _octets(self._native.raw_path)

    def _make_headers(self) -> unireq.Headers:
        return unireq.headers_from_pairs(self._native.raw_headers)

    def _match(self) -> web.UrlMappingMatchInfo | None:
        try:
            return self._native.match_info
        except (AssertionError, AttributeError):
            # Before routing, and where there is no app: below web.Server.
            return None

    @classmethod
    def _opener(cls, kind: type) -> unireq.Opener | None:
        return cls if issubclass(kind, web.BaseRequest) else None


def _octets(text: str) -> bytes:
    """The octets of a target, which aiohttp reads as UTF-8 that may be broken."""
    return text.encode("utf-8", "surrogateescape")
