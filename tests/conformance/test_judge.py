"""What becomes of a clause, by what the target does. The targets are functions, with no server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import h11
import pytest
from hypothesis import strategies as st

from unireq.adapter import percent_decode
from unireq_conformance.clause import Clause, Expectation, Level
from unireq_conformance.deviations.deviation import SOURCE_PORT, Deviation, Refusal, get
from unireq_conformance.failure import describe
from unireq_conformance.judge import ClauseNotMet, Effort, _Examination, judge
from unireq_conformance.model import AbstractRequest, Field
from unireq_conformance.probe import Probe
from unireq_conformance.response import RESPOND_FIELD, AbstractResponse
from unireq_conformance.seen import Seen
from unireq_conformance.servers.frames import Inexpressible
from unireq_conformance.servers.reply import Reply
from unireq_conformance.servers.running import Answers, Running
from unireq_conformance.servers.wire import Observation
from unireq_conformance.verdict import Status

Report = dict[str, Any]
Spoil = Callable[[Report, bytes], "int | None"]
"""Changes the report on some bytes; or gives the status that they are refused with."""


class FakeTarget(Running):
    """Reads requests with h11, reports as a probe's app does, but for what `spoil` changes."""

    def __init__(self, spoil: Spoil = lambda _report, _octets: None) -> None:
        super().__init__("fake:target", ("127.0.0.1", 1), "nonce", source_port=24_000)
        self.spoil = spoil
        self.sent: list[bytes] = []

    def send(self, octets: bytes) -> Observation:
        self.sent.append(octets)
        connection = h11.Connection(h11.SERVER)
        try:
            connection.receive_data(octets)
            event = connection.next_event()
        except h11.RemoteProtocolError:
            return Observation(Reply(status=400))
        assert isinstance(event, h11.Request)
        path, _, query = event.target.partition(b"?")
        scope = {
            "type": "http",
            "method": event.method.decode(),
            "http_version": event.http_version.decode(),
            "path": percent_decode(path.decode("latin-1")),
            "raw_path": path,
            "query_string": query,
            "headers": list(event.headers),
            "client": ("127.0.0.1", self.source_port),
        }
        report = json.loads(Probe(self.nonce)(scope))
        status = self.spoil(report, octets)
        return Observation(Reply(status=status or 200), None if status else report)


def numbered() -> st.SearchStrategy[AbstractRequest]:
    return st.integers(0, 1000).map(
        lambda n: AbstractRequest(fields=(Field("X-N", str(n).encode()), Field("X-M", b"m")))
    )


def number_of(octets: bytes) -> int:
    return int(octets.partition(b"X-N: ")[2].split(b"\r\n")[0] or 0)


def check(sent: AbstractRequest, seen: Seen) -> Iterator[Expectation]:
    for name in ("x-n", "x-m"):
        yield Expectation(f"headers.{name}", sent.expected_headers[name], seen.headers.get(name))


def make_clause(**parts: Any) -> Clause:
    given: dict[str, Any] = {
        "id": "HDR-900",
        "level": Level.MUST,
        "title": "Numbers",
        "text": "The number arrives.",
        "why": "",
        "source": "",
        "since": "0.1",
        "strategy": numbered,
        "check": check,
    }
    return Clause(**{**given, **parts})


CLAUSE = make_clause()
LARGE = 37


def spoil_large(report: Report, octets: bytes) -> None:
    if number_of(octets) >= LARGE:
        report["unireq"]["headers"]["x-n"] = "large"


def large_numbers(request: AbstractRequest) -> list[str]:
    number = next((line.value for line in request.fields if line.name == "X-N"), b"0")
    return ["headers.x-n"] if int(number) >= LARGE else []


DEVIATION = Deviation(
    "HDR-900",
    because="the target is small",
    witness=get(b"/", b"X-N: 1000", b"X-M: m"),
    specified={"headers.x-n": "1000"},
    observed={"headers.x-n": "large"},
    touches=large_numbers,
)


def deviation(**parts: Any) -> Deviation:
    given: dict[str, Any] = {
        "clause": "HDR-900",
        "because": "the target is small",
        "witness": DEVIATION.witness,
    }
    return Deviation(**{**given, **parts})


def test_a_target_that_does_as_demanded_passes() -> None:
    target = FakeTarget()
    verdict = judge(CLAUSE, target, effort=Effort(examples=10))
    assert verdict.status is Status.PASSES
    assert (verdict.examples, verdict.refused, verdict.failure) == (10, 0, None)
    assert len(target.sent) == 10


def test_a_failure_is_made_as_small_as_it_can_be() -> None:
    verdict = judge(CLAUSE, FakeTarget(spoil_large))
    assert verdict.status is Status.FAILS
    assert verdict.failure is not None
    assert verdict.failure.expectation == Expectation("headers.x-n", "37", "large")
    assert verdict.failure.request is not None
    assert verdict.failure.octets == verdict.failure.request.render()
    assert number_of(verdict.failure.octets) == LARGE
    block = describe(verdict, "fake:target")
    assert "HDR-900 Numbers (MUST) fails on fake:target" in block
    assert 'expected:    "37"' in block
    assert 'observed:    "large"' in block
    assert r"b'X-N: 37\r\n'" in block


def test_the_requests_of_a_clause_itself_come_before_those_that_are_drawn() -> None:
    own = AbstractRequest(fields=(Field("X-N", b"5000"), Field("X-M", b"m")))

    def spoil(report: Report, octets: bytes) -> None:
        if number_of(octets) > 1000:
            report["unireq"]["headers"]["x-n"] = "huge"

    effort = Effort(examples=10)
    verdict = judge(make_clause(always=(own,)), FakeTarget(spoil), effort=effort)
    assert verdict.status is Status.FAILS
    assert verdict.failure is not None
    assert verdict.failure.request is own
    assert judge(CLAUSE, FakeTarget(spoil), effort=effort).status is Status.PASSES


def test_an_error_in_a_check_is_raised_alone() -> None:
    # Where there are failures too, Hypothesis would raise all of them as a group.
    def fragile(sent: AbstractRequest, seen: Seen) -> Iterator[Expectation]:
        number = int(sent.fields[0].value)
        if number >= LARGE and number % 2:
            raise LookupError(number)
        yield from check(sent, seen)

    with pytest.raises(LookupError):
        judge(make_clause(check=fragile), FakeTarget(spoil_large))


@pytest.mark.parametrize("where", ["unireq", "derived"])
def test_an_error_of_unireq_fails_whatever_the_clause(where: str) -> None:
    def spoil(report: Report, _: bytes) -> None:
        report[where] = {"error": "Traceback ...\nKeyError: 'x'\n"}

    verdict = judge(CLAUSE, FakeTarget(spoil), deviations=[])
    assert verdict.status is Status.FAILS
    assert verdict.failure is not None
    assert verdict.failure.expectation == Expectation("unireq", "no error", "KeyError: 'x'")
    assert verdict.failure.note.startswith("Traceback")


def refuse(share: int) -> Spoil:
    """Refuses every request whose place among those sent is a multiple of `share`."""
    sent = 0

    def spoil(_: Report, __: bytes) -> int | None:
        nonlocal sent
        sent += 1
        return 400 if sent % share == 0 else None

    return spoil


def test_what_a_server_refuses_too_often_fails() -> None:
    verdict = judge(CLAUSE, FakeTarget(refuse(10)), effort=Effort(examples=40))
    assert verdict.status is Status.FAILS
    assert verdict.refused == 4
    assert verdict.failure is not None
    assert verdict.failure.expectation == Expectation(
        "the server", "an answer from the app", "refused: 400"
    )


def test_what_a_server_refuses_now_and_then_is_left_out() -> None:
    verdict = judge(CLAUSE, FakeTarget(refuse(20)), effort=Effort(examples=40))
    assert verdict.status is Status.PASSES
    assert (verdict.examples, verdict.refused) == (40, 2)


def test_a_clause_may_allow_refusal() -> None:
    clause = make_clause(may_refuse=True)
    verdict = judge(clause, FakeTarget(refuse(1)), effort=Effort(examples=5))
    assert verdict.status is Status.PASSES
    assert verdict.refused == verdict.examples == 5


def test_a_deviation_is_left_out_where_it_touches() -> None:
    verdict = judge(CLAUSE, FakeTarget(spoil_large), deviations=[DEVIATION])
    assert verdict.status is Status.DEVIATES
    assert verdict.because == "the target is small"
    assert verdict.examples == Effort().examples
    assert verdict.failure is None


def test_a_deviation_excuses_nothing_else() -> None:
    def spoil(report: Report, octets: bytes) -> None:
        spoil_large(report, octets)
        if number_of(octets) >= 500:
            report["unireq"]["headers"]["x-m"] = "other"

    verdict = judge(CLAUSE, FakeTarget(spoil), deviations=[DEVIATION])
    assert verdict.status is Status.FAILS
    assert verdict.failure is not None
    assert verdict.failure.expectation == Expectation("headers.x-m", "m", "other")


def test_what_another_clause_is_excused_from_is_no_failure_of_this_one() -> None:
    other = make_clause(id="HDR-901")
    verdict = judge(other, FakeTarget(spoil_large), deviations=[DEVIATION])
    assert verdict.status is Status.PASSES
    assert judge(other, FakeTarget(spoil_large)).status is Status.FAILS


def broken_touches(_: AbstractRequest) -> list[str]:
    raise LookupError("no such field")


@pytest.mark.parametrize(
    ("touches", "said"),
    [
        (broken_touches, "LookupError: no such field"),
        (lambda _: None, "TypeError: 'NoneType' object is not iterable"),
        (lambda _: "path", "TypeError: expected a list of names of fields, got 'path'"),
    ],
)
def test_touches_that_raises_fails_the_clause_of_the_deviation(touches: Any, said: str) -> None:
    broken = replace(DEVIATION, touches=touches)
    verdict = judge(CLAUSE, FakeTarget(spoil_large), deviations=[broken])
    assert verdict.status is Status.FAILS
    assert verdict.failure is not None
    assert verdict.failure.expectation.where == "the deviation's touches"
    assert verdict.failure.expectation.observed == said
    # Others are judged without it, and are told why if they fail.
    other = make_clause(id="HDR-901")
    assert judge(other, FakeTarget(), deviations=[broken]).status is Status.PASSES
    verdict = judge(other, FakeTarget(spoil_large), deviations=[broken])
    assert verdict.status is Status.FAILS
    assert f"touches of the deviation from HDR-900 raised {said};" in describe(verdict, "fake")


def test_a_deviation_without_bounds_excuses_the_clause() -> None:
    unlimited = deviation(specified=DEVIATION.specified, observed=DEVIATION.observed)
    target = FakeTarget(spoil_large)
    verdict = judge(CLAUSE, target, deviations=[unlimited])
    assert verdict.status is Status.DEVIATES
    assert (verdict.examples, target.sent) == (0, [DEVIATION.witness])


def test_a_deviation_that_shows_no_more_is_stale() -> None:
    verdict = judge(CLAUSE, FakeTarget(), deviations=[DEVIATION])
    assert verdict.status is Status.STALE
    assert not verdict.status.good
    assert verdict.failure is not None
    assert verdict.failure.octets == DEVIATION.witness
    assert "the deviation is stale: headers.x-n is what" in describe(verdict, "fake:target")


def test_a_deviation_that_shows_otherwise_has_changed() -> None:
    changed = deviation(specified=DEVIATION.specified, observed={"headers.x-n": "huge"})
    verdict = judge(CLAUSE, FakeTarget(spoil_large), deviations=[changed])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert verdict.failure.expectation == Expectation("headers.x-n", "huge", "large")
    assert "has changed" in verdict.failure.note


@pytest.mark.parametrize(
    ("witness", "where", "specified", "right"),
    [
        (DEVIATION.witness, "headers.x-n", "999", "1000"),
        (DEVIATION.witness, "header.x-n", "1000", None),
        (DEVIATION.witness, "client.port", 1, 24_000),
        (get(b"/params/int/42", b"X-N: 1"), "path_params", {"value": "42"}, {"value": 42}),
        (
            get(b"/", b"Content-Length: 3", b"Unireq-Probe: read", b"X-N: 1") + b"a=1",
            "body.1.read",
            {"octets": "a=2"},
            {"octets": "a=1"},
        ),
    ],
)
def test_what_is_specified_must_be_what_the_specification_says(
    witness: bytes, where: str, specified: Any, right: Any
) -> None:
    wrong = deviation(witness=witness, specified={where: specified}, observed={})
    verdict = judge(CLAUSE, FakeTarget(spoil_large), deviations=[wrong])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert verdict.failure.expectation == Expectation(f"`specified` of {where}", right, specified)
    assert "the deviation is wrong" in describe(verdict, "fake:target")


class Responding(FakeTarget):
    """Answers handlers' requests with `status` and no mark: a response to 204 has none."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status

    def send(self, octets: bytes) -> Observation:
        asked = RESPOND_FIELD.encode() in octets
        return Observation(Reply(status=self.status)) if asked else super().send(octets)


def test_a_deviation_may_be_of_any_response() -> None:
    nothing = AbstractResponse.nothing()
    declared = deviation(
        witness=get(b"/respond", *nothing.line),
        specified={"response.status": 204},
        observed={"response.status": 205},
    )
    assert judge(CLAUSE, Responding(205), deviations=[declared]).status is Status.DEVIATES
    verdict = judge(CLAUSE, Responding(204), deviations=[declared])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert verdict.failure.expectation == Expectation("response.status", 204, 204)
    wrong = replace(declared, specified={"response.status": 200})
    verdict = judge(CLAUSE, Responding(205), deviations=[wrong])
    assert verdict.failure is not None
    assert verdict.failure.expectation == Expectation("`specified` of response.status", 204, 200)


def test_a_witness_that_is_refused_shows_nothing() -> None:
    verdict = judge(CLAUSE, FakeTarget(refuse(1)), deviations=[DEVIATION])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert verdict.failure.expectation.observed == "refused: 400"


def test_a_witness_that_unireq_fails_on_excuses_nothing() -> None:
    def spoil(report: Report, _: bytes) -> None:
        report["unireq"] = {"error": "Traceback ...\nKeyError: 'x'"}

    verdict = judge(CLAUSE, FakeTarget(spoil), deviations=[deviation()])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert verdict.failure.expectation.observed == "KeyError: 'x'"


def test_a_witness_may_be_about_the_port_and_about_octets() -> None:
    def spoil(report: Report, _: bytes) -> None:
        report["unireq"]["client"] = ["127.0.0.1", None]
        report["unireq"]["raw_path"] = "/\u00e9"

    about_both = deviation(
        specified={"client.port": SOURCE_PORT, "raw_path": b"/"},
        observed={"client.port": None, "raw_path": b"/\xe9"},
    )
    assert judge(CLAUSE, FakeTarget(spoil), deviations=[about_both]).status is Status.DEVIATES

    stale = judge(CLAUSE, FakeTarget(), deviations=[about_both])
    assert stale.failure is not None
    assert stale.failure.expectation == Expectation("client.port", 24_000, 24_000)

    about_octets = deviation(specified={"raw_path": b"/"}, observed={"raw_path": b"/\xe9"})
    stale = judge(CLAUSE, FakeTarget(), deviations=[about_octets])
    assert stale.failure is not None
    assert stale.failure.expectation == Expectation("raw_path", "/", "/")
    assert '"/"' in describe(stale, "fake:target")


# Deviations that say no more than their witness: h11 says what it means.


def test_a_witness_that_is_read_as_h11_reads_it_is_stale() -> None:
    verdict = judge(CLAUSE, FakeTarget(), deviations=[deviation()])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert "the target reads the witness as h11 does" in verdict.failure.note


@pytest.mark.parametrize("where", ["facts", "cookies_all", "query_all", "url"])
def test_a_witness_that_is_read_otherwise_shows_the_deviation(where: str) -> None:
    def spoil(report: Report, _: bytes) -> None:
        if where == "facts":
            report["unireq"]["headers"]["x-n"] = "large"
        else:
            report["derived"][where] = {"cookies_all": {}, "query_all": [], "url": "/"}[where]

    witness = get(b"/?a=1", b"Cookie: a=1", b"X-N: 1")
    verdict = judge(CLAUSE, FakeTarget(spoil), deviations=[deviation(witness=witness)])
    assert verdict.status is Status.DEVIATES
    honest = judge(CLAUSE, FakeTarget(), deviations=[deviation(witness=witness)])
    assert honest.status is Status.STALE


def test_the_connection_is_no_part_of_what_h11_reads() -> None:
    def spoil(report: Report, _: bytes) -> None:
        report["unireq"].update(client=None, root_path="/mounted", path_params={"a": 1})

    verdict = judge(CLAUSE, FakeTarget(spoil), deviations=[deviation()])
    assert verdict.status is Status.STALE


def test_what_the_check_inside_the_app_finds_shows_the_deviation() -> None:
    def spoil(report: Report, _: bytes) -> None:
        report["inside"]["HDR-900"] = {"where": "x", "expected": 1, "observed": 2}

    assert judge(CLAUSE, FakeTarget(spoil), deviations=[deviation()]).status is Status.DEVIATES


def test_observed_is_compared_without_specified_too() -> None:
    given = deviation(observed={"headers.x-n": "huge"})
    verdict = judge(CLAUSE, FakeTarget(spoil_large), deviations=[given])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert verdict.failure.expectation == Expectation("headers.x-n", "huge", "large")


class Answering(FakeTarget):
    """Takes what h11 refuses."""

    def send(self, octets: bytes) -> Observation:
        return super().send(get(b"/", b"X-N: 1"))


def test_a_witness_that_h11_refuses_needs_specified() -> None:
    bad = deviation(witness=b"GET / HTTP/1.1\r\nHost: h\r\nBad Name: 1\r\n\r\n")
    verdict = judge(CLAUSE, Answering(), deviations=[bad])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert verdict.failure.expectation.observed == "h11 can't read it"
    assert "give `specified={field: value}`" in describe(verdict, "fake:target")


# The rest.


def test_a_missing_feature_is_unsupported() -> None:
    clause, target = make_clause(capability="LOGIN"), FakeTarget(spoil_large)
    verdict = judge(clause, target, unsupported={"LOGIN": "no users"})
    assert verdict.status is Status.UNSUPPORTED
    assert verdict.because == "no users"
    assert len(target.sent) == 1
    assert judge(clause, target, unsupported={"MOUNT": "no"}).status is Status.FAILS
    assert judge(CLAUSE, target, unsupported={"": "no"}).status is Status.FAILS


@pytest.mark.parametrize(
    ("feature", "change"),
    [
        ("ALLOWED_HOSTS", {"unireq": {"host": None}}),
        ("ASYNC_BODY", {"body": {"1.sync.read": {"error": "BodyNotRead"}}}),
        ("EARLY", {"early": {"method": "GET"}}),
        ("HANDLERS", {"response": {"text": "as told"}}),
        ("LOGIN", {"inside": {"USR-001": None}}),
        ("MOUNT", {"unireq": {"root_path": "/mounted"}}),
        ("NATIVE_BODY", {"body": {"1.native": {"octets": "a"}}}),
        ("PATH_PARAMS", {"unireq": {"path_params": {"value": "a"}}}),
    ],
)
def test_a_feature_that_is_there_is_not_unsupported(feature: str, change: Report) -> None:
    class Having(FakeTarget):
        has = True

        def see(self, request: AbstractRequest) -> Seen:
            return Seen(change if self.has else {}, source_port=1)

    clause, target = make_clause(capability=feature), Having()
    verdict = judge(clause, target, unsupported={feature: "it has none"})
    assert verdict.status is Status.STALE
    assert "stale: declared unsupported, but " in describe(verdict, "fake:target")
    target = Having()
    target.has = False
    verdict = judge(clause, target, unsupported={feature: "it has none"})
    assert verdict.status is Status.UNSUPPORTED


def test_a_target_that_is_now_right_and_now_wrong_fails() -> None:
    spoilt: list[bytes] = []

    def spoil(report: Report, octets: bytes) -> None:
        if not spoilt:
            spoilt.append(octets)
            report["unireq"]["headers"]["x-n"] = "once"

    verdict = judge(CLAUSE, FakeTarget(spoil))
    assert verdict.status is Status.FAILS
    assert verdict.failure is not None
    assert verdict.failure.octets == spoilt[0]
    assert verdict.failure.expectation.observed == "once"
    assert "sent again" in verdict.failure.note


def test_a_target_that_is_gone_is_no_verdict() -> None:
    class Gone(FakeTarget):
        def send(self, octets: bytes) -> Observation:
            raise ConnectionError("nobody there")

    with pytest.raises(ConnectionError, match="nobody there"):
        judge(CLAUSE, Gone())
    with pytest.raises(ConnectionError, match="nobody there"):
        judge(CLAUSE, Gone(), deviations=[DEVIATION])


def drawn(seed: int | None) -> list[bytes]:
    target = FakeTarget()
    judge(CLAUSE, target, effort=Effort(examples=8, seed=seed))
    return target.sent


def test_the_same_seed_draws_the_same() -> None:
    assert drawn(None) == drawn(None)
    assert drawn(7) == drawn(7) != drawn(8)


def test_clauses_that_draw_alike_are_judged_by_the_same_answers() -> None:
    target = FakeTarget()
    for number in (900, 901, 902):
        verdict = judge(make_clause(id=f"HDR-{number}"), target, effort=Effort(examples=8))
        assert verdict.examples == 8
    assert len(target.sent) == 8


def test_an_answer_that_shows_a_failure_is_asked_for_again() -> None:
    target = FakeTarget(spoil_large)
    other = make_clause(id="HDR-901", check=lambda *_: iter(()))
    assert judge(other, target).status is Status.PASSES
    target.spoil = lambda *_: None
    verdict = judge(CLAUSE, target)
    assert verdict.status is Status.FAILS
    assert verdict.failure is not None
    assert "sent again" in verdict.failure.note


def test_few_answers_are_kept_and_none_that_are_long() -> None:
    answers = Answers()
    for number in range(1500):
        answers.keep(AbstractRequest(host=str(number)), "400")
    kept = [n for n in range(1500) if answers.get(AbstractRequest(host=str(n)))]
    assert kept == list(range(500, 1500))
    long = AbstractRequest(body=b"x" * 20_000)
    answers.keep(long, "400")
    assert answers.get(long) is None


def test_each_clause_has_an_exception_of_its_own() -> None:
    one, two = (
        _Examination(make_clause(id=each), FakeTarget(), []).kind for each in ("HDR-900", "HDR-901")
    )
    assert (one.__name__, two.__name__) == ("HDR900NotMet", "HDR901NotMet")
    assert issubclass(one, ClauseNotMet)
    assert not issubclass(one, two)


def seen_of(octets: bytes) -> Seen:
    report = FakeTarget().send(octets).report
    assert report is not None
    return Seen(report, source_port=24_000)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("path", "/p"),
        ("headers.x-a", "1"),
        ("headers.x-b", None),
        ("cookies", {"a": "1"}),
        ("cookies.a", ["1", "2"]),
        ("query_params", [["q", "1"], ["q", "2"]]),
        ("query_params.q", "2"),
        ("client.host", "127.0.0.1"),
        ("client.port", 24_000),
        ("url", "http://h/p?q=1&q=2"),
        ("url.path", None),
        ("nothing", None),
        ("nothing.there", None),
    ],
)
def test_a_field_is_found_by_its_name(where: str, value: object) -> None:
    seen = seen_of(get(b"/p?q=1&q=2", b"X-A: 1", b"Cookie: a=1; a=2"))
    assert Expectation(where, value, seen.at(where)).met, seen.at(where)


def test_a_part_of_no_client_is_none() -> None:
    seen = seen_of(get(b"/"))
    seen.facts["client"] = None
    assert seen.at("client.port") is None


REFUSAL = replace(DEVIATION, specified={}, observed={}, refused=True)


def refuse_large(_report: Report, octets: bytes) -> int | None:
    return 400 if number_of(octets) >= LARGE else None


def test_what_is_refused_as_declared_is_no_failure() -> None:
    verdict = judge(CLAUSE, FakeTarget(refuse_large), deviations=[REFUSAL])
    assert verdict.status is Status.DEVIATES, describe(verdict, "fake:target")
    assert verdict.refused > 0.05 * verdict.examples


def test_what_is_declared_to_be_refused_counts_for_other_clauses_too() -> None:
    other = make_clause(id="HDR-901")
    verdict = judge(other, FakeTarget(refuse_large), deviations=[REFUSAL])
    assert verdict.status is Status.PASSES, describe(verdict, "fake:target")


def test_what_is_refused_beyond_what_is_declared_fails() -> None:
    declared = replace(
        REFUSAL, touches=lambda r: large_numbers(r) if number_of(r.render()) >= 500 else ()
    )
    verdict = judge(CLAUSE, FakeTarget(refuse_large), deviations=[declared])
    assert verdict.status is Status.FAILS
    assert verdict.failure is not None
    assert LARGE <= number_of(verdict.failure.octets) < 500


def test_a_target_that_refuses_all_as_declared_fails() -> None:
    clause = make_clause(strategy=lambda: numbered().filter(large_numbers))
    verdict = judge(clause, FakeTarget(refuse_large), deviations=[REFUSAL])
    assert verdict.status is Status.FAILS


def test_a_refusal_that_shows_no_more_is_stale() -> None:
    verdict = judge(CLAUSE, FakeTarget(), deviations=[REFUSAL])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert "takes the witness" in verdict.failure.note


LARGE_REFUSED = Refusal(
    DEVIATION.witness, "the target is small", of=lambda request: bool(large_numbers(request))
)


@pytest.mark.parametrize("only_large", [False, True])
def test_a_refusal_is_declared_once_for_every_clause_that_meets_it(only_large: bool) -> None:
    strategy = (lambda: numbered().filter(large_numbers)) if only_large else numbered
    for clause_id in ("HDR-901", "HDR-902"):
        clause = make_clause(id=clause_id, strategy=strategy)
        verdict = judge(clause, FakeTarget(refuse_large), deviations=[LARGE_REFUSED])
        assert (verdict.status, verdict.because) == (Status.DEVIATES, "the target is small")
        assert (verdict.refused == verdict.examples) is only_large


def test_a_clause_that_meets_no_refusal_passes() -> None:
    clause = make_clause(strategy=lambda: numbered().filter(lambda r: not large_numbers(r)))
    verdict = judge(clause, FakeTarget(refuse_large), deviations=[LARGE_REFUSED])
    assert verdict.status is Status.PASSES


def test_a_refusal_excuses_nothing_else() -> None:
    assert judge(CLAUSE, FakeTarget(spoil_large), deviations=[LARGE_REFUSED]).failure is not None
    narrow = Refusal(
        DEVIATION.witness, "the target is small", of=lambda r: number_of(r.render()) >= 500
    )
    verdict = judge(CLAUSE, FakeTarget(refuse_large), deviations=[narrow])
    assert verdict.status is Status.FAILS


def test_a_refusal_that_is_none_is_stale_for_every_clause_that_meets_it() -> None:
    verdict = judge(CLAUSE, FakeTarget(), deviations=[LARGE_REFUSED])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert "takes the witness" in verdict.failure.note


class Wordless(FakeTarget):
    """A target whose protocol has no numbers from `limit` on."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def send(self, octets: bytes) -> Observation:
        if number_of(octets) >= self.limit:
            raise Inexpressible(f"it has no {number_of(octets)}")
        return super().send(octets)


def test_what_the_protocol_has_no_way_to_say_is_left_out() -> None:
    verdict = judge(CLAUSE, Wordless(LARGE))
    assert verdict.status is Status.PASSES
    assert 0 < verdict.examples < Effort().examples


def test_a_clause_about_what_can_not_be_said_is_unsupported() -> None:
    verdict = judge(CLAUSE, Wordless(0))
    assert (verdict.status, verdict.examples) == (Status.UNSUPPORTED, 0)
    assert verdict.because.startswith("it has no ")


def test_a_witness_that_can_not_be_sent_is_stale() -> None:
    verdict = judge(CLAUSE, Wordless(LARGE), deviations=[DEVIATION])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert verdict.failure.expectation.observed == "it has no 1000"


def test_over_http_2_the_version_is_2() -> None:
    running = Running("a:b", ("127.0.0.1", 1), "nonce", source_port=24_000, http_version="2")
    assert running.as_sent(AbstractRequest()).version == "2"
    assert FakeTarget().as_sent(AbstractRequest(version="1.0")).version == "1.0"
