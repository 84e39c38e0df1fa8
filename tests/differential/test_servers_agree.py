"""Drawn requests, to six servers, from one source port: the same normal form from all of them.

Ten times the examples of the Hypothesis profile are drawn: 2,000 in CI, the same ones every time;
UNIREQ_HYPOTHESIS_PROFILE=long draws 50,000 at random and prints the seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from differential.comparison import TARGET_NAMES, Statistics, compare
from support.requirements import need
from unireq_conformance.model import AbstractRequest
from unireq_conformance.servers.process import Server, start_all
from unireq_conformance.servers.targets import get_target
from unireq_conformance.strategies import requests


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server]]:
    """The compared targets by name, running."""
    targets = [get_target(name) for name in TARGET_NAMES]
    missing = [str(why) for target in targets if (why := target.missing()) is not None]
    need(not missing, "; ".join(missing))
    with start_all(targets, timeout=120.0) as started:
        failed = [str(why) for why in started.values() if not isinstance(why, Server)]
        assert not failed, "\n".join(["these targets did not start:", *failed])
        yield {name: server for name, server in started.items() if isinstance(server, Server)}


def test_servers_agree(
    servers: dict[str, Server], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    statistics = Statistics()
    replay = tmp_path / "request.http"

    # Each example waits for six servers: how long it takes to draw one is no concern.
    @settings(
        max_examples=10 * settings().max_examples,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(requests())
    def agree(request: AbstractRequest) -> None:
        compare(servers, request, statistics, replay)

    agree()
    with capsys.disabled():
        print(f"\n{statistics}")
    assert statistics.problems() == []
