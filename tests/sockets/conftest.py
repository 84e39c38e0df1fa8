"""All registered targets, started once for the tests of this directory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.app_servers import need_all, started
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.targets import TARGETS


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Server]]:
    """Every target that can run here, by name, running."""
    targets = tuple(TARGETS.values())
    need_all(targets)
    with started(targets) as running:
        yield running
