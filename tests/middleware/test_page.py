"""The layers of the page about middleware, on every framework."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import unireq
from middleware.asking import NAMES, request, running

PAGE = Path(__file__).resolve().parents[2] / "docs" / "middleware.md"
CODE = re.search(
    r"<!-- example: layers -->\n```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
)


def boom() -> None:
    raise KeyError("boom")


def body(request: unireq.Request) -> bytes:
    return request.read()


@pytest.mark.parametrize("name", NAMES)
def test_the_layers_of_the_page(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CODE is not None
    page: dict[str, Any] = {"__name__": "page"}
    exec(compile(CODE[1], "layers", "exec"), page)  # noqa: S102
    lines: list[str] = []
    monkeypatch.setattr(page["log"], "info", lambda text, *args: lines.append(text % args))
    names = ("cors", "request_ids", "access_log", "hide_errors", "signed")
    layers = [page[each] for each in names]
    with running(name, *layers, boom=boom, body=body, view=lambda: "view") as app:
        preflight = request(app, "/view", "OPTIONS", access_control_request_method="POST")
        assert (preflight.status, preflight.get("access-control-allow-methods")) == (
            204,
            "GET, POST",
        )
        for path, status in (("/view", 200), ("/denied", 403), ("/stream", 200), ("/boom", 500)):
            answer = request(app, path, x_request_id="mark")
            fields = ("access-control-allow-origin", "vary", "x-request-id")
            assert answer.status == status
            assert [str(answer.get(each)).lower() for each in fields] == ["*", "origin", "mark"]
        assert answer.content == b'{"error":"internal","id":"mark"}'
        for signature, status in (("6", 200), ("7", 401)):
            answer = request(app, "/body", "POST", b"\1\2\3", x_signature=signature)
            assert (answer.status, answer.get("vary")) == (status, "origin")
    route = None if name in {"asgi", "wsgi"} else "/stream"
    assert any(line.startswith(f"GET {route} 200 13 0.") for line in lines), lines
    assert page["request_id"].get() == "-"
