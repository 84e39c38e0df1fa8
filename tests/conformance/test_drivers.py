"""Apps are started behind real servers, end with their block, and say what is wrong with them."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

import unireq
from support.natives import scope
from unireq_asgi import as_view as asgi_view
from unireq_conformance.apps import asgi_app, wsgi_app
from unireq_conformance.deviations import deviations_of
from unireq_conformance.model import AbstractRequest
from unireq_conformance.probe import Probe
from unireq_conformance.seen import Seen
from unireq_conformance.servers import drivers
from unireq_conformance.servers.drivers import DriverFailed, asgi, server, wsgi
from unireq_conformance.servers.target import Target
from unireq_wsgi import as_view as wsgi_view

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


def by_hand(probe: Callable[[Any], bytes], listener: socket.socket, stop: threading.Event) -> None:
    """A server of one's own, as simple as can be; it asks the probe about a scope."""
    listener.settimeout(0.05)
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(5)
                method, target, _ = connection.recv(65536).split(b" ", 2)
                body = probe(scope(method=method.decode(), path=target.decode()))
                head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
                connection.sendall(head + body)


WSGI, ASGI, BY_HAND = wsgi(wsgi_app.make_app), asgi(asgi_app.make_app), server(by_hand)


@pytest.mark.parametrize("driver", [WSGI, ASGI, BY_HAND], ids=["wsgi", "asgi", "server"])
def test_it_serves_while_its_block_lasts_or_fails(driver: Target) -> None:
    before = threading.active_count()
    with driver.run("app:server") as running:
        assert running.name == "app:server"
        seen = running.see(AbstractRequest(method="OPTIONS"))
        assert isinstance(seen, Seen)
        assert seen.facts["method"] == "OPTIONS"
        running.check()
        with driver.run("app:server") as other:
            assert other.nonce != running.nonce
            assert other.address != running.address
        with pytest.raises(ZeroDivisionError), driver.run("app:server"):
            raise ZeroDivisionError
    assert threading.active_count() == before
    address = running.address
    assert isinstance(address, tuple)
    with pytest.raises(ConnectionRefusedError), socket.create_connection(address, 1):
        pass


def cannot_be_made(probe: Probe) -> Any:
    raise LookupError("no such app")


def hangs_up(probe: Probe, listener: socket.socket, stop: threading.Event) -> None:
    listener.settimeout(0.05)
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            listener.accept()[0].close()


def answering(answer: bytes) -> tuple[Target, ...]:
    """Apps that ask no probe."""

    def handler(request: unireq.Request) -> unireq.Response:
        return unireq.Response(answer)

    return wsgi(lambda _: wsgi_view(handler)), asgi(lambda _: asgi_view(handler))


NO_APP = r"run until it is stopped, but it ended with LookupError\('no such app'\)"
NO_PROBE = (
    r"expected GET / to be answered with the bytes that probe\(native_request\) returns, got {};"
    " let make_app route every path and method to the probe"
)


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        *(
            (driver, NO_PROBE.format(re.escape(f"200, body {answer!r}")))
            for answer in (b"hello", b"", b'{"nonce": "broken')
            for driver in answering(answer)
        ),
        (wsgi(cannot_be_made), NO_APP),
        (asgi(cannot_be_made), NO_APP),
        (server(lambda *_: None), "run until it is stopped, but it ended by itself"),
        (server(hangs_up), NO_PROBE.format("(closed|reset), body b''")),
    ],
)
def test_what_does_not_serve_is_told_of(
    driver: Target, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "closed" in said:  # which is tried again until there is no time left
        monkeypatch.setattr(drivers, "_START_TIME", 0.5)
    before = threading.active_count()
    with pytest.raises(DriverFailed, match=f"app:server: .*{said}") as failed:
        driver.run("app:server").__enter__()
    assert (said is NO_APP) is isinstance(failed.value.__cause__, LookupError)
    assert threading.active_count() == before


def join_servers() -> None:
    for thread in threading.enumerate():
        if thread.name == "unireq-conformance app:server":
            thread.join(5)


def test_a_server_that_raises_is_noticed_while_it_is_used() -> None:
    def serve(probe: Probe, listener: socket.socket, stop: threading.Event) -> None:
        with listener.dup() as own:
            one_answer = threading.Event()

            def answer(scope: dict[str, Any]) -> bytes:
                one_answer.set()
                return probe(scope)

            by_hand(answer, own, one_answer)
        listener.close()
        raise RuntimeError("enough")

    with server(serve).run("app:server") as running:
        join_servers()
        with pytest.raises(DriverFailed, match=r"ended with RuntimeError\('enough'\)"):
            running.send(GET)


def test_a_server_that_does_not_end_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def serve(probe: Probe, listener: socket.socket, stop: threading.Event) -> None:
        with listener.dup() as own:
            by_hand(probe, own, released)

    before = threading.active_count()
    with (
        pytest.raises(DriverFailed, match=r"did not end within 0\.3 s; let it stop"),
        server(serve).run("app:server"),
    ):
        monkeypatch.setattr(drivers, "_START_TIME", 0.3)
    released.set()
    join_servers()
    assert threading.active_count() == before


def test_a_driver_knows_what_its_server_loses() -> None:
    for driver, name in ((WSGI, "waitress"), (ASGI, "uvicorn-h11")):
        assert driver.driver.server == name
        assert driver.deviations
        assert {*map(id, driver.deviations)} <= {*map(id, deviations_of(f"bare:{name}"))}
    assert BY_HAND.deviations == ()
