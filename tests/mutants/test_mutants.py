"""The suite finds what is wrong: each mutant fails the clauses that it must fail, and no other.

UNIREQ_HYPOTHESIS_PROFILE=long judges each by every clause, not by a share of those that it spares.

Rule: a clause that no mutant fails is a clause that nobody knows to be checked.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Collection
from importlib import import_module
from pathlib import Path

import pytest

from mutants.judging import failures
from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import MUTANTS, Mutant
from unireq_conformance.apps import asgi_app, wsgi_app
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.judge import Effort, judge
from unireq_conformance.runs.codec import encode
from unireq_conformance.runs.record import VerdictRecord
from unireq_conformance.servers.drivers import asgi, wsgi
from unireq_conformance.servers.target import Target
from unireq_conformance.verdict import Failure, Status

for path in sorted(Path(__file__).parent.glob("of_*.py")):
    import_module(f"mutants.{path.stem}")

# Servers refuse what is malformed, before an adapter sees it.
SURVIVE_ALL = [clause.id for clause in CLAUSES.values() if clause.area == "MAL"]

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


def asked_of(mutant: Mutant) -> Collection[str]:
    """The clauses that `mutant` is judged by: those that it must fail, and a share of the others.

    Who asks for long tests gets all of them. The share differs from mutant to mutant, so that each
    clause is shown to spare dozens.
    """
    turn = zlib.crc32(mutant.name.encode())
    share = {each for n, each in enumerate(CLAUSES) if (n + turn) % SHARES[each] == 0}
    return CLAUSES if EVERY_CLAUSE else mutant.fails | share


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

ASGI = asgi(asgi_app.make_app, login=asgi_app.login, read_body=asgi_app.read_body)
WSGI = wsgi(wsgi_app.make_app, login=wsgi_app.login, read_body=wsgi_app.read_body)


# Each of these costs time on a server, and is no other there.
LEFT_OUT = (
    "ALLOWED_HOSTS CURRENT HOSTS INJECT LAYERS LOGIN MOUNT NATIVE_BODY PATH_PARAMS PROXIES ROUTE"
).split()


@pytest.mark.parametrize(
    ("name", "target"),
    [
        *(("last_cookie_wins", ASGI), ("NoClient", ASGI), ("PortAsTold", ASGI)),
        *(("PortAsText", WSGI), ("PosingFields", WSGI), ("stream_forgets", ASGI)),
        *(("cut_forms", ASGI), ("last_of_each_header", ASGI), ("wsgi_respond_dict", WSGI)),
    ],
)
def test_real_servers_tell_the_same(name: str, target: Target) -> None:
    mutant = MUTANTS[name]
    lacking = {**dict.fromkeys(LEFT_OUT, "takes long"), **target.unsupported}
    if mutant.protocol == "wsgi":
        lacking["ASYNC_BODY"] = "sync code awaits nothing"
    with mutant.applied(), target.run(name) as running:
        verdicts = [
            judge(
                clause,
                running,
                effort=Effort(examples=2, seed=1),
                deviations=target.deviations,
                unsupported=lacking,
            )
            for clause in CLAUSES.values()
        ]
    found = {v.clause.id: encode(VerdictRecord.of(v)) for v in verdicts if v.status is Status.FAILS}
    expected = {each for each in mutant.fails if CLAUSES[each].capability not in lacking}
    assert found.keys() == expected, json.dumps(found, indent=1)
