"""The command as people run it: a process of its own, of which nothing may be left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "unireq_conformance"]
MARK = "UNIREQ_TEST_MARK"

linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="looks for processes and connections in /proc"
)

Start = Callable[..., tuple["subprocess.Popen[bytes]", str]]


def marked(mark: str) -> dict[int, str]:
    """Return {pid: command line} of the processes that inherited `mark`."""
    found: dict[int, str] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{MARK}={mark}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                found[int(entry.name)] = b" ".join(words).decode()
    return found


def wait_for(found: Callable[[], Any], within: float = 60.0) -> Any:
    """What `found` returns, as soon as that is true."""
    deadline = time.monotonic() + within
    while not (result := found()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
    return result


def _with_usual_signals() -> None:
    # A shell in the background, and `nohup`, ignore one of them, and that is inherited.
    for each in (signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Start]:
    """Start the command and go on; returns the process and the mark that its children bear."""
    running: list[tuple[subprocess.Popen[bytes], str]] = []

    def run(*arguments: str, **options: Any) -> tuple[subprocess.Popen[bytes], str]:
        mark = uuid.uuid4().hex
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), MARK: mark},
            stdin=subprocess.DEVNULL,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
            start_new_session=True,
            preexec_fn=_with_usual_signals,  # noqa: PLW1509
        )
        running.append((process, mark))
        return process, mark

    yield run
    left: list[dict[int, str]] = []
    for process, mark in running:
        process.kill()
        process.communicate()
        with suppress(AssertionError):
            wait_for(lambda mark=mark: not marked(mark), within=5)  # type: ignore[misc]
        left.append(marked(mark))
        for pid in left[-1]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert not any(left), left
