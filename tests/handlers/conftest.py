"""The servers of this directory, started once for all of its tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers.servers import TARGETS, WORKERS
from support.app_servers import need_all, started
from unireq_conformance.servers.process import Server


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Server]]:
    """Every target that can run here, running."""
    need_all((*TARGETS, *WORKERS))
    with started((*TARGETS, *WORKERS)) as running:
        yield running
