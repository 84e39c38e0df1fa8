"""No temporary file outlives its request: not after an error, nor when the client has gone.

It is closed with the native request. Some servers let go of that in reference cycles, as Python
itself does with the frames of an exception, so the collector is run before anything is counted.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from typing import Any

import pytest

from bodies.messages import head, request
from bodies.processes import nameless_files, processes_of
from bodies.servers import BY_NAME, Rig
from support import forms
from support.requirements import need

UPLOAD = forms.body(forms.field(), forms.file(content=b"0123456789" * 300_000))

ENDS: dict[str, tuple[bytes, dict[str, Any]]] = {
    # What earlier requests left in cycles is out of the way before anything is counted.
    "well": (UPLOAD, {"do": "collect,files,form,files"}),
    "by an exception": (UPLOAD, {"do": "form,raise"}),
    "at a limit": (UPLOAD, {"do": "form,files", "limits": {"file_size": 2_000_000}}),
    "malformed": (UPLOAD[:-1] + b"x", {"do": "form,files"}),
}


@pytest.fixture(autouse=True)
def _on_linux() -> None:
    need(sys.platform == "linux", "open files are counted in /proc")


def connected(rig: Rig, name: str) -> socket.socket:
    address = rig.servers[name].address
    assert isinstance(address, tuple)
    return socket.create_connection(address, timeout=60)


def ask(rig: Rig, name: str, data: bytes) -> list[dict[str, Any]] | None:
    """What came of the steps, if the app answers, for a client that closes as clients do.

    uvicorn keeps a connection that was reset, with its last request, as long as one that is kept
    alive: 5 seconds.
    """
    with connected(rig, name) as connection:
        connection.sendall(data)
        reply = HTTPResponse(connection)
        try:
            reply.begin()
            return json.loads(reply.read())["steps"] if reply.status == 200 else None
        except ConnectionError:
            return None


@contextmanager
def nothing_left(rig: Rig, name: str) -> Iterator[None]:
    """As many files without a name are open afterwards, or fewer, when 10 seconds have gone."""

    def found() -> int:
        return nameless_files(processes_of(rig.servers[name]), rig.temporary)

    before, collect = found(), head(do="collect", method="GET") + b"\r\n"
    yield
    deadline = time.monotonic() + 10
    ask(rig, name, collect)
    while (left := found()) > before and time.monotonic() < deadline:
        time.sleep(0.1)
        ask(rig, name, collect)
    assert left <= before
    assert [entry.name for entry in rig.temporary.iterdir() if entry.is_file()] == []


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", BY_NAME)
def test_requests_that_end(rig: Rig, name: str, end: str) -> None:
    body, options = ENDS[end]
    with nothing_left(rig, name):
        for _ in range(2):
            steps = ask(rig, name, request(body, content_type=forms.MULTIPART, **options))
            assert (steps is None) == (end == "by an exception")
            if end == "well":
                assert steps
                # Else this test would see nothing in any case. The body is in a file, and the files
                # of the form are slices of it; what Sanic fetches before a handler is in memory.
                at_work = not name.startswith("sanic")
                assert steps[3]["value"] >= steps[1]["value"] + at_work
            elif steps:
                assert steps[0]["error"] in {"BodyTooLarge", "MalformedBody"}


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("do", ["form", "stream", "read"])
def test_clients_that_go(rig: Rig, name: str, do: str) -> None:
    first = head(do=do, content_type=forms.MULTIPART)
    message = first + b"Content-Length: %d\r\n\r\n%s" % (len(UPLOAD), UPLOAD[:2_500_000])
    with nothing_left(rig, name):
        for _ in range(2):
            with connected(rig, name) as connection:
                connection.sendall(message)
