"""A framework's request that is a dict, and the adapter for it: the smallest that there can be."""

from __future__ import annotations

from typing import Any

import unireq


class FakeRequest(unireq.NativeRequest):
    """Looks at a dict of raw facts."""

    __slots__ = ()

    method = property(lambda self: self._native.get("method", "GET"))
    scheme = property(lambda self: self._native.get("scheme", "http"))
    http_version = property(lambda self: self._native.get("http_version", "1.1"))
    root_path = property(lambda self: self._native.get("root_path", ""))
    query_string = property(lambda self: self._native.get("query", ""))
    client = property(lambda self: self._native.get("client"))
    path_params = property(lambda self: dict(self._native.get("path_params", {})))

    def _routed_path(self) -> str:
        path: str = self._native.get("path", "/")
        return path

    def _raw_target(self) -> bytes | None:
        target: bytes | None = self._native.get("target")
        return target

    def _make_headers(self) -> unireq.Headers:
        return unireq.headers_from_pairs(self._native.get("headers", []))


def fake(**native: Any) -> FakeRequest:
    """A request that looks at the raw facts `native`."""
    return FakeRequest(native)
