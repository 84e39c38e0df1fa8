"""The table of malformed messages: what h11 says to it, and what it says of targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from unireq_conformance.clauses import CLAUSES
from unireq_conformance.deviations.deviation import Deviation
from unireq_conformance.deviations.reference import reference_form
from unireq_conformance.deviations.touching import either, in_messages
from unireq_conformance.judge import Effort, judge
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
from unireq_conformance.seen import Seen, is_refusal
from unireq_conformance.servers.reply import Reply
from unireq_conformance.servers.running import Running
from unireq_conformance.servers.wire import Observation
from unireq_conformance.verdict import Status, Verdict

GROUPS = {"MAL-001": REQUEST_LINES, "MAL-002": LINES, "MAL-003": VALUES, "MAL-004": FRAMING}


def part(form: dict[str, Any], where: str) -> Any:
    name, _, key = where.partition(".")
    return form[name].get(key) if key else form[name]


@pytest.mark.parametrize("message", [pytest.param(m, id=m.id) for m in MESSAGES.values()])
def test_a_verdict_fits_and_h11_keeps_to_it(message: Message) -> None:
    assert message.must or message.readings
    # The first is what is told where none is met.
    assert len({frozenset(each) for each in message.readings}) <= 2
    if (form := reference_form(message.octets)) is not None:
        assert not message.must
        readings = [each.items() for each in message.readings]
        assert any(all(part(form, w) == v for w, v in each) for each in readings)


def test_each_is_sent_for_its_clause_and_those_that_must_be_refused_for_their_own() -> None:
    assert len(MESSAGES) == sum(map(len, GROUPS.values()))
    assert len({each.octets for each in MESSAGES.values()}) == len(MESSAGES)
    must = [each for each in MESSAGES.values() if each.must]
    assert len(must) > 15
    for clause_id, messages in {**GROUPS, "MAL-010": must}.items():
        sent = [each.message for each in CLAUSES[clause_id].always]
        assert sent == [each.octets for each in messages]


# What becomes of targets.

Says = Callable[[Message], "Reading | str"]


class Reader(Running):
    """Reads each message in the way that `says` gives, or refuses it so."""

    def __init__(self, says: Says) -> None:
        super().__init__("fake:target", ("127.0.0.1", 1), "nonce", source_port=24_000)
        self.says = says

    def send(self, octets: bytes) -> Observation:
        """Take any witness."""
        return Observation(Reply(status=200), {"unireq": {}, "derived": {}})

    def see(self, request: AbstractRequest) -> Seen | str:
        (message,) = (each for each in MESSAGES.values() if each.octets == request.message)
        said = self.says(message)
        if isinstance(said, str):
            return said
        headers = {k.partition(".")[2]: v for k, v in said.items() if "." in k and v is not None}
        facts = {"headers": headers, **{k: v for k, v in said.items() if "." not in k}}
        derived = {"url": facts.pop("url", None), "cookies": facts.pop("cookies", {})}
        return Seen({"unireq": facts, "derived": derived})


def judged(clause_id: str, says: Says, *deviations: Deviation) -> Verdict:
    effort = Effort(examples=1)
    return judge(CLAUSES[clause_id], Reader(says), effort=effort, deviations=deviations)


@pytest.mark.parametrize("clause_id", [*GROUPS, "MAL-010"])
@pytest.mark.parametrize("number", [0, -1])
def test_who_refuses_or_reads_as_listed_passes(clause_id: str, number: int) -> None:
    for must in ("400", "closed"):
        verdict = judged(clause_id, lambda m: must if m.must else m.readings[number])  # noqa: B023
        assert verdict.status is Status.PASSES
    assert judged(clause_id, lambda _: "400").status is Status.PASSES


# Where there is no right reading, none is wrong: that is MAL-010's business.
WRONGLY_READ = [
    (clause_id, message, dict.fromkeys(message.readings[0], "something else"))
    for clause_id, group in GROUPS.items()
    for message in group
    if message.readings
]
NO_COLON = MESSAGES["no-colon"]


@pytest.mark.parametrize(
    ("clause_id", "message", "answer"),
    [
        *WRONGLY_READ,
        ("MAL-010", MESSAGES["length-below-zero"], {}),
        *(("MAL-002", NO_COLON, how) for how in ("500", "502", "timeout")),
        *(("MAL-004", FRAMING[-1], how) for how in ("502", "timeout")),
    ],
)
def test_who_reads_otherwise_or_refuses_unclearly_fails(
    clause_id: str, message: Message, answer: dict[str, Any] | str
) -> None:
    verdict = judged(clause_id, lambda given: answer if given is message else "400")
    assert verdict.status is Status.FAILS
    assert verdict.failure is not None
    assert verdict.failure.octets == message.octets
    if isinstance(answer, str):
        assert not is_refusal(answer)
        assert verdict.failure.expectation.observed == f"refused: {answer}"


def test_the_app_may_be_at_work_already_when_a_chunk_turns_out_to_be_none() -> None:
    says: Says = lambda message: "500" if message in FRAMING[-7:] else "400"  # noqa: E731
    assert judged("MAL-004", says).status is Status.PASSES


def test_who_takes_more_than_is_declared_fails() -> None:
    taken = Deviation(
        "MAL-010",
        because="it looks at no method",
        witness=MESSAGES["no-method"].octets,
        taken=True,
        touches=in_messages("no-method method-not-a-token", "the server"),
    )

    methods = {"no-method", "method-not-a-token"}
    read: list[Says] = [
        lambda message: {} if message.id in methods else "400",
        lambda message: {} if message.must else "400",
    ]
    found = [judged("MAL-010", says, taken).status for says in read]
    assert found == [Status.DEVIATES, Status.FAILS]


def test_touching() -> None:
    one = in_messages("no-method", "the server")
    both = either(one, in_messages("no-colon no-method", "headers", "path"))
    request = AbstractRequest(message=MESSAGES["no-method"].octets)
    assert list(one(request)) == ["the server"]
    assert list(both(request)) == ["the server", "headers", "path"]
    assert list(both(AbstractRequest())) == []
    with pytest.raises(KeyError, match="no-such-message"):
        in_messages("no-such-message", "path")


@pytest.mark.parametrize("how", ["400", "404", "431", "501", "505", "closed", "reset", "not-http"])
def test_a_clear_refusal(how: str) -> None:
    assert is_refusal(how)
