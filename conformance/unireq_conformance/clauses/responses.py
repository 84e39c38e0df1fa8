"""RSP-001 to 008 and 013: the clauses about results, fields and redirections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.responding import Answers, answered, asking, handled
from unireq_conformance.model import AbstractRequest
from unireq_conformance.response import AbstractResponse, told
from unireq_conformance.response_strategies import DATES, STATUSES, field_lists

if TYPE_CHECKING:
    from hypothesis import strategies as st

_Response = AbstractResponse
_JSON: Final = ("content-type", "application/json")
_HTML: Final = ("content-type", "text/html; charset=utf-8")
_TEXT: Final = ("content-type", "text/plain; charset=utf-8")

# What is returned.


@answered(
    "RSP-001 Text",
    "A `str` is sent as UTF-8 with status 200 and `text/plain; charset=utf-8`.",
    source="RFC 9110 8.3, RFC 2046 4.1.2",
)
def _text() -> Answers:
    return map(_Response.text, ("", "a", "grüße", "😀\0\r\n<", "\ufeffx", "0\r\n\r\n", "t" * 3000))


@answered(
    "RSP-002 Bytes",
    "`bytes` are sent as they are, with status 200 and `application/octet-stream`.",
    source="RFC 9110 8.3, RFC 2046 4.5.1",
)
def _bytes() -> Answers:
    for data in (b"", b"a", bytes(range(256)), b"HTTP/1.1 200 OK\r\n\r\n", b"\0" * 9):
        yield _Response.octets(data)


@answered(
    "RSP-003 JSON",
    "A `dict` or a `list` is sent as JSON with status 200 and `application/json`, in ASCII and"
    " without white space.",
    why="The bytes are then the same everywhere, and no guess at an encoding can go wrong.",
    source="RFC 8259",
)
def _json() -> Answers:
    yield _Response.value({})
    yield _Response.value([])
    yield _Response.value({"b": 1, "a": [1, 1.5, True, None, "é"]})
    yield _Response.value([[], {}, "😀\u2028</script>"])
    yield _Response.value({"é": "\0\x7f"})
    yield _Response.value([2**64, -1, 1e300])


@answered(
    "RSP-004 Nothing",
    "`None` is sent as status 204, without content and without Content-Type.",
    source="RFC 9110 15.3.5",
)
def _nothing() -> Answers:
    yield _Response.nothing()


@answered(
    "RSP-005 Status",
    "A `Response` is sent with the status that it was given, from 200 to 599, whether or not the"
    " status has a name. Content is sent with every status that allows content.",
    source="RFC 9110 15",
)
def _status() -> Answers:
    return (_Response.made("content", status=status) for status in STATUSES)


# Fields.


def _with_fields() -> st.SearchStrategy[AbstractRequest]:
    return field_lists().map(_once).map(lambda fields: asking(_Response.made("", headers=fields)))


def _once(fields: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """The last field of each name."""
    return list({name.lower(): (name, value) for name, value in fields}.values())


@handled(
    "RSP-006 Fields",
    "The header fields given to a `Response` are sent, and no others. Values are sent unchanged,"
    " except for white space around them. Names are compared in any case.",
    why="Only Date, Server, Connection, Keep-Alive and framing belong to the server.",
    source="RFC 9110 5.1, 5.5",
    strategy=_with_fields,
)
def _fields() -> Rows:
    for fields in (
        [("X-Empty", "")],
        [("X-Space", "  a \t b  ")],
        [("X-Long", "v" * 3000)],
        [("!#$%&'*+-.^_`|~09aZ", "token")],
        [("x-visible", "".join(map(chr, range(0x21, 0x7F))))],
        [("Cache-Control", "no-store"), ("ETag", '"1"'), ("Last-Modified", DATES[4][1])],
        [("Content-Encoding", "identity"), ("Content-Language", "de")],
        [("Access-Control-Allow-Origin", "*"), ("Strict-Transport-Security", "max-age=0")],
    ):
        yield asking(_Response.made("", headers=fields))


@answered(
    "RSP-007 Repeated fields",
    "A repeated field is sent repeatedly, one line each, in the order given. `add_header` adds a"
    " field after the others of its name. `set_header` replaces them all.",
    why="A dict keeps only the last value, and not every field may be joined.",
    source="RFC 9110 5.2, 5.3",
)
def _repeated_fields() -> Answers:
    yield _Response.made("", headers=[("Link", "<a>"), ("link", "<b>"), ("LINK", "<a>")])
    yield _Response.made("", headers=[("Vary", "a")], added=[("vary", "b"), ("Vary", "c, d")])
    given = [("WWW-Authenticate", 'Basic realm="a, b"'), ("X", "1")]
    added = [("www-authenticate", "Bearer"), ("x", "")]
    yield _Response.made("", headers=given, added=added, status=401)
    changes = {"headers": [["X", "1"], ["Y", "1"], ["x", "2"]], "set": [["X", "3"]]}
    yield _Response(told("changed", changes), fields=(_TEXT, ("y", "1"), ("x", "3")))
    changes = {"headers": [], "set": [["content-type", "text/css"]]}
    yield _Response(told("changed", changes), fields=(("content-type", "text/css"),))


@answered(
    "RSP-008 Content-Type",
    "Content-Type comes from `headers`, else from `media_type`, else from the result. Nothing is"
    " added to it. Without content, and if none was given, there is none.",
    why="Frameworks add a charset to text, and `text/html` to everything.",
    source="RFC 9110 8.3",
)
def _content_type() -> Answers:
    yield _Response.made()
    yield _Response.made(status=404)
    yield _Response.made("a", media_type="text/css")
    yield _Response.made("é", media_type="text/html; charset=utf-16")
    yield _Response.made(b"a", media_type="text/plain")
    yield _Response.made("a", headers=[("Content-Type", "text/csv")])
    yield _Response.made("a", headers=[("CONTENT-TYPE", "a/b")], media_type="text/html")
    yield _Response.made(headers=[("Content-Type", "application/json")])
    yield _Response.made_by("text", "é", "é".encode(), _TEXT)
    yield _Response.made_by("html", "<p>é", "<p>é".encode(), _HTML)
    yield _Response.made_by("html", "x", b"x", _HTML, status=404)
    yield _Response.made_by("json", [1, "é"], b'[1,"\\u00e9"]', _JSON)
    yield _Response.made_by("json", None, b"null", _JSON)
    kind = "application/vnd.x+json"
    field = ("content-type", kind)
    yield _Response.made_by("json", "x", b'"x"', field, status=409, media_type=kind)


# Redirections.


def redirect_to(url: str, location: str, status: int = 302) -> AbstractResponse:
    """A redirection to `url`, whose Location is `location`."""
    return _Response.made_by("redirect", url, b"", ("location", location), status=status)


@answered(
    "RSP-013 Redirect",
    "`Response.redirect` sends its status, and Location as given. What a URL cannot contain is"
    " percent-encoded as UTF-8. Nothing is made absolute, and there is no content.",
    why="Anybody can choose the authority of a request.",
    source="RFC 9110 15.4, 10.2.2",
)
def _redirect() -> Answers:
    yield _Response.made_by("redirect", "/a", b"", ("location", "/a"))
    for status in (301, 302, 303, 307, 308):
        yield redirect_to("/a", "/a", status)
    for url, location in (
        ("a/../b", "a/../b"),
        ("?q=1&r=%41+%zz", "?q=1&r=%41+%zz"),
        ("/grüße?a=b c#é", "/gr%C3%BC%C3%9Fe?a=b%20c#%C3%A9"),
        ("https://[::1]:8/~u;v=1/@:!$&'()*,=", "https://[::1]:8/~u;v=1/@:!$&'()*,="),
        ('/"<>\\^`{|}', "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("//other.example/😀", "//other.example/%F0%9F%98%80"),
    ):
        yield redirect_to(url, location)
