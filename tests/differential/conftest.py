"""The servers that are compared, started once for the tests of this directory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from differential.comparison import TARGET_NAMES
from support.requirements import need
from unireq_conformance.servers.process import Server, start_all
from unireq_conformance.servers.targets import get_target

START_TIME = 120.0


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Server]]:
    """The compared targets by name, running."""
    targets = [get_target(name) for name in TARGET_NAMES]
    missing = [str(why) for target in targets if (why := target.missing()) is not None]
    need(not missing, "; ".join(missing))
    with start_all(targets, timeout=START_TIME) as started:
        failed = [str(why) for why in started.values() if not isinstance(why, Server)]
        assert not failed, "\n".join(["these targets did not start:", *failed])
        yield {name: server for name, server in started.items() if isinstance(server, Server)}
