"""One body: what its limits, its source and a full disk do to each reader; what is kept, how long.

Who gets what, in any order, is for the model of test_machine.
"""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import Any, ClassVar

import pytest

import unireq
from support import forms
from support.fake import AsyncFakeRequest, FakeRequest, Octets
from support.requirements import need
from unireq import BodyConsumed, BodyTooLarge, IncompleteBody, Limits, StorageError
from unireq._body.state import KEY, Body
from unireq.adapter import BodyTee, SpooledBody

CHUNKS = (b"abc", b"defg", b"h")
WHOLE = b"".join(CHUNKS)


def view(*chunks: bytes | BaseException, **native: Any) -> FakeRequest:
    return FakeRequest({"octets": Octets(*chunks), **native})


def aview(*chunks: bytes | BaseException, **native: Any) -> AsyncFakeRequest:
    return AsyncFakeRequest({"octets": Octets(*chunks), **native})


def octets(request: FakeRequest) -> Octets:
    found: Octets = request.native["octets"]
    return found


async def take(tee: BodyTee, request: FakeRequest) -> bytes:
    return await tee.atake() if request.body_is_async else tee.take(9)


def test_each_accessor_says_the_same_of_one_body() -> None:
    for request in (view(b'{"a":', b' "\xc3\xa9"}'), unireq.Request(body=b'{"a": "\xc3\xa9"}')):
        assert request.read() == request.body == asyncio.run(request.aread())
        assert request.text() == asyncio.run(request.atext()) == '{"a": "é"}'
        assert request.json() == asyncio.run(request.ajson()) == {"a": "é"}


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


@pytest.mark.parametrize("make", [view, aview])
def test_more_octets_than_the_limit_are_let_go(make: Any) -> None:
    request, streamed, limits = make(*CHUNKS), make(*CHUNKS), Limits(body_size=7)

    async def stream() -> None:
        async for _ in streamed.astream(limits=limits):
            pass

    for _ in range(2):
        with pytest.raises(BodyTooLarge, match=r"^body: expected at most 7 bytes"):
            asyncio.run(request.aread(limits=limits))
    assert request.native[KEY].store.size == 0
    # There is nobody to ask any more: the rest would be another body.
    for reading in (request.aread, stream, streamed.aread):
        with pytest.raises(BodyTooLarge):
            asyncio.run(reading())


def test_what_the_framework_takes_is_kept_up_to_the_limit() -> None:
    class Small(FakeRequest):
        _limits: ClassVar[Limits] = Limits(body_size=5)

    native = {"octets": Octets(*[b"x" * 3] * 1000)}
    tee = Small(native).tee_body()
    assert tee is not None
    for _ in range(1000):
        tee.take(100)
        assert Small(native)._shared_body().store.size <= 5
        assert tee._store.size <= 5


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


@pytest.mark.parametrize("when", [0, 1, 2])
@pytest.mark.parametrize(
    "error", [OSError("gone"), IncompleteBody("gone"), RuntimeError("gone"), BodyConsumed("gone")]
)
@pytest.mark.parametrize("make", [view, aview])
@pytest.mark.parametrize("tee_first", [False, True])
def test_a_source_that_fails(tee_first: bool, make: Any, error: Exception, when: int) -> None:
    kind = BodyConsumed if isinstance(error, BodyConsumed) else IncompleteBody
    request = make(*CHUNKS[:when], error, b"more")
    tee = request.tee_body()

    async def main() -> None:
        if tee_first:
            assert [await take(tee, request) for _ in range(when)] == [*CHUNKS[:when]]
            # The framework gets the error as it is, and no end, which would seem to be the body's.
            with pytest.raises(type(error)) as raised:
                await take(tee, request)
            assert raised.value is error
        for _ in range(2):
            with pytest.raises(kind, match="gone"):
                await request.aread()
        if tee_first:
            with pytest.raises(kind, match="gone"):
                await take(tee, request)

    asyncio.run(main())
    assert octets(request).asked == when + 1


@pytest.mark.parametrize("lost", [False, True])
def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, *, lost: bool) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise OSError(28, "No space left on device")

    class Spooling(FakeRequest):
        _limits: ClassVar[Limits] = Limits(spool_size=4)

    monkeypatch.setattr(tempfile, "TemporaryFile", fail)
    request = Spooling({"octets": Octets(*CHUNKS, b"ij")})
    tee = request.tee_body()
    assert tee is not None
    if lost:
        with pytest.raises(StorageError, match="free disk space"):
            request._stored(None, "form()", spool=True)
        # unireq has taken "defg", and could not keep it: what follows would be another body.
        assert tee.take(9) == b"abc"
    else:  # the framework reads first: it is no matter to it
        assert [tee.take(9) for _ in range(5)] == [*CHUNKS, b"ij", b""]
    for _ in range(2):
        with pytest.raises(StorageError, match="free disk space"):
            tee.take(9) if lost else request.read()


def test_nothing_yet_is_not_the_end() -> None:
    class Pausing(Octets):
        async def pull(self) -> bytes | None:
            return self._left.pop(0)  # type: ignore[return-value]

    pausing: Any = Pausing(b"ab", b"", b"c", None)  # type: ignore[arg-type]
    assert asyncio.run(AsyncFakeRequest({"octets": pausing}).aread()) == b"abc"


def test_what_the_framework_holds_and_is_given_back() -> None:
    class Keeping(FakeRequest):
        def _cached_body(self) -> bytes | None:
            held: bytes | None = self._native.get("held")
            return held

        def _restore_body(self, body: SpooledBody) -> None:
            self._native.setdefault("given", []).append((body.getvalue(), body.in_memory))

    native: dict[str, Any] = {"octets": Octets(FORM), "headers": MULTIPART}
    Keeping(native).form(limits=Limits(spool_size=5))
    assert native["given"] == [(FORM, False)]
    native = {"octets": Octets(b"abc")}
    list(Keeping(native).stream())
    assert "given" not in native
    native = {"octets": Octets(b"abc")}
    assert asyncio.run(Keeping(native).aread()) == b"".join(Keeping(native).stream()) == b"abc"
    assert native["given"] == [(b"abc", True)] * 2
    # Nor is it asked for what it holds.
    native = {"held": b"abc", "octets": Octets(b"other")}
    assert Keeping(native).read() == b"".join(Keeping(native).stream()) == b"abc"
    assert native["octets"].opened == 0


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


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("make", [view, aview])
def test_the_source_is_let_go_after_a_stream(make: Any, whole: bool) -> None:
    request = make(*CHUNKS)
    source = weakref.ref(octets(request))

    async def main() -> None:
        chunks = request.astream()
        assert await anext(chunks) == b"abc"
        if whole:
            assert [chunk async for chunk in chunks] == list(CHUNKS[1:])

    with no_garbage_collection():
        asyncio.run(main())
        del request.native["octets"]
        assert source() is None


FORM = forms.body(forms.file(content=b"xyz"))
MULTIPART = [(b"content-type", forms.MULTIPART.encode())]


async def read_in_vain(request: FakeRequest, size: int | None) -> None:
    # Neither pytest.raises nor the loop sees the error: they keep its traceback, and its frames.
    with suppress(BodyTooLarge, IncompleteBody):
        await request.aread(limits=Limits(body_size=size))


def read_what_breaks(request: FakeRequest) -> None:
    request.native["octets"]._left.append(OSError("reset"))
    asyncio.run(read_in_vain(request, None))


# No coroutine waits for another: newer Pythons keep the arguments of its frame.
USES: list[Callable[[FakeRequest], object]] = [
    lambda request: asyncio.run(request.aread()),
    lambda request: asyncio.run(request.aform(limits=Limits(spool_size=1))),
    lambda request: asyncio.run(anext(aiter(request.astream()))),  # type: ignore[arg-type]
    lambda request: asyncio.run(read_in_vain(request, 1)),
    read_what_breaks,
]


@pytest.mark.parametrize("use", USES)
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


def test_copies_of_the_native_request_have_a_body_of_their_own() -> None:
    request = view(*CHUNKS)
    assert request.native.setdefault(KEY, Body()) is request.native[KEY]
    twin = FakeRequest(copy.deepcopy(request.native))
    assert request.read() == WHOLE
    assert not twin.native[KEY].complete
    assert twin.read() == WHOLE
    again = FakeRequest(pickle.loads(pickle.dumps({KEY: request.native[KEY]})))  # noqa: S301
    assert again.read() == WHOLE


def test_a_large_form_lets_other_tasks_run() -> None:
    # Three blocks of a mebibyte.
    body = forms.body(*(forms.file(f"f{n}", content=b"z" * 2**20) for n in range(3)))
    request = AsyncFakeRequest({"octets": Octets(body), "headers": MULTIPART})
    turns: list[int] = []

    async def count() -> None:
        for turn in range(10):
            turns.append(turn)
            await asyncio.sleep(0)

    async def main() -> None:
        await request.aread()
        counting = asyncio.ensure_future(count())
        forms_ = await asyncio.gather(*(request.aform() for _ in range(5)))
        assert len(turns) >= 3
        assert len({id(form) for form in forms_}) == 1
        assert request.form() is forms_[0]
        await counting

    asyncio.run(main())


def test_a_thread_that_can_not_reach_the_loop_is_told() -> None:
    request: Any = aview(b"abc")
    for name in ("read", "text", "json", "form"):
        with pytest.raises(unireq.BodyNotRead, match=f"^{name}"):
            getattr(request, name)()
    assert octets(request).opened == 0
    assert asyncio.run(request.aread()) == request.read() == b"abc"
