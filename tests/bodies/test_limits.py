"""Limits hold on every framework, whatever the framework's own are; theirs hold for their readers.

Also where a framework has no such limit, and for a body that is over it by one byte.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from bodies.messages import CHUNKED, LENGTH, MULTIPART, URLENCODED, head, multipart, request
from bodies.servers import Rig
from support.requirements import need

# Each framework, on a server that hands bodies over as they come, and on one that does not.
NAMES = (
    "starlette:uvicorn-h11",
    "starlette:granian",
    "django-wsgi:gunicorn",
    "django-wsgi:waitress",
    "django-asgi:daphne",
    "flask:gunicorn",
    "flask:werkzeug",
    "sanic:sanic",
    "sanic:uvicorn-h11",
    "asgi:hypercorn",
    "wsgi:gunicorn",
)
# The others call the app when they have the whole body: there their own limits have to hold.
WHOLE = ("django-wsgi:waitress", "django-asgi:daphne", "sanic:sanic", "sanic:uvicorn-h11")
AS_THEY_COME = tuple(name for name in NAMES if name not in WHOLE)

FIELDS = b"a=1&b=2&c=3"
FORM = multipart(("a", None, b"12345"), ("f", "f.txt", b"123456"), ("g", "g.txt", b"1"))
HEADED = FORM.replace(b'name="a"', b'name="a"\r\nX-One: 1\r\nX-Two: 2')

# What is sent, a limit that it is within, the same one tighter, and what that raises.
CASES: dict[str, tuple[bytes, str, str, dict[str, int], dict[str, int], str, int]] = {
    "body_size": (
        b"x" * 100,
        "",
        "read",
        {"body_size": 100},
        {"body_size": 99},
        "BodyTooLarge",
        413,
    ),
    "body_size, stream": (
        b"x" * 100,
        "",
        "stream",
        {"body_size": 100},
        {"body_size": 99},
        "BodyTooLarge",
        413,
    ),
    "fields": (FIELDS, URLENCODED, "form", {"fields": 3}, {"fields": 2}, "TooManyFields", 413),
    "field_size": (
        FIELDS,
        URLENCODED,
        "form",
        {"field_size": 1},
        {"field_size": 0},
        "BodyTooLarge",
        413,
    ),
    "fields, multipart": (
        FORM,
        MULTIPART,
        "form",
        {"fields": 1},
        {"fields": 0},
        "TooManyFields",
        413,
    ),
    "files": (FORM, MULTIPART, "form", {"files": 2}, {"files": 1}, "TooManyFields", 413),
    "field_size, multipart": (
        FORM,
        MULTIPART,
        "form",
        {"field_size": 5},
        {"field_size": 4},
        "BodyTooLarge",
        413,
    ),
    "file_size": (FORM, MULTIPART, "form", {"file_size": 6}, {"file_size": 5}, "BodyTooLarge", 413),
    "part_headers": (
        HEADED,
        MULTIPART,
        "form",
        {"part_headers": 3},
        {"part_headers": 2},
        "TooManyFields",
        413,
    ),
    "part_header_size": (
        FORM,
        MULTIPART,
        "form",
        {"part_header_size": 100},
        {"part_header_size": 40},
        "BodyTooLarge",
        413,
    ),
    "json_depth": (b"[[]]", "", "json", {"json_depth": 2}, {"json_depth": 1}, "MalformedBody", 400),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", NAMES)
def test_at_the_limit_and_over_it(rig: Rig, name: str, case: str) -> None:
    body, content_type, do, within, over, error, status = CASES[case]
    for framing in (LENGTH, CHUNKED):
        options: dict[str, Any] = {"do": do, "content_type": content_type}
        (step,) = rig.ask(name, request(body, framing, limits=within, **options))
        assert "value" in step, step
        (step,) = rig.ask(name, request(body, framing, limits=over, **options))
        assert (step.get("error"), step.get("status")) == (error, status), step
        assert str(next(iter(over))) in step["message"]


@pytest.mark.parametrize("name", AS_THEY_COME)
def test_an_endless_body_is_left(rig: Rig, name: str) -> None:
    """What is over the limit is refused before it has come."""
    data = head(do="read", limits={"body_size": 10_000}) + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (8192, b"x" * 8192)
    (step,) = rig.ask(name, data + chunk * 3)  # and no end
    assert step["error"] == "BodyTooLarge"


@pytest.mark.parametrize("name", AS_THEY_COME)
def test_by_its_length_alone(rig: Rig, name: str) -> None:
    (step,) = rig.ask(name, head(do="read") + b"Content-Length: 33554433\r\n\r\n")
    assert step["error"] == "BodyTooLarge"
    assert "at most 33554432 bytes" in step["message"]


@pytest.mark.parametrize("name", ["django-wsgi:gunicorn", "django-asgi:uvicorn-h11"])
def test_django_has_limits_for_itself(rig: Rig, name: str) -> None:
    """DATA_UPLOAD_MAX_MEMORY_SIZE, _NUMBER_FIELDS, _NUMBER_FILES: unireq reads past them."""
    large = request(b"x" * 2_700_000, do="native-body,read")
    own, ours = rig.ask(name, large)
    assert (own["error"], ours["value"]["size"]) == ("RequestDataTooBig", 2_700_000)
    many = b"&".join(b"a%d=1" % number for number in range(1001))
    options: dict[str, Any] = {"content_type": URLENCODED, "limits": {"fields": 2000}}
    ours, own = rig.ask(name, request(many, do="count,native-form", **options))
    assert (ours["value"], own["error"]) == (1001, "TooManyFieldsSent")
    files = multipart(*[("f", "f.txt", b"x")] * 101)
    options = {"content_type": MULTIPART, "limits": {"files": 200}}
    ours, own = rig.ask(name, request(files, do="count,native-form", **options))
    assert (ours["value"], own["error"]) == (101, "TooManyFilesSent")


def test_starlette_has_limits_for_itself(rig: Rig) -> None:
    need(find_spec("python_multipart"), "pip install python-multipart")
    many = b"&".join(b"a%d=1" % number for number in range(1001))
    data = request(many, do="count,native-form", content_type=URLENCODED, limits={"fields": 2000})
    ours, own = rig.ask("starlette:uvicorn-h11", data)
    assert (ours["value"], own["error"]) == (1001, "HTTPException")
    # A text of more than 1 MiB, which is what a limit of ours allows here.
    long = multipart(("a", None, b"x" * (1024 * 1024 + 1)))
    options: dict[str, Any] = {"content_type": MULTIPART, "limits": {"field_size": 2 * 1024 * 1024}}
    ours, own = rig.ask("starlette:uvicorn-h11", request(long, do="count,native-form", **options))
    assert (ours["value"], own["error"]) == (1, "HTTPException")


@pytest.mark.parametrize("name", ["flask:gunicorn", "flask:waitress"])
def test_flask_has_limits_for_itself(rig: Rig, name: str) -> None:
    """MAX_FORM_MEMORY_SIZE is 500 kB; MAX_CONTENT_LENGTH, which is off, is set to 3 MB here."""
    text = multipart(("a", None, b"x" * 600_000))
    ours, own = rig.ask(name, request(text, do="count,native-form", content_type=MULTIPART))
    assert (ours["value"], own["error"]) == (1, "RequestEntityTooLarge")
    (ours,) = rig.ask(name, request(b"x" * 3_000_001, path="/small", do="read"))
    assert ours["value"]["size"] == 3_000_001
    own, _ = rig.ask(name, request(b"x" * 3_000_001, path="/small", do="native-body,read"))
    assert own["error"] == "RequestEntityTooLarge"


def test_sanic_refuses_before_it_calls_anybody(rig: Rig) -> None:
    """REQUEST_MAX_SIZE, 100 MB; not enforced on ASGI."""
    data = head(do="read") + b"Content-Length: 100000001\r\n\r\n"
    reply, _ = rig.raw("sanic:sanic", data)
    assert reply.status == 413
