"""Whether an event loop runs here."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType

import pytest

from unireq._body.threads import in_async_code


def test_in_a_loop_and_in_a_thread_beside_it() -> None:
    async def main() -> tuple[bool, bool]:
        return in_async_code(), await asyncio.to_thread(in_async_code)

    assert asyncio.run(main()) == (True, False)
    assert not in_async_code()


def test_beside_a_thread_that_imports_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncio", ModuleType("asyncio"))
    monkeypatch.setitem(sys.modules, "trio", ModuleType("trio"))
    assert not in_async_code()
