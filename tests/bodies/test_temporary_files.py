"""No temporary file outlives its request: not after an error, nor when the client has gone.

It is closed with the native request. Some servers let go of that in reference cycles, as Python
itself does with the frames of an exception, so the collector is run before anything is counted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def nothing_left(rig: Rig, name: str) -> Iterator[None]:
    """As many files without a name are open afterwards, or fewer, when 10 seconds have gone."""

    def found() -> int:
        return nameless_files(processes_of(rig.servers[name]), rig.temporary)

    before, collect = found(), request(b"", do="collect")
    yield
    deadline = time.monotonic() + 10
    rig.ask(name, collect)
    while (left := found()) > before and time.monotonic() < deadline:
        time.sleep(0.1)
        rig.ask(name, collect)
    assert left <= before
    assert [entry.name for entry in rig.temporary.iterdir() if entry.is_file()] == []


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", BY_NAME)
def test_requests_that_end(rig: Rig, name: str, end: str) -> None:
    body, options = ENDS[end]
    with nothing_left(rig, name):
        for _ in range(2):
            data = request(body, content_type=forms.MULTIPART, **options)
            if end == "by an exception":
                assert rig.send(name, data).status != 200
                continue
            steps = rig.ask(name, data)
            if end == "well":
                # Else this test would see nothing in any case. The body is in a file, and the files
                # of the form are slices of it; what Sanic fetches before a handler is in memory.
                at_work = not name.startswith("sanic")
                assert steps[3]["value"] >= steps[1]["value"] + at_work
            else:
                assert steps[0]["error"] in {"BodyTooLarge", "MalformedBody"}


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("do", ["form", "stream", "read"])
def test_clients_that_go(rig: Rig, name: str, do: str) -> None:
    first = head(do=do, content_type=forms.MULTIPART)
    message = first + b"Content-Length: %d\r\n\r\n%s" % (len(UPLOAD), UPLOAD[:2_500_000])
    with nothing_left(rig, name):
        for _ in range(2):
            with rig.connect(name) as connection:
                connection.sendall(message)
