"""Forms of both kinds, and any bytes, in whatever pieces: a form, or a refusal."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.forms import (
    MULTIPART,
    URLENCODED,
    body,
    contents,
    disposition,
    field,
    file,
    parse,
    part,
)
from support.multipart_corners import CORNERS, Case
from unireq._body.content import charset_of, split_parameters
from unireq._body.form_parser import FormParser
from unireq._body.limits import DEFAULT_LIMITS, Limits
from unireq._body.spooled_body import CHUNK, SpooledBody
from unireq._errors import BodyTooLarge, MalformedBody, RequestError, TooManyFields


def outcome(
    whole: bytes, step: int | None, kind: str | None = MULTIPART, limits: Limits = DEFAULT_LIMITS
) -> Any:
    """What is in the form; or the type of the error and what it says."""
    try:
        return contents(parse(whole, kind, limits, step))
    except RequestError as error:
        return type(error), str(error)


CASES = {f"{corner}: {case.name}": case for corner, cases in CORNERS.items() for case in cases}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_corner(case: Case) -> None:
    for step in (None, 1, 2, 3, 7):
        found = outcome(case.body, step, case.content_type, case.limits)
        if isinstance(case.expected, list):
            assert found == case.expected
        else:
            assert found[0] is case.error
            assert re.search(case.expected, found[1])


SCRAPS = [
    *(b"--b", b"--b--", b"\r\n", b"\r", b"\n", b"-", b"b", b" ", b"\t", b":", b'"', b"\\", b";"),
    *(b"x", b"\r\n--b\r\n", b"\r\n--b--", b"\r\n\r\n", b"\0", b"\xff", b"name="),
    *(b'Content-Disposition: form-data; name="a"', b'; filename="f"', b"Content-Type: "),
    b"Content-Length: 1\r\n",
]
scraps = st.sampled_from(SCRAPS) | st.binary(max_size=2)
broken = st.one_of(
    st.lists(scraps, max_size=12).map(b"".join),
    st.lists(scraps, max_size=12).map(lambda some: b"--b\r\n" + b"".join(some) + b"\r\n--b--\r\n"),
    st.tuples(st.integers(0, 160), st.integers(0, 3), scraps).map(
        lambda change: TWO[: change[0]] + change[2] + TWO[change[0] + change[1] :]
    ),
)
TWO = body(field(), file(content=b"\r\nx\r"))


@given(broken)
@example(b"--b\r\nA: b\nC: d\r\n\r\nx\r\n--b--")
@example(b"--b\r\nA: b\r\n--b--\r\n: v\r\n\r\nx\r\n--b--")
@settings(max_examples=400)
def test_any_octets_give_a_form_or_a_refusal_in_any_pieces(whole: bytes) -> None:
    first = outcome(whole, None)
    for step in (1, 2, 3, 5, 8, 13):
        assert outcome(whole, step) == first


EDGE = CHUNK  # bodies are read from where they are kept in pieces of so many bytes
ODD = [
    pytest.param(field("b", b"--b"), id="a boundary for content"),
    pytest.param(part('Content-Disposition : form-data; name="b"'), id="a space before the colon"),
    pytest.param(part(b'\x85Content-Disposition: form-data; name="b"'), id="NEL before the name"),
    pytest.param(part('Content-Disposition: form-data; name="b"\n X: y'), id="a folded line"),
    pytest.param(field("b", b"\r\n--bx"), id="more behind a boundary"),
    pytest.param(field("b", b"1").replace(b"\r\n\r\n", b"\n\n"), id="LF"),
    pytest.param(field("b", b"\r\n--b--x"), id="more behind the end"),
    pytest.param(field("b", b"1").replace(b"\r\n\r\n", b"\r\n"), id="no empty line"),
    pytest.param(part(disposition("name=b") + b"\nContent-Length: 2", b"1"), id="another length"),
]


@pytest.mark.parametrize("odd", ODD)
def test_what_is_odd_is_so_at_every_offset(odd: bytes) -> None:
    tail = b"\r\n" + odd + b"\r\n--b--\r\n"
    head = file(content=b"")
    verdicts = set()
    for shift in range(-4, len(odd) + 8):
        whole = head + (EDGE - len(head) - shift) * b"x" + tail
        verdicts.add((outcome(whole, EDGE), outcome(whole, None)))
    ((pieces, at_once),) = verdicts
    assert pieces == at_once
    assert isinstance(pieces, tuple)


@pytest.mark.parametrize(
    ("begin", "more", "error"),
    [
        (b"--b\r\nX: ", b"y" * 1000, BodyTooLarge),
        (b"--b\r\n", b"X: y\r\n" * 100, TooManyFields),
        (field(content=b""), b"y" * 1000, BodyTooLarge),
        (b"", field() + b"\r\n", TooManyFields),
        (b"", file() + b"\r\n", TooManyFields),
        (b"", file(filename="", content=b"") + b"\r\n", TooManyFields),
    ],
    ids=["a header line", "header lines", "text", "fields", "files", "no files"],
)
def test_what_never_ends_is_refused_early(
    begin: bytes, more: bytes, error: type[RequestError]
) -> None:
    parser = FormParser(MULTIPART, Limits(fields=50, files=50, field_size=9_999), SpooledBody())
    parser.feed(begin)
    with pytest.raises(error):  # noqa: PT012
        for _ in range(200_000 // len(more)):
            parser.feed(more)


@pytest.mark.parametrize(("length", "error"), [(3, MalformedBody), (1500, BodyTooLarge)])
def test_which_limit_is_crossed_does_not_depend_on_the_offset(length: int, error: Any) -> None:
    text = part(disposition('name="a"') + b"\nContent-Length: %d" % length, b"x" * 2000)
    for padding in (0, 10, 60_000, 65_000, 65_300, 65_500, 65_536):
        sent = body(file(content=b"p" * padding), text)
        assert outcome(sent, EDGE, limits=Limits(field_size=1000))[0] is error


def test_no_content_is_told() -> None:
    for line in (
        b"hunter2-secret",
        b"a b: hunter2-secret",
        b'Content-Disposition: form-data; x y"',
    ):
        with pytest.raises(MalformedBody) as told:
            parse(body(part(b"Content-Disposition: form-data; name=p\n" + line)))
        assert "hunter2" not in str(told.value)


# Urlencoded forms: read as a query is, within limits.


PAIRS = st.sampled_from([b"a=1", b"b=22", b"c=333", b"d=%41%42%43", b"ee", b"", b"x"])


@given(st.lists(PAIRS, max_size=6), st.integers(0, 5), st.integers(0, 5))
def test_pieces_never_matter_to_a_limit(pieces: list[bytes], fields: int, size: int) -> None:
    sent, limits = b"&".join(pieces), Limits(fields=fields, field_size=size)
    first, *others = (outcome(sent, step, URLENCODED, limits) for step in (None, 1, 2, 3, 4))
    assert all(found == first or found[0] is first[0] for found in others)


LIMITS: list[tuple[bytes, Limits, type[RequestError] | None]] = [
    *((sent, Limits(fields=2), None) for sent in (b"a=1&b=2", b"a=1&b=2&", b"&&a=1&&&b=2&&")),
    *((b"a=1&b=2&c", Limits(fields=2), TooManyFields), (b"a", Limits(fields=0), TooManyFields)),
    *((b"a=1&b=2&c", Limits(fields=None), None), (b"a=12&b=34", Limits(field_size=2), None)),
    *((sent, Limits(field_size=2), BodyTooLarge) for sent in (b"a=123", b"123=a", b"abc")),
    *(
        (b"a=%31%32" + b"%33" * n, Limits(field_size=2), BodyTooLarge if n else None)
        for n in (0, 1)
    ),
    *((b"a=%C3%A9", Limits(field_size=n), BodyTooLarge if n < 2 else None) for n in (1, 2)),
    (b"a=" + 100_000 * b"%31", Limits(field_size=100_000), None),
    (b"a=" + 100_001 * b"%31", Limits(field_size=100_000), BodyTooLarge),
    (b"a=" + 200_000 * b"1", Limits(field_size=None), None),
]


@pytest.mark.parametrize(("sent", "limits", "error"), LIMITS)
def test_a_limit(sent: bytes, limits: Limits, error: type[RequestError] | None) -> None:
    for step in (None, 1000):
        found = outcome(sent, step, URLENCODED, limits)
        if error is None:
            assert isinstance(found, list)
        else:
            assert found[0] is error
            assert "at most" in found[1]


def test_a_field_that_never_ends_is_refused_early() -> None:
    parser = FormParser(URLENCODED, Limits(field_size=100), SpooledBody())
    for _ in range(60):
        parser.feed(b"%12345678=")
    with pytest.raises(BodyTooLarge, match=r"field 1: .*at most 100 bytes"):
        parser.feed(b"12")


# Parameters of a field, and the charset among them.
SPLIT = [
    ("a/b", "a/b", []),
    ("", "", []),
    ("a ;\t b = c ; d=e", "a", [("b", "c", False), ("d", "e", False)]),
    (r'a;b="c\"d;e\\"', "a", [("b", r"c\"d;e\\", True)]),
    ("a;;; b=c;", "a", [("b", "c", False)]),
    ("a;b=", "a", [("", "b=", False)]),
    ("a;=b", "a", [("", "=b", False)]),
    ("a;b c=d;e=f", "a", [("", "b c=d", False), ("e", "f", False)]),
    ('a;b="c"d;e=f', "a", [("", 'b="c"d', False), ("e", "f", False)]),
    ('a;b="c\\', "a", [("", 'b="c\\', False)]),
]


@pytest.mark.parametrize(("field", "first", "parameters"), SPLIT)
def test_splitting(field: str, first: str, parameters: list[tuple[str, str, bool]]) -> None:
    assert split_parameters(field) == (first, parameters)


def test_a_refused_name_is_shown_in_part() -> None:
    for charset in (5000 * "x", "utf-7"):
        with pytest.raises(MalformedBody, match="expected the charset utf-8") as caught:
            charset_of(f"text/plain; charset={charset}")
        assert len(str(caught.value)) < 150
