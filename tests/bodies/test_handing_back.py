"""Whoever reads first, the framework's own ways to the body and unireq's give the same.

Where a framework keeps nothing of what it reads, unireq says who took the body and what to do. Its
bytes are for the clauses BDY-019 to 021; here are its forms, JSON and streams.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from typing import Any

import pytest

from bodies.messages import MULTIPART, URLENCODED, multipart, request
from bodies.servers import BY_NAME, Rig
from support.requirements import need

JSON = "application/json"
CONTENT = b"content\r\n" * 3
PARTS = (("a", None, b"x"), ("b", None, b"y z"), ("f", "f.txt", CONTENT))
SMALL = multipart(*PARTS)
# Over what Django keeps in memory (2.5 MiB), and over unireq's spool_size.
LARGE = multipart(("a", None, b"x"), ("b", None, b"y z"), ("f", "f.txt", CONTENT * 100_000))
ENCODED = b"a=x&b=y+z"

STARLETTE = ("starlette:uvicorn-h11", "starlette:granian", "fastapi:uvicorn-httptools")
DJANGO = ("django-wsgi:gunicorn", "django-wsgi:waitress", "django-asgi:uvicorn-h11")
FLASK = ("flask:gunicorn", "flask:werkzeug")
SANIC = ("sanic:sanic", "sanic:uvicorn-h11")
FRAMEWORKS = (*STARLETTE, *DJANGO, *FLASK, *SANIC)


def needs_parser(name: str) -> None:
    """Starlette reads no form without a package of its own."""
    if name in STARLETTE:
        need(find_spec("python_multipart"), "pip install python-multipart")


def digest(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def form_in(body: bytes) -> list[list[Any]]:
    texts: list[list[Any]] = [["a", "x"], ["b", "y z"]]
    if body == ENCODED:
        return texts
    content = CONTENT if body == SMALL else CONTENT * 100_000
    return [*texts, ["f", {"filename": "f.txt", **digest(content)}]]


def ask(rig: Rig, name: str, body: bytes, do: str, path: str = "/async") -> list[dict[str, Any]]:
    content_type = URLENCODED if body == ENCODED else MULTIPART
    return rig.ask(name, request(body, do=do, path=path, content_type=content_type))


def check(steps: list[dict[str, Any]], body: bytes) -> None:
    """Every step gave what is in `body`."""
    for step in steps:
        expected = form_in(body) if step["step"].endswith("form") else digest(body)
        assert step.get("value") == expected, step


@pytest.mark.parametrize("body", [ENCODED, SMALL, LARGE], ids=["urlencoded", "small", "large"])
@pytest.mark.parametrize("name", FRAMEWORKS)
def test_unireq_first(rig: Rig, name: str, body: bytes) -> None:
    needs_parser(name)
    for do in ("form,native-form,form,read", "read,native-form,form", "form,read,native-form"):
        check(ask(rig, name, body, do), body)
    # What a framework refuses to hold in memory is its own affair.
    if body != LARGE or name not in DJANGO:
        check(ask(rig, name, body, "form,native-body,native-form,read"), body)


@pytest.mark.parametrize("name", [*STARLETTE, *DJANGO, *FLASK])
def test_the_stream_too(rig: Rig, name: str) -> None:
    for body in (SMALL, LARGE):
        check(ask(rig, name, body, "form,native-stream,read"), body)


@pytest.mark.parametrize("name", SANIC)
def test_a_streaming_handler_of_sanic(rig: Rig, name: str) -> None:
    check(ask(rig, name, SMALL, "form,native-body,native-form,read", path="/streaming"), SMALL)
    (_, step) = ask(rig, name, SMALL, "native-stream,read", path="/streaming")
    assert step["error"] == "BodyConsumed"
    assert "before it reads request.stream" in step["message"]


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_json(rig: Rig, name: str) -> None:
    body, value = b'{"a": [1, 2.5, "\xc3\xa9"]}', {"a": [1, 2.5, "é"]}
    for do in ("json,native-json,json", "native-json,json"):
        steps = rig.ask(name, request(body, do=do, content_type=JSON))
        assert [step.get("value") for step in steps] == [value] * len(steps), steps


# Of which bodies a framework keeps the bytes when it has read them as a form.
KEEPS = {
    **dict.fromkeys((*STARLETTE, *FLASK), ()),
    "django-wsgi:gunicorn": (ENCODED,),
    "django-wsgi:waitress": (ENCODED, SMALL),  # it gives the app a file that can be read again
    "django-asgi:uvicorn-h11": (ENCODED, SMALL),
    **dict.fromkeys(SANIC, (ENCODED, SMALL)),
}
ADVICE = {
    "starlette": "middleware",
    "fastapi": "middleware",
    "django-wsgi": "middleware above CsrfViewMiddleware",
    "flask": "before_request",
}


@pytest.mark.parametrize("body", [ENCODED, SMALL], ids=["urlencoded", "multipart"])
@pytest.mark.parametrize("name", FRAMEWORKS)
def test_the_framework_first(rig: Rig, name: str, body: bytes) -> None:
    needs_parser(name)
    own, *ours = ask(rig, name, body, "native-form,read,form,stream")
    assert own["value"] == form_in(body)
    if body in KEEPS[name]:
        check(ours, body)
    else:
        assert {step.get("error") for step in ours} == {"BodyConsumed"}
        assert ADVICE[BY_NAME[name].framework] in ours[0]["message"]
    if name in FLASK:
        (_, kept) = ask(rig, name, body, "native-form,native-body")
        assert kept["value"]["size"] == 0, "Werkzeug says that the body is empty"


@pytest.mark.parametrize("name", ["django-wsgi:gunicorn", "django-asgi:daphne", *FLASK, *SANIC])
def test_a_middleware_that_reads(rig: Rig, name: str) -> None:
    """What `KEEPS` lacks is there once a middleware has read the body before anybody."""
    check(ask(rig, name, SMALL, "native-form,read,form", path="/below/async"), SMALL)


def test_the_csrf_check_of_django(rig: Rig) -> None:
    """It reads `request.POST` before the view; a body that was read above it stays readable."""
    data = request(
        multipart(("csrfmiddlewaretoken", None, b"c" * 32), *PARTS),
        do="read",
        path="/below/csrf",
        content_type=MULTIPART,
        fields={"Cookie": f"csrftoken={'c' * 32}"},
    )
    (step,) = rig.ask("django-wsgi:gunicorn", data)
    assert "value" in step
    (step,) = rig.ask("django-wsgi:gunicorn", data.replace(b"/below/csrf", b"/csrf"))
    assert step["error"] == "BodyConsumed"


def test_parameters_of_fastapi(rig: Rig) -> None:
    """FastAPI reads the body for them before it calls anything of the app but a middleware."""
    needs_parser("fastapi:uvicorn-httptools")

    def ask(path: str, body: bytes, content_type: str) -> list[dict[str, Any]]:
        data = request(body, do="read,form", path=path, content_type=content_type)
        return rig.ask("fastapi:uvicorn-httptools", data)

    own, *ours = ask("/form-parameter", ENCODED, URLENCODED)
    assert own["value"] == [["a", "x"]]
    assert own["early"] == "BodyConsumed", "a dependency that is declared first is too late"
    assert {step.get("error") for step in ours} == {"BodyConsumed"}
    own, *ours = ask("/below/form-parameter", ENCODED, URLENCODED)
    assert own["value"] == [["a", "x"]]
    check(ours, ENCODED)
    # Of JSON it keeps the bytes.
    own, read, _ = ask("/json-parameter", b'{"a": 1}', JSON)
    assert own["value"] == {"a": 1}
    assert read["value"] == digest(b'{"a": 1}')


def test_wsgi_input_that_was_read(rig: Rig) -> None:
    (_, step) = ask(rig, "wsgi:gunicorn", SMALL, "native-body,read")
    assert step["error"] == "IncompleteBody"
    assert "other code has read part of the body before unireq" in step["message"]


@pytest.mark.parametrize("name", SANIC)
def test_a_get_with_a_body_on_sanic(rig: Rig, name: str) -> None:
    """Sanic fetches no body for a route made by `get`; `await aread()` does."""
    for path, expected in (
        ("/get/async", {"value": digest(b"abc")}),
        ("/get/sync", {"error": "BodyNotRead"}),
        # A thread reaches the event loop of Sanic's own server; on ASGI Sanic does not tell it.
        (
            "/get/thread",
            {"value": digest(b"abc")} if name == "sanic:sanic" else {"error": "BodyNotRead"},
        ),
    ):
        (step,) = rig.ask(name, request(b"abc", method="GET", path=path))
        assert expected.items() <= step.items(), (path, step)
