"""Charsets: which ones the text of a body may be in, and how it is decoded.

Rule: the list is closed. A codec that a client may choose freely is a hole: some of Python's are no
charsets, some read `<` out of octets that a filter passes, and which there are differs by version.

Octets that are not of the charset become U+FFFD, as the WHATWG Encoding standard has it.

Sources: RFC 7578 5.1, WHATWG URL 5.1.
"""

from __future__ import annotations

from unireq._body.content_type import ContentType, parse_content_type
from unireq._errors import MalformedBody

__all__ = ["charset_of", "codec_of"]

_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    # What claims to be US-ASCII and is not is UTF-8.
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "latin-1": "iso-8859-1",
}


def codec_of(charset: str, where: str) -> str:
    """The name of Python's codec for `charset`: `"utf-8"` or `"iso-8859-1"`.

    Raises:
        MalformedBody: It is none of the accepted charsets; the message says `where` it was named.
    """
    codec = _CODECS.get(charset.lower())
    if codec is None:
        raise MalformedBody(
            f"{where}: expected the charset utf-8, us-ascii or iso-8859-1, got {charset[:40]!r};"
            " send UTF-8"
        )
    return codec


def charset_of(
    content_type: ContentType | str | None,
    default: str = "utf-8",
    where: str = "Content-Type",
) -> str:
    """The name of Python's codec for text of `content_type`; `default` if it names no charset.

    Args:
        content_type: The value of the field, or what was parsed of it; None is no such field.
        default: A name that Python knows.
        where: What the message of an error begins with.

    Raises:
        MalformedBody: The charset is not an accepted one, or two are named.
    """
    if not isinstance(content_type, ContentType):
        content_type = parse_content_type(content_type, where)
    codecs = {codec_of(value, where) for value in content_type.values("charset")}
    if len(codecs) > 1:
        raise MalformedBody(f"{where}: expected one charset, got several that differ; send UTF-8")
    return codecs.pop() if codecs else default
