"""The layers of the page about middleware, on every framework."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest

from middleware.apps import NAMES, make

PAGE = Path(__file__).resolve().parents[2] / "docs" / "middleware.md"
CODE = re.search(
    r"<!-- example: layers -->\n```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
)


@pytest.mark.parametrize("name", NAMES)
def test_the_layers_of_the_page(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CODE is not None
    page: dict[str, Any] = {"__name__": "page"}
    exec(compile(CODE[1], "layers", "exec"), page)  # noqa: S102
    lines: list[str] = []
    monkeypatch.setattr(page["log"], "info", lambda text, *args: lines.append(text % args))
    names = ("cors", "request_ids", "access_log", "hide_errors", "signed")
    target = make(name, *(page[each] for each in names))
    mark = [("x-request-id", "mark")]

    preflight = [("access-control-request-method", "POST")]
    answer = target.ask("/view", method="OPTIONS", headers=preflight)
    assert (answer.status, answer.get("access-control-allow-methods")) == (204, "GET, POST")
    for path, status in (("/view", 200), ("/missing", 404), ("/stream", 200), ("/boom", 500)):
        answer = target.ask(path, headers=mark)
        fields = ("access-control-allow-origin", "vary", "x-request-id")
        assert (answer.status, *map(answer.get, fields)) == (status, "*", "origin", "mark")
    assert answer.body == b'{"error":"internal","id":"mark"}'
    for signature, status in (("6", 200), ("7", 401)):
        headers = [("x-signature", signature)]
        answer = target.ask("/body", method="POST", body=b"\1\2\3", headers=headers)
        assert (answer.status, answer.get("vary")) == (status, "origin")
    route = None if name in {"asgi", "wsgi"} else "/stream"
    assert any(line.startswith(f"GET {route} 200 11 0.") for line in lines), lines
    assert page["request_id"].get() == "-"
    assert logging.getLogger("access") is page["log"]
