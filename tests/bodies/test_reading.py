"""What no clause asks: sync views of async frameworks, FastAPI, and the frameworks' own limits.

How bodies are framed, and come in pieces, and what is over each limit of ours by one, is for the
clauses BDY, FRM and JSN.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import pytest

from bodies.apps.steps import digest
from bodies.messages import CHUNKED, LENGTH, head, request
from bodies.servers import BY_NAME, Rig
from support import forms
from support.forms import MULTIPART, URLENCODED

SYNC_TOO = [n for n in BY_NAME if BY_NAME[n].framework in {"starlette", "fastapi", "django-asgi"}]


@pytest.mark.parametrize("framing", [LENGTH, CHUNKED])
@pytest.mark.parametrize(
    ("path", "do"), [("/sync", "read"), ("/sync", "stream"), ("/async", "stream")]
)
def test_sync_views(rig: Rig, path: str, do: str, framing: str) -> None:
    """What runs in a thread waits for the event loop."""
    for body in (b"", bytes(range(256)) * 40_960):
        data = request(body, framing, do=do, path=path)
        found = rig.on_all(partial(rig.ask, data=data), *SYNC_TOO)
        assert {name: step.get("value") for name, (step,) in found.items()} == dict.fromkeys(
            SYNC_TOO, digest(body)
        )


FILE: Final = forms.body(forms.field("a", b"1"), forms.file(content=b"y" * 2_500_000))


@pytest.mark.parametrize("name", BY_NAME)
def test_the_framework_reads_first(rig: Rig, name: str) -> None:
    """Below our middleware both have the whole body."""
    for content_type, body in ((URLENCODED, b"a=1"), (MULTIPART, FILE)):
        bare = name.startswith(("asgi", "wsgi"))
        do = "native-body,read" if bare else "native-form,read,native-body"
        first, *others = rig.ask(name, request(body, do=do, content_type=content_type))
        assert first["value"] == digest(body) if bare else first["value"] == "1"
        assert [step.get("value") for step in others] == [digest(body)] * len(others)


SAYS_NOTHING: Final = [
    ("django-wsgi:runserver", b"Transfer-Encoding: CHUNKED"),
    # What it would give for the length are the sizes of chunks.
    ("django-wsgi:runserver", b"Content-Length: 10\r\nTransfer-Encoding: chunked"),
    *(
        (name, b"Content-Length: " + length)
        for name in ("flask:werkzeug", "wsgi:werkzeug", "django-wsgi:runserver")
        for length in (b"5, 6", b"+5", b"0x5")
    ),
]


@pytest.mark.parametrize(("name", "framing"), SAYS_NOTHING)
def test_framing_that_says_nothing(rig: Rig, name: str, framing: bytes) -> None:
    """Runserver decodes no chunks."""
    data = head(path="/sync") + framing + b"\r\n\r\n5\r\n12345\r\n0\r\n\r\n"
    (step,) = rig.ask(name, data)
    assert step["error"] == "IncompleteBody"


# Who hands bodies over as they come: the others call the app when they have the whole body.
AS_THEY_COME: Final = (
    *("starlette:uvicorn-h11", "starlette:granian", "django-wsgi:gunicorn", "flask:gunicorn"),
    *("flask:werkzeug", "asgi:hypercorn", "wsgi:gunicorn"),
)


@pytest.mark.parametrize("name", AS_THEY_COME)
def test_an_endless_body_is_left(rig: Rig, name: str) -> None:
    """What is over the limit is refused before it has come."""
    data = head(limits={"body_size": 10_000}) + b"Transfer-Encoding: chunked\r\n\r\n"
    (step,) = rig.ask(name, data + b"2000\r\n%s\r\n" % (b"x" * 8192) * 3)  # and no end
    assert step["error"] == "BodyTooLarge"


STARLETTE: Final = ["starlette:uvicorn-h11"]
DJANGO: Final = ["django-wsgi:gunicorn", "django-asgi:uvicorn-h11"]
FLASK: Final = ["flask:gunicorn", "flask:waitress"]
FIELDS: Final = (URLENCODED, b"&".join(b"a%d=1" % number for number in range(1001)))
FILES: Final = (MULTIPART, forms.body(*[forms.file()] * 101))
LONG: Final = (MULTIPART, forms.body(forms.field(content=b"x" * (1024 * 1024 + 1))))
TEXT: Final = (MULTIPART, forms.body(forms.field(content=b"x" * 600_000)))
LARGE: Final = (None, b"x" * 3_000_001)


# DATA_UPLOAD_MAX_MEMORY_SIZE, _NUMBER_FIELDS, _NUMBER_FILES; MAX_FORM_MEMORY_SIZE is 500 kB, and
# MAX_CONTENT_LENGTH, which is off, is 3 MB for `/small`.
@pytest.mark.parametrize(
    ("names", "path", "do", "sent", "expected"),
    [
        (DJANGO, "/", "native-body,read", LARGE, ["RequestDataTooBig", 3_000_001]),
        (DJANGO, "/", "count,native-form", FIELDS, [1001, "TooManyFieldsSent"]),
        (DJANGO, "/", "count,native-form", FILES, [101, "TooManyFilesSent"]),
        (STARLETTE, "/", "count,native-form", FIELDS, [1001, "HTTPException"]),
        (STARLETTE, "/", "count,native-form", LONG, [1, "HTTPException"]),
        (FLASK, "/", "count,native-form", TEXT, [1, "RequestEntityTooLarge"]),
        (FLASK, "/small", "read", LARGE, [3_000_001]),
        (FLASK, "/small", "native-body", LARGE, ["RequestEntityTooLarge"]),
    ],
)
def test_a_frameworks_limits_are_its_own_readers(
    rig: Rig, names: list[str], path: str, do: str, sent: tuple[str, bytes], expected: list[Any]
) -> None:
    limits = {"fields": 2000, "files": 200, "field_size": 2**21}
    data = request(sent[1], path=path, do=do, content_type=sent[0], limits=limits)
    for name in names:
        steps = rig.ask(name, data)
        values = [step.get("error") or step["value"] for step in steps]
        assert [value["size"] if isinstance(value, dict) else value for value in values] == expected


def test_sanic_refuses_before_it_calls_anybody(rig: Rig) -> None:
    """REQUEST_MAX_SIZE, 100 MB; not enforced on ASGI."""
    data = head() + b"Content-Length: 100000001\r\n\r\n"
    assert rig.send("sanic:sanic", data).status == 413
