"""A body that its framework reads, while it stays readable for unireq, whoever asks first."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest

from support.fake import AsyncFakeRequest, FakeRequest, Octets
from unireq import BodyConsumed, IncompleteBody, Limits, UnireqError
from unireq.adapter import BodyTee

WHOLE = b"abcdefgh"
CHUNKS = (b"abc", b"defg", b"h")


class Small(FakeRequest):
    __slots__ = ()

    _limits: ClassVar[Limits] = Limits(body_size=5)


def recorded(
    *chunks: bytes | BaseException, kind: type[FakeRequest] = FakeRequest, length: int | None = None
) -> tuple[BodyTee, FakeRequest, Octets]:
    """What the framework reads of, what unireq reads of, and what both do."""
    headers = [] if length is None else [(b"content-length", b"%d" % length)]
    octets = Octets(*chunks)
    native = {"octets": octets, "headers": headers}
    tee = kind(native).tee_body()
    assert tee is not None
    return tee, kind(native), octets


def rest(tee: BodyTee, size: int = 9) -> bytes:
    """All that the framework gets from here on."""
    found = b""
    while chunk := tee.take(size):
        assert len(chunk) <= size
        found += chunk
    return found


async def arest(tee: BodyTee) -> bytes:
    found = b""
    while chunk := await tee.atake():
        found += chunk
    return found


def both(work: Callable[[type[FakeRequest]], Coroutine[Any, Any, None]], *kinds: Any) -> None:
    for kind in kinds or (FakeRequest, AsyncFakeRequest):
        asyncio.run(work(kind))


async def take_rest(tee: BodyTee, kind: type[FakeRequest]) -> bytes:
    return await arest(tee) if kind.body_is_async else rest(tee)


async def take(tee: BodyTee, kind: type[FakeRequest]) -> bytes:
    return await tee.atake() if kind.body_is_async else tee.take(9)


async def collect(request: FakeRequest) -> bytes:
    return b"".join([chunk async for chunk in request.astream()])


# Whoever asks first.


@pytest.mark.parametrize("read_before", [False, True])
def test_chunks_are_cut_to_what_was_asked_for(read_before: bool) -> None:
    tee, request, _ = recorded(WHOLE)
    assert not read_before or request.read() == WHOLE
    assert [tee.take(size) for size in (1, 2, 100)] == [b"a", b"bc", b"defgh"]


# Over the limit.


def test_what_is_over_the_limit_is_not_kept() -> None:
    tee, request, _ = recorded(*[b"x" * 3] * 1000, kind=Small)
    body = request._shared_body()
    for _ in range(1000):
        tee.take(100)
        assert body.store.size <= 5
        assert tee._store.size <= 5


# A body that ends early.


@pytest.mark.parametrize("first", ["framework", "unireq"])
def test_a_short_body(first: str) -> None:
    async def main(kind: type[FakeRequest]) -> None:
        tee, request, octets = recorded(*CHUNKS, kind=kind, length=9)
        if first == "framework":
            assert await take_rest(tee, kind) == WHOLE
        for _ in range(2):
            with pytest.raises(IncompleteBody, match="expected 9 bytes"):
                await request.aread()
        if first == "unireq":
            # It gets what came, as if nobody were here.
            assert await take_rest(tee, kind) == WHOLE
        assert await take(tee, kind) == b""
        assert octets.asked == 4

    both(main)


# Streams.


def test_what_a_stream_has_taken_is_gone() -> None:
    async def main(kind: type[FakeRequest]) -> None:
        tee, request, _ = recorded(*CHUNKS, kind=kind)
        assert await take(tee, kind) == b"abc"
        # It begins at the beginning.
        assert await collect(request) == WHOLE
        for _ in range(2):
            with pytest.raises(BodyConsumed, match=r"use read\(\) or aread\(\) instead"):
                await take(tee, kind)
            with pytest.raises(BodyConsumed):
                await request.aread()

    both(main)


# Cancelled, and side by side.


def test_many_threads_and_the_framework() -> None:
    tee, request, octets = recorded(*[b"%04d" % number for number in range(500)])
    whole = b"".join(b"%04d" % number for number in range(500))
    barrier = threading.Barrier(9)

    def reader(number: int) -> bytes:
        barrier.wait(60)
        return rest(tee, 7) if number == 0 else request.read()

    with ThreadPoolExecutor(9) as pool:
        assert list(pool.map(reader, range(9))) == [whole] * 9
    assert octets.opened == 1


# Files.


class Spooling(FakeRequest):
    __slots__ = ()

    _limits: ClassVar[Limits] = Limits(spool_size=4)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", fail)


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_is_no_matter_to_the_framework() -> None:
    tee, request, _ = recorded(*CHUNKS, b"ij", kind=Spooling)
    assert rest(tee) == WHOLE + b"ij"
    for _ in range(2):
        with pytest.raises(UnireqError, match="free disk space"):
            request.read()


@pytest.mark.usefixtures("full_disk")
def test_what_a_full_disk_has_lost_is_not_left_out() -> None:
    tee, request, _ = recorded(*CHUNKS, b"ij", kind=Spooling)
    with pytest.raises(UnireqError, match="free disk space"):
        request._stored(None, "form()", spool=True)
    # unireq has taken "defg", and could not keep it: what follows would be another body.
    assert tee.take(9) == b"abc"
    for _ in range(2):
        with pytest.raises(UnireqError, match="free disk space"):
            tee.take(9)


def test_no_body() -> None:
    async def main(kind: type[FakeRequest]) -> None:
        tee, request, _ = recorded(kind=kind)
        assert await take(tee, kind) == b""
        assert await request.aread() == b""
        tee, request, _ = recorded(kind=kind, length=0)
        assert await request.aread() == b""
        assert await take(tee, kind) == b""

    both(main)


@pytest.mark.parametrize("when", [0, 1, 2])
@pytest.mark.parametrize("error", [OSError("gone"), IncompleteBody("gone"), RuntimeError("gone")])
def test_a_source_that_fails(when: int, error: Exception) -> None:
    async def main(kind: type[FakeRequest]) -> None:
        # The framework gets the error as it is, and no end, which would seem to be the body's.
        chunks: list[Any] = [*CHUNKS[:when], error, b"more"]
        tee, request, _ = recorded(*chunks, kind=kind)
        assert [await take(tee, kind) for _ in range(when)] == [*CHUNKS[:when]]
        with pytest.raises(type(error)) as raised:
            await take(tee, kind)
        assert raised.value is error
        for _ in range(2):
            with pytest.raises(IncompleteBody, match="gone"):
                await take(tee, kind)
            with pytest.raises(IncompleteBody, match="gone"):
                await request.aread()

    both(main)
