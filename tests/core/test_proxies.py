"""Whose word counts behind proxies: what is believed, and what a client can't make us believe."""

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
STANDARD = TrustedProxies(
    networks=["10.0.0.0/8"], sets=["for", "proto", "host"], fields="forwarded"
)
ONE, TWO = TrustedProxies(hops=1), TrustedProxies(hops=2)
HOME = "app.internal"


def sent(peer: str | None, **fields: str) -> Request:
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    client = None if peer is None else (peer, 1234)
    return Request(
        url="http://app.internal/x", headers={"host": "app.internal", **headers}, client=client
    )


def host_of(address: Address | None) -> str | None:
    return None if address is None else address.host


@pytest.mark.parametrize(
    ("proxies", "peer", "field", "client"),
    [
        (TEN, "10.0.0.1", None, "10.0.0.1"),
        (TEN, "10.0.0.1", "", "10.0.0.1"),
        (TEN, "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (TEN, "10.0.0.1", "spoofed, 203.0.113.9", "203.0.113.9"),
        (TEN, "10.0.0.1", "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (TEN, "10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2,, ", "203.0.113.9"),
        (TEN, "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        (TEN, "203.0.113.9", "1.1.1.1", "203.0.113.9"),
        (TEN, "::ffff:10.0.0.1", "2001:DB8::1", "2001:db8::1"),
        (TEN, "10.0.0.1", "203.0.113.9, ::ffff:10.0.0.2", "203.0.113.9"),
        (TEN, "10.0.0.1", "1.1.1.1, unknown, 10.0.0.2", None),
        (TEN, "10.0.0.1", "_hidden", None),
        (TEN, "10.0.0.1", "unix:", None),
        (TEN, "10.0.0.1", "testclient", None),
        (TEN, "testclient", "1.1.1.1", "testclient"),
        (TEN, None, "1.1.1.1", None),
        (ALL, None, "1.1.1.1", "1.1.1.1"),
        (ALL, "2001:db8:f::1", "[2001:db8::1]:443", "2001:db8::1"),
        (ONE, "192.0.2.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (ONE, "192.0.2.1", None, "192.0.2.1"),
        (ONE, None, "203.0.113.9", "203.0.113.9"),
        (TWO, "192.0.2.1", "1.1.1.1, 203.0.113.9, 192.0.2.2", "203.0.113.9"),
        (TWO, "192.0.2.1", "203.0.113.9", "203.0.113.9"),
        (TWO, "192.0.2.1", "1.1.1.1, 203.0.113.9, unknown", None),
        # The server has followed the chain already, by one step or by both.
        (TWO, "192.0.2.2", "1.1.1.1, 203.0.113.9, 192.0.2.2", "203.0.113.9"),
        (TWO, "203.0.113.9", "1.1.1.1, 203.0.113.9, 192.0.2.2", "203.0.113.9"),
        # It is the peer that a client names, too far on the left to be the server's.
        (ONE, "192.0.2.1", "192.0.2.1, 203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_client(
    proxies: TrustedProxies, peer: str | None, field: str | None, client: str | None
) -> None:
    request = sent(peer, **({} if field is None else {"x_forwarded_for": field}))
    found = request.forwarded(proxies)
    assert host_of(found.client) == client == host_of(found.chain[-1])
    assert (found.peer, found.chain[0]) == (request.client, request.client)
    assert request.client == (None if peer is None else Address(peer, 1234))


@pytest.mark.parametrize(
    ("field", "client", "scheme", "host"),
    [
        ("for=203.0.113.9", "203.0.113.9", "http", HOME),
        ("FOR=203.0.113.9;Proto=HTTPS;host=shop.example", "203.0.113.9", "https", "shop.example"),
        ('for="[2001:db8::1]:4711";proto=https', "2001:db8::1", "https", HOME),
        (
            'for="203.0.113.9:80" ; host="shop.example:8443"',
            "203.0.113.9",
            "http",
            "shop.example:8443",
        ),
        ("for=1.1.1.1;proto=http, for=203.0.113.9;proto=https", "203.0.113.9", "https", HOME),
        ('for="evil;proto=http, for=203.0.113.9;proto=https', "203.0.113.9", "https", HOME),
        ('for="evil\\, for=203.0.113.9', "203.0.113.9", "http", HOME),
        ('for="a,b", for=203.0.113.9, for=10.0.0.2;host=x', "203.0.113.9", "http", HOME),
        ('for="\\2\\03.0.113.9"', "203.0.113.9", "http", HOME),
        ("for=unknown;proto=https", None, "https", HOME),
        ("for=_mystery", None, "http", HOME),
        ("proto=https", None, "https", HOME),
        ("for=203.0.113.9;for=1.1.1.1", None, "http", HOME),
        ("for 203.0.113.9", None, "http", HOME),
        (";;for=203.0.113.9;", "203.0.113.9", "http", HOME),
        (" , ", "10.0.0.1", "http", HOME),
        ("for=203.0.113.9;proto=gopher;host=a b", None, "http", HOME),
        ("for=203.0.113.9;proto=gopher;host=a/b", "203.0.113.9", "http", HOME),
    ],
)
def test_the_standard_field(field: str, client: str | None, scheme: str, host: str) -> None:
    found = sent("10.0.0.1", forwarded=field, x_forwarded_for="9.9.9.9").forwarded(STANDARD)
    assert (host_of(found.client), found.scheme, found.host) == (client, scheme, host)


@pytest.mark.parametrize(
    ("fields", "scheme", "host", "prefix"),
    [
        ({"proto": "https"}, "https", "app.internal", ""),
        ({"proto": "wss"}, "https", "app.internal", ""),
        ({"proto": "https, http"}, "http", "app.internal", ""),
        ({"for": "1.1.1.1, 2.2.2.2", "proto": "http, https"}, "https", "app.internal", ""),
        ({"for": "1.1.1.1, 2.2.2.2, 10.0.0.2", "proto": "http,https"}, "http", "app.internal", ""),
        ({"for": "1.1.1.1, 2.2.2.2", "proto": "https"}, "https", "app.internal", ""),
        ({"host": "shop.example"}, "http", "shop.example", ""),
        ({"host": "shop.example:81", "port": "82"}, "http", "shop.example:82", ""),
        ({"host": "shop.example", "port": "443", "proto": "https"}, "https", "shop.example", ""),
        ({"host": "[::1]", "port": "8080"}, "http", "[::1]:8080", ""),
        ({"host": "evil/x", "port": "99999"}, "http", "app.internal", ""),
        ({"port": "8080"}, "http", "app.internal:8080", ""),
        ({"prefix": "/shop/"}, "http", "app.internal", "/shop"),
        ({"prefix": "//evil.example"}, "http", "app.internal", ""),
        ({"prefix": "/a/../b"}, "http", "app.internal", ""),
        ({"prefix": "shop"}, "http", "app.internal", ""),
    ],
)
def test_scheme_host_and_prefix(
    fields: dict[str, str], scheme: str, host: str, prefix: str
) -> None:
    named = {f"x_forwarded_{name}": value for name, value in fields.items()}
    found = sent("10.0.0.1", **named).forwarded(ALL)
    assert (found.scheme, found.host, found.prefix) == (scheme, host, prefix)
    stranger = sent("203.0.113.9", **named).forwarded(ALL)
    assert stranger[:4] == (Address("203.0.113.9", 1234), "http", "app.internal", "")
    # What `sets` does not name is not believed.
    assert sent("10.0.0.1", **named).forwarded(TEN)[2:4] == ("app.internal", "")


def test_a_field_for_the_client_alone() -> None:
    proxies = TrustedProxies(networks=["10.0.0.1"], client_field="X-Real-IP")
    request = sent("10.0.0.1", x_real_ip="203.0.113.9", x_forwarded_for="1.1.1.1")
    assert request.forwarded(proxies).client == Address("203.0.113.9", None)
    assert sent("10.0.0.1", x_real_ip="1.1.1.1, 2.2.2.2").forwarded(proxies).client is None
    assert sent("10.0.0.1").forwarded(proxies).client == Address("10.0.0.1", 1234)
    assert sent("10.0.0.2", x_real_ip="1.1.1.1").forwarded(proxies).client == ("10.0.0.2", 1234)


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
