"""One body and its readers: one at a time, cancelled or not, each gets every byte; and its end."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import Any

import pytest

import unireq
from support.fake import AsyncFakeRequest, FakeRequest, Octets
from support.requirements import need
from unireq import BodyConsumed, BodyTooLarge, IncompleteBody, Limits
from unireq._body.state import KEY, Body

CHUNKS = (b"abc", b"defg", b"h")
WHOLE = b"".join(CHUNKS)


def view(*chunks: bytes | BaseException, **native: Any) -> FakeRequest:
    return FakeRequest({"octets": Octets(*chunks), **native})


def aview(*chunks: bytes | BaseException, **native: Any) -> AsyncFakeRequest:
    return AsyncFakeRequest({"octets": Octets(*chunks), **native})


def octets(request: FakeRequest) -> Octets:
    found: Octets = request.native["octets"]
    return found


async def collect(request: unireq.Request, **limits: Any) -> bytes:
    return b"".join([chunk async for chunk in request.astream(**limits)])


# One reader at a time.


def test_fifty_tasks_of_trio_get_what_one_has_read() -> None:
    need(find_spec("trio"), "trio is not installed: pip install trio")
    import trio

    class TrioOctets(Octets):
        async def pull(self) -> bytes | None:
            await trio.lowlevel.checkpoint()
            return self.read(100) or None

    native = {"octets": TrioOctets(*CHUNKS)}
    found: list[bytes] = []

    async def reader() -> None:
        found.append(await AsyncFakeRequest(native).aread())

    async def main() -> None:
        with pytest.raises(unireq.BodyNotRead):
            AsyncFakeRequest(native).read()
        with trio.move_on_after(0):
            await AsyncFakeRequest(native).aread()
        async with trio.open_nursery() as nursery:
            for _ in range(50):
                nursery.start_soon(reader)

    trio.run(main)
    assert found == [WHOLE] * 50
    assert native["octets"].opened == 1


# Limits.


def test_more_octets_than_the_limit_are_let_go() -> None:
    for make in (view, aview):
        request = make(*CHUNKS)
        for _ in range(2):
            with pytest.raises(BodyTooLarge, match=r"^body: expected at most 7 bytes"):
                asyncio.run(request.aread(limits=Limits(body_size=7)))
        assert request.native[KEY].store.size == 0
        # There is nobody to ask any more: the rest would be another body.
        with pytest.raises(BodyTooLarge):
            asyncio.run(request.aread())
        streamed = make(*CHUNKS)
        with pytest.raises(BodyTooLarge):
            asyncio.run(collect(streamed, limits=Limits(body_size=7)))
        with pytest.raises(BodyTooLarge):
            asyncio.run(streamed.aread())


def test_no_more_than_one_octet_over_the_limit_is_asked_for() -> None:
    class Endless:
        opened = given = 0

        def read(self, size: int) -> bytes:
            self.given += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(BodyTooLarge):
        FakeRequest({"octets": endless}).read(limits=Limits(body_size=100))
    assert endless.given == 101


@pytest.mark.parametrize(
    ("error", "kind"),
    [(OSError("reset"), IncompleteBody), (BodyConsumed("gone"), BodyConsumed)],
)
def test_errors_of_the_source(error: Exception, kind: type[unireq.UnireqError]) -> None:
    for make in (view, aview):
        request = make(b"abc", error, b"def")
        for _ in range(3):
            with pytest.raises(kind, match=str(error)):
                asyncio.run(request.aread())
        assert octets(request).asked == 2


# Streams.


def test_a_stream_that_was_abandoned() -> None:
    request = view(*CHUNKS)
    stream = request.stream()
    assert next(stream) == b"abc"
    with pytest.raises(BodyConsumed):
        request.read()
    del stream
    with pytest.raises(BodyConsumed):
        request.read()
    assert octets(request).asked == 1


# What is kept of it, and how long.


@pytest.mark.parametrize("whole", [True, False])
def test_the_source_is_let_go_after_a_stream(whole: bool) -> None:
    request, arequest = view(*CHUNKS), aview(*CHUNKS)
    sources = [weakref.ref(octets(each)) for each in (request, arequest)]

    async def main() -> None:
        chunks = arequest.astream()
        assert await anext(chunks) == b"abc"
        if whole:
            assert [chunk async for chunk in chunks] == list(CHUNKS[1:])

    with no_garbage_collection():
        stream = request.stream()
        assert next(stream) == b"abc"
        if whole:
            assert list(stream) == list(CHUNKS[1:])
        del stream
        asyncio.run(main())
        for each in (request, arequest):
            del each.native["octets"]
        assert [source() for source in sources] == [None, None]


class Native(dict[str, Any]):
    """A dict that can be looked after."""


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


FORM = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nxyz\r\n--b--\r\n'
MULTIPART = [(b"content-type", b"multipart/form-data; boundary=b")]


def read(request: FakeRequest) -> None:
    asyncio.run(request.aread())


def read_form(request: FakeRequest) -> None:
    form = asyncio.run(request.aform(limits=Limits(spool_size=1)))
    assert form.files["f"].read() == b"xyz"


def read_some(request: FakeRequest) -> None:
    asyncio.run(anext(aiter(request.astream())))


async def read_in_vain(request: FakeRequest, limits: Limits) -> None:
    # Neither pytest.raises nor the loop sees the error: they keep its traceback, and its frames.
    with suppress(BodyTooLarge, IncompleteBody):
        await request.aread(limits=limits)


def read_too_much(request: FakeRequest) -> None:
    asyncio.run(read_in_vain(request, Limits(body_size=1)))


def read_what_breaks(request: FakeRequest) -> None:
    octets(request)._left.append(OSError("reset"))
    asyncio.run(read_in_vain(request, Limits()))


@pytest.mark.parametrize("use", [read, read_form, read_some, read_too_much, read_what_breaks])
@pytest.mark.parametrize("kind", [FakeRequest, AsyncFakeRequest])
def test_a_body_ends_with_the_native_request(use: Any, kind: type[FakeRequest]) -> None:
    with no_garbage_collection():
        native = Native(octets=Octets(FORM), headers=MULTIPART)
        request = kind(native)
        use(request)
        assert isinstance(native[KEY], Body)
        gone = weakref.ref(native)
        kept = weakref.ref(request)
        del native, request
        assert gone() is None
        assert kept() is None


def test_one_temporary_file_for_a_form_and_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    made: list[Any] = []
    make = tempfile.TemporaryFile

    def counted(**options: Any) -> Any:
        made.append(make(**options))
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", counted)
    with no_garbage_collection():
        native = Native(octets=Octets(FORM), headers=MULTIPART)
        form = FakeRequest(native).form(limits=Limits(spool_size=2))
        # What is in its files is a slice of the body.
        assert len(made) == 1
        file = form.files["f"]
        del form, native
        assert [each.closed for each in made] == [False]
        assert file.read() == b"xyz"
        del file
        assert [each.closed for each in made] == [True]


def test_copies_of_the_native_request_have_a_body_of_their_own() -> None:
    request = view(*CHUNKS)
    assert request.native.setdefault(KEY, Body()) is request.native[KEY]
    twin = FakeRequest(copy.deepcopy(request.native))
    assert request.read() == WHOLE
    assert not twin.native[KEY].complete
    assert twin.read() == WHOLE
    again = FakeRequest(pickle.loads(pickle.dumps({KEY: request.native[KEY]})))  # noqa: S301
    assert again.read() == WHOLE
