"""Limits: their defaults, what they may be, and how they are set."""

from __future__ import annotations

import copy
import pickle
from typing import Any

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


@pytest.mark.parametrize("name", DEFAULTS)
@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (-1, ValueError, "expected 0 or more, got -1"),
        (1.5, TypeError, "expected an int or None, got float"),
        ("1", TypeError, "expected an int or None, got str"),
        (True, TypeError, "expected an int or None, got bool"),
    ],
)
def test_what_is_no_limit(name: str, value: Any, error: type[Exception], message: str) -> None:
    for make in (Limits, Limits().replace, Limits()._replace):
        with pytest.raises(error, match=rf"^Limits.{name}: {message}$"):
            make(**{name: value})


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, Limits.replace])
def test_they_are_compared_by_what_they_say(duplicate: Any) -> None:
    limits = Limits(fields=5, json_depth=None)
    assert duplicate(limits) == pickle.loads(pickle.dumps(limits)) == limits  # noqa: S301
    assert limits not in (Limits(), 5)
    assert Limits(fields=None) != Limits(fields=0)
    assert len({Limits(), Limits(fields=1000), Limits(fields=1)}) == 2


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
