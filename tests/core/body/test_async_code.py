"""Whether an event loop runs here."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType

import pytest

from support.requirements import need
from unireq._body.threads import in_async_code


def test_under_trio() -> None:
    need(find_spec("trio"), "trio is not installed: pip install trio")
    import trio

    async def main() -> tuple[bool, bool]:
        return in_async_code(), await trio.to_thread.run_sync(in_async_code)

    assert not in_async_code()
    assert trio.run(main) == (True, False)


def test_beside_a_thread_that_imports_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncio", ModuleType("asyncio"))
    monkeypatch.setitem(sys.modules, "trio", ModuleType("trio"))
    assert not in_async_code()
