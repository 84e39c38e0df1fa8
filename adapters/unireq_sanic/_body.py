"""The body of a Sanic request.

Before it calls a handler Sanic has fetched the body, unless the handler is a streaming one, or the
route ignores bodies, as those for GET, HEAD, OPTIONS and DELETE do by default.
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
    """A mapping that lives and dies with the request: that of its `ctx`."""
    try:
        kept: dict[str, Any] = native.ctx.__dict__
    except AttributeError:
        # Sanic lets apps make a context of their own, which may have slots.
        kept = _storage.setdefault(native, {})
    return kept


def cached_body(native: Any) -> bytes | None:
    """The body, if Sanic has it; None if it is still to be read.

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
    """How many bytes Sanic's own server has handed out; None where nobody counts, as on ASGI."""
    total: int | None = getattr(stream, "request_bytes", None)
    left: int | None = getattr(stream, "request_bytes_left", None)
    return None if total is None or left is None else total - left


def _was_streamed(native: Any) -> bool:
    """Whether there was a body, which Sanic does not have."""
    route = native.route
    if route is None:
        return False
    if not (hasattr(route.handler, "is_stream") or getattr(route.extra, "ignore_body", False)):
        return False
    length = native.headers.get("content-length")
    return length != "0" and (length is not None or "transfer-encoding" in native.headers)


def open_body(native: Any) -> AsyncReadBody:
    """What gives the bytes of the body, and None at its end."""
    # What is shared by the views of a request must not hold it, and its stream does.
    find = weakref.ref(native)

    async def pull() -> bytes | None:
        while (stream := _own_stream(find())) is not None and stream.request_body:
            chunk: bytes | None = await stream.read()
            if chunk:
                return chunk
        return None

    return pull


def _own_stream(native: Any) -> Any:
    """Sanic's stream, also where a tee stands in its place."""
    stream = None if native is None else native.stream
    return getattr(stream, "original", stream)


def restore_body(native: Any, body: SpooledBody) -> None:
    """Let `request.body`, `request.form`, `request.files` and `request.json` go on working.

    Sanic has no form parser that reads in pieces, so a body that is too large for memory stays out
    of it.
    """
    if not native.body and body.size and body.in_memory:
        native.body = body.getvalue()


def run_from_thread(native: Any, function: Callable[[], Awaitable[_T]], what: str) -> _T:
    """What `await function()` gives in the event loop of the connection, from another thread.

    Raises:
        unireq.BodyNotRead: The loop is not known, as on ASGI, or does not run.
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
    # `app.loop` is the loop of whoever asks: in a thread, none.
    return getattr(getattr(native, "protocol", None), "loop", None)
