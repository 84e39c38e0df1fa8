"""A framework's request that is a dict, and the adapter for it: the smallest that there can be."""

from __future__ import annotations

from collections.abc import MutableMapping
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

    def _routed_path(self) -> str:
        path: str = self._native.get("path", "/")
        return path

    def _raw_target(self) -> bytes | None:
        target: bytes | None = self._native.get("target")
        return target

    def _make_headers(self) -> unireq.Headers:
        return headers_from_asgi(self._native.get("headers", []))

    @property
    def _storage(self) -> MutableMapping[str, Any]:
        shared: dict[str, Any] = self._native
        return shared

    def _open_body(self) -> Any:
        octets = self._octets()
        octets.opened += 1
        return octets.read

    def _octets(self) -> Octets:
        found: Octets | None = self._native.get("octets")
        return Octets() if found is None else found


class AsyncFakeRequest(FakeRequest):
    """The same on a framework whose bodies are awaited."""

    __slots__ = ()

    body_is_async: ClassVar[bool] = True

    def _open_body(self) -> Any:
        octets = self._octets()
        octets.opened += 1
        return octets.pull


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
        await _Turn()
        return self.read(2**30) or None


class _Turn:
    """Gives the turn to other tasks of asyncio, once."""

    def __await__(self) -> Any:
        yield


def fake(**native: Any) -> FakeRequest:
    """A request that looks at the raw facts `native`."""
    return FakeRequest(native)
