"""One body, whoever wants it, in any order: a model says what is right.

Readers, streams and the framework; in threads, in the tasks of several event loops, cancelled at
any step, below limits and over them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support import forms
from support.fake import AsyncFakeRequest, FakeRequest, Octets
from unireq import BodyConsumed, BodyTooLarge, IncompleteBody, Limits, UnireqError

STEPS = ("read", "spool", "stream", "piece", "close", "framework")
step = st.tuples(st.sampled_from(STEPS), st.none() | st.integers(0, 6), st.integers(0, 12))
"""What is done; after how many turns of the event loop it is cancelled; the limit of a reader."""


class Consumers:
    """The consumers of one body, and what is right for each.

    The framework gets the whole, or an error; unireq gets the whole, or why not. A stream ends the
    body for all others, once it has begun on what nobody has kept.
    """

    def __init__(self, chunks: list[bytes], is_async: bool, short: bool, spool: int) -> None:
        base: type[FakeRequest] = AsyncFakeRequest if is_async else FakeRequest

        class Request(base):  # type: ignore[misc,valid-type]
            __slots__ = ()
            _limits = Limits(spool_size=spool, body_size=None)

        self.octets, self.whole = Octets(*chunks), b"".join(chunks)
        length = (b"content-length", b"%d" % (len(self.whole) + short))
        native = {"octets": self.octets, "headers": [length] if short else []}
        self.view: Callable[[], FakeRequest] = lambda: Request(native)
        self.tee: Any = self.view().tee_body()
        self.is_async, self.short = is_async, short
        self.stream: Any = None
        self.framework, self.streams, self.smallest = b"", 0, 10**9

    async def step(self, name: str, limit: int) -> Any:
        limits = Limits(body_size=limit) if limit else None
        if name == "framework":
            return await self.tee.atake() if self.is_async else self.tee.take(limit or 1)
        if name == "close":
            return await self.stream.aclose()
        if name == "stream":
            self.streams += 1
            self.stream = self.view().astream()
        if name in {"stream", "piece"}:
            return await anext(self.stream, b"")
        if limits is not None:
            self.smallest = min(self.smallest, limit)
        if name == "spool":
            return (await self.view()._astored(limits, spool=True)).getvalue()
        return await self.view().aread(limits=limits)

    async def do(self, name: str, turns: int | None, limit: int) -> None:
        """Do a step, and judge what came of it."""
        if name in {"piece", "close"} and self.stream is None:
            return
        task = asyncio.ensure_future(self.step(name, limit))
        if turns is not None:
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
        with suppress(asyncio.CancelledError):
            try:
                self.judge(name, await task)
            except UnireqError as error:
                self.judge(name, error)

    def judge(self, name: str, found: Any) -> None:
        if name == "framework" and isinstance(found, bytes):
            self.framework += found
            assert self.whole.startswith(self.framework)
            assert found or self.framework == self.whole
        elif name == "framework" or isinstance(found, BodyConsumed):
            assert isinstance(found, BodyConsumed)
            assert self.streams
        elif isinstance(found, BodyTooLarge):
            assert self.smallest < len(self.whole) + self.short
        elif isinstance(found, UnireqError):
            assert isinstance(found, IncompleteBody)
            assert self.short
        elif name in {"read", "spool"}:
            assert found == self.whole
            assert not self.short

    async def end(self) -> None:
        """Whatever has happened, the framework comes to the end, or to an error."""
        size = -1
        while size != (size := len(self.framework)):
            await self.do("framework", None, 5)
        if self.stream is not None:
            with suppress(UnireqError):
                await self.stream.aclose()
        assert self.octets.opened == 1


@given(
    chunks=st.lists(st.binary(min_size=1, max_size=6), max_size=6),
    is_async=st.booleans(),
    short=st.booleans(),
    spool=st.integers(0, 8),
    rounds=st.lists(st.lists(step, min_size=1, max_size=4), max_size=6),
)
@example([b"abc", b"defg", b"h"], True, False, 9, [[("read", 2, 0)], [("stream", None, 0)]])
@example([b"abc", b"defg"], True, False, 0, [[("read", None, 4)], [("framework", None, 0)] * 2])
@example([b"abc", b"def"], False, False, 0, [[("stream", None, 0)], [("framework", None, 9)]])
@example([b"abc"], False, True, 9, [[("read", None, 0)]])
@example([b"abc"], True, True, 9, [[("read", None, 0)]])
def test_any_interleaving(
    chunks: list[bytes],
    is_async: bool,
    short: bool,
    spool: int,
    rounds: list[list[tuple[str, int | None, int]]],
) -> None:
    consumers = Consumers(chunks, is_async, short, spool)

    async def together(steps: list[tuple[str, int | None, int]]) -> None:
        # Not two that share a cursor, as no framework does.
        mine = {name: (name, turns, limit) for name, turns, limit in steps}
        if len(mine.keys() & {"stream", "piece", "close"}) > 1:
            mine = {name: mine[name] for name in mine if name not in {"piece", "close"}}
        await asyncio.gather(*(consumers.do(*each) for each in mine.values()))

    # Each round in an event loop of its own: nothing may belong to the first one.
    for steps in rounds:
        runner = asyncio.new_event_loop()
        runner.run_until_complete(together(steps))
        runner.close()
    asyncio.run(consumers.end())


FORM = forms.body(forms.field(), *(forms.file(f"f{n}", content=b"z" * 300_000) for n in range(3)))
MULTIPART = [(b"content-type", forms.MULTIPART.encode())]


@pytest.mark.parametrize("use", ["aform", "aread", "form", "read"])
def test_many_threads_each_with_a_loop_of_its_own(use: str) -> None:
    native = {"octets": Octets(*(FORM[i : i + 9999] for i in range(0, len(FORM), 9999)))}
    native["headers"] = MULTIPART  # type: ignore[assignment]
    tee, barrier = FakeRequest(native).tee_body(), threading.Barrier(7)
    assert tee is not None

    def work(number: int) -> Any:
        request = FakeRequest(native)
        barrier.wait(60)
        if number == 0:  # the framework
            return b"".join(iter(lambda: tee.take(7777), b""))
        found: Any = getattr(request, use)()
        return asyncio.run(found) if use[0] == "a" else found

    with ThreadPoolExecutor(7) as pool:
        framework, *answers = pool.map(work, range(7))
    assert framework == FORM
    assert len({id(answer) for answer in answers}) == 1 or answers == [FORM] * 6
    assert native["octets"].opened == 1


def test_a_stream_of_nothing_leaves_a_body_that_is_empty() -> None:
    for kind in (FakeRequest, AsyncFakeRequest):
        request = kind({"octets": Octets()})
        tee = request.tee_body()
        assert tee is not None
        assert asyncio.run(anext(request.astream(), None)) is None
        assert asyncio.run(request.aread()) == request.read() == b""
        assert asyncio.run(tee.atake()) == b""
