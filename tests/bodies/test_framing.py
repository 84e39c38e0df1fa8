"""Where the kit's apps do not read: in sync views of async frameworks, and on FastAPI.

How bodies are framed, and come in pieces, is for the clauses BDY.
"""

from __future__ import annotations

import hashlib

import pytest

from bodies.messages import (
    CHUNKED,
    LENGTH,
    MULTIPART,
    URLENCODED,
    chunked,
    head,
    multipart,
    request,
)
from bodies.servers import BY_NAME, Rig

BODIES = (b"", bytes(range(256)) * 5, b"0123456789abcdef" * 655360)
SYNC_TOO = [n for n in BY_NAME if BY_NAME[n].framework in {"starlette", "fastapi", "django-asgi"}]


@pytest.mark.parametrize("framing", [LENGTH, CHUNKED])
@pytest.mark.parametrize("name", SYNC_TOO)
def test_sync_views(rig: Rig, name: str, framing: str) -> None:
    for body in BODIES:
        expected = {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        for path, do in (("/sync", "read"), ("/sync", "stream"), ("/async", "stream")):
            (step,) = rig.ask(name, request(body, framing, do=do, path=path))
            assert step.get("value") == expected, (path, do, step)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_framework_reads_first(rig: Rig, name: str) -> None:
    """Below our middleware both have the whole body."""
    file = multipart(("a", None, b"1"), ("f", "f.bin", b"y" * 2_500_000))
    for content_type, body in ((URLENCODED, b"a=1"), (MULTIPART, file)):
        own = "native-body" if name.startswith(("asgi", "wsgi")) else "native-form"
        do = f"{own},read" if own == "native-body" else f"{own},read,native-body"
        first, *others = rig.ask(name, request(body, do=do, content_type=content_type))
        assert first["value"] if own == "native-body" else first["value"][0] == ["a", "1"]
        sizes = [step.get("value", step)["size"] for step in others]
        assert sizes == [len(body)] * len(others)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_coding_in_capitals(rig: Rig, name: str) -> None:
    """Its name is of any case (RFC 9112 7); whoever disagrees must not see an empty body."""
    data = request(b"body", CHUNKED).replace(b": chunked\r\n", b": CHUNKED\r\n")
    if name == "sanic:sanic":
        assert rig.raw(name, data)[0].status == 400
        return
    (step,) = rig.ask(name, data)
    # runserver decodes no chunks.
    assert step.get("error") == "IncompleteBody" if "runserver" in name else "value" in step, step


@pytest.mark.parametrize("name", ["flask:werkzeug", "wsgi:werkzeug", "django-wsgi:runserver"])
@pytest.mark.parametrize("length", [b"5, 6", b"+5", b"0x5"])
def test_a_length_that_says_nothing(rig: Rig, name: str, length: bytes) -> None:
    data = head(path="/sync") + b"Content-Length: " + length + b"\r\n\r\n12345"
    (step,) = rig.ask(name, data)
    assert step["error"] == "IncompleteBody"


def test_two_framings(rig: Rig) -> None:
    """Runserver decodes no chunks: what it would give for the length are their sizes."""
    data = head(path="/sync", fields={"Content-Length": "10"})
    data += b"Transfer-Encoding: chunked\r\n\r\n" + chunked(b"12345")
    (step,) = rig.ask("django-wsgi:runserver", data)
    assert step["error"] == "IncompleteBody"
