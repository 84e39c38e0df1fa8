"""Targets whose app runs in this process, as suites have them.

    target = wsgi(make_app)          # a WSGI app, on waitress, in this process
    target = asgi(make_app)          # an ASGI app, on uvicorn with h11, in this process
    target = server(serve)           # a framework with a server of its own, in this process

Rule: with each of them, the app is behind a real server on a loopback port, and gets exact bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import socket
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from unireq_conformance.deviations import DEVIATIONS
from unireq_conformance.probe import Probe
from unireq_conformance.servers.received import Added
from unireq_conformance.servers.running import Running
from unireq_conformance.servers.target import Driver, Target
from unireq_conformance.servers.wire import HOST

__all__ = ["DriverFailed", "InThread", "MakeApp", "Serve", "asgi", "server", "wsgi"]

MakeApp: TypeAlias = Callable[[Probe], Any]
"""Takes the probe; returns an app that answers every request with `probe(native_request)`."""

Serve: TypeAlias = Callable[[Probe, socket.socket, threading.Event], None]
"""Takes the probe, a listening socket and an event; serves until the event is set."""

Login: TypeAlias = Callable[[Any, str], None]
ReadBody: TypeAlias = Callable[..., Any]

_START_TIME: Final = 10.0
_PROBE_BYTES: Final = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class DriverFailed(Exception):
    """The app could not be started, has ended, or does not answer with what the probe returns."""


@dataclass(frozen=True)
class InThread(Driver):
    """An app behind a server that runs in a thread of this process.

    Attributes:
        server: The server that it starts, as in the name of a target; "" for another server.
        serve: Serves the app, in its own thread.
        login: See `Probe`.
        read_body: See `Probe`.
        added: The fields that the app's own middleware adds to the responses of handlers.
    """

    server: str
    serve: Serve
    login: Login | None = None
    read_body: ReadBody | None = None
    added: tuple[Added, ...] = ()

    @contextmanager
    def run(self, target: Target, *, local: bool = False) -> Generator[Running, None, None]:
        """Serve the app; see `Driver`.

        Raises:
            DriverFailed: It does not start, or does not answer with the probe's bytes.
            ValueError: `local`, for it listens on a port.
        """
        if local:
            raise ValueError(f"{target.name} listens on a port: leave out `local`")
        name = target.name
        probe = Probe(target=name, login=self.login, read_body=self.read_body)
        stop = threading.Event()
        with socket.create_server((HOST, 0), backlog=128) as listener:
            running = _OfThread(name, listener.getsockname()[:2], probe.nonce, added=self.added)

            def serve() -> None:
                try:
                    self.serve(probe, listener, stop)
                except BaseException as error:  # noqa: BLE001  # `check` raises it
                    running.error = error

            thread = threading.Thread(target=serve, name=f"unireq-conformance {name}", daemon=True)
            running.thread = thread
            thread.start()
            try:
                _wait(running)
                yield running
            finally:
                stop.set()
                thread.join(_START_TIME)
        if thread.is_alive():
            raise DriverFailed(
                f"{name}: its server did not end within {_START_TIME:g} s; let it stop when the"
                " event is set"
            )


class _OfThread(Running):
    """A target that runs in a thread of this process, which may end with an error."""

    thread: threading.Thread
    error: BaseException | None = None

    def check(self) -> None:
        """Raise `DriverFailed` if it has ended."""
        if not self.thread.is_alive():
            how = "by itself" if self.error is None else f"with {self.error!r}"
            raise DriverFailed(
                f"{self.name}: expected its server to run until it is stopped, but it ended {how}"
            ) from self.error


def _wait(running: _OfThread) -> None:
    deadline = time.monotonic() + _START_TIME
    said = "nothing"
    while time.monotonic() < deadline:
        running.check()
        with contextlib.suppress(ConnectionError):
            observation = running.send(_PROBE_BYTES)
            if observation.report is not None:
                return
            reply = observation.reply
            said = f"{observation.refused}, body {reply.body[:200]!r}"
            if reply.status is not None:
                break
        time.sleep(0.02)
    raise DriverFailed(
        f"{running.name}: expected GET / to be answered with the bytes that probe(native_request)"
        f" returns, got {said}; let make_app route every path and method to the probe"
    )


def _target(driver: InThread) -> Target:
    """What `driver` runs, with what its server loses before an adapter sees it."""
    own = f"*:{driver.server}"
    return Target(
        "",
        driver,
        {"UNIX_SOCKET": "the driver listens on a port"},
        # Those of a server's own policy for proxies don't show: the drivers switch it off.
        tuple(
            each
            for each in DEVIATIONS
            if own in each.targets
            and each.concerns(own)
            and not each.clause.startswith(("CLI-008", "PRX-"))
        ),
        tuple(filter(None, [driver.server.partition("-")[0]])),
    )


def wsgi(
    make_app: MakeApp,
    *,
    login: Login | None = None,
    read_body: ReadBody | None = None,
    added: Sequence[Added] = (),
) -> Target:
    """Run the WSGI app of `make_app` on waitress; for the others, see `InThread`."""

    def serve(probe: Probe, listener: socket.socket, stop: threading.Event) -> None:
        # By name, since waitress has no types.
        waitress: Any = importlib.import_module("waitress.server")
        loop: Any = importlib.import_module("waitress.wasyncore").loop
        channels: dict[int, Any] = {}
        with listener.dup() as own:
            running = waitress.create_server(
                make_app(probe),
                map=channels,
                sockets=[own],
                threads=2,
                # By default it deletes the fields of proxies.
                clear_untrusted_proxy_headers=False,
            )
            try:
                while not stop.is_set():
                    loop(timeout=0.05, map=channels, count=1)
            finally:
                running.task_dispatcher.shutdown(cancel_pending=True, timeout=2)
                for channel in list(channels.values()):
                    channel.close()
                running.close()

    return _target(InThread("waitress", serve, login, read_body, tuple(added)))


def asgi(
    make_app: MakeApp,
    *,
    login: Login | None = None,
    read_body: ReadBody | None = None,
    added: Sequence[Added] = (),
) -> Target:
    """Run the ASGI app of `make_app` on uvicorn with h11; for the others, see `InThread`."""

    def serve(probe: Probe, listener: socket.socket, stop: threading.Event) -> None:
        import uvicorn

        config = uvicorn.Config(
            make_app(probe),
            http="h11",
            loop="asyncio",
            ws="none",
            access_log=False,
            # By default it trusts forwarded fields from this machine.
            proxy_headers=False,
            # The test run sets up logging.
            log_config=None,
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
        running = uvicorn.Server(config)

        async def end() -> None:
            await asyncio.to_thread(stop.wait)
            running.should_exit = True

        async def main() -> None:
            ending = asyncio.ensure_future(end())
            try:
                with listener.dup() as own:
                    await running.serve(sockets=[own])
            finally:
                # It may have ended by itself; nothing else would wake the waiting thread.
                stop.set()
                await ending

        asyncio.run(main())

    return _target(InThread("uvicorn-h11", serve, login, read_body, tuple(added)))


def server(
    serve: Serve,
    *,
    login: Login | None = None,
    read_body: ReadBody | None = None,
    added: Sequence[Added] = (),
) -> Target:
    """Run `serve` in a thread, for a framework that has its own server; for the others, see above.

    It is given the probe, a listening socket on the loopback interface and an event. It serves on
    the socket until the event is set.
    """
    return _target(InThread("", serve, login, read_body, tuple(added)))
