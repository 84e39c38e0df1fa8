"""The answer that an error of the client's deserves. Source: RFC 9457."""

from __future__ import annotations

import copy
import json
import pickle
import re
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import unireq
from unireq import InvalidParameter, RequestError
from unireq._body.limits import broken_by
from unireq.adapter import problem_response

ERRORS = [
    (RequestError, 400, "Bad Request"),
    (unireq.MalformedBody, 400, "Bad Request"),
    (unireq.BodyTooLarge, 413, "Content Too Large"),
    (unireq.TooManyFields, 413, "Content Too Large"),
]


def members(error: RequestError) -> Any:
    return json.loads(problem_response(error).content)


def with_status(code: int) -> RequestError:
    class Own(RequestError):
        status: ClassVar[int] = code

    return Own("own")


@pytest.mark.parametrize(("kind", "status", "title"), ERRORS)
def test_a_problem(kind: type[RequestError], status: int, title: str) -> None:
    response = problem_response(kind("wrong"))
    assert response.status == status
    assert response.fields == [("content-type", "application/problem+json")]
    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": "wrong",
    }


@pytest.mark.parametrize("kind", [RequestError, unireq.BodyTooLarge, unireq.TooManyFields])
def test_what_is_for_the_author_goes_to_the_log(
    kind: type[RequestError], caplog: pytest.LogCaptureFixture
) -> None:
    error = kind("told", "Limits.secret\nset it")
    assert members(error)["detail"] == error.detail == "told"
    assert (str(error), error.advice) == ("told; Limits.secret\nset it", "Limits.secret\nset it")
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("unireq", "WARNING")
    assert record.getMessage() == f"refused by status {error.status}: {str(error)!r}"
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), kind(*error.args)):  # noqa: S301 (made here)
        assert (type(again), str(again), again.detail) == (kind, str(error), "told")


def test_what_the_client_is_told_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    for error in (RequestError("x"), InvalidParameter("a", "b"), RequestError()):
        problem_response(error)
        assert (error.detail, error.advice) == (str(error), "")
    assert caplog.records == []


# What clients can get; nothing of it is about our interface, our settings or the machine.
GZIP = b"\x1f\x8b\x08"
ASKED: list[tuple[str, bytes, dict[str, Any]]] = [
    ("read", b"12345", {"body_size": 1}),
    ("json", b"[[[]]]", {"json_depth": 1}),
    ("json", b"[" * 100_000, {"json_depth": None}),
    ("json", b"1" * 5000, {}),
    *(("json", body, {}) for body in (b"", b"{", b"\xff", b"[NaN]", b"[1e999]", GZIP)),
    ("form", b"a=1&b=2", {"fields": 1}),
    ("form", b"a=12345", {"field_size": 1}),
    *(
        ("multipart", b"--b\r\n" + body + b"\r\n--b--\r\n", limits)
        for body, limits in (
            (b'Content-Disposition: form-data; name="a"\r\n\r\n12', {"field_size": 1}),
            (b'Content-Disposition: form-data; name="a"\r\n\r\n12', {"fields": 0}),
            (b'Content-Disposition: form-data; name="a"\r\n\r\n12', {"part_header_size": 9}),
            (b'Content-Disposition: form-data; name="a"\r\nX: y\r\n\r\n', {"part_headers": 1}),
            (b'Content-Disposition: form-data; name="a"; filename="b"\r\n\r\n1', {"files": 0}),
            (b'Content-Disposition: form-data; name="a"; filename="b"\r\n\r\n1', {"file_size": 0}),
            (b"Content-Disposition: x\r\n\r\n", {}),
            (b"no header", {}),
        )
    ),
    ("multipart", b"x", {}),
]


@pytest.mark.parametrize(("how", "body", "limits"), ASKED)
def test_no_client_is_told_of_the_program(how: str, body: bytes, limits: dict[str, Any]) -> None:
    kind = {
        "form": "application/x-www-form-urlencoded",
        "multipart": "multipart/form-data; boundary=b",
    }
    request = unireq.Request(body=body, headers={"Content-Type": kind.get(how, "application/json")})
    ask = getattr(request, how.replace("multipart", "form"))
    with pytest.raises(RequestError) as raised:
        ask(limits=unireq.Limits(**limits))
    detail: str = members(raised.value)["detail"]
    assert str(raised.value).startswith(detail)
    assert (
        re.search(r"[Ll]imits|unireq|Request\b|sys\.|settings|interpreter|octet|_|/\w+/", detail)
        is None
    )
    for name, limit in limits.items():
        if limit is not None and (how, name) != ("json", ""):
            assert f"Limits.{name}" in str(raised.value)
            assert str(limit) in detail


def test_a_framework_that_takes_less(caplog: pytest.LogCaptureFixture) -> None:
    class TooLarge(Exception):
        code = 413

    error = broken_by(TooLarge("MAX_CONTENT_LENGTH of /srv/app.py"))
    assert isinstance(error, unireq.BodyTooLarge)
    assert (
        members(error)["detail"] == "body: expected fewer bytes, got more than this server accepts"
    )
    assert "MAX_CONTENT_LENGTH of /srv/app.py" in caplog.text


def test_what_a_server_says_of_a_body_that_ended_early_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "unireq")
    response = problem_response(unireq.IncompleteBody("OSError: /srv/secret"))
    assert [(each.levelname, "/srv/secret" in each.getMessage()) for each in caplog.records] == [
        ("INFO", True)
    ]
    assert response.status == 400
    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "the body ended too early",
    }


# RFC 9457 4.2.1: for about:blank the title should be the phrase of the status.
@pytest.mark.parametrize(
    ("status", "title"),
    [
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "Not Found"),
        (409, "Conflict"),
        (413, "Content Too Large"),
        (414, "URI Too Long"),
        (416, "Range Not Satisfiable"),
        (422, "Unprocessable Content"),
        (429, "Too Many Requests"),
        (499, "Client Error"),
        (503, "Service Unavailable"),
        (599, "Server Error"),
    ],
)
def test_an_error_of_ones_own(status: int, title: str) -> None:
    error = with_status(status)
    assert problem_response(error).status == status
    assert members(error) == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": "own",
    }


@given(st.text())
def test_any_message(message: str) -> None:
    assert members(RequestError(message))["detail"] == message
    response = problem_response(InvalidParameter(message, message))
    assert [name for name, _ in response.fields] == ["content-type"]
    assert b"\r" not in response.content
    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": response.status,
        "detail": message,
        "parameter": message,
    }
    assert response.status == 422
