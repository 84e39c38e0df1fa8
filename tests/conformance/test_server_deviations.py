"""What a server loses is no claim about an app that never sees the witness."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from unireq_conformance.clause import Clause, Expectation, Level
from unireq_conformance.deviations.deviation import Deviation
from unireq_conformance.judge import judge
from unireq_conformance.model import AbstractRequest
from unireq_conformance.probe import Probe
from unireq_conformance.seen import Seen
from unireq_conformance.servers.reply import Reply
from unireq_conformance.servers.running import Running
from unireq_conformance.servers.wire import Observation
from unireq_conformance.verdict import Status

WITNESS = b"CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n"


class RoutesNoAuthority(Running):
    """An app that has a route for every path, and 404 for the rest."""

    def send(self, octets: bytes) -> Observation:
        method, target, _ = octets.split(b" ", 2)
        if not target.startswith(b"/"):
            return Observation(Reply(status=404))
        scope = {"type": "http", "method": method.decode(), "path": target.decode(), "headers": []}
        return Observation(Reply(status=200), json.loads(Probe(self.nonce)(scope)))


def check(sent: AbstractRequest, seen: Seen) -> Iterator[Expectation]:
    yield Expectation("path", sent.expected_path, seen.facts["path"])


CLAUSE = Clause(
    *("PTH-999", Level.MUST, "A path", "As sent.", "", "", "0.1.0"),
    strategy=lambda: st.just(AbstractRequest()),
    check=check,
)


def declared(*targets: str) -> Deviation:
    return Deviation(
        "PTH-999",
        because="the server takes an authority apart",
        witness=WITNESS,
        targets=targets,
        specified={"path": "h:443"},
        observed={"path": "443"},
    )


def test_a_deviation_of_the_server_that_the_app_never_sees_does_not_count() -> None:
    target = RoutesNoAuthority("mine", ("127.0.0.1", 1), "nonce", source_port=24_000)
    verdict = judge(CLAUSE, target, deviations=[declared("*:gunicorn", "*:waitress")])
    # So the clause is judged like any other.
    assert (verdict.status, verdict.examples) == (Status.PASSES, 1)


def test_one_of_the_adapter_is_stale() -> None:
    target = RoutesNoAuthority("mine", ("127.0.0.1", 1), "nonce", source_port=24_000)
    verdict = judge(CLAUSE, target, deviations=[declared("*")])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert verdict.failure.expectation.observed == "refused: 404"


def test_what_a_server_hands_over_an_app_may_have_no_route_for() -> None:
    target = RoutesNoAuthority("mine", ("127.0.0.1", 1), "nonce", source_port=24_000)
    taken = replace(declared("*:waitress"), specified={}, observed={}, taken=True)
    verdict = judge(CLAUSE, target, deviations=[taken])
    assert (verdict.status, verdict.examples) == (Status.PASSES, 1)
    verdict = judge(CLAUSE, target, deviations=[replace(taken, targets=("*",))])
    assert verdict.status is Status.STALE
    assert verdict.failure is not None
    assert "refuses the witness" in verdict.failure.note
