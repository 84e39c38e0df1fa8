from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import Address, settle_address

KNOWN = [
    ("127.0.0.1", 8000, ("127.0.0.1", 8000)),
    ("127.0.0.1", "8000", ("127.0.0.1", 8000)),
    ("::1", 65535, ("::1", 65535)),
    ("testclient", 50000, ("testclient", 50000)),
]

PORT_UNKNOWN = [0, "0", "", None, "None", -1, "-1", 65536, "65536", "99999", "123456", "8 0", " 80"]
PORT_UNKNOWN += [80.0, b"80", True, [80], "²", "1" * 5000]

NO_HOST: list[Any] = ["", None, b"127.0.0.1", 5, ("127.0.0.1",)]


@pytest.mark.parametrize(("host", "port", "expected"), KNOWN)
def test_an_address_that_is_known(host: str, port: Any, expected: tuple[str, int]) -> None:
    address = settle_address(host, port)
    assert address == expected
    assert type(address) is Address
    assert type(address.port) is int


@pytest.mark.parametrize("port", PORT_UNKNOWN, ids=lambda port: repr(port)[:20])
def test_a_port_that_is_not_known_is_none(port: Any) -> None:
    assert settle_address("h", port) == ("h", None)


@pytest.mark.parametrize("host", NO_HOST, ids=repr)
def test_without_a_host_there_is_no_address(host: Any) -> None:
    assert settle_address(host, 80) is None


@given(st.one_of(st.text(), st.none(), st.binary()), st.one_of(st.text(), st.integers(), st.none()))
def test_whatever_a_server_says_gives_an_address_or_none(host: Any, port: Any) -> None:
    address = settle_address(host, port)
    if address is not None:
        assert address.host == host != ""
        assert address.port is None or 0 < address.port < 65536


def test_an_address_is_a_named_tuple() -> None:
    address = Address("::1", None)
    assert (address.host, address.port) == tuple(address) == ("::1", None)
    assert pickle.loads(pickle.dumps(address)) == address  # noqa: S301
