"""Drawn bodies, to five servers: the same values, or the same errors, from all of them.

Each body is read as a form, as JSON, as text, as bytes and in chunks. Whatever it is, the answer
comes in time, and no error is any but unireq's. About one and a half times the examples of the
Hypothesis profile are drawn: 300 in CI, the same ones every time; 2,000 at random by

    UNIREQ_HYPOTHESIS_PROFILE=long pytest tests/differential/test_bodies_agree.py
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bodies.messages import CHUNKED, LENGTH, request
from bodies.servers import BY_NAME, Rig, start
from differential.drawn_bodies import DrawnBody, bodies
from support.requirements import need

NAMES = (
    "starlette:uvicorn-h11",  # the first is what the others are compared with
    "django-wsgi:gunicorn",
    "flask:gunicorn",
    "sanic:sanic",
    "asgi:hypercorn",
)
STEPS = "form,json,text,read,stream"
TIME = 20.0
"""Seconds in which every server must have answered."""

LEAST = 0.1
"""What share of the bodies each reading must at least accept, and refuse."""


@pytest.fixture(scope="module")
def body_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    missing = [str(why) for name in NAMES if (why := BY_NAME[name].missing()) is not None]
    need(not missing, "; ".join(missing))
    targets = [BY_NAME[name] for name in NAMES]
    with start(tmp_path_factory.mktemp("drawn"), *targets) as rig:
        yield rig


def outcomes(rig: Rig, name: str, body: DrawnBody) -> list[dict[str, Any]]:
    """What came of each step."""
    framing = {"framing": LENGTH} if body.chunk is None else {"framing": CHUNKED}
    size = body.chunk or 1
    data = request(body.octets, size=size, do=STEPS, content_type=body.content_type, **framing)
    return rig.ask(name, data, TIME)


def test_bodies_agree(body_servers: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    drawn, refused = Counter[str](), Counter[str]()

    @settings(
        max_examples=min(2000, settings().max_examples * 3 // 2),
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(bodies())
    def agree(body: DrawnBody) -> None:
        answers = {name: outcomes(body_servers, name, body) for name in NAMES}
        first = answers[NAMES[0]]
        assert [step["step"] for step in first] == STEPS.split(",")
        for name, answer in answers.items():
            assert answer == first, f"{name} differs from {NAMES[0]}"
        for step in first:
            # An error of ours has a status; none is about the framing, which is right.
            assert "value" in step or step.get("status") in {400, 413}, step
            assert step.get("error") not in {"IncompleteBody", "BodyConsumed"}, step
            refused[step["step"]] += "error" in step
        assert all("value" in step for step in first if step["step"] in {"read", "stream"})
        drawn[body.kind] += 1

    agree()
    total = drawn.total()
    with capsys.disabled():
        print(f"\n{total} bodies to each of {len(NAMES)} servers")
        for kind, count in sorted(drawn.items()):
            print(f"  {kind}: {count / total:.1%}")
        for step in ("form", "json", "text"):
            print(f"  no {step}: {refused[step] / total:.1%}")
    for step in ("form", "json"):
        assert LEAST < refused[step] / total < 1 - LEAST, f"{step} says less than it should"
