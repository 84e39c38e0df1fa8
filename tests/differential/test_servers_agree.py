"""Drawn requests, to six servers, from one source port: the same normal form from all of them.

Ten times the examples of the Hypothesis profile are drawn: 2,000 in CI, the same ones every time;
UNIREQ_HYPOTHESIS_PROFILE=long draws 50,000 at random and prints the seed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from differential.comparison import Statistics, compare
from unireq_conformance.model import AbstractRequest
from unireq_conformance.servers.process import Server
from unireq_conformance.strategies import requests


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
