"""Deviations in bodies: framing that servers don't decode, and forms that they parse themselves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from unireq_conformance.content import PROBE_FIELD, error, form, octets
from unireq_conformance.deviations.deviation import Deviation, post, shows
from unireq_conformance.model import AbstractRequest

__all__ = ["BODY_DEVIATIONS"]

_READ: Final = f"{PROBE_FIELD}: read".encode()
_FORM: Final = f"{PROBE_FIELD}: form".encode()
_CHUNKED: Final = b"Transfer-Encoding: chunked"
_URLENCODED: Final = b"Content-Type: application/x-www-form-urlencoded"
_INCOMPLETE: Final = error("IncompleteBody", 400)
_MALFORMED: Final = error("MalformedBody", 400)


def _in_chunks(request: AbstractRequest) -> Collection[str]:
    framing = None if request.content is None else request.content.framing
    return () if framing is None or framing.chunks is None else ["body"]


def _with_extensions(request: AbstractRequest) -> Collection[str]:
    framing = None if request.content is None else request.content.framing
    return ["body"] if framing is not None and framing.extension and framing.chunks else ()


def _of_two_types(request: AbstractRequest) -> Collection[str]:
    two = any(line.name.lower() == "content-type" for line in request.fields)
    return ["body"] if two and request.content is not None else ()


def _multipart(request: AbstractRequest) -> Collection[str]:
    media_type = None if request.content is None else request.content.media_type
    # No name of a field: what it does not refuse is to be right.
    multipart = (media_type or b"").lower().startswith(b"multipart/form-data")
    return ["a refusal"] if multipart and request.method == "POST" else ()


BODY_DEVIATIONS: Final = (
    Deviation(
        "BDY-002",
        because="wsgiref does not decode chunked framing, so the body cannot be read",
        witness=post(_CHUNKED, _READ, body=b"5\r\nhello\r\n0\r\n\r\n"),
        targets=("*:runserver",),
        **shows({"body.1.read": (octets(b"hello"), _INCOMPLETE)}),
        touches=_in_chunks,
    ),
    Deviation(
        "BDY-002",
        because="Werkzeug's server reads a chunk extension as part of the size, and gives up",
        witness=post(_CHUNKED, _READ, body=b"5;a=b\r\nhello\r\n0\r\n\r\n"),
        targets=("*:werkzeug",),
        **shows({"body.1.read": (octets(b"hello"), _INCOMPLETE)}),
        touches=_with_extensions,
    ),
    Deviation(
        "FRM-006",
        because="Werkzeug's server passes on only the last of two Content-Type fields",
        witness=post(
            b"Content-Type: text/plain", _URLENCODED, b"Content-Length: 3", _FORM, body=b"a=1"
        ),
        targets=("*:werkzeug",),
        **shows({"body.1.form": (_MALFORMED, form([("a", "1")]))}),
        touches=_of_two_types,
    ),
    Deviation(
        "FRM-006",
        because="wsgiref passes on only the first of two Content-Type fields",
        witness=post(
            _URLENCODED, b"Content-Type: text/plain", b"Content-Length: 3", _FORM, body=b"a=1"
        ),
        targets=("*:runserver",),
        **shows({"body.1.form": (_MALFORMED, form([("a", "1")]))}),
        touches=_of_two_types,
    ),
    Deviation(
        "FRM-008",
        because="daphne parses multipart forms of POST itself, before it calls an app, and refuses"
        " forms that its parser cannot read, such as a form without parts",
        witness=post(
            b"Content-Type: multipart/form-data; boundary=edge",
            b"Content-Length: 10",
            _FORM,
            body=b"--edge--\r\n",
        ),
        targets=("*:daphne",),
        refused=True,
        touches=_multipart,
    ),
)
