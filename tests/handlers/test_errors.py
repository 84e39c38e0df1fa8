"""An Abort or a RequestError, raised anywhere below our middleware: one answer everywhere."""

from __future__ import annotations

import json

import pytest

from handlers.servers import BY_NAME, ask
from unireq_conformance.servers.process import Server

_SYNC = ("starlette", "fastapi", "django", "flask", "sanic", "wsgi")
_ASYNC = ("starlette", "fastapi", "django", "sanic", "asgi")
_MIDDLEWARE = ("starlette", "fastapi", "django", "flask", "sanic")

# The server's own, or framing; and what Django's stock middleware adds.
_NOT_OURS = {
    *("date", "server", "connection", "keep-alive", "content-length", "transfer-encoding"),
    *("x-frame-options", "x-content-type-options", "referrer-policy"),
    "cross-origin-opener-policy",
}

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
        reply = ask(servers[name], path, headers=[("X-Raise", what), ("X-Place", place)])
        assert reply.status is not None
        fields: dict[str, list[str]] = {}
        for field, value in reply.headers:
            if field not in _NOT_OURS:
                fields.setdefault(field, []).append(value)
        return reply.status, fields, reply.body

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
