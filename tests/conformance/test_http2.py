"""What a request is in HTTP/2, what HTTP/2 has no place for, and the client.

The client meets the server's side of h2, with no sockets between. That requests of every kind
arrive is shown by the clauses, on the targets that speak HTTP/2.
"""

from __future__ import annotations

from typing import Any

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, RequestReceived
from h2.settings import SettingCodes

from unireq_conformance.servers.frames import Frames, Inexpressible, translate
from unireq_conformance.servers.http2 import Exchange

HEAD = ((b":method", b"GET"), (b":scheme", b"http"), (b":authority", b"h"), (b":path", b"/"))


def get(*lines: bytes) -> bytes:
    return b"\r\n".join([b"GET / HTTP/1.1", b"Host: h", *lines, b"", b""])


def post(*lines: bytes, body: bytes) -> bytes:
    return b"\r\n".join([b"POST / HTTP/1.1", b"Host: h", *lines, b"", body])


def posted(*fields: tuple[bytes, bytes]) -> tuple[tuple[bytes, bytes], ...]:
    return ((b":method", b"POST"), *HEAD[1:], *fields)


HTTP = (b":scheme", b"http")
ODD = get(b"X Foo: a", b"X-Bar : b", b": c", b"X-Nul: a\x00b", b"X-CR: a\rb")
AS_IT_IS = (
    (b"x foo", b"a"),
    (b"x-bar ", b"b"),
    (b"", b"c"),
    (b"x-nul", b"a\x00b"),
    (b"x-cr", b"a\rb"),
)
SENT: dict[str, tuple[bytes, Frames]] = {
    "a request line and Host": (
        b"get /a%20b?c=d HTTP/1.1\r\nHOST: h:1\r\n\r\n",
        Frames(((b":method", b"get"), HTTP, (b":authority", b"h:1"), (b":path", b"/a%20b?c=d"))),
    ),
    "no authority": (
        b"OPTIONS * HTTP/2\r\n\r\n",
        Frames(((b":method", b"OPTIONS"), HTTP, (b":path", b"*"))),
    ),
    "an authority alone": (
        b"CONNECT h:443 HTTP/1.1\r\nHost: other\r\n\r\n",
        Frames(((b":method", b"CONNECT"), (b":authority", b"h:443"))),
    ),
    "what HTTP/2 only forbids": (ODD, Frames((*HEAD, *AS_IT_IS))),
    "what follows a request": (post(body=b"GET / HTTP/1.1\r\n\r\n"), Frames(posted())),
    "trailers": (
        post(b"Transfer-Encoding: chunked", body=b"1\r\na\r\n0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n"),
        Frames(posted(), (b"a",), ((b"x-sum", b"1"), (b"host", b"evil"))),
    ),
}


@pytest.mark.parametrize("case", SENT)
def test_it_means_the_same(case: str) -> None:
    octets, frames = SENT[case]
    assert translate(octets) == frames


@pytest.mark.parametrize(
    ("sent", "crumbs"),
    [
        (b"a=1; b=2; c=3", (b"a=1", b"b=2", b"c=3")),
        (b"a=1;b=2", (b"a=1;b=2",)),
        # Joined again with `; ` these would be something else.
        (b"a=1;  b=2", (b"a=1;  b=2",)),
        (b"a=1; ; b=2", (b"a=1; ; b=2",)),
        (b"", (b"",)),
    ],
)
def test_cookies_are_sent_one_by_one(sent: bytes, crumbs: tuple[bytes, ...]) -> None:
    assert translate(get(b"Cookie: " + sent)).head[4:] == tuple((b"cookie", c) for c in crumbs)


def test_content_is_as_long_as_is_said() -> None:
    length = (b"content-length", b"2")
    assert translate(post(b"Content-Length: 2", body=b"hi")) == Frames(posted(length), (b"hi",))
    assert translate(post(b"Content-Length: 2", body=b"hi there")).content == (b"hi",)
    assert translate(post(b"Content-Length: 9", body=b"hi")).content == (b"hi",)
    # These are for the server to refuse.
    assert translate(post(b"Content-Length: two", body=b"hi")).content == (b"hi",)
    assert translate(post(b"Content-Length: 1", b"Content-Length: 2", body=b"hi")).content == (
        b"hi",
    )


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"GET / HTTP/1.1\nHost: h\n\n", "always has an end"),
        (b"GET /\r\n\r\n", "no request line"),
        (b"GET /a b HTTP/1.1\r\n\r\n", "no request line"),
        (b"GET / HTTP/1.0\r\n\r\n", "never HTTP/1.0"),
        (b"GET http://h/ HTTP/1.1\r\n\r\n", "apart from the path"),
        (get(b"Host: h"), "only one authority"),
        (get(b"X-Foo"), "not one field"),
        (get(b"X-Foo: a", b" b: c"), "not one field"),
        (get(b"X-Foo: a\nX-Bar: b"), "not one field"),
        (get(b"Connection: close"), "no connection"),
        (get(b"Upgrade: h2c"), "no upgrade"),
        (post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"), "no transfer codings"),
        (post(b"Transfer-Encoding: chunked", b"Trailer: a", body=b"0\r\n\r\n"), "no trailer"),
        (post(b"Transfer-Encoding: chunked", body=b"xyz\r\n"), "no chunks"),
        (post(b"Transfer-Encoding: chunked", body=b"-1\r\n\r\n"), "no chunks"),
        (post(b"Transfer-Encoding: chunked", body=b"5\r\nhi"), "no chunks"),
        (post(b"Transfer-Encoding: chunked", body=b"2\r\nhi0\r\n\r\n"), "no chunks"),
        (post(b"Transfer-Encoding: chunked", body=b"2\r\nhi\r\n0\r\n"), "no chunks"),
    ],
)
def test_what_can_not_be_said_is_not_sent_as_something_else(octets: bytes, reason: str) -> None:
    with pytest.raises(Inexpressible, match=reason):
        translate(octets)


# The client.

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
    exchange, peer = Exchange(Frames(posted())), Peer()
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
    odd = (*posted(), (b"X Foo", b" a\x00"), (b"connection", b"close"), (b":path", b"/again"))
    exchange, peer = Exchange(Frames(odd)), Peer()
    converse(exchange, peer)
    (request,) = peer.all_of(RequestReceived)
    assert request.headers == list(odd)


def test_how_it_may_end() -> None:
    for said in ("reset", "closed"):
        exchange, peer = Exchange(Frames(posted())), Peer()
        converse(exchange, peer)
        if said == "reset":
            peer.connection.reset_stream(1)
        else:
            peer.connection.close_connection()
        assert exchange.feed(peer.connection.data_to_send()) == said
        assert exchange.reply(said).status is None
    assert Exchange(Frames(posted())).feed(b"") == "closed"
    assert Exchange(Frames(posted())).feed(b"HTTP/1.1 400 Bad Request\r\n\r\n") == "not-http"


def test_settings_are_heeded() -> None:
    exchange, peer = Exchange(Frames(posted(), (b"x" * 100,))), Peer()
    peer.connection.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 10})
    opened = exchange.to_send()
    assert exchange.feed(peer.connection.data_to_send()) is None
    peer.hear(opened)
    converse(exchange, peer)
    assert b"".join(event.data for event in peer.all_of(DataReceived)) == b"x" * 100
