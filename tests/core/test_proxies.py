"""Whose word counts behind proxies: who connects, and what is no policy.

What is said, and what of it is believed, is in the clauses PRX.
"""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from unireq import Address, Request, TrustedProxies

TEN = TrustedProxies(networks=["10.0.0.0/8"])
ALL = TrustedProxies(
    networks=["10.0.0.0/8", "unix", "2001:db8:f::/48"],
    sets=["for", "proto", "host", "port", "prefix"],
)
ONE, TWO = TrustedProxies(hops=1), TrustedProxies(hops=2)


def sent(peer: str | None, **fields: str) -> Request:
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    client = None if peer is None else (peer, 1234)
    return Request(
        url="http://app.internal/x", headers={"host": "app.internal", **headers}, client=client
    )


def host_of(address: Address | None) -> str | None:
    return None if address is None else address.host


@pytest.mark.parametrize(
    ("proxies", "peer", "field", "chain"),
    [
        (TEN, "203.0.113.9", "1.1.1.1", ["203.0.113.9"]),
        (TEN, "::ffff:10.0.0.1", "2001:DB8::1", ["::ffff:10.0.0.1", "2001:db8::1"]),
        (TEN, "testclient", "1.1.1.1", ["testclient"]),
        (TEN, None, "1.1.1.1", [None]),
        (ALL, None, "1.1.1.1", [None, "1.1.1.1"]),
        (ALL, "2001:db8:f::1", "[2001:db8::1]:443", ["2001:db8:f::1", "2001:db8::1"]),
        (ONE, "192.0.2.1", None, ["192.0.2.1"]),
        (ONE, None, "203.0.113.9", [None, "203.0.113.9"]),
        # The server has followed the chain already, by one step or by both.
        (TWO, "192.0.2.2", "1.1.1.1, 203.0.113.9, 192.0.2.2", ["192.0.2.2", "203.0.113.9"]),
        (TWO, "203.0.113.9", "1.1.1.1, 203.0.113.9, 192.0.2.2", ["203.0.113.9"]),
        # It is the peer that a client names, too far on the left to be the server's.
        (ONE, "192.0.2.1", "192.0.2.1, 203.0.113.9", ["192.0.2.1", "203.0.113.9"]),
    ],
)
def test_the_client(
    proxies: TrustedProxies, peer: str | None, field: str | None, chain: list[str | None]
) -> None:
    request = sent(peer, **({} if field is None else {"x_forwarded_for": field}))
    found = request.forwarded(proxies)
    assert [*map(host_of, found.chain)] == chain
    assert (found.client, found.peer) == (found.chain[-1], request.client)
    assert request.client == (None if peer is None else Address(peer, 1234))


def test_a_field_for_the_client_alone() -> None:
    proxies = TrustedProxies(networks=["10.0.0.1"], client_field="X-Real-IP")
    request = sent("10.0.0.1", x_real_ip="203.0.113.9", x_forwarded_for="1.1.1.1")
    assert request.forwarded(proxies).client == Address("203.0.113.9", None)
    assert sent("10.0.0.1", x_real_ip="1.1.1.1, 2.2.2.2").forwarded(proxies).client is None
    assert sent("10.0.0.1").forwarded(proxies).client == Address("10.0.0.1", 1234)
    assert sent("10.0.0.2", x_real_ip="1.1.1.1").forwarded(proxies).client == ("10.0.0.2", 1234)


def test_without_a_host_a_port_says_nothing() -> None:
    request = Request(headers={"x-forwarded-port": "8080"}, client=("10.0.0.1", 1))
    assert request.forwarded(ALL).host is None


def test_a_websocket_stays_one() -> None:
    for said, scheme in (("https", "wss"), ("http", "ws"), ("ws", "ws"), ("on", "ws")):
        headers = {"host": "h", "x-forwarded-proto": said}
        request = Request(url="ws://h/", headers=headers, client=("10.0.0.1", 1))
        assert request.forwarded(TEN).scheme == scheme


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({}, TypeError, "got none of them"),
        ({"networks": ["::1"], "hops": 1}, TypeError, "got both"),
        ({"networks": "10.0.0.0/8"}, TypeError, "expected a list of networks"),
        ({"networks": []}, ValueError, "at least one network"),
        ({"networks": ["10.0.0.1/8"]}, ValueError, "host bits set"),
        ({"networks": ["proxy.internal"]}, ValueError, "'proxy.internal'"),
        ({"networks": ["::ffff:10.0.0.0/104"]}, ValueError, "the IPv4 network itself"),
        ({"hops": 0}, ValueError, "hops of 1 or more, got 0"),
        ({"hops": True}, ValueError, "got True"),
        ({"hops": 1, "sets": ["proxy"]}, ValueError, "got ['proxy']"),
        ({"hops": 1, "sets": "for"}, ValueError, "got 'for'"),
        ({"hops": 1, "sets": []}, ValueError, "sets to name some of"),
        (
            {"hops": 1, "sets": ["port"], "fields": "forwarded"},
            ValueError,
            '"for", "proto", "host"',
        ),
        ({"hops": 1, "fields": "via"}, ValueError, "got 'via'"),
        ({"hops": 1, "client_field": "x real ip"}, ValueError, "x real ip"),
        ({"hops": 1, "client_field": "x-real-ip", "sets": ["proto"]}, ValueError, "client_field"),
    ],
)
def test_a_policy_that_says_nothing_is_refused(
    arguments: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as raised:
        TrustedProxies(**arguments)
    assert says in str(raised.value)


def test_a_policy_is_a_value() -> None:
    assert TEN == TrustedProxies(networks=("10.0.0.0/8",)) != ONE
    assert hash(TEN) == hash(pickle.loads(pickle.dumps(TEN)))  # noqa: S301
    assert "networks=('10.0.0.0/8',), hops=None" in repr(TEN)
