"""Requests that handlers answer, and what clients must receive."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeAlias

from unireq_conformance.clause import Expectation, Found, table
from unireq_conformance.content import Content, octets
from unireq_conformance.model import AbstractRequest, Piece
from unireq_conformance.response import AbstractResponse
from unireq_conformance.seen import Seen

Answers: TypeAlias = Iterator[AbstractResponse]

_WITHOUT_LENGTH: Final = (204, 304)
_OF_THE_PROGRAM: Final = ("Limits", "limits=", "set_limits", "unireq")


def asking(
    response: AbstractResponse, *, method: str = "GET", content: Content | None = None
) -> AbstractRequest:
    """A request that tells a handler to answer so."""
    path = (Piece("respond", b"respond"),)
    return AbstractRequest(method=method, path=path, content=content, response=response)


def in_async_code(request: AbstractRequest) -> AbstractRequest:
    """The same request, to the handler that is async."""
    first, *rest = request.path
    name = f"{first.text}-async"
    return replace(request, path=(Piece(name, name.encode("ascii")), *rest))


def as_told(sent: AbstractRequest, seen: Seen) -> Found:
    """That the client received what must be received."""
    told, got = _told(sent), seen.response
    yield Expectation("response.injected", False, got["injected"])
    yield Expectation("response.status", told.status, got["status"])
    if told.refused:
        return
    yield Expectation("response.missing", [], got["missing"])
    yield from _fields(told, seen)
    if told.members and sent.method != "HEAD":
        yield from _members(told, seen)
    else:
        content = b"" if sent.method == "HEAD" else told.content
        yield Expectation("response.content", octets(content), got["content"])
    yield Expectation("response.behind", 0, got["behind"])


handled = partial(table, check=as_told, capability="HANDLERS")
"""Above a table of requests that handlers answer."""


def answered(name: str, text: str, **parts: Any) -> Callable[[Callable[[], Answers]], None]:
    """The same, above a table of the answers alone."""

    def of(answers: Callable[[], Answers]) -> None:
        handled(name, text, **parts)(lambda: map(asking, answers()))

    return of


def received_head(sent: AbstractRequest, seen: Seen) -> Found:
    """The same, and that Content-Length tells of content that is not there."""
    yield from as_told(sent, seen)
    told = _told(sent)
    if told.status in _WITHOUT_LENGTH:
        yield from without_framing(sent, seen)
    else:
        length = [str(len(told.content))]
        where = "response.framing.content-length"
        yield Expectation(where, length, seen.at(where))


def without_framing(sent: AbstractRequest, seen: Seen) -> Found:
    """The same, and that no field says that there is content."""
    yield from as_told(sent, seen)
    yield Expectation("response.framing", {}, seen.response["framing"])


def _told(sent: AbstractRequest) -> AbstractResponse:
    if sent.response is None:
        raise ValueError("expected a request that a handler answers")
    return sent.response


def _fields(told: AbstractResponse, seen: Seen) -> Found:
    expected, observed = told.values, dict(seen.response["fields"])
    for name in {**expected, **observed}:
        yield Expectation(f"response.fields.{name}", expected.get(name, []), observed.get(name, []))


def _members(told: AbstractResponse, seen: Seen) -> Found:
    try:
        found: Any = json.loads(seen.response["text"])
        found.keys()
    except (ValueError, AttributeError):
        yield Expectation("response.content", "a JSON object", seen.response["content"])
        return
    # How it is worded is nobody's business; that it says something is.
    detail = found.pop("detail", None)
    yield Expectation("response.content.detail", True, isinstance(detail, str) and bool(detail))
    # RFC 9457 3.1.4: it is for whoever sent the request.
    named = [word for word in _OF_THE_PROGRAM if word in str(detail)]
    yield Expectation("response.content.detail, of the program", [], named)
    yield Expectation("response.content", json.loads(told.members), found)
