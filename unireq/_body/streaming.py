"""Streaming: a body in chunks as they come, none of which is kept.

Rule: one stream takes what nobody has read, and from then on it belongs to nobody else; a body that
has been read is given again, and stays.
"""

# The two are one mechanism.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from typing import TYPE_CHECKING

from unireq._body.limits import Limits
from unireq._body.state import Body
from unireq._body.store import CHUNK

if TYPE_CHECKING:
    from unireq._body.reading import BodyReader as Source

__all__ = ["astream", "stream"]


def stream(body: Body, source: Source, limits: Limits) -> Iterator[bytes]:
    """The octets as they come, from a source that is not async.

    Raises:
        BodyConsumed, BodyTooLarge, IncompleteBody: They can't be had.
    """
    with body.lock:
        taken = _take(body, source, limits)
    if not taken:
        yield from body._whole(source, limits).chunks()
        return
    try:
        # What a reader that was cancelled has left.
        yield from body.store.chunks()
        size = body.store.size
        while chunk := body._ask(CHUNK):
            size += len(chunk)
            body._check_size(size, limits)
            yield chunk
        body._check_length(source, size)
    finally:
        body._let_go()


async def astream(body: Body, source: Source, limits: Limits) -> AsyncGenerator[bytes, None]:
    """The same, from a source that may be async."""
    if not source.body_is_async:
        for chunk in stream(body, source, limits):
            yield chunk
        return
    async with body.async_lock():
        taken = _take(body, source, limits)
    if not taken:
        for chunk in body._whole(source, limits).chunks():
            yield chunk
        return
    try:
        for chunk in body.store.chunks():
            yield chunk
        size = body.store.size
        while (piece := await body._await()) is not None:
            size += len(piece)
            body._check_size(size, limits)
            yield piece
        body._check_length(source, size)
    finally:
        body._let_go()


def _take(body: Body, source: Source, limits: Limits) -> bool:
    """Whether the caller has to take the octets from the source, and nobody else may."""
    if not body._look(source):
        return False
    body._begin(source, limits)
    body.streamed = True
    source._streams()
    return True
