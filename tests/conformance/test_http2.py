"""The client of HTTP/2, with the server's side of h2 at the other end and no sockets between.

That requests of every kind arrive is shown by the clauses, on the targets that speak HTTP/2.
"""

from __future__ import annotations

from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, RequestReceived
from h2.settings import SettingCodes

from unireq_conformance.servers.frames import Frames
from unireq_conformance.servers.http2 import Exchange

HEAD = ((b":method", b"POST"), (b":scheme", b"http"), (b":authority", b"h"), (b":path", b"/"))
OK = [(b":status", b"200"), (b"x-foo", b"caf\xe9")]


class Peer:
    """A server that keeps what it is told."""

    def __init__(self) -> None:
        self.connection = H2Connection(
            H2Configuration(
                client_side=False,
                header_encoding=None,
                validate_inbound_headers=False,
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
    exchange, peer = Exchange(Frames(odd)), Peer()
    converse(exchange, peer)
    (request,) = peer.all_of(RequestReceived)
    assert request.headers == list(odd)


def test_how_it_may_end() -> None:
    for said in ("reset", "closed"):
        exchange, peer = Exchange(Frames(HEAD)), Peer()
        converse(exchange, peer)
        if said == "reset":
            peer.connection.reset_stream(1)
        else:
            peer.connection.close_connection()
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
