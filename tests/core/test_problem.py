"""The answer that an error of the client's deserves. Source: RFC 9457."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

import pytest

import unireq
from support import forms
from unireq import RequestError
from unireq._body.limits import broken_by
from unireq.adapter import problem_response


def members(error: RequestError) -> Any:
    return json.loads(problem_response(error).content)


TEXT, FILE = (forms.disposition(f'name="a"{more}') for more in ("", '; filename="b"'))
# What clients can get; nothing of it is about our interface, our settings or the machine.
ASKED: list[tuple[str, bytes, dict[str, Any]]] = [
    ("read", b"12345", {"body_size": 1}),
    ("json", b"[[[]]]", {"json_depth": 1}),
    *(("json", body, {}) for body in (b"", b"{", b"\xff", b"[NaN]", b"[1e999]", b"1" * 5000)),
    *(("json", body, {"json_depth": None}) for body in (b"[" * 100_000, b"\x1f\x8b\x08")),
    *(("form", b"a=1&b=2", {"fields": 1}), ("form", b"a=12345", {"field_size": 1})),
    *(
        ("form", forms.body(forms.part(header, b"12")), limits)
        for header, limits in (
            *((TEXT, {n: 0}) for n in "fields field_size part_headers part_header_size".split()),
            *((FILE, {n: 0}) for n in ("files", "file_size")),
            *((header, {}) for header in ("Content-Disposition: x", "no header")),
        )
    ),
    ("form", b"--x", {}),
]


@pytest.mark.parametrize(("how", "body", "limits"), ASKED)
def test_no_client_is_told_of_the_program(how: str, body: bytes, limits: dict[str, Any]) -> None:
    kind = forms.MULTIPART if body.startswith(b"--") else forms.URLENCODED
    request = unireq.Request(body=body, headers={"Content-Type": kind})
    with pytest.raises(RequestError) as raised:
        getattr(request, how)(limits=unireq.Limits(**limits))
    detail: str = members(raised.value)["detail"]
    assert str(raised.value).startswith(detail)
    of_the_program = r"[Ll]imits|unireq|Request\b|sys\.|settings|interpreter|octet|_|/\w+/"
    assert re.search(of_the_program, detail) is None
    for name, limit in limits.items():
        if limit is not None:
            assert f"Limits.{name}" in str(raised.value)
            assert str(limit) in detail


@pytest.mark.parametrize("name", ["code", "status_code"])
def test_a_framework_that_takes_less(caplog: pytest.LogCaptureFixture, name: str) -> None:
    kind: type[Exception] = type("TooLarge", (Exception,), {name: 413})
    error = broken_by(kind("MAX_CONTENT_LENGTH of /srv/app.py"))
    assert isinstance(error, unireq.BodyTooLarge)
    assert (
        members(error)["detail"] == "body: expected fewer bytes, got more than this server accepts"
    )
    assert "MAX_CONTENT_LENGTH of /srv/app.py" in caplog.text


def with_status(code: int) -> RequestError:
    class Own(RequestError):
        status: ClassVar[int] = code

    return Own("own")


# RFC 9457 4.2.1: for about:blank the title should be the phrase of the status.
@pytest.mark.parametrize(
    ("error", "title", "detail"),
    [
        (unireq.BodyTooLarge("wrong"), "Content Too Large", "wrong"),
        (unireq.InvalidParameter("n", "wrong"), "Unprocessable Content", "wrong"),
        (with_status(416), "Range Not Satisfiable", "own"),
        (with_status(429), "Too Many Requests", "own"),
        (with_status(499), "Client Error", "own"),
        (with_status(599), "Server Error", "own"),
        # What the server says of it may be about the machine.
        (unireq.IncompleteBody("OSError: /srv/secret"), "Bad Request", "the body ended too early"),
    ],
)
def test_a_problem(error: RequestError, title: str, detail: str) -> None:
    response = problem_response(error)
    assert response.status == error.status
    assert response.fields == [("content-type", "application/problem+json")]
    expected = {"type": "about:blank", "title": title, "status": error.status, "detail": detail}
    if isinstance(error, unireq.InvalidParameter):
        expected["parameter"] = "n"
    assert json.loads(response.content) == expected
