"""Whose word counts behind proxies: what is no policy. What is believed is in the clauses PRX."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from unireq import Request, TrustedProxies

TEN = TrustedProxies(networks=["10.0.0.0/8"])


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
    assert TEN == TrustedProxies(networks=("10.0.0.0/8",)) != TrustedProxies(hops=1)
    assert hash(TEN) == hash(pickle.loads(pickle.dumps(TEN)))  # noqa: S301
    assert "networks=('10.0.0.0/8',), hops=None" in repr(TEN)
