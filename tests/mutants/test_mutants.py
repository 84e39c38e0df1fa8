"""The suite finds what is wrong: each mutant fails the clauses that it must fail, and no other.

UNIREQ_HYPOTHESIS_PROFILE=long judges each by every clause, not by a share of those that it spares.

Rule: a clause that no mutant fails is a clause that nobody knows to be checked.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from mutants.judging import failures
from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import MUTANTS, Mutant
from support.mounted import handlers_before_asgi, handlers_before_wsgi
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.judge import Effort, judge
from unireq_conformance.probe import Probe
from unireq_conformance.runs.codec import encode
from unireq_conformance.runs.record import VerdictRecord
from unireq_conformance.servers.drivers import asgi, wsgi
from unireq_conformance.servers.target import Target
from unireq_conformance.suite import Capability
from unireq_conformance.verdict import Failure, Status

for path in sorted(Path(__file__).parent.glob("of_*.py")):
    import_module(f"mutants.{path.stem}")

SURVIVE_ALL: dict[str, str] = {
    clause.id: "servers refuse what is malformed, before an adapter sees it"
    for clause in CLAUSES.values()
    if clause.area == "MAL"
}
"""Clauses that no mutant can fail, each with the reason."""

SOUND = {
    "asgi": Mutant("sound", "", frozenset(), SoundASGI),
    "asgi of a framework": Mutant("sound", "", frozenset(), SoundASGI, framework=True),
    "wsgi": Mutant("sound", "", frozenset(), SoundWSGI),
}


def told(failure: Failure) -> str:
    seen = failure.expectation
    return f"{seen.where}: expected {seen.expected!r}, got {seen.observed!r} of {failure.octets!r}"


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_adapter_fails_nothing(name: str) -> None:
    assert {clause: told(why) for clause, why in failures(SOUND[name]).items()} == {}


EVERY_CLAUSE = os.environ.get("UNIREQ_HYPOTHESIS_PROFILE") == "long"
SHARES = {clause.id: 24 if clause.area == "MID" else 8 for clause in CLAUSES.values()}
"""Of how many mutants that spare a clause one is judged by it; requests for layers take longest."""


def asked_of(mutant: Mutant) -> set[str] | None:
    """The clauses that `mutant` is judged by: those that it must fail, and a share of the others.

    Who asks for long tests gets all of them. The share differs from mutant to mutant, so that each
    clause is shown to spare dozens.
    """
    if EVERY_CLAUSE:
        return None
    turn = zlib.crc32(mutant.name.encode())
    others = (each for n, each in enumerate(CLAUSES) if (n + turn) % SHARES[each] == 0)
    return {*mutant.fails, *others}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_fails_what_it_must_and_nothing_else(name: str) -> None:
    mutant = MUTANTS[name]
    found = failures(mutant, asked_of(mutant))
    spared = sorted(mutant.fails - found.keys())
    assert not spared, f"{mutant.does} And yet it fails no {', '.join(spared)}"
    surplus = {clause: told(why) for clause, why in found.items() if clause not in mutant.fails}
    assert surplus == {}, mutant.does


def test_every_demand_is_failed_by_a_mutant() -> None:
    failed = {clause for mutant in MUTANTS.values() for clause in mutant.fails}
    demands = set(CLAUSES)
    assert failed <= demands
    assert sorted(demands - failed) == sorted(SURVIVE_ALL)


def test_every_mutant_fails_something() -> None:
    assert [name for name, mutant in MUTANTS.items() if not mutant.fails] == []


# What follows shows that the server without sockets judges as the real ones do.

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def asgi_app(probe: Probe) -> Any:
    async def app(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            body = await probe.answer(scope, probe.facts(scope), receive=receive)
            head = [(b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": body})

    return handlers_before_asgi(probe, app)


def wsgi_app(probe: Probe) -> Any:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = probe(environ, probe.facts(environ))
        start_response("200 OK", [("content-length", str(len(body)))])
        return [body]

    return handlers_before_wsgi(probe, app)


LACKING = (
    Capability.ALLOWED_HOSTS,
    Capability.CURRENT,
    Capability.HOSTS,
    Capability.INJECT,
    Capability.LAYERS,
    Capability.LOGIN,
    Capability.MOUNT,
    Capability.NATIVE_BODY,
    Capability.PATH_PARAMS,
    Capability.PROXIES,
    Capability.ROUTE,
)


@pytest.mark.parametrize(
    ("name", "driver"),
    [
        ("last_cookie_wins", asgi(asgi_app)),
        ("NoClient", asgi(asgi_app)),
        ("PortAsTold", asgi(asgi_app)),
        ("PortAsText", wsgi(wsgi_app)),
        ("PosingFields", wsgi(wsgi_app)),
        ("stream_forgets", asgi(asgi_app)),
        ("cut_forms", asgi(asgi_app)),
        ("last_of_each_header", asgi(asgi_app)),
        ("wsgi_respond_dict", wsgi(wsgi_app)),
    ],
)
def test_real_servers_tell_the_same(name: str, driver: Target) -> None:
    mutant = MUTANTS[name]
    lacking = {capability.name: "a bare protocol has none" for capability in LACKING}
    lacking.update(driver.unsupported)
    if mutant.protocol == "wsgi":
        lacking["ASYNC_BODY"] = "sync code awaits nothing"
    with mutant.applied(), driver.run(name) as running:
        verdicts = [
            judge(
                clause,
                running,
                effort=Effort(examples=2, seed=1),
                deviations=driver.deviations,
                unsupported=lacking,
            )
            for clause in CLAUSES.values()
        ]
    found = {v.clause.id: encode(VerdictRecord.of(v)) for v in verdicts if v.status is Status.FAILS}
    expected = {each for each in mutant.fails if CLAUSES[each].capability not in lacking}
    assert found.keys() == expected, json.dumps(found, indent=1)
