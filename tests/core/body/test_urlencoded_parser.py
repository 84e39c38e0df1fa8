"""Urlencoded forms: read as a query is, within limits, in any pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.forms import URLENCODED, parse
from unireq._body.form_parser import FormParser
from unireq._body.limits import Limits
from unireq._body.spooled_body import SpooledBody
from unireq._errors import BodyTooLarge, RequestError, TooManyFields


@given(
    st.lists(
        st.sampled_from([b"a=1", b"b=22", b"c=333", b"d=%41%42%43", b"ee", b"", b"x"]), max_size=6
    ),
    st.integers(0, 5),
    st.integers(0, 5),
)
def test_pieces_never_matter_to_a_limit(pieces: list[bytes], fields: int, size: int) -> None:
    sent = b"&".join(pieces)
    limits = Limits(fields=fields, field_size=size)

    def outcome(step: int | None) -> object:
        try:
            return parse(sent, URLENCODED, limits, step).multi_items()
        except RequestError as error:
            return type(error)

    outcomes = [outcome(step) for step in (None, 1, 2, 3, 4)]
    assert all(found == outcomes[0] for found in outcomes)


LIMITS: list[tuple[bytes, Limits, type[RequestError] | None]] = [
    *((sent, Limits(fields=2), None) for sent in (b"a=1&b=2", b"a=1&b=2&", b"&&a=1&&&b=2&&")),
    *((b"a=1&b=2&c", Limits(fields=2), TooManyFields), (b"a", Limits(fields=0), TooManyFields)),
    *((b"a=1&b=2&c", Limits(fields=None), None), (b"a=12&b=34", Limits(field_size=2), None)),
    *((sent, Limits(field_size=2), BodyTooLarge) for sent in (b"a=123", b"123=a", b"abc")),
    *(
        (b"a=%31%32", Limits(field_size=2), None),
        (b"a=%31%32%33", Limits(field_size=2), BodyTooLarge),
    ),
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


def test_a_field_that_never_ends_is_refused_early() -> None:
    parser = FormParser(URLENCODED, Limits(field_size=100), SpooledBody())
    for _ in range(60):
        parser.feed(b"%12345678=")
    with pytest.raises(BodyTooLarge, match=r"field 1: .*at most 100 bytes"):
        parser.feed(b"12")
