"""Limits: their defaults, what they may be, and how they are set."""

from __future__ import annotations

import pytest

from support.fake import FakeRequest, Octets
from unireq import Limits, Request

MIB = 1024 * 1024

DEFAULTS = {
    "body_size": 32 * MIB,
    "fields": 1000,
    "files": 100,
    "field_size": MIB,
    "file_size": None,
    "part_headers": 16,
    "part_header_size": 8192,
    "spool_size": MIB,
    "json_depth": 100,
    "json_size": 4 * MIB,
    "decoded_size": None,
}


def test_the_defaults() -> None:
    limits = Limits()
    assert {name: getattr(limits, name) for name in DEFAULTS} == DEFAULTS
    assert repr(limits) == f"Limits({', '.join(f'{k}={v}' for k, v in DEFAULTS.items())})"


# Set for a class.


def test_the_limits_of_every_request() -> None:
    Request.set_limits(Limits(json_depth=1))
    try:
        with pytest.raises(ValueError, match="json_depth"):
            Request(body=b"[[]]").json()
        with pytest.raises(ValueError, match="json_depth"):
            FakeRequest({"octets": Octets(b"[[]]")}).json()
    finally:
        Request.set_limits(None)
    assert Request(body=b"[[]]").json() == [[]]
    Request.set_limits(None)
    assert Request(body=b"[[]]").json() == [[]]
