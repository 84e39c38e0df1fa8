"""However a body is framed and however slowly it comes, every server's app gets the same bytes."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from bodies.messages import CHUNKED, LENGTH, request, slowly
from bodies.servers import BY_NAME, Rig

BODIES = {
    "empty": b"",
    "short": b"a=1&b=%20",
    "octets": bytes(range(256)) * 5,
    "10 MB": b"0123456789abcdef" * 655360,
}

# What a server does not pass on: the name of the error that tells of it.
LOST = {
    # runserver's HTTP server leaves the chunked coding undecoded, and Django reads nothing of it.
    ("django-wsgi:runserver", CHUNKED): "IncompleteBody",
}

# The kinds of code that read: the path of the app that has such a view, and the frameworks.
SYNC_TOO = ("starlette", "fastapi", "django-wsgi", "django-asgi", "flask")


def views(name: str) -> list[str]:
    """The paths of the app's async and sync views."""
    framework = BY_NAME[name].framework
    return ["/async", "/sync"] if framework in SYNC_TOO else ["/async"]


def expected(name: str, framing: str, body: bytes) -> dict[str, Any]:
    """What the step `read` gives."""
    if (error := LOST.get((name, framing))) is not None:
        return {"error": error, "status": 400}
    return {"value": {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}}


def seen(step: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in step.items() if key not in {"step", "message"}}


@pytest.mark.parametrize("framing", [LENGTH, CHUNKED])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("name", BY_NAME)
def test_octets(rig: Rig, name: str, body: bytes, framing: str) -> None:
    for path in views(name):
        for do in ("read", "stream"):
            (step,) = rig.ask(name, request(body, framing, do=do, path=path))
            assert seen(step) == expected(name, framing, body), (path, do)


@pytest.mark.parametrize("name", BY_NAME)
def test_http_1_0(rig: Rig, name: str) -> None:
    body = BODIES["octets"]
    (step,) = rig.ask(name, request(body, version="1.0"))
    assert seen(step) == expected(name, LENGTH, body)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_coding_in_capitals(rig: Rig, name: str) -> None:
    """Its name is of any case (RFC 9112 7); whoever disagrees must not see an empty body."""
    data = request(b"body", CHUNKED).replace(b": chunked\r\n", b": CHUNKED\r\n")
    if name == "sanic:sanic":
        reply, _ = rig.raw(name, data)
        assert reply.status == 400
    else:
        (step,) = rig.ask(name, data)
        assert seen(step) == expected(name, CHUNKED, b"body")


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_any_method(rig: Rig, name: str, method: str) -> None:
    (step,) = rig.ask(name, request(b"body", method=method))
    assert seen(step) == expected(name, LENGTH, b"body")


@pytest.mark.parametrize("name", BY_NAME)
def test_no_body(rig: Rig, name: str) -> None:
    data = b"GET /?do=read,text,form HTTP/1.1\r\nHost: localhost\r\n\r\n"
    steps = rig.ask(name, data)
    assert [seen(step) for step in steps] == [
        expected(name, LENGTH, b""),
        expected(name, LENGTH, b""),
        {"value": []},
    ]


@pytest.mark.parametrize("framing", [LENGTH, CHUNKED])
def test_octet_by_octet(rig: Rig, framing: str) -> None:
    body = b"0123456789"

    def ask(name: str) -> Any:
        return rig.ask(name, slowly(body, framing, 0.1, do="read"))

    for name, (step,) in rig.on_all(ask).items():
        assert seen(step) == expected(name, framing, body), name
