"""The accessors of a body: the same answers in any order, any number of times, sync and async."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

import unireq
from support import forms
from support.fake import AsyncFakeRequest, FakeRequest, Octets
from unireq import BodyNotRead, Limits, Request
from unireq.adapter import SpooledBody

_T = TypeVar("_T")

TEXT = b'{"a": "b=c&d=\xc3\xa9"}'
FIELDS = [(b"content-type", forms.URLENCODED.encode())]
MULTIPART = [(b"content-type", forms.MULTIPART.encode())]

ANSWERS: dict[str, Any] = {
    "read": TEXT,
    "body": TEXT,
    "text": TEXT.decode(),
    "json": {"a": "b=c&d=é"},
    "form": {'{"a": "b': "c", "d": 'é"}'},
}


def ask(request: Request, name: str) -> Any:
    found = getattr(request, name)
    return found() if callable(found) else found


FORM = forms.body(forms.field(content=b"x" * 100), forms.file(content=b"y" * 100))


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


def test_sync_accessors_never_block_a_loop() -> None:
    class Never(Octets):
        async def pull(self) -> bytes | None:
            await asyncio.sleep(3600)
            return None

    request = AsyncFakeRequest({"octets": Never()})

    async def main() -> None:
        waiting = asyncio.ensure_future(request.aread())
        await asyncio.sleep(0)
        for name in (*ANSWERS, "stream"):
            use = (lambda: next(request.stream())) if name == "stream" else None
            with pytest.raises(BodyNotRead, match=r"in async code.*`await request.aread") as caught:
                use() if use else ask(request, name)
            assert str(caught.value).startswith(name)
        waiting.cancel()

    asyncio.run(main())  # it would take an hour
    assert request.native["octets"].opened == 1


class Reaching(AsyncFakeRequest):
    """On a framework whose threads can reach its loop."""

    __slots__ = ()

    def _run_async(self, function: Callable[[], Awaitable[_T]], what: str) -> _T:
        async def run() -> _T:
            return await function()

        loop = self._native["loop"]
        return asyncio.run_coroutine_threadsafe(run(), loop).result(60)


def test_a_thread_and_a_task_read_at_once() -> None:
    native: dict[str, Any] = {"octets": Octets(*(bytes([n]) for n in range(100)))}

    async def main() -> list[Any]:
        native["loop"] = asyncio.get_running_loop()
        threads = [asyncio.to_thread(Reaching(native).read) for _ in range(5)]
        tasks = [Reaching(native).aread() for _ in range(5)]
        return await asyncio.gather(*threads, *tasks)

    assert asyncio.run(main()) == [bytes(range(100))] * 10
    assert native["octets"].opened == 1


class Keeping(FakeRequest):
    """On a framework that keeps what it has read, and takes what it is given."""

    __slots__ = ()

    def _cached_body(self) -> bytes | None:
        held: bytes | None = self._native.get("held")
        return held

    def _restore_body(self, body: SpooledBody) -> None:
        self._native.setdefault("given", []).append((body.getvalue(), body.in_memory))


def test_what_the_framework_holds_is_not_asked_for() -> None:
    native: dict[str, Any] = {"held": TEXT, "octets": Octets(b"other"), "headers": FIELDS}
    for name, answer in ANSWERS.items():
        assert ask(Keeping(native), name) == answer
    assert b"".join(Keeping(native).stream()) == TEXT
    assert native["octets"].opened == 0


def test_the_framework_is_given_back_what_was_read() -> None:
    native: dict[str, Any] = {"octets": Octets(FORM), "headers": MULTIPART}
    Keeping(native).form(limits=Limits(spool_size=5))
    assert native["given"] == [(FORM, False)]
    native = {"octets": Octets(b"abc")}
    asyncio.run(Keeping(native).aread())
    assert native["given"] == [(b"abc", True)]
    native = {"octets": Octets(b"abc")}
    list(Keeping(native).stream())
    assert "given" not in native


LIMITED: list[tuple[str, Limits, bytes, type[unireq.RequestError]]] = [
    *((name, Limits(body_size=2), b"abc", unireq.BodyTooLarge) for name in ("read", "text")),
    *((name, Limits(body_size=2), b"[1]", unireq.BodyTooLarge) for name in ("json", "form")),
    ("json", Limits(json_depth=1), b"[[1]]", unireq.MalformedBody),
    ("form", Limits(fields=1), b"a=b&c=d", unireq.TooManyFields),
    ("form", Limits(field_size=1), b"a=bc", unireq.BodyTooLarge),
]


@pytest.mark.parametrize(("name", "limits", "body", "error"), LIMITED)
@pytest.mark.parametrize("kind", [FakeRequest, AsyncFakeRequest, Request])
def test_each_call_takes_limits(
    kind: Any, name: str, limits: Limits, body: bytes, error: type[unireq.RequestError]
) -> None:
    class App(kind):  # type: ignore[misc]
        __slots__ = ()

    App.set_limits(limits)
    for of_class in (False, True):
        made = App if of_class else kind
        if kind is Request:
            request = made(body=body, headers={"Content-Type": forms.URLENCODED})
        else:
            request = made({"octets": Octets(body), "headers": FIELDS})
        asked = {} if of_class else {"limits": limits}
        with pytest.raises(error, match=r"Limits\."):
            asyncio.run(getattr(request, f"a{name}")(**asked))
        if kind is not AsyncFakeRequest:
            with pytest.raises(error):
                getattr(request, name)(**asked)


def test_a_thread_that_can_not_reach_the_loop_is_told() -> None:
    request = AsyncFakeRequest({"octets": Octets(b"abc")})
    for name in ANSWERS:
        with pytest.raises(BodyNotRead, match=f"^{name}"):
            ask(request, name)
    assert request.native["octets"].opened == 0
    assert asyncio.run(request.aread()) == request.read() == b"abc"
