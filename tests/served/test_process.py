"""Servers start on a port of their own, and nothing of them is left when their parent is gone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from support.requirements import need
from unireq_conformance.servers import process, supervisor, wire
from unireq_conformance.servers.process import Server, ServerFailed, start_all
from unireq_conformance.servers.targets import TARGETS, OnServer, Target, get_target
from unireq_conformance.servers.wire import HOST, observe, send

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")

# One server of each kind: one process, master and worker, master and worker with threads.
KINDS = ["wsgi:waitress", "wsgi:gunicorn", "asgi:granian"]

ONE_PER_SERVER = [*{target.driver.server: name for name, target in TARGETS.items()}.values()]

START_AND = """
import os, signal, sys, time
# Whoever runs the tests in the background may have it ignored, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.targets import get_target
with Server(get_target(sys.argv[1])) as server:
    print(server.pid, server.port, flush=True)
"""


def target_named(name: str) -> Target:
    target = get_target(name)
    need(target.missing() is None, str(target.missing()))
    return target


def processes(columns: str) -> list[list[str]]:
    """These columns of all processes; the last may have blanks."""
    command = ["ps", "-A", "-o", ",".join(f"{each}=" for each in columns.split())]
    table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line.split(None, columns.count(" ")) for line in table.splitlines()]


def members(group: int) -> dict[int, str]:
    """What still runs in a process group, by id; zombies do not run."""
    rows = processes("pgid stat pid args")
    return {
        int(pid): args for pgid, state, pid, args in rows if pgid == str(group) and state[0] != "Z"
    }


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def assert_gone(group: int, port: int, within: float) -> None:
    deadline = time.monotonic() + within
    while (left := members(group)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left
    assert not listens(port)


Parent = Callable[[str, str], tuple["subprocess.Popen[str]", int, int]]


@pytest.fixture
def parent() -> Iterator[Parent]:
    """Start a Python process that starts a server and then does something else."""
    with ExitStack() as stack:

        def start(target: str, then: str) -> tuple[subprocess.Popen[str], int, int]:
            target_named(target)
            child = subprocess.Popen(
                [sys.executable, "-c", f"{START_AND}    {then}\n", target],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                start_new_session=True,
            )
            stack.enter_context(child)
            stack.callback(child.kill)
            assert child.stdout is not None
            group, port = child.stdout.readline().split()
            return child, int(group), int(port)

        yield start


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


@posix
@pytest.mark.parametrize(
    ("name", "then"),
    [
        *(("wsgi:gunicorn", then) for then in ("pass", "raise RuntimeError", "os._exit(3)")),
        *((name, number) for name in KINDS for number in SIGNALS),
        ("wsgi:gunicorn", None),
    ],
)
def test_the_server_ends_with_its_parent(
    parent: Parent, name: str, then: str | signal.Signals | None
) -> None:
    child, group, port = parent(name, then if isinstance(then, str) else "time.sleep(60)")
    if isinstance(then, signal.Signals):
        assert len(members(group)) >= (2 if name == "wsgi:waitress" else 3)
        assert listens(port)
        child.send_signal(then)
    elif then is None:
        os.killpg(child.pid, signal.SIGINT)
    child.wait(10)
    assert_gone(group, port, within=supervisor.GRACE + 1)


@posix
def test_a_fork_that_holds_the_pipe_keeps_nothing_alive(parent: Parent) -> None:
    script = "print(os.fork() or time.sleep(20) or os._exit(0), flush=True); time.sleep(60)"
    child, group, port = parent("wsgi:waitress", script)
    assert child.stdout is not None
    fork = int(child.stdout.readline())
    try:
        child.kill()
        child.wait(10)
        assert_gone(group, port, within=supervisor.GRACE + 2)
        os.kill(fork, 0)  # it was still there
    finally:
        os.kill(fork, signal.SIGKILL)


@posix
@pytest.mark.parametrize("name", KINDS)
def test_stop_ends_a_server_whose_supervisor_was_killed(name: str) -> None:
    with Server(target_named(name)) as server:
        assert server.pid is not None
        group, port = server.pid, server.port
        os.kill(group, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while server.alive and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not server.alive
        assert send((HOST, port), GET).status == 200  # the server itself has not noticed
    assert_gone(group, port, within=1)


@posix
@pytest.mark.parametrize("name", ONE_PER_SERVER)
def test_stop_leaves_nothing(name: str) -> None:
    descriptors = len([*Path("/dev/fd").iterdir()])
    server = Server(target_named(name))
    server.start()
    assert server.pid is not None
    group, port = server.pid, server.port
    assert server.alive
    assert members(group)
    server.stop()
    assert not members(group)
    assert not listens(port)
    assert not server.alive
    assert server.pid is None
    server.stop()  # a second time is harmless
    assert len([*Path("/dev/fd").iterdir()]) == descriptors
    zombies = [parent for parent, state in processes("ppid stat") if state[0] == "Z"]
    assert str(os.getpid()) not in zombies


WSGI_APP = """
from unireq_conformance.apps import wsgi_app
app = wsgi_app.app()
"""


@pytest.fixture
def own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Callable[[str], Target]:
    """Make a target of an app in a module that only this process's import path leads to."""
    module = f"probe_{os.getpid()}_{abs(hash(request.node.name))}"
    monkeypatch.syspath_prepend(tmp_path)

    def make(source: str) -> Target:
        (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")
        return Target("own:waitress", OnServer("waitress", f"{module}:app"))

    return make


@posix
def test_a_server_that_will_not_end_is_made_to(own: Callable[[str], Target]) -> None:
    stubborn = (
        "import signal; signal.signal(signal.SIGTERM, lambda *_: print('not yet', flush=True))"
    )
    server = Server(own(stubborn + WSGI_APP))
    server.start()
    assert server.pid is not None
    group, port = server.pid, server.port
    server.stop()
    assert "not yet" in server.log  # it was asked first
    assert_gone(group, port, within=0)


@posix
def test_what_a_server_leaves_behind_ends_with_it(own: Callable[[str], Target]) -> None:
    lasting = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    leave = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {lasting!r}])"
    with Server(own(leave + WSGI_APP)) as server:
        assert server.pid is not None
        assert len(members(server.pid)) == 3
        os.kill(server.pid, signal.SIGTERM)
        assert_gone(server.pid, server.port, within=supervisor.GRACE + 1)


MISSING = "import there_is_no_such_module"
SILENT = "import time; print('waiting for nothing'); time.sleep(60)"
BROKEN = "def app(environ, start_response): raise RuntimeError('broken app')"


@pytest.mark.parametrize(
    ("source", "reason", "printed"),
    [
        (MISSING, "it ended before it answered", "No module named 'there_is_no_such_module'"),
        (SILENT, "it did not answer within 2 s", "waiting for nothing"),
        (BROKEN, "answered 500 without a report", "broken app"),
    ],
)
def test_a_server_that_does_not_start_is_reported(
    own: Callable[[str], Target], source: str, reason: str, printed: str
) -> None:
    server = Server(own(source), timeout=2 if source is SILENT else 20)
    with pytest.raises(ServerFailed) as caught:
        server.start()
    assert not server.alive
    failure = caught.value
    assert reason in failure.reason
    assert printed in failure.log
    text = str(failure)
    assert text.startswith(f"own:waitress: {failure.reason}\nstarted as: ")
    assert "unireq_conformance.servers.launch waitress probe_" in text
    assert printed in text
    assert ("the server ended with status 1" in text) is (source is MISSING)


def test_what_is_not_installed_is_reported_at_once() -> None:
    target = replace(get_target("wsgi:waitress"), distributions=("no-such-server",))
    with pytest.raises(ServerFailed, match="pip install no-such-server") as caught:
        Server(target).start()
    assert caught.value.command == []


@posix
def test_a_server_that_ends_later_is_noticed(own: Callable[[str], Target]) -> None:
    with Server(own(WSGI_APP)) as server:
        assert server.pid is not None
        for pid in members(server.pid).keys() - {server.pid}:  # not its supervisor
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while server.alive and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not server.alive
        with pytest.raises(ServerFailed, match="it is not running"):
            observe(server, GET)


def test_the_log_is_bounded_and_keeps_its_end(own: Callable[[str], Target]) -> None:
    chatty = "print('x' * 1_000_000); print('the end of it')\n"
    with Server(own(chatty + WSGI_APP)) as server:
        assert len(server.log) <= 64 * 1024
        assert "the end of it" in server.log
    assert "the end of it" in server.log


def first(*ports: int) -> Callable[[], int]:
    """What gives these ports, then real ones."""
    several = chain(ports, iter(wire.free_port, None))
    return lambda: next(several)


def test_a_port_that_is_taken_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    target = target_named("wsgi:waitress")
    with Server(target) as other, socket.create_server((HOST, 0)) as silent:
        ports = [other.port, silent.getsockname()[1]]
        monkeypatch.setattr(process, "free_port", first(*ports))
        with Server(target) as second:
            assert second.port not in ports
            report = observe(second, GET).report
            assert report is not None
            assert report["target"] == target.name
            assert report["nonce"] == second.nonce != other.nonce
        monkeypatch.setattr(process, "free_port", first(*[other.port] * 3))
        with pytest.raises(ServerFailed, match=f"listens on port {other.port}, 3 times in a row"):
            Server(target).start()
        assert other.alive


def test_a_server_without_unix_sockets_says_so() -> None:
    with pytest.raises(ValueError, match="django-wsgi:runserver cannot listen on a Unix socket"):
        Server(target_named("django-wsgi:runserver"), uds="/tmp/never").start()


def test_our_environment_is_no_part_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_X_SPOOFED", "yes")
    monkeypatch.setenv("REMOTE_USER", "root")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "no.such.module")
    with Server(target_named("django-wsgi:runserver")) as server:
        report = observe(server, GET).report
        assert report is not None
        assert "x-spoofed" not in report["unireq"]["headers"]
        assert "X-Spoofed" not in report["native"]["headers"]


def test_several_servers_start_side_by_side_and_none_ends_another(
    own: Callable[[str], Target],
) -> None:
    targets = [target_named("wsgi:waitress"), target_named("asgi:uvicorn-h11"), own(MISSING)]
    absent = replace(targets[0], name="wsgi:absent", distributions=("no-such-server",))
    with start_all([*targets, absent]) as started:
        assert list(started) == [each.name for each in (*targets, absent)]
        *up, broken, missing = started.values()
        assert isinstance(broken, ServerFailed)
        assert isinstance(missing, ServerFailed)
        for server in up:
            assert isinstance(server, Server)
            assert observe(server, GET).report is not None
    assert not any(isinstance(server, Server) and server.alive for server in up)


@posix
@pytest.mark.parametrize("when", ["starting", "started"])
def test_all_end_when_they_are_interrupted(when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[tuple[int, int]] = []

    def note(server: Server | ServerFailed) -> None:
        assert isinstance(server, Server)
        assert server.pid is not None
        groups.append((server.pid, server.port))
        if len(groups) == 2:
            raise KeyboardInterrupt

    if when == "starting":
        monkeypatch.setattr(Server, "wait_until_ready", note)
    targets = [target_named(name) for name in ("wsgi:waitress", "wsgi:gunicorn")]

    def run() -> None:
        with start_all(targets) as started:
            for server in started.values():
                note(server)

    with pytest.raises(KeyboardInterrupt):
        run()
    assert len(groups) == 2
    for group, port in groups:
        assert_gone(group, port, within=0)


def test_two_targets_of_one_name_are_refused() -> None:
    target = get_target("wsgi:waitress")
    with (
        pytest.raises(ValueError, match="different names, got wsgi:waitress twice"),
        start_all([target, target.with_options(threads=1)]),
    ):
        raise AssertionError("not reached")
