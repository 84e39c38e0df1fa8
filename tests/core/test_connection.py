"""Client, scheme and version: what is made of what servers and proxies say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import Address, Request, TrustedProxies
from unireq.adapter import normalize_address, normalize_http_version, normalize_scheme

KNOWN = [
    ("127.0.0.1", "8000", ("127.0.0.1", 8000)),
    ("::1", 65535, ("::1", 65535)),
    ("testclient", 50000, ("testclient", 50000)),
    # RFC 7239 6: a port that stands with the host is the host's.
    ("192.0.2.7:4711", 80, ("192.0.2.7", 4711)),
    ("192.0.2.7:0", 80, ("192.0.2.7", None)),
    ("192.0.2.7:99999", 80, ("192.0.2.7", None)),
    ("192.0.2.7:_hidden", 80, ("192.0.2.7", None)),
    ("[2001:DB8::1]:1234", None, ("2001:db8::1", 1234)),
    ("[2001:db8::1]", 80, ("2001:db8::1", 80)),
    ("[2001:db8::1]:_p-1", 80, ("2001:db8::1", None)),
    ("::ffff:192.0.2.7", 80, ("::ffff:192.0.2.7", 80)),
    ("fe80::1%eth0", 80, ("fe80::1%eth0", 80)),
    ("[fe80::1%eth0]:1", 80, ("fe80::1%eth0", 1)),
    # Unix sockets, RFC 7239 6.2 and 6.3, and what is no address.
    *((host, 80, None) for host in ("", None, b"127.0.0.1", 5, ("127.0.0.1",), " 1.2.3.4")),
    *((host, 80, None) for host in "<local> localhost /run/a.sock unknown unknown:80".split()),
    *(
        (host, 80, None)
        for host in "_hidden example.org 1.2.3 1.2.3.256 01.2.3.4 [1.2.3.4]".split()
    ),
    *((host, 80, None) for host in ("1.2.3.4:", "1.2.3.4:a", "1.2.3.4\n", "\u0663.1.1.1", ":")),
    *(
        (host, 80, None)
        for host in "[::1 ::1]:80 [::1]x [::1]: 1::2::3 ::g fe80::1% 1.2.3.4%e".split()
    ),
]


@pytest.mark.parametrize(("host", "port", "expected"), KNOWN)
def test_an_address(host: Any, port: Any, expected: tuple[str, int | None] | None) -> None:
    address = normalize_address(host, port)
    assert address == expected
    if address is not None and expected is not None:
        assert (type(address), type(address.port)) == (Address, type(expected[1]))


@pytest.mark.parametrize(
    ("host", "field", "port"),
    [
        *(("192.0.2.7", field, 80) for field in (None, "", "192.0.2.70, 2001:db8::1", "[")),
        *(("192.0.2.7", field, 80) for field in ("192.0.2.7:80", "by=192.0.2.7")),
        ("192.0.2.7", 'by=192.0.2.7, For="192.0.2.7:80"', 80),
        *(("192.0.2.7", field, None) for field in ("192.0.2.7", "192.0.2.1, 192.0.2.7")),
        *(("192.0.2.7", field, None) for field in ('"192.0.2.7"', "192.0.2.7:81")),
        ("192.0.2.7", "for=192.0.2.7;proto=https", None),
        # Addresses are compared, and not their spelling.
        ("2001:db8::1", "2001:0DB8::0001", None),
        ("2001:db8::1", 'for="[2001:DB8:0:0::1]:80"', 80),
        ("2001:db8::1", "2001:db8::2", 80),
        ("::ffff:192.0.2.7", "192.0.2.7", None),
        ("::ffff:192.0.2.7", "192.0.2.70, 192.0.2.7:80", 80),
        ("192.0.2.7", "::ffff:192.0.2.7", None),
        ("192.0.2.7", "::FFFF:c000:207", None),
        ("192.0.2.7", "::ffff:c000:208", 80),
    ],
)
def test_a_port_beside_an_address_that_a_proxy_names(
    host: str, field: str | None, port: int | None
) -> None:
    assert normalize_address(host, "80", [None, field]) == (host, port)


@given(st.one_of(st.text(), st.integers(), st.none()))
def test_any_version_is_one_of_these(said: Any) -> None:
    assert normalize_http_version(said) in {"0.9", "1.0", "1.1", "2", "3"}


def test_the_first_that_is_a_scheme() -> None:
    assert normalize_scheme("HTTPS") == normalize_scheme("javascript", "https") == "https"
    assert normalize_scheme("wss", "http") == "wss"
    assert normalize_scheme("", None, 5) == normalize_scheme() == "http"


TEN = TrustedProxies(networks=["10.0.0.0/8"])
ALL = TrustedProxies(networks=["10.0.0.0/8", "unix", "2001:db8:f::/48"])
ONE, TWO = TrustedProxies(hops=1), TrustedProxies(hops=2)
FIELD = TrustedProxies(networks=["10.0.0.1"], client_field="x-forwarded-for")
MADE_UP = "1.1.1.1, 203.0.113.9, 192.0.2.2"
# What is trusted, who connects, what X-Forwarded-For says, and the chain from there.
CHAINS: list[tuple[TrustedProxies, str | None, str, list[str | None]]] = [
    (TEN, "203.0.113.9", "1.1.1.1", ["203.0.113.9"]),
    (TEN, "::ffff:10.0.0.1", "2001:DB8::1", ["::ffff:10.0.0.1", "2001:db8::1"]),
    (TEN, "testclient", "1.1.1.1", ["testclient"]),
    (TEN, None, "1.1.1.1", [None]),
    (ALL, None, "1.1.1.1", [None, "1.1.1.1"]),
    (ALL, "2001:db8:f::1", "[2001:db8::1]:443", ["2001:db8:f::1", "2001:db8::1"]),
    (ONE, "192.0.2.1", "", ["192.0.2.1"]),
    (ONE, None, "203.0.113.9", [None, "203.0.113.9"]),
    # The server has followed the chain already, by one step or by both.
    (TWO, "192.0.2.2", MADE_UP, ["192.0.2.2", "203.0.113.9"]),
    (TWO, "203.0.113.9", MADE_UP, ["203.0.113.9"]),
    # It is the peer that a client names, too far on the left to be the server's.
    (ONE, "192.0.2.1", "192.0.2.1, 203.0.113.9", ["192.0.2.1", "203.0.113.9"]),
    (FIELD, "10.0.0.1", "1.1.1.1, 2.2.2.2", ["10.0.0.1", None]),
]


@pytest.mark.parametrize(("proxies", "peer", "field", "chain"), CHAINS)
def test_the_client_behind_proxies(
    proxies: TrustedProxies, peer: str | None, field: str, chain: list[str | None]
) -> None:
    client = None if peer is None else (peer, 1234)
    request = Request(headers={"x-forwarded-for": field} if field else {}, client=client)
    found = request.forwarded(proxies)
    assert [each and each.host for each in found.chain] == chain
    assert (found.client, found.peer) == (found.chain[-1], request.client)
    assert request.client == client


def test_a_websocket_stays_one() -> None:
    for said, scheme in (("https", "wss"), ("http", "ws"), ("ws", "ws"), ("on", "ws")):
        headers = {"host": "h", "x-forwarded-proto": said}
        request = Request(url="ws://h/", headers=headers, client=("10.0.0.1", 1))
        assert request.forwarded(TEN).scheme == scheme
