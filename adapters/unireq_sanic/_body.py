"""The body of a Sanic request.

Sanic reads the body before it calls a handler, except for a streaming handler, or if the route
ignores bodies, as routes for GET, HEAD, OPTIONS and DELETE do by default.
"""

from __future__ import annotations

import weakref
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import unireq
from unireq.adapter import AsyncReadBody, SpooledBody

__all__ = ["cached_body", "open_body", "restore_body", "run_from_thread", "shared_by"]

_T = TypeVar("_T")


_storage: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()


def shared_by(native: Any) -> MutableMapping[str, Any]:
    """A mapping that lives as long as the request: that of its `ctx`."""
    try:
        kept: dict[str, Any] = native.ctx.__dict__
    except AttributeError:
        # An app may set its own context class, which may have slots.
        kept = _storage.setdefault(native, {})
    return kept


def cached_body(native: Any) -> bytes | None:
    """The body if Sanic has it; None if Sanic has not read it yet.

    Raises:
        unireq.BodyConsumed: A streaming handler has read it.
    """
    stream, body = native.stream, native.body
    taken = _taken(stream)
    if body and (taken is None or len(body) >= taken):
        return body  # type: ignore[no-any-return]
    more = stream is not None and bool(stream.request_body)
    if more and not taken:
        return None
    if taken or (stream is not None and taken is None and _was_streamed(native)):
        raise unireq.BodyConsumed(
            "the handler has read the body itself; `await aread()` before it reads request.stream,"
            " then request.body has the body too"
        )
    return b""


def _taken(stream: Any) -> int | None:
    """How many bytes have been read from Sanic's own server; None if unknown, as on ASGI."""
    total: int | None = getattr(stream, "request_bytes", None)
    left: int | None = getattr(stream, "request_bytes_left", None)
    return None if total is None or left is None else total - left


def _was_streamed(native: Any) -> bool:
    """Whether the request had a body that Sanic has not kept."""
    route = native.route
    if route is None:
        return False
    if not (hasattr(route.handler, "is_stream") or getattr(route.extra, "ignore_body", False)):
        return False
    length = native.headers.get("content-length")
    return length != "0" and (length is not None or "transfer-encoding" in native.headers)


def open_body(native: Any) -> AsyncReadBody:
    """A function that reads the body: the next bytes, or None at the end."""
    # The shared state must not keep the native request alive, and the stream refers to it.
    find = weakref.ref(native)

    async def pull() -> bytes | None:
        while (stream := _own_stream(find())) is not None and stream.request_body:
            chunk: bytes | None = await stream.read()
            if chunk:
                return chunk
        return None

    return pull


def _own_stream(native: Any) -> Any:
    """Sanic's own stream, even if it has been replaced by a `TeeStream`."""
    stream = None if native is None else native.stream
    return getattr(stream, "original", stream)


def restore_body(native: Any, body: SpooledBody) -> None:
    """Make `request.body`, `request.form`, `request.files` and `request.json` work again.

    Only for a body in memory: Sanic's form parser can't read a file in chunks.
    """
    if not native.body and body.size and body.in_memory:
        native.body = body.getvalue()


def run_from_thread(native: Any, function: Callable[[], Awaitable[_T]], what: str) -> _T:
    """Run `await function()` in the event loop of the connection, from another thread.

    Raises:
        unireq.BodyNotRead: The loop is unknown, as on ASGI, or is not running.
    """
    import asyncio

    loop: asyncio.AbstractEventLoop | None = _loop_of(native)
    if loop is None or not loop.is_running():
        raise unireq.BodyNotRead(
            f"{what}: the body hasn't been read yet, and this thread can't reach the event loop"
            " that reads it; `await request.aread()` before you start the thread"
        )

    async def run() -> _T:
        return await function()

    return asyncio.run_coroutine_threadsafe(run(), loop).result()


def _loop_of(native: Any) -> Any:
    # Not `app.loop`, which is the loop of the calling thread.
    return getattr(getattr(native, "protocol", None), "loop", None)
