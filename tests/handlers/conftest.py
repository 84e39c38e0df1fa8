"""The servers of this directory, started once for all of its tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import pytest

from bodies.servers import start
from handlers.servers import ALL
from support.app_servers import need_all, too_old
from unireq_conformance.servers.process import Server


class _Running(dict[str, Server]):
    """The servers; a test of one that an old version can't run is skipped."""

    def __missing__(self, name: str) -> NoReturn:
        (target,) = [target for target in ALL if target.name == name]
        pytest.skip(too_old(target) or f"{name} does not run on this platform")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """Every target that can run here, running."""
    usable = [target for target in ALL if not too_old(target)]
    need_all(usable)
    with start(tmp_path_factory.mktemp("handlers"), *usable) as rig:
        yield _Running(rig.servers)
