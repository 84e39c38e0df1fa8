"""MAL: the clauses about malformed messages, judged by the table that decides about each."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from unireq_conformance.clause import Expectation, Found, clause
from unireq_conformance.clauses.drawing import one_of
from unireq_conformance.malformed import (
    FRAMING,
    LINES,
    MESSAGES,
    REQUEST_LINES,
    VALUES,
    Message,
    Reading,
)
from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import Seen

_BY_OCTETS = {each.octets: each for each in MESSAGES.values()}
_TABLE = "`unireq_conformance.malformed`"


def _request(message: Message) -> AbstractRequest:
    return AbstractRequest(message=message.octets)


def _message(sent: AbstractRequest) -> Message:
    assert sent.message is not None, "these clauses are judged by messages alone"
    return _BY_OCTETS[sent.message]


def _tolerated(sent: AbstractRequest) -> Collection[str]:
    return _message(sent).tolerated


def _read(reading: Reading, sent: AbstractRequest, seen: Seen) -> Found:
    for where, value in reading.items():
        said = value.decode("latin-1") if isinstance(value, bytes) else value
        yield Expectation(where, sent.over(said) if where == "url" else said, seen.at(where))


def _read_as_listed(sent: AbstractRequest, seen: Seen) -> Found:
    """All that one of the listed readings says; where none is met, what the first one says."""
    readings = [list(_read(reading, sent, seen)) for reading in _message(sent).readings]
    met = [each for each in readings if all(expectation.met for expectation in each)]
    yield from (met or readings or [[]])[0]


def _about(name: str, what: str, source: str, messages: Iterable[Message]) -> None:
    requests = [_request(each) for each in messages]
    clause(
        name,
        f"{what} is refused, or read in one of the ways that the table of malformed messages"
        f" ({_TABLE}) lists for it. A refusal and a clear client error count as the same.",
        source=source,
        may_refuse=True,
        strategy=one_of(*requests),
        always=requests,
        tolerated=_tolerated,
    )(_read_as_listed)


_about("MAL-001 Request lines", "A malformed request line", "RFC 9112 2.2, 3", REQUEST_LINES)
_about("MAL-002 Field lines", "A malformed field line or name", "RFC 9112 5", LINES)
_about("MAL-003 Values", "A malformed value of a field", "RFC 9110 5.5, RFC 9112 5.2", VALUES)
_about("MAL-004 Framing", "A message with malformed framing", "RFC 9112 6, 7", FRAMING)

_MUST = [_request(each) for each in MESSAGES.values() if each.must]


@clause(
    "MAL-010 What must be refused",
    "The server refuses a message that has no safe reading, so it never reaches an app."
    f" The table ({_TABLE}) says which messages these are.",
    why="If two programs read a message differently, requests can be smuggled.",
    source="RFC 9112 11.2",
    may_refuse=True,
    capability="STRICT_SERVER",
    strategy=one_of(*_MUST),
    always=_MUST,
    tolerated=_tolerated,
)
def _must_be_refused(_: AbstractRequest, _seen: Seen) -> Found:
    yield Expectation("the server", "a refusal", "an answer from the app")
