"""Clients behind proxies beside `forwarded` and python-ipware: the same, or we say why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import Request, TrustedProxies

forwarded = pytest.importorskip("forwarded", reason="forwarded is not installed")
ipware = pytest.importorskip("python_ipware", reason="python-ipware is not installed")

PEER = "10.0.0.1"
NETWORKS = ["10.0.0.0/8", "2001:db8:f::/48"]
NET = TrustedProxies(networks=NETWORKS)
STANDARD = TrustedProxies(networks=NETWORKS, sets=["for", "proto"], fields="forwarded")

_CLIENTS = ("203.0.113.9", "8.8.8.8", "2001:4860::8", "192.168.1.7")
_TRUSTED = ("10.0.0.2", "10.9.9.9", "::ffff:10.0.0.3", "2001:db8:f::1")
_WITH_PORTS = ("[2001:4860::8]:4711", "8.8.8.8:80", "10.0.0.2:1")
_NOBODY = ("unknown", "_hidden", "proxy.example", "300.1.1.1", "8.8.8.8x", "", "10.0.0.1/8")
_addresses = st.sampled_from((*_CLIENTS, *_TRUSTED))
_members = st.sampled_from((*_CLIENTS, *_TRUSTED, *_WITH_PORTS, *_NOBODY))
_visible = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)


def ours(proxies: TrustedProxies, name: str, field: str) -> tuple[str | None, str]:
    """Client and scheme, by unireq."""
    found = Request(headers={"host": "h", name: field}, client=(PEER, 1)).forwarded(proxies)
    return None if found.client is None else found.client.host, found.scheme


@given(st.lists(_members, max_size=5))
def test_networks(members: Sequence[str]) -> None:
    field = ", ".join(members)
    found = forwarded.client_from_x_forwarded(field, PEER, trusted=NETWORKS)
    address = None if found is None else found.node.ip
    assert ours(NET, "x-forwarded-for", field)[0] == (address and _shown(address))


def _element(address: str) -> str:
    return f'for="[{address}]"' if ":" in address else f"for={address}"


def _shown(address: Any) -> str:
    mapped = getattr(address, "ipv4_mapped", None)
    return str(address) if mapped is None else f"::ffff:{mapped}"


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded"])
@given(members=st.lists(_addresses, min_size=1, max_size=5), hops=st.integers(1, 5))
def test_hops(members: Sequence[str], hops: int, name: str) -> None:
    if len(members) < hops:
        # One of the proxies was passed by: see below.
        return
    is_standard = name == "forwarded"
    field = ", ".join(map(_element, members) if is_standard else members)
    policy = TrustedProxies(hops=hops, fields="forwarded" if is_standard else "x-forwarded")
    mine = ours(policy, name, field)[0]
    find = forwarded.client_from_forwarded if is_standard else forwarded.client_from_x_forwarded
    assert mine == _shown(find(field, PEER, hops=hops).node.ip) == members[-hops]
    # To python-ipware the peer is none of the proxies, and what is mapped into IPv6 is IPv4.
    key = f"HTTP_{name.upper().replace('-', '_')}"
    finder = ipware.IpWare(precedence=(key,), proxy_count=hops - 1)
    third, trusted = finder.get_client_ip({key: field})
    assert (str(third), trusted) == (mine.removeprefix("::ffff:"), True)


_PROTO = st.sampled_from(
    ("", ";proto=https", ";Proto=HTTP", ';proto="https"', ";by=_x;ext=1", ';a="b, c;d"')
)
_ODD = ('"[2001:4860::8]:4711"', '"8.8.8.8:80"', '"\\8.8.8.8"', "unknown", "_hidden")
_MALFORMED = ("", "proto=https", "for=8.8.8.8;for=1.1.1.1", "for 8.8.8.8", ';;for="8.8.8.8";')
_ELEMENTS = st.one_of(
    st.builds("{}{}".format, _addresses.map(_element), _PROTO),
    st.builds("For={}{}".format, st.sampled_from(_ODD), _PROTO),
    st.sampled_from(_MALFORMED),
)


@given(_visible, st.lists(_ELEMENTS, max_size=4))
def test_the_standard_field(left: str, elements: Sequence[str]) -> None:
    # What a client has made up, a quote that it leaves open among it, is followed by an address
    # that nobody trusts.
    field = ", ".join([left, "for=203.0.113.200", *elements])
    found = forwarded.client_from_forwarded(field, PEER, trusted=NETWORKS)
    client, scheme = ours(STANDARD, "forwarded", field)
    address = None if found is None else found.node.ip
    assert client == (address and _shown(address))
    if found is not None and found.proto is not None:
        assert scheme == found.proto.lower()


@pytest.mark.parametrize(
    ("field", "hops", "mine", "other"),
    [
        # A proxy that does not say who it got the request from ends the chain.
        ("203.0.113.9, unknown", 2, None, "203.0.113.9"),
        # Where one of the proxies was passed by, whoever came past it is the client.
        ("203.0.113.9", 2, "203.0.113.9", None),
    ],
)
def test_where_we_differ(field: str, hops: int, mine: str | None, other: str | None) -> None:
    assert ours(TrustedProxies(hops=hops), "x-forwarded-for", field)[0] == mine
    found = forwarded.client_from_x_forwarded(field, PEER, hops=hops)
    assert (found and str(found.node)) == other
