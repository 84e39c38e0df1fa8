"""The client of HTTP/2, with the server's side of h2 at the other end and no sockets between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, RequestReceived, StreamEnded, TrailersReceived
from h2.settings import SettingCodes

from unireq_conformance.servers.frames import Frames
from unireq_conformance.servers.http2 import Exchange

HEAD = ((b":method", b"POST"), (b":scheme", b"http"), (b":authority", b"h"), (b":path", b"/"))
OK = [(b":status", b"200"), (b"x-foo", b"caf\xe9")]


class Peer:
    """A server that keeps what it is told."""

    def __init__(self, *, validate: bool = True) -> None:
        self.connection = H2Connection(
            H2Configuration(
                client_side=False,
                header_encoding=None,
                validate_inbound_headers=validate,
                validate_outbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        self.events: list[Event] = []
        self.connection.initiate_connection()

    def hear(self, octets: bytes) -> None:
        for event in self.connection.receive_data(octets):
            self.events.append(event)
            if isinstance(event, DataReceived) and event.flow_controlled_length:
                self.connection.acknowledge_received_data(event.flow_controlled_length, 1)

    def all_of(self, kind: Any) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def converse(exchange: Exchange, peer: Peer) -> None:
    """Pass on what each says until both are silent."""
    while True:
        said = exchange.to_send()
        peer.hear(said)
        answer = peer.connection.data_to_send()
        if answer:
            assert exchange.feed(answer) is None
        if not said and not answer:
            return


def test_a_request_and_its_response() -> None:
    exchange, peer = Exchange(Frames(HEAD, (b"hel", b"lo"))), Peer()
    converse(exchange, peer)
    assert [event.headers for event in peer.all_of(RequestReceived)] == [list(HEAD)]
    assert b"".join(event.data for event in peer.all_of(DataReceived)) == b"hello"
    assert len(peer.all_of(StreamEnded)) == 1
    assert not exchange.complete

    peer.connection.send_headers(1, [(b":status", b"103")])
    peer.connection.send_headers(1, OK)
    peer.connection.send_data(1, b"answer", end_stream=True)
    assert exchange.feed(peer.connection.data_to_send()) is None
    assert exchange.complete
    reply = exchange.reply(None)
    assert (reply.status, reply.body, reply.error) == (200, b"answer", None)
    assert reply.get_header("x-foo") == "caf\xe9"


@pytest.mark.parametrize("content", [(), (b"a",)])
@pytest.mark.parametrize("trailers", [(), ((b"x-sum", b"1"),)])
def test_what_comes_last_ends_the_request(content: Any, trailers: Any) -> None:
    exchange, peer = Exchange(Frames(HEAD, content, trailers)), Peer()
    converse(exchange, peer)
    found = [tuple(each.headers) for each in peer.all_of(TrailersReceived)]
    assert found == ([trailers] if trailers else [])
    assert b"".join(each.data for each in peer.all_of(DataReceived)) == b"".join(content)
    assert len(peer.all_of(StreamEnded)) == 1


def test_long_content_waits_for_the_server_and_is_whole() -> None:
    content = bytes(range(256)) * 1024
    exchange, peer = Exchange(Frames(HEAD, (content, b"end"))), Peer()
    first = exchange.to_send()
    assert len(first) < 70_000, "a server takes 65,535 bytes until it says that it takes more"
    assert exchange.to_send() == b""
    peer.hear(first)
    converse(exchange, peer)
    assert b"".join(event.data for event in peer.all_of(DataReceived)) == content + b"end"
    assert len(peer.all_of(StreamEnded)) == 1


def test_a_long_response_is_taken_whole() -> None:
    exchange, peer = Exchange(Frames(HEAD)), Peer()
    converse(exchange, peer)
    peer.connection.send_headers(1, OK)
    body = b"x" * 60_000
    for last in (False, False, True):
        for start in range(0, len(body), 10_000):
            piece = body[start : start + 10_000]
            peer.connection.send_data(1, piece, end_stream=last and start == 50_000)
            assert exchange.feed(peer.connection.data_to_send()) is None
            peer.hear(exchange.to_send())
    assert exchange.complete
    assert len(exchange.reply(None).body) == 180_000


def test_nothing_of_what_is_sent_is_checked() -> None:
    odd = (*HEAD, (b"X Foo", b" a\x00"), (b"connection", b"close"), (b":path", b"/again"))
    exchange, peer = Exchange(Frames(odd)), Peer(validate=False)
    converse(exchange, peer)
    (request,) = peer.all_of(RequestReceived)
    assert request.headers == list(odd)


def test_how_it_may_end() -> None:
    ends: dict[str, Callable[[H2Connection], None]] = {
        "reset": lambda connection: connection.reset_stream(1),
        "closed": lambda connection: connection.close_connection(),
    }
    for said, end in ends.items():
        exchange, peer = Exchange(Frames(HEAD)), Peer()
        converse(exchange, peer)
        end(peer.connection)
        assert exchange.feed(peer.connection.data_to_send()) == said
        assert exchange.reply(said).status is None
    assert Exchange(Frames(HEAD)).feed(b"") == "closed"
    assert Exchange(Frames(HEAD)).feed(b"HTTP/1.1 400 Bad Request\r\n\r\n") == "not-http"


def test_settings_are_heeded() -> None:
    exchange, peer = Exchange(Frames(HEAD, (b"x" * 100,))), Peer()
    peer.connection.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 10})
    opened = exchange.to_send()
    assert exchange.feed(peer.connection.data_to_send()) is None
    peer.hear(opened)
    converse(exchange, peer)
    assert b"".join(event.data for event in peer.all_of(DataReceived)) == b"x" * 100
