"""A client that goes in the middle of its body: what becomes of the app that was reading it.

The table in docs/bodies.md says it of every server, and why. What is told comes from the notes of
the apps, since nobody is left to read an answer.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

import pytest

from bodies.messages import LENGTH, head
from bodies.servers import BY_NAME, Rig
from support.forms import MULTIPART
from support.pages import read, rows

WAIT: Final = 5.0
"""Seconds in which an app must have been told."""

SETTLED: Final = 1.0
"""Seconds after which an app that was not called is not going to be."""

NOT_CALLED: Final = "not called"
HIDDEN: Final = "**hidden**: read as whole"
"""The app was given less than the client meant to send, as if that were all."""

TOLD: Final = {
    name.strip("`"): said for name, *said in rows(read("bodies.md").partition("half-close")[2])
}

DATA: Final = b"0123456789" * 10
HALF: Final = {
    LENGTH: b"Content-Length: %d\r\n\r\n%s" % (2 * len(DATA), DATA),
    "between chunks": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(DATA), DATA),
    "in a chunk": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s" % (2 * len(DATA), DATA),
}


def outcome(rig: Rig, name: str, framing: str, how: str, **options: Any) -> str:
    """What became of the app when its client `how` in the middle of a body."""
    note = uuid4().hex
    called, done = rig.notes / f"{note}.called", rig.notes / f"{note}.done"
    patience = SETTLED if expected(name, framing) == NOT_CALLED else WAIT
    with rig.connect(name) as connection:
        connection.sendall(head(**options, note=note) + HALF[framing])
        # The app, if it is to be called before the end, is reading when the client goes.
        wait_for(called.exists, SETTLED)
        if how == "half-closes":
            connection.shutdown(socket.SHUT_WR)
            wait_for(done.exists, patience)
        elif how == "resets":
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    if not wait_for(done.exists, WAIT if called.exists() else patience):
        return "waits" if called.exists() else NOT_CALLED
    step = json.loads(done.read_bytes())["steps"][-1]
    return str(step.get("error", HIDDEN))


def expected(name: str, framing: str) -> str:
    return TOLD[name][framing != LENGTH]


def wait_for(ready: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("how", ["closes", "resets", "half-closes"])
@pytest.mark.parametrize("framing", HALF)
def test_read(rig: Rig, framing: str, how: str) -> None:
    found = rig.on_all(lambda name: outcome(rig, name, framing, how))
    assert found == {name: expected(name, framing) for name in rig.servers}


@pytest.mark.parametrize("do", ["stream", "form", "json"])
def test_other_ways_to_read(rig: Rig, do: str) -> None:
    found = rig.on_all(lambda n: outcome(rig, n, LENGTH, "closes", do=do, content_type=MULTIPART))
    assert found == {name: expected(name, LENGTH) for name in rig.servers}


def test_sync_views(rig: Rig) -> None:
    names = [n for n in rig.servers if BY_NAME[n].framework in {"starlette", "fastapi"}]
    found = rig.on_all(lambda n: outcome(rig, n, "in a chunk", "closes", path="/sync"), *names)
    assert found == {name: expected(name, "in a chunk") for name in names}
