"""Limits end a body that has no end, and a framework's own hold for its own readers alone.

What is over each limit by one is for the clauses BDY, FRM and JSN.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from bodies.messages import MULTIPART, URLENCODED, head, multipart, request
from bodies.servers import Rig
from support.requirements import need

# Who hands bodies over as they come: the others call the app when they have the whole body.
AS_THEY_COME = (
    *("starlette:uvicorn-h11", "starlette:granian", "django-wsgi:gunicorn", "flask:gunicorn"),
    *("flask:werkzeug", "asgi:hypercorn", "wsgi:gunicorn"),
)


@pytest.mark.parametrize("name", AS_THEY_COME)
def test_an_endless_body_is_left(rig: Rig, name: str) -> None:
    """What is over the limit is refused before it has come."""
    data = head(do="read", limits={"body_size": 10_000}) + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (8192, b"x" * 8192)
    (step,) = rig.ask(name, data + chunk * 3)  # and no end
    assert step["error"] == "BodyTooLarge"


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
