"""Every kind of thing is drawn soon: within a hundred draws, the same ones every time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.drawing import Kinds, hundred, undrawn
from unireq_conformance.clauses.drawing import about_cookies, about_headers, about_path, about_query
from unireq_conformance.model import AbstractRequest, Field, Piece
from unireq_conformance.response import AbstractResponse, SetCookie
from unireq_conformance.response_strategies import DATES
from unireq_conformance.strategies import list_fields, requests, responses, set_cookies

TOKEN = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


Predicate = Callable[[AbstractRequest], bool]
RequestKinds = Kinds[AbstractRequest]


def pieces(request: AbstractRequest) -> list[Piece]:
    query = [p for each in request.query or () for p in (*each.name, *(each.value or ()))]
    return [*request.path, *query]


def escaped(pattern: bytes, kind: str) -> Predicate:
    return lambda request: any(
        piece.kind == kind and re.search(pattern, piece.octets) for piece in pieces(request)
    )


def value(pattern: bytes) -> Predicate:
    return lambda request: any(re.search(pattern, line.value) for line in request.fields)


def cookie(pattern: bytes) -> Predicate:
    return lambda request: any(re.search(pattern, sent) for sent in request.sent_cookies)


def has(feature: str) -> Predicate:
    return lambda request: feature in request.features


FIELDS: RequestKinds = {
    "obs-text": has("obs-text"),
    "a repeated field": has("repeats"),
    "a repeated field in another case": lambda r: (
        len({f.name for f in r.fields}) > len({f.name.lower() for f in r.fields})
    ),
    "an empty value": lambda r: any(not line.value for line in r.fields),
    "a long value": lambda r: any(len(line.value) >= 200 for line in r.fields),
    "a long name": lambda r: any(len(line.name) > 40 for line in r.fields),
    "an odd token": lambda r: any(re.search(r"[!#$%&'*+.^`|~]", f.name) for f in r.fields),
    "a quoted string": value(rb'"[^"]*"'),
    "a comma in a quoted string": value(rb'"[^",]*,[^"]*"'),
    "a quoted pair": value(rb'"[^"]*\\["\\]'),
    "a list": lambda r: any(len(line.members or ()) > 1 for line in r.fields),
    "white space before a value": lambda r: any(line.before == b"\t" for line in r.fields),
    "white space after a value": lambda r: any(line.after for line in r.fields),
    "white space inside a value": value(rb"[ \t]"),
    "no fields": lambda r: not r.fields,
}
ESCAPES: RequestKinds = {
    "an escaped letter": escaped(rb"^%[46][1-9A-Fa-f]$|^%[57][0-9Aa]$", "escape"),
    "an escaped separator": escaped(rb"^%(2F|2f|25|3F|3f|23|2B|2b|26|3D|3d|3B|3b)$", "escape"),
    "an escape in upper case": escaped(rb"%[0-9]?[A-F]", "escape"),
    "an escape in lower case": escaped(rb"%[0-9]?[a-f]", "escape"),
    "several octets": escaped(rb"^(%..){2,4}$", "escape"),
    "an byte that is never UTF-8": escaped(rb"^%(FF|FE|C0|F8)$", "invalid"),
    "UTF-8 that ends too early": escaped(rb"x$", "invalid"),
    "an escape that is none": escaped(rb"%", "broken"),
}
PATHS: RequestKinds = {
    "the path /": lambda r: r.sent_path == b"/",
    "a dot segment": lambda r: b"." in r.sent_path.split(b"/"),
    "a double-dot segment": lambda r: b".." in r.sent_path.split(b"/"),
    "//": has("double-slash"),
    "// at the start": lambda r: r.slashes > 1,
    "// inside": lambda r: b"//" in r.sent_path.lstrip(b"/"),
    "a slash at the end": lambda r: len(r.sent_path) > 1 and r.sent_path.endswith(b"/"),
}
QUERIES: RequestKinds = {
    "no query": lambda r: r.query is None,
    "an empty query": lambda r: r.sent_query == b"",
    "+": escaped(rb"^\+$", "escape"),
    "an empty piece": lambda r: b"" in (r.sent_query or b"x").split(b"&") and b"&" in r.sent_query,
    "a name without a value": lambda r: any(p.name and p.value is None for p in r.query or ()),
    "a value without a name": lambda r: any(p.value and not p.name for p in r.query or ()),
    "an empty parameter": lambda r: any(p.name and p.value == () for p in r.query or ()),
    "a repeated parameter": lambda r: len(r.expected_pairs) > len(r.expected_query_params),
}
COOKIES: RequestKinds = {
    "a repeated cookie": lambda r: len(r.expected_cookie_pairs) > len(r.expected_cookies),
    "a quoted cookie": cookie(rb'="[^"]*"'),
    "an octal escape in a cookie": cookie(rb"\\[0-7]{3}"),
    "UTF-8 in a cookie": cookie(rb"[\xc3\xe2\xed\xf0]"),
    "a piece that is no cookie": lambda r: any(c.name is None for cs in r.cookies for c in cs),
}
WHOLE: RequestKinds = {
    "obs-text": FIELDS["obs-text"],
    "a repeated field": FIELDS["a repeated field"],
    "a quoted string": FIELDS["a quoted string"],
    "an escape": escaped(b"%", "escape"),
    "an byte that is not UTF-8": escaped(b"%", "invalid"),
    "an escape that is none": escaped(b"%", "broken"),
    "a dot segment": PATHS["a dot segment"],
    "//": PATHS["//"],
    "two Cookie fields": has("two-cookie-fields"),
    "no Cookie field": lambda r: not r.cookies,
    "a method with a body": lambda r: r.method == "POST",
    "a port": lambda r: r.host.endswith(":8080"),
    "an IPv6 address": lambda r: r.host.startswith("["),
}


# Responses.


def does(what: str) -> Callable[[AbstractResponse], bool]:
    return lambda drawn: drawn.instruction.startswith(f'{{"{what}"')


def repeated(drawn: AbstractResponse) -> bool:
    return any(len(values) > 1 for name, values in drawn.values.items() if name != "set-cookie")


RESPONSES: Kinds[AbstractResponse] = {
    "text": does("text"),
    "octets": does("octets"),
    "JSON": does("value"),
    "nothing": does("nothing"),
    "a Response": does("response"),
    "text beyond ASCII": lambda drawn: does("text")(drawn) and not drawn.content.isascii(),
    "a status without a name": lambda drawn: drawn.status in {299, 499, 599},
    "a status without content": lambda drawn: drawn.status in {204, 205, 304},
    "an error": lambda drawn: drawn.status >= 400,
    "a repeated field": repeated,
    "an empty field": lambda drawn: (
        ("x-one", "") in drawn.fields or "" in dict(drawn.fields).values()
    ),
    "a long field": lambda drawn: any(len(value) > 99 for _, value in drawn.fields),
    "a cookie": lambda drawn: "set-cookie" in drawn.values,
    "cookies": lambda drawn: len(drawn.values.get("set-cookie", ())) > 1,
    "a media type": lambda drawn: ("content-type", "image/png") in drawn.fields,
    "no media type": lambda drawn: does("response")(drawn) and "content-type" not in drawn.values,
}

SET_COOKIES: Kinds[SetCookie] = {
    **{
        name: lambda drawn, name=name: f"; {name}" in drawn.line  # type: ignore[misc]
        for name in (
            *("Expires=", "Max-Age=", "Max-Age=0", "Max-Age=-1", "Domain=", "Domain=.", "Path=/"),
            *("Secure", "HttpOnly", "SameSite=Lax", "SameSite=Strict", "SameSite=None"),
            "Partitioned",
        )
    },
    "no attribute": lambda drawn: ";" not in drawn.line,
    "no value": lambda drawn: drawn.told["value"] == "",
    "a quoted value": lambda drawn: '="' in drawn.line,
    "an octal escape": lambda drawn: re.search(r"\\[0-7]{3}", drawn.line) is not None,
    "a timedelta": lambda drawn: drawn.told.get("as_timedelta", False),
}


EVERY: dict[str, tuple[st.SearchStrategy[Any], Kinds[Any]]] = {
    "fields": (about_headers(), FIELDS),
    "paths": (about_path(), {**ESCAPES, **PATHS}),
    "queries": (about_query(), {**ESCAPES, **QUERIES}),
    "cookies": (about_cookies(), COOKIES),
    "requests": (requests(), WHOLE),
    "responses": (responses(), RESPONSES),
    "cookies that are set": (set_cookies(), SET_COOKIES),
}


@pytest.mark.parametrize("what", EVERY)
def test_within_a_hundred_there_is_each_kind(what: str) -> None:
    assert undrawn(*EVERY[what]) == []


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


@settings(max_examples=50, derandomize=True, database=None, deadline=None)
@given(list_fields())
def test_a_list_is_made_of_its_members(line: Field) -> None:
    assert line.members
    assert all(member in line.text for member in line.members)


def test_dates_have_every_month_and_every_day() -> None:
    assert len({date.split()[2] for _, date in DATES}) == 12
    assert len({date.split()[0] for _, date in DATES}) == 7
