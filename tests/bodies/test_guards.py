"""Whatever a layer above takes of a body, the framework gets the whole of it, or an error.

And it gets it once: what comes then is what the server says, so that answers are not cut.
"""

from __future__ import annotations

from typing import Any

import pytest

from bodies.messages import CHUNKED, LENGTH, URLENCODED, chunked, head, request
from bodies.servers import BY_NAME, Rig

BODY = b"a=" + b"x" * 38
"""In two chunks; of the first one a limit of 25 bytes takes all."""

STARLETTE = [name for name in BY_NAME if name.startswith("starlette")]
ON_ASGI = [*STARLETTE, "django-asgi:uvicorn-h11", "django-asgi:daphne"]
BARE_ASGI = [name for name in BY_NAME if name.startswith("asgi")]
WSGI = ["flask:gunicorn", "flask:waitress", "flask:werkzeug", "wsgi:gunicorn", "wsgi:werkzeug"]
DJANGO_WSGI = ["django-wsgi:gunicorn", "django-wsgi:waitress"]


def message(do: str, framing: str, path: str, **fields: str) -> bytes:
    first = head(do=do, path=path, content_type=URLENCODED, fields=fields)
    if framing == LENGTH:
        return first + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    return first + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(BODY, 30)


def outcome(step: dict[str, Any]) -> str:
    """`"whole"` for the body as a whole, else the name of the error, else what it was."""
    if (value := step.get("value")) is not None:
        return "whole" if value.get("size") == len(BODY) else f"a part: {value}"
    return str(step["error"])


MIDDLEWARE = pytest.mark.parametrize("middleware", [{}, {"Middleware": "yes"}], ids=["", "below"])
FRAMINGS = pytest.mark.parametrize("framing", [LENGTH, CHUNKED])


@MIDDLEWARE
@pytest.mark.parametrize("field", ["Guard", "Before"])
@pytest.mark.parametrize("name", ON_ASGI)
def test_an_answer_is_not_cut(rig: Rig, name: str, field: str, middleware: dict[str, str]) -> None:
    for what in ("read", "form", "none"):
        for framing in (LENGTH, CHUNKED):
            data = message("native-body,read", framing, "/streamed", **{field: what}, **middleware)
            assert [outcome(step) for step in rig.ask(name, data)] == ["whole"] * 2, (what, framing)
        get = head(do="read", path="/streamed", method="GET", fields={field: what, **middleware})
        (step,) = rig.ask(name, get + b"\r\n")
        assert step["value"]["size"] == 0


TAKEN = ["some", "all", "limited", "held"]


@MIDDLEWARE
@FRAMINGS
@pytest.mark.parametrize("name", [*ON_ASGI, *BARE_ASGI])
def test_never_a_part_on_asgi(
    rig: Rig, name: str, framing: str, middleware: dict[str, str]
) -> None:
    for field in ("Guard", "Before"):
        if field == "Before" and name in BARE_ASGI:
            continue
        for what in TAKEN:
            if what == "held" and name.startswith("django") and field == "Before":
                continue
            data = message("native-body", framing, "/", **{field: what}, **middleware)
            try:
                (step,) = rig.ask(name, data)
            except AssertionError as error:
                # The framework itself, or Django before it has called the app.
                assert "got 500" in str(error), (field, what)  # noqa: PT017
                continue
            found = outcome(step)
            # A BaseHTTPMiddleware puts errors in a group.
            right = {"whole"} if what == "limited" else {"BodyConsumed", "ExceptionGroup"}
            assert found in right, (field, what)


@MIDDLEWARE
@FRAMINGS
@pytest.mark.parametrize("name", [*WSGI, *DJANGO_WSGI])
def test_never_a_part_on_wsgi(
    rig: Rig, name: str, framing: str, middleware: dict[str, str]
) -> None:
    if name.startswith("django"):
        fields = ["Before"]
    else:
        fields = ["Guard"] if name.startswith("wsgi") else ["Guard", "Before"]
    for field in fields:
        for what in ("some", "all", "limited"):
            data = message("native-body", framing, "/", **{field: what}, **middleware)
            (step,) = rig.ask(name, data)
            assert outcome(step) in {"whole", "BodyConsumed"}, (field, what)


@FRAMINGS
@pytest.mark.parametrize("name", STARLETTE)
def test_a_form_that_a_middleware_of_starlette_has_read(rig: Rig, name: str, framing: str) -> None:
    data = message("read,form", framing, "/", Before="native-form")
    assert {outcome(step) for step in rig.ask(name, data)} == {"BodyConsumed"}
    data = message("read", framing, "/", Before="native-form", Middleware="yes")
    assert [outcome(step) for step in rig.ask(name, data)] == ["whole"]
    # Of no body, and of an empty one, nothing is lost.
    (step,) = rig.ask(name, request(b"", LENGTH, do="read", fields={"Before": "native-form"}))
    assert step["value"]["size"] == 0


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
