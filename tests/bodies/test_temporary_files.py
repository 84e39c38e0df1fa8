"""No temporary file outlives its request: not after an error, nor when the client has gone.

It is closed with the native request. Some servers let go of that in reference cycles, as Python
itself does with the frames of an exception, so the collector is run before anything is counted.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from http.client import HTTPResponse
from typing import Any

import pytest

from bodies.messages import MULTIPART, head, multipart, request
from bodies.processes import nameless_files
from bodies.servers import BY_NAME, Rig
from support.requirements import need

UPLOAD = multipart(("a", None, b"x"), ("f", "f.bin", b"0123456789" * 300_000))

# The body is in one, and the files of the form are slices of it. What Sanic has fetched before the
# handler is in memory.
AT_WORK = {name: 0 if name.startswith("sanic") else 1 for name in BY_NAME}

ENDS: dict[str, dict[str, Any]] = {
    # What earlier requests left in cycles is out of the way before anything is counted.
    "well": {"do": "collect,files,form,files"},
    "by an exception": {"do": "form,raise"},
    "at a limit": {"do": "form,files", "limits": {"file_size": 2_000_000}},
    "malformed": {"do": "form,files", "malformed": True},
}


@pytest.fixture(autouse=True)
def _on_linux() -> None:
    need(sys.platform == "linux", "open files are counted in /proc")


def ask(rig: Rig, name: str, data: bytes) -> dict[str, Any] | None:
    """The answer of the app to `data`, if it is one, by a client that closes as clients do.

    uvicorn keeps a connection that was reset, with its last request, as long as one that is kept
    alive: 5 seconds.
    """
    address = rig.servers[name].address
    assert isinstance(address, tuple)
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(data)
        reply = HTTPResponse(connection)
        try:
            reply.begin()
            return json.loads(reply.read()) if reply.status == 200 else None
        except ConnectionError:
            return None


def settles_at(rig: Rig, name: str, expected: int) -> int:
    """The number of open files without a name, when it is as expected or 10 seconds have gone."""
    deadline = time.monotonic() + 10
    ask(rig, name, head(do="collect", method="GET") + b"\r\n")
    while (found := nameless_files(rig.servers[name], rig.temporary)) > expected:
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
        ask(rig, name, head(do="collect", method="GET") + b"\r\n")
    return found


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", BY_NAME)
def test_requests_that_end(rig: Rig, name: str, end: str) -> None:
    before = nameless_files(rig.servers[name], rig.temporary)
    options = dict(ENDS[end])
    body = UPLOAD[:-1] + b"x" if options.pop("malformed", False) else UPLOAD
    for _ in range(2):
        document = ask(rig, name, request(body, content_type=MULTIPART, **options))
        if end == "by an exception":
            assert document is None
        else:
            assert document is not None
            steps = document["steps"]
            if end == "well":
                # Else this test would see nothing in any case.
                assert steps[3]["value"] >= steps[1]["value"] + AT_WORK[name]
            else:
                assert steps[0]["error"] in {"BodyTooLarge", "MalformedBody"}
    assert settles_at(rig, name, before) <= before
    assert [entry.name for entry in rig.temporary.iterdir() if entry.is_file()] == []


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("do", ["form", "stream", "read"])
def test_clients_that_go(rig: Rig, name: str, do: str) -> None:
    before = nameless_files(rig.servers[name], rig.temporary)
    first = head(do=do, content_type=MULTIPART)
    message = first + b"Content-Length: %d\r\n\r\n%s" % (len(UPLOAD), UPLOAD[:2_500_000])
    for _ in range(2):
        address = rig.servers[name].address
        assert isinstance(address, tuple)
        with socket.create_connection(address, timeout=20) as connection:
            connection.sendall(message)
    assert settles_at(rig, name, before) <= before
    assert [entry.name for entry in rig.temporary.iterdir() if entry.is_file()] == []
