r"""Servers as child processes: started on a free port, known to be ours, always ended.

    with Server(get_target("flask:waitress")) as server:
        observation = observe(server, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")

Rule: a server counts as started when it answers with the nonce that it was given, so a port that
another process took in the meantime is noticed. `child` sees to it that it ends.
"""

from __future__ import annotations

import json
import os
import secrets
import shlex
import socket
import sys
import time
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, final

from unireq_conformance.apps import INSIDE_VARIABLE, NONCE_VARIABLE, TARGET_VARIABLE
from unireq_conformance.servers.certificate import Certificate
from unireq_conformance.servers.child import Child
from unireq_conformance.servers.running import Running
from unireq_conformance.servers.target import Target
from unireq_conformance.servers.wire import HOST, ForeignReply, free_port, observe

START_TIME: Final = 30.0
"""Seconds that a server has by default until it must answer."""

_ATTEMPTS: Final = 3
_PROBE: Final = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class ServerFailed(Exception):
    """A server could not be started, or has ended too early.

    Attributes:
        target: what was to run.
        command: how it was started; empty if it was not.
        reason: what happened.
        log: the end of what it printed.
    """

    def __init__(self, target: Target, command: list[str], reason: str, log: str = "") -> None:
        self.target = target
        self.command = command
        self.reason = reason
        self.log = log
        lines = [f"{target.name}: {reason}"]
        if command:
            lines.append(f"started as: {shlex.join(command)}")
            tail = log.splitlines()[-20:]
            lines.append("end of its log:" if tail else "its log is empty")
            lines.extend(f"  {line}" for line in tail)
        super().__init__("\n".join(lines))


class _PortTaken(Exception):
    """Somebody else listens on the port that was chosen."""


@final
class Server(Running):
    """One target, running as a child process from `start` to `stop`, or inside a `with` block.

    Attributes:
        target: what runs.
        driver: how.
    """

    def __init__(
        self,
        target: Target,
        *,
        timeout: float = START_TIME,
        uds: str | os.PathLike[str] | None = None,
        inside: bool = False,
    ) -> None:
        """Prepare a server.

        Args:
            target: what to run.
            timeout: seconds that it has until it must answer.
            uds: path of a Unix socket to listen on instead of a port. It is removed at the end.
            inside: whether its reports have what the checks inside the app found.
        """
        self.target = target
        self.driver = target.on_server
        super().__init__(
            target.name,
            (HOST, 0) if uds is None else os.fspath(uds),
            nonce="",
            http_version=self.driver.http_version,
            added=self.driver.added,
            printed=lambda: self._child.printed if self._child else self._last,
        )
        self._timeout = timeout
        self._inside = inside
        self._certificate: Certificate | None = None
        self._child: Child | None = None
        self._command: list[str] = []
        self._deadline = 0.0
        self._last = (0, b"")

    @property
    def port(self) -> int:
        """The port that it listens on; 0 on a Unix socket."""
        return 0 if isinstance(self.address, str) else self.address[1]

    @property
    def certificate(self) -> str | None:
        """The path of the certificate that it shows; None for plain connections."""
        return self._certificate.chain if self._certificate else None

    @property
    def log(self) -> str:
        """The last 64 KiB of what the server printed; stays readable after `stop`."""
        _, tail = self._child.printed if self._child else self._last
        return tail.decode(errors="replace")

    @property
    def pid(self) -> int | None:
        """Id of the supervisor, on POSIX also of the process group; None before and after."""
        return self._child.pid if self._child else None

    @property
    def alive(self) -> bool:
        """Whether the server is running and under supervision."""
        return self._child is not None and self._child.running

    def check(self) -> None:
        """Raise `ServerFailed` if the server is not running."""
        if not self.alive:
            raise self._failure("it is not running")

    def start(self) -> None:
        """Start the server and wait until it answers: `begin`, then `wait_until_ready`.

        Raises:
            ServerFailed: something is not installed, it ended, or it did not answer in time.
            ValueError: a Unix socket for a server that cannot listen on one.
        """
        try:
            self.begin()
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server with every process that it started; harmless if none runs."""
        self.begin_to_stop()
        self.finish_stopping()

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def begin(self) -> None:
        """Start the process and return at once; call `stop` whatever comes of it."""
        local = isinstance(self.address, str)
        if local and not self.driver.unix_socket:
            raise ValueError(f"{self.target.name} cannot listen on a Unix socket: leave out `uds`")
        if missing := self.target.missing():
            raise ServerFailed(self.target, [], str(missing))
        self.nonce = secrets.token_hex(16)
        if not local:
            self.address = (HOST, free_port())
        if self.driver.tls:
            self._certificate = Certificate.make("h2" if self.http_version == "2" else "http/1.1")
            self.tls = self._certificate.context
        self._command = self._make_command()
        self._deadline = time.monotonic() + self._timeout
        variables = {NONCE_VARIABLE: self.nonce, TARGET_VARIABLE: self.target.name}
        if self._inside:
            variables[INSIDE_VARIABLE] = "1"
        self._child = Child(self._command, variables)

    def wait_until_ready(self) -> None:
        """Wait for the first report, on other ports if the first one was taken."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._probe_until_ready()
            except _PortTaken as taken:
                if attempt == _ATTEMPTS:
                    raise self._failure(f"{taken}, {attempt} times in a row") from None
                self.stop()
                self.begin()
            else:
                return

    def _probe_until_ready(self) -> None:
        odd_since: float | None = None
        while (now := time.monotonic()) < self._deadline:
            if not self.alive:
                raise self._ended_early()
            try:
                observation = observe(self, _PROBE, timeout=min(0.5, self._deadline - now))
            except ForeignReply:
                raise _PortTaken(f"another process listens on port {self.port}") from None
            except (ServerFailed, ConnectionError):
                time.sleep(0.01)
                continue
            if observation.report is not None:
                return
            if (status := observation.reply.status) is not None:
                # Somebody else's answer, or our app in trouble. A server whose port is taken
                # mostly ends by itself, but some try again for a while.
                odd_since = odd_since or now
                if now - odd_since > 1:
                    raise _PortTaken(f"port {self.port} answered {status} without a report")
            time.sleep(0.01)
        raise self._failure(f"it did not answer within {self._timeout:g} s")

    def _ended_early(self) -> Exception:
        if self._child is not None:
            self._child.settle()
        with socket.socket() as stranger:
            if self.port and stranger.connect_ex((HOST, self.port)) == 0:
                return _PortTaken(f"another process listens on port {self.port}")
        return self._failure("it ended before it answered")

    def begin_to_stop(self) -> None:
        """Tell the server to end; return at once."""
        if self._child is not None:
            self._child.begin_to_stop()

    def finish_stopping(self) -> None:
        """Wait until it has ended, and remove its certificate and its socket."""
        try:
            if self._child is not None:
                self._child.finish_stopping()
                self._last, self._child = self._child.printed, None
                if isinstance(self.address, str):
                    Path(self.address).unlink(missing_ok=True)
        finally:
            if self._certificate is not None:
                self._certificate.directory.cleanup()
                self._certificate = None

    def _make_command(self) -> list[str]:
        address = self.address
        where = ["--uds", address] if isinstance(address, str) else ["--port", str(address[1])]
        if self._certificate is not None:
            where += ["--certificate", self._certificate.chain, "--key", self._certificate.key]
        options = [
            f"--option={name}={json.dumps(value)}" for name, value in self.driver.options.items()
        ]
        launch = [sys.executable, "-m", "unireq_conformance.servers.launch"]
        return [*launch, self.driver.server, self.driver.app, *where, *options]

    def _failure(self, reason: str) -> ServerFailed:
        return ServerFailed(self.target, self._command, reason, self.log)


@contextmanager
def start_all(
    targets: Iterable[Target], *, timeout: float = START_TIME
) -> Generator[dict[str, Server | ServerFailed], None, None]:
    """Start several servers side by side; yield each by its target's name, or why it failed.

    All of them are ended when the block is left, whatever happens in it.

    Raises:
        ValueError: two targets have the same name.
    """
    servers: dict[str, Server] = {}
    for target in targets:
        if target.name in servers:
            raise ValueError(f"expected targets with different names, got {target.name} twice")
        servers[target.name] = Server(target, timeout=timeout)
    results: dict[str, Server | ServerFailed] = {**servers}
    with ExitStack() as stack:
        for server in servers.values():
            stack.callback(server.finish_stopping)
        for server in servers.values():
            stack.callback(server.begin_to_stop)
        # All are on their way before the first is waited for, so the waits overlap.
        for step in (Server.begin, Server.wait_until_ready):
            for name, server in servers.items():
                if results[name] is server:
                    try:
                        step(server)
                    except ServerFailed as failure:
                        results[name] = failure
        yield results
