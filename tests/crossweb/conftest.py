"""The four apps, started once for the tests of this directory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from crossweb.servers import TARGETS, running
from support.requirements import need
from unireq_conformance.servers.process import Server


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Server]]:
    """What reads requests through cross-web, by framework, running."""
    need(sys.platform != "win32", "gunicorn is not for Windows")
    need(find_spec("cross_web"), "cross-web is not installed: pip install cross-web")
    for target in TARGETS.values():
        need(target.missing() is None, str(target.missing()))
    with running() as started:
        yield started
