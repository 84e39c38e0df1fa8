"""Which parser a form gets, and that none is asked where there is nothing to parse."""

from __future__ import annotations

import pytest

from support.forms import MULTIPART, URLENCODED, body, field, parse
from unireq._body.form_parser import FormParser
from unireq._body.limits import DEFAULT_LIMITS
from unireq._body.spooled_body import SpooledBody
from unireq._errors import MalformedBody

MULTIPART_BODY = body(field())


@pytest.mark.parametrize(
    ("content_type", "sent", "form"),
    [
        (URLENCODED, b"a=1", {"a": "1"}),
        ("Application/X-WWW-Form-URLEncoded;charset=UTF-8", b"a=1", {"a": "1"}),
        (MULTIPART, MULTIPART_BODY, {"a": "x"}),
        (
            URLENCODED,
            MULTIPART_BODY,
            {"--b\r\nContent-Disposition: form-data; name": '"a"\r\n\r\nx\r\n--b--\r\n'},
        ),
        (None, b"a=1", {}),
        ("", b"a=1", {}),
        ("text/plain", b"a=1", {}),
        ("application/json", b'{"a": 1}', {}),
        ("application/x-www-form-urlencoded2", b"a=1", {}),
        ("multipart/mixed; boundary=b", MULTIPART_BODY, {}),
        ("nonsense", b"a=1", {}),
    ],
)
def test_by_media_type(content_type: str | None, sent: bytes, form: dict[str, str]) -> None:
    assert parse(sent, content_type) == form


@pytest.mark.parametrize(
    "content_type",
    [None, URLENCODED, MULTIPART, "multipart/form-data", "a/b, c/d", f"{URLENCODED};charset=x"],
)
def test_nothing_was_sent(content_type: str | None) -> None:
    parser = FormParser(content_type, DEFAULT_LIMITS, SpooledBody(MULTIPART_BODY))
    parser.feed(b"")
    assert parser.finish().parts() == []


def test_an_unclear_type_is_refused_with_the_first_octet() -> None:
    parser = FormParser(f"text/plain, {URLENCODED}", DEFAULT_LIMITS, SpooledBody(MULTIPART_BODY))
    with pytest.raises(MalformedBody, match="more than once"):
        parser.feed(b"a")


@pytest.mark.parametrize(
    "content_type",
    [
        *(
            f"{URLENCODED}{end}"
            for end in ("\xa0", "\x85", "\x0b", ",", ", ", " x", ";x", "; x=", ';x="')
        ),
        *(f"{begin}{URLENCODED}" for begin in ("\xa0", "\x1c", ",", '"', "x ")),
        f"{URLENCODED},{URLENCODED}",
        f"{URLENCODED}; charset = utf-8",
        f"{URLENCODED}; charset*=iso-8859-1''x",
        "application / x-www-form-urlencoded",
    ],
)
def test_a_type_that_parsers_differ_in_is_refused(content_type: str) -> None:
    with pytest.raises(MalformedBody, match="expected a media type"):
        parse(b"a=1", content_type)


def test_empty_pieces_are_no_end() -> None:
    parser = FormParser(MULTIPART, DEFAULT_LIMITS, SpooledBody(MULTIPART_BODY))
    for start in range(len(MULTIPART_BODY)):
        parser.feed(b"")
        parser.feed(MULTIPART_BODY[start : start + 1])
    parser.feed(b"")
    assert parser.finish() == {"a": "x"}
