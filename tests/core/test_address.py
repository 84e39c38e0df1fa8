from __future__ import annotations

from typing import Any

import pytest

from unireq import Address
from unireq.adapter import normalize_address

KNOWN = [
    ("127.0.0.1", 8000, ("127.0.0.1", 8000)),
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
]


NO_HOST: list[Any] = ["", None, b"127.0.0.1", 5, ("127.0.0.1",)]
# Unix sockets, RFC 7239 6.2 and 6.3, and what is no address.
NO_HOST += [
    *("<local>", "localhost", "/run/a.sock", "unknown", "unknown:80", "_hidden", "example.org")
]
NO_HOST += [
    *("1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4:", "1.2.3.4:a", " 1.2.3.4"),
    *("1.2.3.4\n", "\u0663.1.1.1"),
]
NO_HOST += [
    *("[1.2.3.4]", "[::1", "::1]:80", "[::1]x", "[::1]:", "1::2::3", "::g", ":"),
    *("fe80::1%", "1.2.3.4%e"),
]


@pytest.mark.parametrize(("host", "port", "expected"), KNOWN)
def test_an_address_that_is_known(host: str, port: Any, expected: tuple[str, int | None]) -> None:
    address = normalize_address(host, port)
    assert address == expected
    assert type(address) is Address
    assert type(address.port) is type(expected[1])


@pytest.mark.parametrize("host", NO_HOST, ids=repr)
def test_without_a_host_there_is_no_address(host: Any) -> None:
    assert normalize_address(host, 80) is None


@pytest.mark.parametrize(
    ("field", "port"),
    [
        (None, 80),
        ("", 80),
        ("192.0.2.70, 2001:db8::1", 80),
        ("192.0.2.7", None),
        ("192.0.2.1, 192.0.2.7", None),
        ('"192.0.2.7"', None),
        ("192.0.2.7:80", 80),
        ("192.0.2.7:81", None),
        ("for=192.0.2.7;proto=https", None),
        ('by=192.0.2.7, For="192.0.2.7:80"', 80),
        ("by=192.0.2.7", 80),
    ],
)
def test_a_port_beside_an_address_that_a_proxy_names(field: str | None, port: int | None) -> None:
    assert normalize_address("192.0.2.7", "80", [None, field]) == ("192.0.2.7", port)


@pytest.mark.parametrize(
    ("host", "field", "port"),
    [
        ("2001:db8::1", "2001:0DB8::0001", None),
        ("2001:db8::1", 'for="[2001:DB8:0:0::1]:80"', 80),
        ("2001:db8::1", "2001:db8::2", 80),
        ("::ffff:192.0.2.7", "192.0.2.7", None),
        ("::ffff:192.0.2.7", "192.0.2.70, 192.0.2.7:80", 80),
        ("192.0.2.7", "::ffff:192.0.2.7", None),
        ("192.0.2.7", "::FFFF:c000:207", None),
        ("192.0.2.7", "::ffff:c000:208", 80),
        ("192.0.2.7", "[", 80),
    ],
)
def test_addresses_are_compared_and_not_their_spelling(
    host: str, field: str, port: int | None
) -> None:
    assert normalize_address(host, 80, [field]) == (host, port)
