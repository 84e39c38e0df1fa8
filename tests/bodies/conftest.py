"""The servers of this directory, started once for all of its tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bodies.servers import TARGETS, Rig, start
from support.requirements import need


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Every target that can run here, running."""
    missing = [why for target in TARGETS if (why := target.missing()) is not None]
    # A whole platform may lack a server; what is merely not installed is for `need` to judge.
    absent = [str(why) for why in missing if why.distributions]
    need(not absent, "; ".join(absent))
    with start(tmp_path_factory.mktemp("bodies"), *TARGETS) as running:
        yield running
