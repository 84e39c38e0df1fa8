"""The servers of this directory, started once for all of its tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import pytest

from handlers.servers import TARGETS, WORKERS
from support.app_servers import need_all, started, too_old
from unireq_conformance.servers.process import Server

_ALL = (*TARGETS, *WORKERS)


class _Running(dict[str, Server]):
    """The servers; a test of one that an old version can't run is skipped."""

    def __missing__(self, name: str) -> NoReturn:
        (target,) = [target for target in _ALL if target.name == name]
        pytest.skip(too_old(target) or f"{name} does not run on this platform")


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Server]]:
    """Every target that can run here, running."""
    usable = [target for target in _ALL if not too_old(target)]
    need_all(usable)
    with started(usable) as running:
        yield _Running(running)
