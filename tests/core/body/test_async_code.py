"""Whether an event loop runs here, and what is needed of it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from importlib.util import find_spec

import pytest

from support.requirements import need
from unireq._body.async_code import in_async_code, let_others_run, new_async_lock


def test_outside_of_a_loop() -> None:
    assert not in_async_code()


def test_in_a_loop_and_in_a_thread_beside_it() -> None:
    async def main() -> tuple[bool, bool]:
        return in_async_code(), await asyncio.to_thread(in_async_code)

    assert asyncio.run(main()) == (True, False)
    assert not in_async_code()


def test_the_lock_of_asyncio() -> None:
    order: list[int] = []

    async def main() -> None:
        lock = new_async_lock()
        assert isinstance(lock, asyncio.Lock)

        async def work(number: int) -> None:
            async with lock:
                order.append(number)
                await let_others_run()
                order.append(number)

        await asyncio.gather(*(work(number) for number in range(3)))

    asyncio.run(main())
    assert order == [0, 0, 1, 1, 2, 2]


def test_others_run() -> None:
    order: list[str] = []

    async def other() -> None:
        order.append("other")

    async def main() -> None:
        task = asyncio.ensure_future(other())
        await let_others_run()
        order.append("main")
        await task

    asyncio.run(main())
    assert order == ["other", "main"]


def test_under_trio() -> None:
    need(find_spec("trio"), "trio is not installed: pip install trio")
    import trio

    order: list[str] = []

    async def other() -> None:
        order.append("other")

    async def main() -> tuple[bool, bool]:
        assert isinstance(new_async_lock(), trio.Lock)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(other)
            # Trio turns to the tasks of one batch in any order.
            await let_others_run()
            await let_others_run()
            order.append("main")
        return in_async_code(), await trio.to_thread.run_sync(in_async_code)

    assert not in_async_code()
    assert trio.run(main) == (True, False)
    assert order == ["other", "main"]


@pytest.mark.parametrize("loaded", ["asyncio", "trio"])
def test_asking_imports_neither(loaded: str) -> None:
    code = (
        "import sys; from unireq._body.async_code import in_async_code; assert not in_async_code();"
        f"sys.exit({loaded!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
