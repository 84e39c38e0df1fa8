"""The examples of the page about queues work, with a queue that carries JSON as Celery does."""

from __future__ import annotations

import asyncio
import json
import pickle
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import unireq

PAGE = Path(__file__).resolve().parents[2] / "docs" / "queues.md"
BLOCKS = dict(
    re.findall(
        r"<!-- (?:file|example): (\S+) -->\n```python\n(.*?)```",
        PAGE.read_text(encoding="utf-8"),
        re.DOTALL,
    )
)
ORDER = unireq.Request(
    "POST",
    "/order",
    headers={"authorization": "secret", "content-type": "application/json"},
    body=b'{"item": "tea", "number": 2}',
    username="ada",
)


def run(block: str) -> dict[str, Any]:
    defined: dict[str, Any] = {}
    exec(compile(BLOCKS.pop(block), f"{PAGE.name} {block}", "exec"), defined)  # noqa: S102
    return defined


def test_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[str] = []

    class Celery:
        def __init__(self, name: str, broker: str) -> None: ...

        def task(self, function: Any) -> Any:
            function.delay = lambda *arguments: queued.append(json.dumps(arguments))
            return function

    for name, defined in (("celery", {"Celery": Celery}), ("tasks", None)):
        module = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        vars(module).update(run("tasks.py") if defined is None else defined)
    views, receive = run("views.py"), sys.modules["tasks"].receive
    assert views["order"](ORDER).status == asyncio.run(views["order_async"](ORDER)).status == 202
    said = [receive(*json.loads(arguments)) for arguments in queued]
    assert said == ["ada orders 2 of tea: /order"] * 2

    class Pool:
        def submit(self, function: Any, *arguments: Any) -> Any:
            given = pickle.loads(pickle.dumps(arguments))  # noqa: S301
            return SimpleNamespace(result=lambda: function(*given))

    pool = run("pool")
    assert pool["digest_elsewhere"](ORDER, Pool()) == pool["digest"](ORDER)

    copy = run("secrets")["without_secrets"](ORDER)
    assert (dict(copy.headers), copy.read(), copy.username) == (
        {"content-type": "application/json"},
        ORDER.read(),
        "ada",
    )
    assert not BLOCKS
