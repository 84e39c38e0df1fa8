"""Every kind of thing is drawn soon: within a hundred draws, the same ones every time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from operator import attrgetter, itemgetter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from unireq_conformance.clauses.drawing import about_cookies, about_headers, about_path, about_query
from unireq_conformance.model import AbstractRequest, Piece
from unireq_conformance.response_strategies import DATES
from unireq_conformance.strategies import (
    bodies,
    chunkings,
    json_texts,
    list_fields,
    multipart_forms,
    requests,
    responses,
    set_cookies,
    urlencoded_forms,
)

TOKEN = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+")

Predicate = Callable[[Any], object]
Kinds = dict[str, "bytes | Predicate"]
"""What is to be drawn: what matches a pattern where it is written as bytes, or of what one says."""

# Requests.


def pieces(drawn: Any) -> Iterator[Piece]:
    """Those of a request, or of parameters."""
    if isinstance(drawn, AbstractRequest):
        yield from drawn.path
        drawn = drawn.query or ()
    for each in drawn:
        yield from (*each.name, *(each.value or ()))


def piece(kind: str, pattern: bytes) -> Predicate:
    return lambda drawn: any(
        each.kind == kind and re.search(pattern, each.octets) for each in pieces(drawn)
    )


def cookie(pattern: bytes) -> Predicate:
    return lambda request: any(re.search(pattern, sent) for sent in request.sent_cookies)


def has(feature: str) -> Predicate:
    return lambda request: feature in request.features


FIELDS: Kinds = {
    "obs-text": has("obs-text"),
    "a repeated field": has("repeats"),
    "a repeated field in another case": lambda r: (
        len({f.name for f in r.fields}) > len({f.name.lower() for f in r.fields})
    ),
    "an empty value": lambda r: any(not line.value for line in r.fields),
    "a long value": rb":[^\r]{201}",
    "a long name": rb"\n[^:\r]{41}",
    "an odd token": rb"\n[^:\r]*[!#$%&'*+.^`|~][^:\r]*:",
    "a quoted string": rb'(?i)\n(?!cookie)[^\r"]*"[^"\r]*"',
    "a comma in a quoted string": rb'"[^",\r]*,[^"\r]*"',
    "a quoted pair": rb'"[^"\r]*\\["\\]',
    "a list": lambda r: any(len(line.members or ()) > 1 for line in r.fields),
    "white space before a value": rb":\t",
    "white space after a value": lambda r: any(line.after for line in r.fields),
    "white space inside a value": rb"\n[^:\r]+:[ \t]*\S+[ \t]+\S",
    "no fields": lambda r: not r.fields,
}
ESCAPES: Kinds = {
    "an escaped letter": piece("escape", rb"^%[46][1-9A-Fa-f]$|^%[57][0-9Aa]$"),
    "an escaped separator": piece("escape", rb"^%(2F|2f|25|3F|3f|23|2B|2b|26|3D|3d|3B|3b)$"),
    "an escape in upper case": piece("escape", rb"%[0-9]?[A-F]"),
    "an escape in lower case": piece("escape", rb"%[0-9]?[a-f]"),
    "several bytes": piece("escape", rb"^(%..){2,4}$"),
    "a byte that is never UTF-8": piece("invalid", rb"^%(FF|FE|C0|F8)$"),
    "UTF-8 that ends too early": piece("invalid", rb"x$"),
    "an escape that is none": piece("broken", rb"%"),
}
PATHS: Kinds = {
    "the path /": rb"\A\S+ /[ ?]",
    "a dot segment": lambda r: b"." in r.sent_path.split(b"/"),
    "a double-dot segment": lambda r: b".." in r.sent_path.split(b"/"),
    "//": has("double-slash"),
    "// at the start": lambda r: r.slashes > 1,
    "// inside": lambda r: b"//" in r.sent_path.lstrip(b"/"),
    "a slash at the end": lambda r: len(r.sent_path) > 1 and r.sent_path.endswith(b"/"),
}
QUERIES: Kinds = {
    "no query": rb"\A[^?]* HTTP",
    "an empty query": rb"\?\ HTTP",
    "+": piece("escape", rb"^\+$"),
    "an empty piece": rb"[?&]&|& HTTP",
    "a name without a value": lambda r: any(p.name and p.value is None for p in r.query or ()),
    "a value without a name": lambda r: any(p.value and not p.name for p in r.query or ()),
    "an empty parameter": lambda r: any(p.name and p.value == () for p in r.query or ()),
    "a repeated parameter": lambda r: len(r.expected_pairs) > len(r.expected_query_params),
}
COOKIES: Kinds = {
    "a repeated cookie": lambda r: len(r.expected_cookie_pairs) > len(r.expected_cookies),
    "a quoted cookie": cookie(rb'="[^"]*"'),
    "an octal escape in a cookie": cookie(rb"\\[0-7]{3}"),
    "UTF-8 in a cookie": cookie(rb"[\xc3\xe2\xed\xf0]"),
    "a piece that is no cookie": lambda r: any(c.name is None for cs in r.cookies for c in cs),
}
WHOLE: Kinds = {
    **{kind: FIELDS[kind] for kind in ("obs-text", "a repeated field", "a quoted string")},
    "an escape": piece("escape", b"%"),
    "a byte that is not UTF-8": piece("invalid", b"%"),
    "an escape that is none": piece("broken", b"%"),
    **{kind: PATHS[kind] for kind in ("a dot segment", "//")},
    "two Cookie fields": has("two-cookie-fields"),
    "no Cookie field": lambda r: not r.cookies,
    "a method with a body": rb"\APOST ",
    "a port": rb"(?i)\nHost: \S+:8080\r",
    "an IPv6 address": rb"(?i)\nHost: \[",
}

# Content.

BODIES: Kinds = {
    "none": rb"\A\Z",
    "text": rb"\A[A-Za-z]+\Z",
    "NUL": rb"\0",
    "bytes above 0x7F": rb"[\x80-\xff]",
    "what looks like a chunk": rb"5\r\nhello\r\n",
    "what looks like the last chunk": rb"0\r\n\r\n",
    "what looks like another request": rb" HTTP/1.1\r\n\r\n",
    "thousands of bytes": rb"(?s).{1001}",
}
CHUNKINGS: Kinds = {
    "one chunk": lambda drawn: drawn.chunks == (65536,),
    "a chunk of one byte": lambda drawn: 1 in (drawn.chunks or ()),
    "chunks of several sizes": lambda drawn: len(set(drawn.chunks or ())) > 2,
    "a chunk of hundreds": lambda drawn: any(99 < size < 1000 for size in drawn.chunks or ()),
    "no extension": rb"\A\Z",
    "an extension": rb"\A;a=b\Z",
    "an extension without a value": rb"\A;a\Z",
    "an extension in quotes": rb'"',
    "one write": lambda drawn: not drawn.writes,
    "a write of one byte": lambda drawn: 1 in drawn.writes,
}


def values(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for member in value:
            yield from values(member)


def valued(predicate: Predicate) -> Predicate:
    return lambda drawn: any(map(predicate, values(drawn[1])))


JSON: Kinds = {
    "null": valued(lambda value: value is None),
    "true": valued(lambda value: value is True),
    "false": valued(lambda value: value is False),
    "an integer": valued(lambda value: type(value) is int),
    "-0": rb"-0(?![.0-9])",
    "an integer that no double holds": valued(lambda value: value == 9007199254740993),
    "an integer of 41 digits": valued(lambda value: value == 10**40),
    "a number with a fraction": valued(lambda value: type(value) is float),
    "an exponent": rb"[0-9][eE]",
    "the largest double": rb"e308",
    "the smallest double": rb"e-324",
    "an empty string": rb'""',
    "an escape": rb'\\[n"\\/]',
    "an escaped NUL": valued(lambda value: isinstance(value, str) and "\0" in value),
    "an escape in upper case": rb"\\u00E9",
    "an escape in lower case": rb"\\u00e9",
    "a pair of surrogates": rb"\\ud83d\\ude00",
    "UTF-8": rb"[\xc3\xf0]",
    "a separator in a string": valued(lambda value: isinstance(value, str) and "," in value),
    "an empty array": valued(lambda value: value == []),
    "an array of several": valued(lambda value: isinstance(value, list) and len(value) > 1),
    "an empty object": valued(lambda value: value == {}),
    "an object of several": valued(lambda value: isinstance(value, dict) and len(value) > 1),
    "a repeated name": rb'\{[^{}]*("[ab]")[^{}]*\1[ \r\n\t]*:',
    "one within another": valued(
        lambda value: isinstance(value, list) and any(isinstance(m, (list, dict)) for m in value)
    ),
    "white space before": rb"\A[ \r\n\t]",
    "white space after": rb"[ \r\n\t]\Z",
}
URLENCODED: Kinds = {
    "no pairs": lambda drawn: not drawn,
    "a repeated name": lambda drawn: (
        len({each.name for each in drawn if each.name}) < len([e for e in drawn if e.name])
    ),
    "a name without a value": lambda drawn: any(e.name and e.value is None for e in drawn),
    "a value without a name": lambda drawn: any(e.value and not e.name for e in drawn),
    "an empty value": lambda drawn: any(e.name and e.value == () for e in drawn),
    "nothing between two &": lambda drawn: any(not e.name and e.value is None for e in drawn),
    "+": rb"\+",
    "%20": rb"%20",
    "an escaped separator": rb"%26|%3d|%2B|%25",
    "escaped UTF-8": piece("escape", b"%C3"),
    "UTF-8 as it is": piece("raw", b"\xc3"),
    "four bytes of UTF-8": piece("raw", b"\xf0"),
    "a byte order mark": rb"%EF%BB%BF",
    "a byte that is no UTF-8": piece("invalid", b"\xff"),
    "an escape of no UTF-8": piece("invalid", b"%FF"),
    "UTF-8 that ends too early": piece("invalid", b"\xe2"),
    "an escape that is none": piece("broken", b"%"),
    "CR or LF": rb"[\r\n]",
    "NUL": rb"\0",
    ";": rb";",
}


def a_file(pattern: bytes, *, is_text: bool = False) -> Predicate:
    """A part that is a file, or a text, with such content."""
    return lambda drawn: any(
        (b"; filename=" not in one.header) is is_text and re.search(pattern, one.data)
        for one in drawn.parts
    )


def a_text(pattern: bytes) -> Predicate:
    return a_file(pattern, is_text=True)


MULTIPART: Kinds = {
    "no parts": lambda drawn: not drawn.parts,
    "several parts": lambda drawn: len(drawn.parts) > 2,
    "a text": a_text(b""),
    "a file": a_file(b""),
    "a text behind a file": lambda drawn: re.search(
        "ft", "".join("tf"[b"; filename=" in one.header] for one in drawn.parts)
    ),
    "a repeated name": lambda drawn: len(dict(drawn.meaning)) < len(drawn.meaning),
    "an empty name": rb'; name=""',
    "an empty text": a_text(rb"\A\Z"),
    "a text that is no UTF-8": a_text(rb"\xff"),
    "a text in UTF-8": a_text(rb"\xc3"),
    "a text of several lines": a_text(rb"\r\n"),
    "an empty file": a_file(rb"\A\Z"),
    "a file that ends with CRLF": a_file(rb"\r\n\Z"),
    "a file of bytes that are no text": a_file(rb"(?<![\x80-\xff])[\x80-\xbf]|[\xf8-\xff]"),
    "the beginning of a boundary": a_file(rb"\r\n--"),
    "a header in a file": a_file(rb"Content-Disposition"),
    "%22": rb"[^e]name=\"[^\r]*%22",
    "an escaped quote": rb'\\"',
    "an escaped backslash": rb"\\\\",
    "a backslash that escapes nothing": rb"\\x",
    "an escaped line break": rb"%0D%0A",
    "an escape of a letter": rb"name=[^\r]*%41",
    "a name in UTF-8": rb"; name=\"[^\"]*[\xc3\xe6]",
    "a name that is no UTF-8": rb"; name=\"[^\"]*\xff",
    "a separator in a name": rb"; name=\"[^\"]*[;=]",
    "a file name in UTF-8": rb"filename=\"\xc3",
    "a file name that is no UTF-8": rb"filename=\"\xff",
    "a path as a file name": rb"filename=\"\.\./",
    "a Windows path": rb"filename=\"C:",
    "a device": rb"filename=\"NUL",
    "a file name that nothing is left of": rb"filename=\"\.\.\"",
    "a media type": rb"Content-Type: image/png",
    "a media type of a text": rb"; name=\"[^\"]*\"\r\nContent-Type",
    "an unknown field": rb"X-Any",
    "a CRLF before the first boundary": lambda drawn: bool(drawn.before),
    "nothing after the last boundary": lambda drawn: not drawn.after,
    "white space after the last boundary": lambda drawn: b" " in drawn.after,
    "the longest boundary": lambda drawn: len(drawn.boundary) == 70,
    "a boundary of odd characters": lambda drawn: b"?" in drawn.boundary,
}

# Responses.

RESPONSES: Kinds = {
    "text": rb'\A{"text"',
    "bytes": rb'\A{"octets"',
    "JSON": rb'\A{"value"',
    "nothing": rb'\A{"nothing"',
    "a Response": rb'\A{"response"',
    "text beyond ASCII": lambda drawn: (
        drawn.instruction.startswith('{"text"') and not drawn.content.isascii()
    ),
    "a status without a name": lambda drawn: drawn.status in {299, 499, 599},
    "a status without content": lambda drawn: drawn.status in {204, 205, 304},
    "an error": lambda drawn: drawn.status >= 400,
    "a repeated field": lambda drawn: any(
        len(values) > 1 for name, values in drawn.values.items() if name != "set-cookie"
    ),
    "an empty field": lambda drawn: (
        ("x-one", "") in drawn.fields or "" in dict(drawn.fields).values()
    ),
    "a long field": lambda drawn: any(len(value) > 99 for _, value in drawn.fields),
    "a cookie": lambda drawn: "set-cookie" in drawn.values,
    "cookies": lambda drawn: len(drawn.values.get("set-cookie", ())) > 1,
    "a media type": lambda drawn: ("content-type", "image/png") in drawn.fields,
    "no media type": lambda drawn: (
        drawn.instruction.startswith('{"response"') and "content-type" not in drawn.values
    ),
}
ATTRIBUTES = (
    "Expires= Max-Age= Max-Age=0 Max-Age=-1 Domain= Domain=. Path=/ Secure HttpOnly SameSite=Lax"
    " SameSite=Strict SameSite=None Partitioned"
)
SET_COOKIES: Kinds = {
    **{name: b"; " + re.escape(name).encode() for name in ATTRIBUTES.split()},
    "no attribute": rb"\A[^;]*\Z",
    "no value": lambda drawn: drawn.told["value"] == "",
    "a quoted value": rb'="',
    "an octal escape": rb"\\[0-7]{3}",
    "a timedelta": lambda drawn: drawn.told.get("as_timedelta", False),
}

Written = Callable[[Any], "str | bytes"]
REQUEST: Written = AbstractRequest.render
EVERY: dict[str, tuple[st.SearchStrategy[Any], Written, Kinds]] = {
    "fields": (about_headers(), REQUEST, FIELDS),
    "paths": (about_path(), REQUEST, {**ESCAPES, **PATHS}),
    "queries": (about_query(), REQUEST, {**ESCAPES, **QUERIES}),
    "cookies": (about_cookies(), REQUEST, COOKIES),
    "requests": (requests(), REQUEST, WHOLE),
    "bodies": (bodies(), bytes, BODIES),
    "chunkings": (chunkings(), attrgetter("extension"), CHUNKINGS),
    "JSON texts": (json_texts(), itemgetter(0), JSON),
    "urlencoded forms": (
        urlencoded_forms(),
        lambda drawn: b"&".join(each.octets for each in pieces(drawn)),
        URLENCODED,
    ),
    "multipart forms": (multipart_forms(), attrgetter("octets"), MULTIPART),
    "responses": (responses(), attrgetter("instruction"), RESPONSES),
    "cookies that are set": (set_cookies(), attrgetter("line"), SET_COOKIES),
}


def hundred(strategy: st.SearchStrategy[Any]) -> list[Any]:
    """The first hundred that `strategy` draws."""
    found: list[Any] = []

    @settings(
        max_examples=100,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(value: Any) -> None:
        found.append(value)

    draw()
    assert len(found) == 100
    return found


@pytest.mark.parametrize("what", EVERY)
def test_within_a_hundred_there_is_each_kind(what: str) -> None:
    strategy, written, kinds = EVERY[what]
    counts = dict.fromkeys(kinds, 0)
    for drawn in hundred(strategy):
        text = written(drawn)
        octets = text.encode() if isinstance(text, str) else text
        for kind, is_one in kinds.items():
            found = re.search(is_one, octets) if isinstance(is_one, bytes) else is_one(drawn)
            counts[kind] += bool(found)
    # And there is something else than each.
    assert [kind for kind, count in counts.items() if count in {0, 100}] == []


def test_what_is_drawn_is_a_request_that_servers_take() -> None:
    for request in hundred(requests()):
        head = request.render()
        assert head.endswith(b"\r\n\r\n")
        first, *lines = head[:-4].split(b"\r\n")
        assert re.fullmatch(rb"[A-Z]+ /[!-~]* HTTP/1\.1", first)
        assert all(TOKEN.fullmatch(line.partition(b":")[0]) for line in lines)
        names = [line.partition(b":")[0].lower() for line in lines]
        assert names.count(b"host") == 1
        assert not {b"content-length", b"transfer-encoding", b"connection", b"expect"} & {*names}
        assert not any(b"_" in name for name in names)
        assert not any(octet < 0x20 and octet != 9 for line in lines for octet in line)


def test_a_list_is_made_of_its_members() -> None:
    for line in hundred(list_fields()):
        assert line.members
        assert all(member in line.text for member in line.members)


def test_dates_have_every_month_and_every_day() -> None:
    assert len({date.split()[2] for _, date in DATES}) == 12
    assert len({date.split()[0] for _, date in DATES}) == 7
