"""Any form that is written is read, any octets give a form or a refusal, in whatever pieces."""

from __future__ import annotations

import re
import tracemalloc
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.forms import MULTIPART, Content, body, contents, field, file, parse
from unireq._body import multipart_parser
from unireq._body.form_parser import FormParser
from unireq._body.limits import DEFAULT_LIMITS, Limits
from unireq._errors import BodyTooLarge, RequestError, TooManyFields

BOUNDARIES = ["b", "bb", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "'()+_,-./:=? b", 70 * "x", "-"]

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)
octets = st.lists(
    st.one_of(
        st.sampled_from(
            [b"\r\n", b"\r", b"\n", b"--", b"-", b"\r\n-", b"b", b"\0", b"\xff", b": "]
        ),
        st.binary(max_size=3),
    ),
    max_size=9,
).map(b"".join)


class Sent(NamedTuple):
    """A part as it is meant."""

    name: str
    filename: str | None
    content: bytes
    style: str
    extra: list[str]


sent_parts = st.builds(
    Sent,
    names,
    st.none() | names.filter(bool),
    octets,
    st.sampled_from(["browser", "rfc"]),
    st.lists(
        st.sampled_from(["Content-Type: text/plain", "X-A: b", "X-A:c"]), max_size=2, unique=True
    ),
)


def quoted(text: str, style: str) -> str:
    """As browsers write it (WHATWG HTML 4.10.21.8), or as RFC 2183 has it."""
    if style == "rfc":
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    else:
        # Browsers leave backslashes alone, which two in a row, or one at the end, can't survive.
        text = text.replace("\\", "/").replace('"', "%22")
    return '"' + text.replace("\r", "%0D").replace("\n", "%0A") + '"'


def written(part: Sent, boundary: str) -> bytes:
    disposition = f"Content-Disposition: form-data; name={quoted(part.name, part.style)}"
    if part.filename is not None:
        disposition += f"; filename={quoted(part.filename, part.style)}"
    header = "\r\n".join([*part.extra[:1], disposition, *part.extra[1:]])
    return f"--{boundary}\r\n{header}\r\n\r\n".encode() + part.content + b"\r\n"


def meant(text: str, style: str) -> str:
    """What the reader of `text` finds: escapes that were in it are not told from ours."""
    if style != "rfc":
        text = text.replace("\\", "/")
    return re.sub("%(22|0D|0A)", lambda m: {"22": '"', "0D": "\r", "0A": "\n"}[m[1]], text)


@given(st.lists(sent_parts, max_size=4), st.sampled_from(BOUNDARIES), st.integers(1, 40))
@settings(max_examples=300)
def test_what_is_written_is_read(parts: list[Sent], boundary: str, step: int) -> None:
    delimiter = b"\r\n--" + boundary.encode()
    parts = [
        part._replace(content=part.content.replace(b"-", b"_"))
        if delimiter in b"\r\n" + part.content + b"\r\n"
        else part
        for part in parts
    ]
    whole = b"".join(written(part, boundary) for part in parts) + f"--{boundary}--\r\n".encode()
    expected: list[tuple[str, Content]] = []
    for part in parts:
        name = meant(part.name, part.style)
        if part.filename is None:
            expected.append((name, part.content.decode("utf-8", "replace")))
        else:
            expected.append((name, (meant(part.filename, part.style), part.content)))
    content_type = f'multipart/form-data; boundary="{boundary}"'
    for size in (None, step):
        form = parse(whole, content_type, step=size)
        assert contents(form) == expected
        assert form.multi_items() == [(n, value) for n, value in expected if isinstance(value, str)]


def outcome(whole: bytes, step: int | None, limits: Limits = DEFAULT_LIMITS) -> object:
    try:
        return contents(parse(whole, MULTIPART, limits, step))
    except RequestError as error:
        return type(error), str(error)


scraps = st.one_of(
    st.sampled_from(
        [b"--b", b"--b--", b"\r\n", b"\r", b"\n", b"-", b"b", b" ", b"\t", b":", b'"', b"\\", b";"]
    ),
    st.sampled_from(
        [
            b"\r\n--b\r\n",
            b"\r\n--b--",
            b"\r\n\r\n",
            b"\0",
            b"\xff",
            b"name=",
            b"Content-Length: 1\r\n",
        ]
    ),
    st.sampled_from(
        [b'Content-Disposition: form-data; name="a"', b'; filename="f"', b"Content-Type: ", b"x"]
    ),
    st.binary(max_size=2),
)
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


@given(broken, st.integers(80, 200))
@settings(max_examples=200)
def test_blocks_never_matter_to_what_is_accepted(whole: bytes, size: int) -> None:
    accepted = outcome(whole, None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(multipart_parser, "BLOCK", size)
        found = outcome(whole, None)
    if isinstance(accepted, list):
        assert found == accepted
    else:
        assert isinstance(found, tuple)


@pytest.mark.parametrize("shift", range(-8, 9))
def test_boundaries_at_the_end_of_a_block(shift: int) -> None:
    # The real blocks, with all that matters at their ends.
    head = len(field(content=b""))
    content = (multipart_parser.BLOCK - head - 2 + shift) * b"x"
    whole = body(field(content=content), file(content=content), field())
    expected: list[tuple[str, Content]] = [
        ("a", content.decode()),
        ("f", ("f.txt", content)),
        ("a", "x"),
    ]
    for step in (None, 1000, 65_536, 65_537):
        assert contents(parse(whole, step=step)) == expected


def test_much_goes_through_little_memory() -> None:
    parser = FormParser(MULTIPART, Limits(spool_size=100_000))
    chunk = 65_536 * b"x"
    tracemalloc.start()
    try:
        parser.feed(file(content=b""))
        for _ in range(500):
            parser.feed(chunk)
        parser.feed(b"\r\n--b--\r\n")
        form = parser.finish()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert form.files["f"].size == 500 * 65_536
    assert peak < 2_000_000


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
    parser = FormParser(MULTIPART, Limits(fields=50, files=50, field_size=9_999))
    parser.feed(begin)
    with pytest.raises(error):
        feed_often(parser, more)


def feed_often(parser: FormParser, more: bytes) -> None:
    for _ in range(200_000 // len(more)):
        parser.feed(more)
