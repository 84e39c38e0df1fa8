"""The command as people run it: a process of its own, real servers, and nothing left behind."""

from __future__ import annotations

import json
import os
import re
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

from support.children import wait_for
from support.requirements import need
from support.runs import command
from unireq_conformance.comparing.request_file import DEFAULT_REQUEST
from unireq_conformance.servers.targets import TARGETS, usual_targets

# Waits for the rest of the content before it calls the app, and so keeps us waiting.
UNFINISHED = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"
PATIENT = ["flask:waitress", "asgi:uvicorn-h11", "wsgi:werkzeug"]


def need_targets(*names: str) -> None:
    for name in names:
        need(TARGETS[name].missing() is None, str(TARGETS[name].missing()))


def targets(names: list[str]) -> list[str]:
    need_targets(*names)
    return [word for name in names for word in ("--target", name)]


# The main command.


def test_frameworks_disagree_and_unireq_does_not(tmp_path: Path) -> None:
    need_targets(*(target.name for target in usual_targets()))
    done = command(tmp_path, "compare", "--json", "-")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["verdict"] == "identical"
    assert list(document["answers"]) == [target.name for target in usual_targets()]
    assert document["failures"] == {}
    assert document["unireq"]["differences"] == document["unireq"]["contradictions"] == []
    assert document["unireq"]["errors"] == {}
    disputed = {entry["field"] for entry in document["native"]["disagreements"]}
    assert disputed == {"path", "url", "headers", "cookies", "query", "path_params"}
    # All were sent the same from the same port.
    assert document["request"]["latin1"].encode("latin-1") == DEFAULT_REQUEST.data
    port = document["request"]["client_port"]
    for name, answer in document["answers"].items():
        assert answer["unireq"]["client"] == ["127.0.0.1", port]
        assert set(answer["versions"]) == set(TARGETS[name].distributions), name
    assert set(document["versions"]) == {"python", "implementation", "platform", "unireq"}


def test_what_one_server_loses_is_a_difference_in_the_table_and_the_files(tmp_path: Path) -> None:
    # waitress joins a repeated field with a comma and a blank: no adapter can know what was sent.
    chosen = targets(["flask:waitress", "flask:gunicorn"])
    files = ["--json", "a.json", "--markdown", "a.md"]
    done = command(tmp_path, "compare", *chosen, *files, "--width", "75")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert "\x1b" not in done.stdout
    assert "✗ unireq, Flask on waitress 'one, two'" in done.stdout
    assert lines[-1].startswith("✗ DIFFERENT: headers (1 framework, 2 servers)")
    assert max(map(len, lines[:-1])) <= 75
    found = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert list(found["answers"]) == ["flask:waitress", "flask:gunicorn"]
    assert "| `headers['x-tag']` | " in (tmp_path / "a.md").read_text(encoding="utf-8")


def test_who_refuses_is_named(tmp_path: Path) -> None:
    (tmp_path / "two.http").write_bytes(b"GET / HTTP/1.1\nHost: a\nHost: b\n\n")
    chosen = targets(["asgi:uvicorn-h11", "sanic:sanic"])
    done = command(tmp_path, "compare", *chosen, "--file", "two.http")
    assert done.returncode == 2
    assert "note: its lines end in LF: sent with CRLF" in done.stdout
    assert "✗ asgi:uvicorn-h11: it answered 400 without" in done.stdout
    last = "✗ no verdict: it takes 2 answers, and there is 1; 1 of 2 did not answer"
    assert done.stdout.splitlines()[-1] == last


# The ways to end early. Whatever happens, no server is left.

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


def servers(mark: str, name: str = "") -> dict[int, str]:
    # Not the supervisors, whose command line ends in that of their server.
    started = f"-m unireq_conformance.servers.launch {name}"
    lines = marked(mark).items()
    return {pid: line for pid, line in lines if started in line and "supervisor.py" not in line}


def is_kept_waiting(line: str) -> bool:
    """Whether the server started by `line` holds a connection for longer than a probe does."""
    port = re.search(r"--port (\d+)", line)
    assert port is not None

    def connections() -> set[str]:
        table = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        rows = [row.split() for row in table]
        ours = f":{int(port[1]):04X}"
        return {row[2] for row in rows if row[1].endswith(ours) and row[3] == "01"}

    before = connections()
    time.sleep(0.4)
    return bool(before & connections())


@pytest.fixture
def unfinished(tmp_path: Path) -> list[str]:
    file = tmp_path / "unfinished.http"
    file.write_bytes(UNFINISHED)
    return ["--file", str(file)]


@linux
@pytest.mark.parametrize("name", ["compare", "run"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_it_is_ended_from_outside(
    started: Start, unfinished: list[str], name: str, number: int
) -> None:
    chosen = targets(PATIENT)
    arguments = [*chosen, *unfinished] if name == "compare" else [*PATIENT, "--examples", "100000"]
    process, mark = started(name, *arguments)
    wait_for(lambda: servers(mark))
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    out, err = process.communicate(timeout=60)
    wait_for(lambda: not marked(mark), within=10)
    assert out == b""
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert err == b"unireq-conformance: interrupted; all servers were stopped\n"


@linux
def test_ctrl_c_while_it_waits_for_an_answer(started: Start, unfinished: list[str]) -> None:
    process, mark = started("compare", *targets(PATIENT), *unfinished)
    (line,) = wait_for(lambda: servers(mark, "waitress")).values()
    wait_for(lambda: is_kept_waiting(line))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert marked(mark) == {}
    assert process.returncode == 130


@linux
@pytest.mark.parametrize("full", [False, True])
def test_what_it_prints_has_nowhere_to_go(started: Start, full: bool) -> None:
    chosen = targets(["wsgi:werkzeug", "asgi:uvicorn-h11"])
    with Path("/dev/full").open("wb") as nowhere:
        stdout = nowhere if full else subprocess.PIPE
        process, mark = started("compare", *chosen, stdout=stdout)
    if process.stdout is not None:  # nobody reads it
        process.stdout.close()
        process.stdout = None
    _, err = process.communicate(timeout=60)
    assert marked(mark) == {}
    if full:
        assert b"No space left on device" in err
        assert b"Traceback" not in err
    else:
        assert err == b""
    assert process.returncode == (2 if full else 141)


@linux
@pytest.mark.parametrize(
    ("names", "status", "verdict"),
    [(PATIENT, 0, "identical"), (PATIENT[:2], 2, "too few answers")],
)
def test_a_server_is_killed_while_it_is_asked(
    started: Start, unfinished: list[str], names: list[str], status: int, verdict: str
) -> None:
    process, mark = started("compare", *targets(names), *unfinished, "--json", "-")
    ((pid, line),) = wait_for(lambda: servers(mark, "waitress")).items()
    wait_for(lambda: is_kept_waiting(line))
    os.kill(pid, signal.SIGKILL)
    out, err = process.communicate(timeout=30)
    assert marked(mark) == {}
    document = json.loads(out)
    failure = document["failures"]["flask:waitress"]
    assert failure["kind"] == "ended"
    assert failure["reason"] == "its server ended during the request"
    assert (process.returncode, document["verdict"]) == (status, verdict)
    assert list(document["answers"]) == names[1:]
    assert b"Traceback" not in err


@linux
def test_on_a_terminal_it_shows_that_it_works_and_then_no_trace_of_that(started: Start) -> None:
    import pty

    chosen = targets(["wsgi:werkzeug", "asgi:uvicorn-h11"])
    for more, colours in ([], True), (["--no-color"], False):
        ours, theirs = pty.openpty()
        process, _ = started("compare", *chosen, *more, stdout=theirs, stderr=theirs)
        os.close(theirs)
        screen = b""
        with suppress(OSError):  # how Linux says that the other end is closed
            while chunk := os.read(ours, 65536):
                screen += chunk
        os.close(ours)
        assert process.wait(30) == 0, screen
        text = screen.decode()
        assert "starting WSGI, ASGI" in text
        shown, _, page = text.rpartition("\x1b[2K")  # erases the line
        assert "starting" in shown
        assert "starting" not in page
        assert "identical: " in page
        assert bool(re.search(r"\x1b\[[0-9;]*m", page)) == colours
