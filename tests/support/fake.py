"""A framework's request that is a dict, and the adapter for it: the smallest that there can be."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import unireq
from unireq.adapter import NativeRequest, headers_from_asgi


class FakeRequest(NativeRequest):
    """Looks at a dict of raw facts."""

    __slots__ = ()

    method = property(lambda self: self._native.get("method", "GET"))
    scheme = property(lambda self: self._native.get("scheme", "http"))
    http_version = property(lambda self: self._native.get("http_version", "1.1"))
    root_path = property(lambda self: self._native.get("root_path", ""))
    query_string = property(lambda self: self._native.get("query", ""))
    client = property(lambda self: self._native.get("client"))
    path_params = property(lambda self: dict(self._native.get("path_params", {})))

    _storage = property(lambda self: self._native)

    def _routed_path(self) -> str:
        return self._native.get("path", "/")  # type: ignore[no-any-return]

    def _raw_target(self) -> bytes | None:
        return self._native.get("target")  # type: ignore[no-any-return]

    def _make_headers(self) -> unireq.Headers:
        return headers_from_asgi(self._native.get("headers", []))

    def _open_body(self) -> Any:
        octets: Octets = self._native.get("octets") or Octets()
        octets.opened += 1
        return octets.pull if self.body_is_async else octets.read


class AsyncFakeRequest(FakeRequest):
    """The same on a framework whose bodies are awaited."""

    __slots__ = ()

    body_is_async: ClassVar[bool] = True


class Octets:
    """A body on its way: chunks, and errors in their place.

    Attributes:
        opened: How often it was opened.
        asked: How often it was asked for more.
    """

    def __init__(self, *chunks: bytes | BaseException) -> None:
        self.opened = 0
        self.asked = 0
        self._left = list(chunks)

    def read(self, size: int) -> bytes:
        """At most `size` bytes, as a stream gives them."""
        assert size > 0
        self.asked += 1
        if not self._left:
            return b""
        chunk = self._left.pop(0)
        if isinstance(chunk, BaseException):
            try:
                raise chunk
            finally:
                # A frame that holds the error which holds it would keep all that is in it.
                del chunk
        if len(chunk) > size:
            self._left.insert(0, chunk[size:])
        return chunk[:size]

    async def pull(self) -> bytes | None:
        """Some bytes, or None at the end; lets others run first."""
        await asyncio.sleep(0)
        return self.read(2**30) or None


def fake(**native: Any) -> FakeRequest:
    """A request that looks at the raw facts `native`."""
    return FakeRequest(native)
