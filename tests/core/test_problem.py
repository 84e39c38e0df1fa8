"""The answer that an error of the client's deserves. Source: RFC 9457."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import unireq
from unireq import InvalidParameter, RequestError, problem

ERRORS = [
    (RequestError, 400, "Bad Request"),
    (unireq.MalformedBody, 400, "Bad Request"),
    (unireq.BodyTooLarge, 413, "Content Too Large"),
    (unireq.TooManyFields, 413, "Content Too Large"),
]


def members(error: RequestError) -> Any:
    return json.loads(problem(error).content)


def with_status(code: int) -> RequestError:
    class Own(RequestError):
        status: ClassVar[int] = code

    return Own("own")


@pytest.mark.parametrize(("kind", "status", "title"), ERRORS)
def test_a_problem(kind: type[RequestError], status: int, title: str) -> None:
    response = problem(kind("wrong"))
    assert response.status == status
    assert response.fields == [("content-type", "application/problem+json")]
    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": "wrong",
    }


def test_what_a_server_says_of_a_body_that_ended_early_is_left_out() -> None:
    response = problem(unireq.IncompleteBody("OSError: /srv/secret"))
    assert response.status == 400
    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "the body ended before its framing says so",
    }


def test_a_parameter_is_named() -> None:
    response = problem(InvalidParameter("text", "text: expected text, got none"))
    assert response.status == 422
    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "text: expected text, got none",
        "parameter": "text",
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
    assert problem(error).status == status
    assert members(error) == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": "own",
    }


@given(st.text())
def test_any_message(message: str) -> None:
    assert members(RequestError(message))["detail"] == message
    assert members(InvalidParameter(message, message))["parameter"] == message


def test_a_message_is_no_header() -> None:
    response = problem(RequestError("a\r\nx-evil: 1"))
    assert [name for name, _ in response.fields] == ["content-type"]
    assert b"\r" not in response.content


def test_a_head_request_gets_its_length() -> None:
    wire = problem(RequestError("wrong")).for_method("HEAD")
    assert wire.content == b""
    assert ("content-length", str(len(problem(RequestError("wrong")).content))) in wire.fields
