"""Deviations in messages: bodies, forms, responses; and malformed ones that are not refused."""

from __future__ import annotations

from typing import Final

from unireq_conformance.content import PROBE_FIELD, Framing, error, form, octets
from unireq_conformance.deviations.deviation import Deviation, get, lost, post
from unireq_conformance.deviations.touching import has_field, in_messages, when
from unireq_conformance.malformed import MESSAGES
from unireq_conformance.model import AbstractRequest
from unireq_conformance.response import AbstractResponse

__all__ = ["MESSAGE_DEVIATIONS"]

_READ: Final = f"{PROBE_FIELD}: read".encode()
_FORM: Final = f"{PROBE_FIELD}: form".encode()
_CHUNKED: Final = b"Transfer-Encoding: chunked"
_URLENCODED: Final = b"Content-Type: application/x-www-form-urlencoded"
_INCOMPLETE: Final = error("IncompleteBody", 400)
_MALFORMED: Final = error("MalformedBody", 400)

_of_two_types = when(lambda r: r.content and has_field(r, "content-type"), "body")


def _framing(request: AbstractRequest) -> Framing:
    return (request.content and request.content.framing) or Framing()


def _is_posted_multipart(request: AbstractRequest) -> bool:
    media_type = (request.content and request.content.media_type) or b""
    return request.method == "POST" and media_type.lower().startswith(b"multipart/form-data")


def _taken(targets: str, because: str, ids: str) -> Deviation:
    """Messages that `targets` hand to the app; the first of `ids` is the witness."""
    return lost(
        f"MAL-010 {targets}",
        f"{because}: {', '.join(ids.split())}",
        MESSAGES[ids.split(maxsplit=1)[0]].octets,
        touches=in_messages(ids, "the server"),
        taken=True,
    )


MESSAGE_DEVIATIONS: Final = (
    lost(
        "BDY-002 *:runserver",
        "wsgiref does not decode chunked framing, so the body cannot be read",
        post(_CHUNKED, _READ, body=b"5\r\nhello\r\n0\r\n\r\n"),
        {"body.1.read": (octets(b"hello"), _INCOMPLETE)},
        when(lambda r: _framing(r).chunks is not None, "body"),
    ),
    lost(
        "BDY-002 *:werkzeug",
        "Werkzeug's server reads a chunk extension as part of the size, and gives up",
        post(_CHUNKED, _READ, body=b"5;a=b\r\nhello\r\n0\r\n\r\n"),
        {"body.1.read": (octets(b"hello"), _INCOMPLETE)},
        when(lambda r: _framing(r).extension and _framing(r).chunks, "body"),
    ),
    lost(
        "FRM-006 *:werkzeug",
        "Werkzeug's server passes on only the last of two Content-Type fields",
        post(b"Content-Type: text/plain", _URLENCODED, b"Content-Length: 3", _FORM, body=b"a=1"),
        {"body.1.form": (_MALFORMED, form([("a", "1")]))},
        _of_two_types,
    ),
    lost(
        "FRM-006 *:runserver",
        "wsgiref passes on only the first of two Content-Type fields",
        post(_URLENCODED, b"Content-Type: text/plain", b"Content-Length: 3", _FORM, body=b"a=1"),
        {"body.1.form": (_MALFORMED, form([("a", "1")]))},
        _of_two_types,
    ),
    lost(
        "FRM-008 *:daphne",
        "daphne parses multipart forms of POST itself, before it calls an app, and refuses"
        " forms that its parser cannot read, such as a form without parts",
        post(
            b"Content-Type: multipart/form-data; boundary=edge",
            b"Content-Length: 10",
            _FORM,
            body=b"--edge--\r\n",
        ),
        # No name of a field: what it does not refuse is to be right.
        touches=when(_is_posted_multipart, "a refusal"),
    ),
    lost(
        "RSP-014 *:runserver",
        "Django's runserver omits a Content-Length of 0 in the response to HEAD, as RFC"
        " 9110 8.6 allows",
        get(b"/respond", *AbstractResponse.made("").line).replace(b"GET", b"HEAD"),
        {"response.framing.content-length": (["0"], None)},
        when(
            lambda r: r.response and r.method == "HEAD" and not r.response.content,
            "response.framing.content-length",
        ),
    ),
    lost(
        "MAL-001 sanic:uvicorn-h11",
        "Sanic under uvicorn answers 500 to a target without a leading slash",
        MESSAGES["relative-target"].octets,
        touches=in_messages("relative-target", "the server"),
    ),
    _taken(
        "*:werkzeug *:runserver",
        "http.server, on which Werkzeug's server and runserver are built, does not check methods,"
        " white space before a colon, lengths or codings",
        "method-not-a-token space-before-the-colon tab-before-the-colon"
        " length-of-letters length-below-zero length-with-a-plus length-with-a-point"
        " length-with-an-underscore length-hexadecimal lengths-in-a-list-at-odds lengths-at-odds"
        " coding-not-chunked coding-after-chunked chunked-twice",
    ),
    _taken(
        "sanic:sanic",
        "Sanic's server accepts any method, and white space before a colon",
        "no-method method-not-a-token space-before-the-colon tab-before-the-colon",
    ),
    _taken(
        "*:waitress",
        "waitress reads the version as the target if there is no target, and two codings as one",
        "no-target chunked-twice",
    ),
    _taken("*:granian", "granian reads two codings as one", "chunked-twice"),
    _taken(
        "*:hypercorn-h2",
        "hypercorn accepts any method over HTTP/2, even an empty one",
        "no-method method-not-a-token",
    ),
)
