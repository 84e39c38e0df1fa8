"""All registered targets, started once for the tests of this directory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.requirements import need
from unireq_conformance.servers.process import Server, start_all
from unireq_conformance.servers.targets import TARGETS

START_TIME = 120.0


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Server]]:
    """Every target that can run here, by name, running."""
    missing = [why for target in TARGETS.values() if (why := target.missing()) is not None]
    # A whole platform may lack a server; what is merely not installed is for `need` to judge.
    absent = [str(why) for why in missing if why.distributions]
    need(not absent, "; ".join(absent))
    runnable = [target for target in TARGETS.values() if target.missing() is None]
    with start_all(runnable, timeout=START_TIME) as started:
        running = {n: server for n, server in started.items() if isinstance(server, Server)}
        failed = [str(why) for why in started.values() if not isinstance(why, Server)]
        assert not failed, "\n".join(["these targets did not start:", *failed])
        yield running
