"""An Abort or a RequestError, raised anywhere below our middleware: one answer everywhere."""

from __future__ import annotations

import json

import pytest

from handlers.servers import BY_NAME, ask
from unireq_conformance.servers.process import Server

_SYNC = ("starlette", "fastapi", "django", "flask", "sanic", "wsgi")
_ASYNC = ("starlette", "fastapi", "django", "sanic", "asgi")
_MIDDLEWARE = ("starlette", "fastapi", "django", "flask", "sanic")

PLACES = {
    "view": ("/native/raises", "view", _SYNC),
    "async view": ("/native/async-raises", "view", _ASYNC),
    "streamed": ("/native/streamed-raises", "view", ("wsgi",)),
    "middleware": ("/native/raises", "middleware", _MIDDLEWARE),
    "middleware, afterwards": ("/native/raises", "late", ("django", "flask")),
}

CASES = [
    pytest.param(name, path, place, id=f"{name}, {where}")
    for where, (path, place, frameworks) in PLACES.items()
    for name in BY_NAME
    if name.startswith(frameworks)
]


@pytest.mark.parametrize(("name", "path", "place"), CASES)
def test_it_is_answered(servers: dict[str, Server], name: str, path: str, place: str) -> None:
    def said(what: str) -> tuple[int, dict[str, list[str]], bytes]:
        told = [("X-Raise", what), ("X-Place", place)]
        server = servers[name]
        return ask(server, path, headers=told, middleware=False).said

    fields = {
        "content-type": ["text/plain; charset=utf-8"],
        "x-a": ["1", "2"],
        "set-cookie": ["a=1; Path=/", "a=2; Path=/b"],
    }
    assert said("abort") == (410, fields, b"gone")
    status, fields, content = said("refuse")
    assert (status, fields["retry-after"]) == (429, ["30"])
    assert fields == {"content-type": ["application/problem+json"], "retry-after": ["30"]}
    assert json.loads(content)["detail"] == "come again"
