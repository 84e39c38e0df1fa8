"""FLD: the clauses about what single fields mean, and what follows from the URL.

Each is a table: the field lines of a request, and what they mean. Rows are written by hand, or made
of pieces whose bytes and meaning stand side by side.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from itertools import product
from typing import Any, Final, TypeAlias

from unireq_conformance.clause import Expectation, Found, clause
from unireq_conformance.clauses.drawing import literal, one_of
from unireq_conformance.model import AbstractRequest, Field
from unireq_conformance.seen import Seen

Lines: TypeAlias = "tuple[tuple[str, str], ...]"
Table: TypeAlias = Mapping[Lines, Any]


def _sent(lines: Lines) -> AbstractRequest:
    fields = tuple(Field(name, value.encode("latin-1")) for name, value in lines)
    sizes = [value for name, value in lines if name == "Content-Length"]
    if not sizes:
        return AbstractRequest(path=literal("a/b/c"), fields=fields)
    return AbstractRequest("POST", fields=fields, body=b"x" * int(sizes[0].partition(",")[0]))


def _table(name: str, text: str, what: str, *tables: Table, **more: Any) -> None:
    """Register a clause: the first table is always asked, from all of them requests are drawn."""
    meant = {_sent(lines).fields: value for table in tables for lines, value in table.items()}

    def check(sent: AbstractRequest, seen: Seen) -> Found:
        found = seen.derived["fields"]
        yield Expectation("fields", None, found.get("error"))
        expected = meant[sent.fields]
        if what == "url":
            expected = [sent.over(url) for url in expected]
        yield Expectation(f"fields.{what}", expected, _part(found, what))

    strategy = one_of(*(_sent(lines) for table in tables for lines in table))
    always = [_sent(lines) for lines in tables[0]]
    clause(name, text, strategy=strategy, always=always, **more)(check)


def _part(found: Mapping[str, Any], what: str) -> Any:
    if what == "url":
        return [found["origin"], found["joined"], found["joined_origin"]]
    return found.get(what)


def _lines(name: str, *values: str) -> Lines:
    return tuple((name, value) for value in values)


def _media(text: str, essence: str, **parameters: str) -> dict[str, Any]:
    kind, _, subtype = essence.partition("/")
    charset = parameters.get("charset")
    return {
        "text": text,
        "essence": essence,
        "type": kind,
        "subtype": subtype,
        "parameters": parameters,
        "charset": charset and charset.lower(),
    }


_TYPE: Final = "Content-Type"
_TYPES: Final = (
    ("text/html", "text/html"),
    ("Application/JSON", "application/json"),
    ("application/vnd.api+json", "application/vnd.api+json"),
)
_PARAMETERS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("", {}),
    (";charset=UTF-8", {"charset": "UTF-8"}),
    ('; Charset="utf-8"', {"charset": "utf-8"}),
    (' ; a="b, \\"c"', {"a": 'b, "c'}),
    ("; a=1; a=1", {"a": "1"}),
    ("; a=1; a=2", {}),  # which of the two counts is chance
    ("; d=e/f;;", {"d": "e/f"}),
)
_LAST: Final[tuple[tuple[str, dict[str, str]], ...]] = (("", {}), (";z=1", {"z": "1"}))
_NO_PARAMETERS: Final = (",", " x", ";x", ";x=", "; x = y", ';x="', ";charset*=utf-8''x")

_table(
    "FLD-001 Content type",
    "`content_type` is a `str`, the value as sent, with its parts: `essence`, `type`, `subtype` and"
    " `charset` in lower case, `parameters` without quotes and escapes. A parameter that has two"
    " values is left out. It is `None` if the field is missing, repeated or malformed; then no form"
    " is read either.",
    "content_type",
    {
        (): None,
        _lines(_TYPE, "text/html; charset=utf-8"): _media(
            "text/html; charset=utf-8", "text/html", charset="utf-8"
        ),
        _lines(_TYPE, "text"): None,
        _lines(_TYPE, "text/html", "text/plain"): None,
        _lines(_TYPE, "text/html", "text/html"): None,
        _lines(_TYPE, "text/html; charset"): None,
    },
    {
        _lines(_TYPE, kind + piece + last): _media(
            kind + piece + last, essence, **{**meaning, **more}
        )
        for (kind, essence), (piece, meaning), (last, more) in product(_TYPES, _PARAMETERS, _LAST)
    },
    {_lines(_TYPE, kind + wrong): None for (kind, _), wrong in product(_TYPES, _NO_PARAMETERS)},
    source="RFC 9110 8.3, RFC 6838 4.3",
    why="A filter that reads the field differently from the parser behind it can be evaded.",
    may_refuse=True,
)

_LENGTH: Final = "Content-Length"

_table(
    "FLD-002 Content length",
    "`content_length` is the value of Content-Length as an `int`. A list of equal values is one"
    " value. It is `None` if the field is missing or anything else. A server may refuse a list.",
    "content_length",
    {
        (): None,
        _lines(_LENGTH, "0"): 0,
        _lines(_LENGTH, "5"): 5,
        _lines(_LENGTH, "5, 5"): 5,
        _lines(_LENGTH, "5", "5"): 5,
    },
    {_lines(_LENGTH, str(size)): size for size in range(1, 40)},
    source="RFC 9110 8.6",
    may_refuse=True,
)


def _credentials(scheme: str, token: str | None, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = dict.fromkeys(("username", "password"))
    known |= {"token": token, "parameters": {}, **more}
    return {"scheme": scheme, **known, "shown": f"<Authorization {scheme} ***>"}


def _basic(user: str, password: str) -> tuple[Lines, dict[str, Any]]:
    token = b64encode(f"{user}:{password}".encode()).decode()
    meaning = _credentials("basic", token, username=user, password=password)
    return _lines("Authorization", f"Basic {token}"), meaning


_USERS: Final = ("", "a", "Aladdin", "\u00e9\u00e8", "a b", "\U0001f600")
_PASSWORDS: Final = ("", "open sesame", ":", "a:b", "\u20ac", "\u00fc" * 20)
_PAIRS: Final = (
    ('a="b, c"', {"a": "b, c"}),
    ("a=b", {"a": "b"}),
    ('A="\\"\\\\"', {"a": '"\\'}),
    ('c = "",', {"c": ""}),
)
_NO_CREDENTIALS: Final = (
    *("Basic", "Basic YTpi=", "Basic YQ==", "Basic YTpi x", "Basic gDph", "Basic AGE6Yg=="),
    *("Bearer", "Bearer a b", "Bearer a=b", "Bearer a,b", 'Bearer "a"'),
    *("Digest a=1, a=2", 'Digest a="b', "Digest a=b c", "Digest a=b;c=d", "a,b", "a/b c"),
)

_table(
    "FLD-003 Authorization",
    "`authorization` has the `scheme` in lower case, and `token` or `parameters`, as the field has"
    " the one or the other. With Basic, it has `username` and `password`, from canonical base64 of"
    " UTF-8 without control characters. It is `None` if the field is missing, repeated or"
    " malformed, a parameter comes twice, or the credentials are not those of Basic or Bearer. Its"
    " `repr` hides everything but the scheme. `username` of the request has nothing to do with it.",
    "authorization",
    {
        (): None,
        _lines("Authorization", "bearer mF_9.B5f-4.1JqM=="): _credentials(
            "bearer", "mF_9.B5f-4.1JqM=="
        ),
        _lines("Authorization", "Bearer a", "Bearer a"): None,
        **{_lines("Authorization", wrong): None for wrong in _NO_CREDENTIALS},
    },
    dict(_basic(user, password) for user, password in product(_USERS, _PASSWORDS)),
    {
        _lines("Authorization", f"Digest {one},{other}"): (
            None
            if one_means.keys() & other_means.keys()
            else _credentials("digest", None, parameters={**one_means, **other_means})
        )
        for (one, one_means), (other, other_means) in product(_PAIRS, _PAIRS)
    },
    source="RFC 9110 11.4 and 11.6.2, RFC 7617 2, RFC 6750 2.1",
    why="Code that grants access must not see a part of credentials, or one of two.",
)


def _offered(offers: str, *accepts: str) -> Lines:
    return (("X-Types", offers), *_lines("Accept", *accepts))


_RFC: Final = "text/*;q=0.3, text/html;q=0.7, text/html;level=1, text/html;level=2;q=0.4, */*;q=0.5"
_WEIGHTS: Final = ("0", "0.1", "0.25", "0.999", "1", "1.000")

_table(
    "FLD-004 Preferred type",
    "`preferred_type(*offers)` returns the offer with the greatest weight, of several the first."
    " The weight of an offer is that of the most specific range in Accept that matches it; a range"
    " matches if the offer has its parameters. Weight 0, and no range, mean not acceptable; it"
    " returns `None` if no offer is acceptable. Repeated fields are one list. Malformed members are"
    " ignored; without a valid one, the first offer is returned.",
    "preferred_type",
    {
        _offered("a/b, c/d"): "a/b",
        _offered("a/b, c/d", "c/d"): "c/d",
        _offered("a/b, c/d", "e/f"): None,
        _offered("a/b, c/d", "*/*"): "a/b",
        _offered("a/b, c/d", "*/*, a/*;q=0"): "c/d",
        _offered("a/b, c/d", "a/b;q=0.5", "c/d"): "c/d",
        _offered("a/b, c/d", "nothing, */d, c/d;q=2, c/d;q=x, a/b;x, ,"): "a/b",
        _offered("a/b, c/d", "A/B;Q=0.1,c/D;q=0.2"): "c/d",
        _offered("a/b, a/b;x=1", "a/b;x=1"): "a/b;x=1",
        _offered("a/b", "a/b;x=1"): None,
        _offered("image/jpeg, text/plain", _RFC): "image/jpeg",
        _offered("text/html;level=2, text/html;level=3", _RFC): "text/html;level=3",
        _offered("text/html, text/html;level=1", _RFC): "text/html;level=1",
    },
    {
        _offered("a/b, c/d", f"a/b;q={one}, c/*;q={other}"): (
            None
            if float(one) == float(other) == 0
            else "a/b"
            if float(one) >= float(other)
            else "c/d"
        )
        for one, other in product(_WEIGHTS, _WEIGHTS)
    },
    source="RFC 9110 12.4.2, 12.5.1",
)


def _spoken(offers: str, *accepts: str) -> Lines:
    return (("X-Languages", offers), *_lines("Accept-Language", *accepts))


_table(
    "FLD-005 Preferred language",
    "`preferred_language(*offers)` returns the offer that the ranges in Accept-Language find, from"
    " the greatest weight to the smallest, of equal ones in the order sent: each by lookup, and if"
    " that finds none, by basic filtering. `*` finds what no other range matches. What the client"
    " gives weight 0 is never found. It returns `None` if nothing is found. Repeated fields are one"
    " list. Malformed members are ignored; without a valid one, the first offer is returned.",
    "preferred_language",
    {
        _spoken("de, en"): "de",
        _spoken("de, en", "en"): "en",
        _spoken("de, en", "fr"): None,
        _spoken("de, en", "fr, en-GB-oed;q=0.5"): "en",
        _spoken("de, en-GB", "EN"): "en-GB",
        _spoken("de, en-GB, en", "en-gb"): "en-GB",
        _spoken("zh-Hant-CN, zh", "zh-Hant-CN-x-private1"): "zh-Hant-CN",
        _spoken("de, en", "de;q=0.5", "en;q=0.7"): "en",
        _spoken("de, en", "*, de;q=0"): "en",
        _spoken("de, en", "en-GB, en;q=0"): None,
        _spoken("de, en", "en, de"): "en",
        _spoken("de-AT, de", "*;q=0.1, de-AT;q=0"): "de",
        _spoken("de, en", "_, en_US, de;q=x, *-CH, e1, en;q=1.5"): "de",
    },
    {
        _spoken("de, en", f"de-DE;q={one}, en;q={other}"): (
            "de" if float(one) >= float(other) and float(one) else "en" if float(other) else None
        )
        for one, other in product(_WEIGHTS, _WEIGHTS)
    },
    source="RFC 9110 12.5.4, RFC 4647 3.3.1 and 3.4",
)

_HERE: Final = "http://example.org"
_JOINED: Final = {
    "": f"{_HERE}/a/b/c",
    "g": f"{_HERE}/a/b/g",
    "./g/.": f"{_HERE}/a/b/g/",
    "../g?x=/../y#z": f"{_HERE}/a/g?x=/../y#z",
    "../../../g": f"{_HERE}/g",
    "/": f"{_HERE}/",
    "?y": f"{_HERE}/a/b/c?y",
    "//h/x": "http://h/x",
    "HTTPS://U@H:443/x/../y": "HTTPS://U@H:443/y",
    "g:h": "g:h",
    "/\\evil.example": f"{_HERE}/%5Cevil.example",
    "a b": f"{_HERE}/a/b/a%20b",
}
_ORIGINS: Final = {"//h/x": "http://h", "HTTPS://U@H:443/x/../y": "https://h", "g:h": None}
_SEGMENTS: Final = (("g", "/g"), (".", "/"), ("..", ""), ("%2e", "/%2e"))

_table(
    "FLD-006 Join and origin",
    "`url.join(reference)` is the URL that the reference means; what a URL can't hold is"
    " percent-encoded. `url.origin` is scheme, host and port in lower case, without the scheme's"
    " default port; `None` if there is no host, or the scheme is not one of HTTP or WebSocket.",
    "url",
    {
        _lines("X-Reference", reference): [_HERE, joined, _ORIGINS.get(reference, _HERE)]
        for reference, joined in _JOINED.items()
    },
    {
        _lines("X-Reference", f"{one}/{other}"): [
            _HERE,
            _HERE + (before + after if other != ".." else above),
            _HERE,
        ]
        for one, before, above in (
            ("x", "/a/b/x", "/a/b/"),
            ("..", "/a", "/"),
            (".", "/a/b", "/a/"),
            ("/y", "/y", "/"),
        )
        for other, after in _SEGMENTS
    },
    source="RFC 3986 5.2, RFC 6454 6.2",
)
