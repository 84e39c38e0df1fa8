"""A large body takes little memory, streamed or parsed as a form, on every server.

64 MiB here; `python tests/bodies/measure_memory.py` sends 500, and writes the table of the page.
"""

from __future__ import annotations

import sys

import pytest

from bodies.measure_memory import FRAMINGS, HELD, WAYS, above_idle, decodes
from bodies.messages import request
from bodies.processes import forget_peak, resident_peak
from bodies.servers import BY_NAME, Rig
from support.requirements import need

MEGABYTES = 64
BOUND = 48


@pytest.fixture(autouse=True)
def _on_linux() -> None:
    need(sys.platform == "linux", "memory is read from /proc")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", BY_NAME)
def test_above_idle(rig: Rig, name: str, way: str) -> None:
    # Each server with each of both, in half of the time that all four would take.
    framing = FRAMINGS[(list(BY_NAME).index(name) + WAYS.index(way) + 1) % 2]
    if not decodes(name, framing):
        framing = FRAMINGS[0]
    found = above_idle(rig, name, way, framing, MEGABYTES)
    # What the page says of the one that is not below is tested too.
    assert (found < BOUND) is (name != HELD), found


def test_what_is_measured(rig: Rig) -> None:
    """A body that is read as a whole shows: it is over the bound.

    Not by all of its size: what the process had freed before is used again.
    """
    server = rig.servers["wsgi:gunicorn"]
    idle = forget_peak(server)
    data = request(b"x" * MEGABYTES * 2**20, limits={"body_size": None})
    (step,) = rig.ask("wsgi:gunicorn", data)
    assert "value" in step
    assert resident_peak(server) - idle > BOUND
