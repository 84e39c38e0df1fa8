"""Urlencoded forms: read as a query is, within limits, in any pieces."""

from __future__ import annotations

import tracemalloc

import pytest

from support.forms import URLENCODED, parse
from unireq._body.form_parser import FormParser
from unireq._body.limits import Limits
from unireq._body.spooled_body import SpooledBody
from unireq._errors import BodyTooLarge, RequestError, TooManyFields

LIMITS = [
    (b"a=1&b=2", Limits(fields=2), None),
    (b"a=1&b=2&", Limits(fields=2), None),
    (b"&&a=1&&&b=2&&", Limits(fields=2), None),
    (b"a=1&b=2&c", Limits(fields=2), TooManyFields),
    (b"a", Limits(fields=0), TooManyFields),
    (b"a=1&b=2&c", Limits(fields=None), None),
    (b"a=12&b=34", Limits(field_size=2), None),
    (b"a=123", Limits(field_size=2), BodyTooLarge),
    (b"123=a", Limits(field_size=2), BodyTooLarge),
    (b"abc", Limits(field_size=2), BodyTooLarge),
    (b"a=%31%32", Limits(field_size=2), None),
    (b"a=%31%32%33", Limits(field_size=2), BodyTooLarge),
    (b"a=%C3%A9%C3%A9", Limits(field_size=4), None),
    (b"a=%C3%A9%C3%A9", Limits(field_size=3), BodyTooLarge),
    (b"a=" + 100_000 * b"%31", Limits(field_size=100_000), None),
    (b"a=" + 100_001 * b"%31", Limits(field_size=100_000), BodyTooLarge),
    (b"a=" + 200_000 * b"1", Limits(field_size=None), None),
]


@pytest.mark.parametrize("step", [None, 1000])
@pytest.mark.parametrize(("sent", "limits", "error"), LIMITS)
def test_a_limit(
    sent: bytes, limits: Limits, error: type[RequestError] | None, step: int | None
) -> None:
    if error is None:
        assert parse(sent, URLENCODED, limits, step)
    else:
        with pytest.raises(error, match="at most") as caught:
            parse(sent, URLENCODED, limits, step)
        assert type(caught.value) is error


@pytest.mark.parametrize("step", [None, 65_536])
@pytest.mark.parametrize("piece", [b"&", b"a&", b"a=1&", b"%"])
def test_ten_million_octets_cost_no_memory(piece: bytes, step: int | None) -> None:
    sent = piece * (10_000_000 // len(piece))
    tracemalloc.start()
    try:
        parse(sent, URLENCODED, Limits(fields=1000, field_size=1000), step)
    except RequestError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    pieces = 0 if step is None else step
    assert peak < 8_000_000 + pieces


def test_a_field_that_never_ends_is_refused_early() -> None:
    parser = FormParser(URLENCODED, Limits(field_size=100), SpooledBody())
    for _ in range(60):
        parser.feed(b"%12345678=")
    with pytest.raises(BodyTooLarge, match=r"field 1: .*at most 100 bytes"):
        parser.feed(b"12")
