"""What is sent arrives byte for byte; what comes back, or fails to, is a value."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from unireq_conformance.apps import REPORT_FIELD
from unireq_conformance.clauses.responding import asking
from unireq_conformance.response import AbstractResponse
from unireq_conformance.seen import Seen, is_refusal
from unireq_conformance.servers import reply as reply_module
from unireq_conformance.servers import wire
from unireq_conformance.servers.running import Running
from unireq_conformance.servers.wire import (
    HOST,
    Address,
    ForeignReply,
    Observation,
    free_port,
    observe,
    send,
)

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nx-a: caf\xe9\r\n\r\nhi"

Handle = Callable[[socket.socket], object]
Serve = Callable[[Handle], tuple[str, int]]


class Server(socketserver.TCPServer):
    """Closes connections as its function has left them."""

    def shutdown_request(self, request: Any) -> None:
        request.close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server whose every connection is handled by a function, then closed."""
    with contextlib.ExitStack() as stack:

        def start(handle: Handle) -> tuple[str, int]:
            def handled(connection: socket.socket, *_: object) -> None:
                with contextlib.suppress(OSError):
                    handle(connection)

            server = stack.enter_context(Server((HOST, 0), handled))  # type: ignore[arg-type]
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            stack.callback(server.shutdown)
            return HOST, server.server_address[1]

        yield start


def answering(answer: bytes, *, stay: bool = False) -> Handle:
    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)
        if stay:
            connection.recv(1)

    return handle


def staying_open(answer: bytes) -> Handle:
    return answering(answer, stay=True)


def test_a_whole_response(serve: Serve) -> None:
    reply = send(serve(staying_open(OK)), GET, timeout=5)  # its end is found without waiting
    assert (reply.status, reply.body, reply.error) == (200, b"hi", None)
    assert reply.headers == (("content-length", "2"), ("x-a", "1"), ("x-a", "caf\xe9"))
    assert reply.get_header("x-a") == "1"
    assert reply.get_header("x-b") is None
    assert reply.raw == OK


HI = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "status", "body", "error"),
    [
        (HI, 200, b"hi", None),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"hi", None),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, 200, b"hi", None),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", None),
        (b"HTTP/1.0 400 Bad Request\r\n\r\nuntil the end", 400, b"until the end", None),
        (OK + OK, 200, b"hi", None),
        (b"", None, b"", "closed"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", None, b"", "closed"),
        (OK[:-1], 200, b"h", "closed"),
        (b"hello", None, b"", "not-http"),
        (b"HTTP/1.1 2x0 OK\r\n\r\n", None, b"", "not-http"),
    ],
)
def test_where_a_response_ends(
    serve: Serve, answer: bytes, status: int | None, body: bytes, error: str | None
) -> None:
    reply = send(serve(answering(answer)), GET)
    assert (reply.status, reply.body, reply.error) == (status, body, error)
    assert error is None or reply.raw == answer
    assert bool(reply.reason) is (error == "not-http")
    if reply.reason:
        assert Observation(reply).refused == f"not-http: {reply.reason}"
        assert is_refusal(f"not-http: {reply.reason}")


def test_the_answer_to_head_has_no_content(serve: Serve) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    address = serve(staying_open(head))
    assert send(address, GET.replace(b"GET", b"HEAD"), timeout=5).error is None
    assert send(address, [b"HE", b"AD", b" / HTTP/1.1\r\n\r\n"], timeout=5).error is None
    assert send(address, GET, timeout=0.2).error == "timeout"


def resetting(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, wire._RESET_ON_CLOSE)


def trickling(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(100):
        connection.sendall(b"a")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("handle", "error"),
    [
        (resetting, "reset"),
        # The time limit is for the whole exchange.
        *((each, "timeout") for each in (staying_open(b""), staying_open(OK[:-1]), trickling)),
    ],
)
def test_an_exchange_that_goes_wrong(serve: Serve, handle: Handle, error: str) -> None:
    assert send(serve(handle), GET, timeout=0.3).error == error


def test_a_reply_that_is_too_large(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply_module, "MAX_REPLY", 100_000)
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000
    reply = send(serve(answering(large)), GET)
    assert (reply.status, reply.error) == (200, "too-large")
    assert len(reply.raw) == 64 * 1024


def test_nobody_there(tmp_path: Path) -> None:
    assert send((HOST, free_port()), GET).error == "unreachable"
    if sys.platform != "win32":
        assert send(str(tmp_path / "none"), GET).error == "unreachable"


def test_the_bytes_arrive_as_they_are_in_pieces_and_nothing_is_half_closed(serve: Serve) -> None:
    reads: list[bytes | str] = []
    read = threading.Event()

    def handle(connection: socket.socket) -> None:
        for _ in range(2):
            reads.append(connection.recv(65536))
            read.set()
        connection.settimeout(0.2)
        try:
            reads.append(connection.recv(1))
        except TimeoutError:
            reads.append("open")
        connection.sendall(OK)

    odd = (b"get  /\x00\xff HT", b"TP/9\n:\r\n END")

    def pieces() -> Iterator[bytes]:
        yield odd[0]
        assert read.wait(5)
        yield odd[1]

    assert send(serve(handle), pieces()).status == 200
    assert reads == [*odd, "open"]


def test_an_answer_that_comes_before_all_is_sent(serve: Serve) -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(10)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        while connection.recv(65536):
            pass

    assert send(serve(handle), (b"x" * 65536 for _ in range(50))).status == 413


def test_no_connection_is_left_waiting(serve: Serve) -> None:
    ends: list[str] = []

    def handle(connection: socket.socket) -> None:
        try:
            staying_open(OK)(connection)
            ends.append("closed")
        except ConnectionResetError:
            ends.append("reset")

    address = serve(handle)
    assert send(address, GET).status == 200
    assert send(address, GET).status == 200  # the first is over when this one is served
    assert ends[0] == "reset"


def test_a_source_port_that_can_not_be_had_is_our_error() -> None:
    with socket.create_server((HOST, 0)) as other:
        taken = other.getsockname()
        with pytest.raises(OSError, match=r"in use|forbidden"):
            send(taken, GET, source_port=taken[1])
    with pytest.raises(ValueError, match="expected a TCP address"):
        send("/nowhere", GET, source_port=1)


def target(address: Address) -> Running:
    return Running("a:b", address, "ours")


def says(*lines: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *lines, b"", body])


def as_report(nonce: str) -> bytes:
    return says(body=json.dumps({**OURS, "nonce": nonce}).encode())


OURS = {"nonce": "ours", "target": "t", "unireq": {"path": "\udce9"}}
IN_A_FIELD = f'{REPORT_FIELD}: {{"nonce": "ours"}}'.encode()


@pytest.mark.parametrize(
    ("answer", "refused", "report"),
    [
        (as_report("ours"), None, OURS),
        (says(IN_A_FIELD), None, {"nonce": "ours"}),
        (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "400", None),
        (OK, "200", None),
        (says(body=b'{"a":1}'), "200", None),
        (b"", "closed", None),
        (as_report("ours")[:-1], "closed", None),
        (b"nonsense", "not-http: peer unexpectedly closed connection", None),
    ],
)
def test_what_is_no_report_is_a_refusal(
    serve: Serve, answer: bytes, refused: str | None, report: object
) -> None:
    observation = observe(target(serve(answering(answer))), GET)
    assert (observation.refused, observation.report) == (refused, report)


def test_who_is_dead_absent_or_somebody_else_does_not_refuse(serve: Serve) -> None:
    for address in (serve(answering(b"")), (HOST, free_port())):
        dead = target(address)
        dead.check = mock.Mock(side_effect=RuntimeError("gone"))  # type: ignore[method-assign]
        with pytest.raises(RuntimeError, match="gone"):
            observe(dead, GET)
    with pytest.raises(ConnectionError, match="no server accepted"):
        observe(target((HOST, free_port())), GET)
    with pytest.raises(ForeignReply, match="expected a report with the nonce ours"):
        observe(target(serve(answering(as_report("theirs")))), GET)


# Responses of handlers, which need not say whose they are.

MARK = b"X-Unireq-Nonce: mark"
MADE = asking(AbstractResponse.made())


def test_what_comes_behind_a_response_is_counted(serve: Serve) -> None:
    assert send(serve(answering(OK + b" there")), GET, to_end=True).behind == 6
    assert send(serve(answering(OK)), GET.replace(b"GET", b"HEAD"), to_end=True).behind == 2


def test_the_connection_is_to_be_closed_after_a_response(serve: Serve) -> None:
    requests: list[bytes] = []

    def handle(connection: socket.socket) -> None:
        requests.append(connection.recv(65536))
        connection.sendall(says(MARK))

    seen = Running("a:b", serve(handle), "mark").see(MADE)
    assert isinstance(seen, Seen)
    assert seen.at("response.status") == 200
    assert seen.at("response.framing.content-length") == ["0"]
    assert seen.at("response.fields.absent") is None
    assert b"\r\nConnection: close\r\n" in requests[0]


def test_whose_a_response_is(serve: Serve) -> None:
    def see(nonce: str, *answers: bytes) -> Seen | str:
        left = [*answers]

        def handle(connection: socket.socket) -> None:
            connection.recv(65536)
            connection.sendall(left.pop(0))

        return Running("a:b", serve(handle), nonce).see(MADE)

    with pytest.raises(ForeignReply):
        see("another", says(MARK))
    # Without a mark the server is asked who it is.
    report = says(body=b'{"nonce": "mark"}')
    assert isinstance(see("mark", says(), report), Seen)
    with pytest.raises(ForeignReply, match="nonce"):
        see("another", says(), report)
    with pytest.raises(ForeignReply, match="expected a report"):
        see("mark", says(), says())
    assert see("mark", b"HTTP/1.1 200") == "closed"
