"""The servers of this directory, started once for all of its tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bodies.servers import TARGETS, Rig, start
from support.app_servers import need_all


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Every target that can run here, running."""
    need_all(TARGETS)
    with start(tmp_path_factory.mktemp("bodies"), *TARGETS) as running:
        yield running
