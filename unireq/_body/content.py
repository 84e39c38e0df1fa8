"""Content-Type and Content-Encoding: what the bytes of a body are, and how they are decoded.

Rule: two Content-Type fields with different values are an error. One that does not match RFC 9110
8.3.1 is marked as `odd`, and unireq reads no form with it: parsers disagree about `a/b,` or a
no-break space after the type.

The list of charsets is closed. Letting the client choose any codec is unsafe: some of Python's
codecs are not charsets, some decode bytes that a filter passes to `<`, and the list differs by
Python version. Bytes that are invalid in the charset become U+FFFD (WHATWG Encoding).

`read()` and `stream()` return the bytes as sent and never decode a content coding, because
signatures cover those bytes. JSON, forms and text are decoded if the application has set
`Limits.decoded_size`; else the body is refused with 415, as is an unknown coding. If there are
several codings, the limit holds for each, and only one block is in memory at a time, so a
compression bomb costs no memory.

Sources: RFC 9110 5.6.6, 8.3 and 8.4, RFC 1950, RFC 1952, RFC 2046 5.1.1, RFC 2183 2, RFC 7578 5.1,
WHATWG URL 5.1.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from unireq._body.limits import Limits, limited_by, no_room
from unireq._body.spooled_body import CHUNK, SpooledBody
from unireq._errors import BodyTooLarge, MalformedBody, UnsupportedCoding
from unireq._fields import members

__all__ = [
    "TOKEN",
    "ContentType",
    "Parameter",
    "boundary_of",
    "charset_of",
    "codec_of",
    "decode_content",
    "parse_content_type",
    "parse_media_type",
    "split_parameters",
    "word_shown",
]

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""A token (RFC 9110 5.6.2)."""

# A quoted-string can't be matched in two ways, so the time is linear.
_PARAMETER = re.compile(
    rf"""
    [ \t]* (?P<name>{TOKEN.pattern}) [ \t]* = [ \t]*
    (?: " (?P<quoted>(?:[^"\\]|\\.)*) " | (?P<plain>[^\s";]+) )
    [ \t]* (?: ; | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)
_EMPTY = re.compile(r"[ \t]*(?:;[ \t;]*|\Z)")

_MOST_PARAMETERS = 32
"""No client library writes a field with so many."""

# RFC 9110 8.3.1, except that a value without quotes may have more characters than a token: some
# clients leave out the quotes of `boundary=----=_1`.
_MEDIA_TYPE = re.compile(
    rf"""
    [ \t]* {TOKEN.pattern} / {TOKEN.pattern} [ \t]*
    (?: ; [ \t]*
        (?:
            {TOKEN.pattern} =
            (?: "(?:[\t -!#-\[\]-~\x80-\xff]|\\[\t -~])*" | [!#-+\--:=?-\[\]-~]+ )
            [ \t]*
        )?
    )*
    """,
    re.VERBOSE,
)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
# Parsers disagree about escapes, or the notation of RFC 8187, in these.
_PLAIN_ONLY = ("boundary", "charset")
# RFC 2046 allows fewer characters, but a widely copied example sends "*****". Some parsers take the
# excluded ones for quotes, or for the end.
_BOUNDARY = re.compile(r"[!#-:=?-\[\]-~](?:[ !#-:=?-\[\]-~]{0,68}[!#-:=?-\[\]-~])?")

_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    # Text that is declared as US-ASCII but isn't is UTF-8.
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "latin-1": "iso-8859-1",
}


def word_shown(word: str) -> str:
    """`word` for a message to the client, if it is a short token; other text may be anything."""
    return repr(word) if len(word) <= 20 and TOKEN.fullmatch(word) else "something else"


class Parameter(NamedTuple("Parameter", [("name", str), ("value", str), ("quoted", bool)])):
    """One parameter.

    Attributes:
        name: In lower case; empty if this piece is not a parameter.
        value: Without the quotes, escapes unchanged.
        quoted: Whether it was quoted.
    """

    __slots__ = ()


def split_parameters(field: str) -> tuple[str, list[Parameter]]:
    """The text before the first `;` in `field`, stripped, and the parameters after it.

    Each parameter begins with `;` and is a name, `=`, and a value, quoted or not. The caller checks
    values without quotes. A piece that is not a parameter has no name; the next one begins after
    the next `;`. After the 32nd parameter, the rest is one such piece.
    """
    first, separator, _ = field.partition(";")
    found: list[Parameter] = []
    position = len(first) + len(separator)
    while position < len(field):
        if (match := _EMPTY.match(field, position)) is None:
            if len(found) == _MOST_PARAMETERS:
                found.append(Parameter("", field[position:].strip("; \t"), quoted=False))
                break
            if (match := _PARAMETER.match(field, position)) is None:
                end = field.find(";", position)
                end = len(field) if end < 0 else end + 1
                found.append(Parameter("", field[position:end].strip("; \t"), quoted=False))
                position = end
                continue
            quoted: str | None = match["quoted"]
            value = match["plain"] if quoted is None else quoted
            found.append(Parameter(match["name"].lower(), value, quoted is not None))
        position = match.end()
    return first.strip(" \t"), found


class ContentType(
    NamedTuple(
        "ContentType", [("essence", str), ("parameters", list[tuple[str, str]]), ("odd", bool)]
    )
):
    """A media type.

    Attributes:
        essence: `"type/subtype"` in lower case; `""` if there is none.
        parameters: The (name, value) pairs, names in lower case; pieces that are not parameters are
            left out.
        odd: Whether it is not a media type by RFC 9110 8.3.1, so parsers may disagree about it.
    """

    __slots__ = ()

    def values(self, name: str) -> list[str]:
        """Every different value of the parameter `name`, in order."""
        return list(dict.fromkeys(value for key, value in self.parameters if key == name))


def parse_media_type(text: str) -> ContentType:
    """The media type, or the media range (RFC 9110 12.5.1), that `text` is."""
    odd = _MEDIA_TYPE.fullmatch(text) is None
    essence, parameters = split_parameters(text)
    pairs: list[tuple[str, str]] = []
    for name, value, quoted in parameters:
        odd = odd or not name
        if name:
            plain = _QUOTED_PAIR.sub(r"\1", value) if quoted else value
            odd = odd or (name.partition("*")[0] in _PLAIN_ONLY and ("*" in name or plain != value))
            pairs.append((name, plain))
    return ContentType(essence.lower(), pairs, odd)


def parse_content_type(field: str | None, where: str = "Content-Type") -> ContentType:
    """The media type in the value of a Content-Type field.

    Args:
        field: The value of the field; None if there is no field.
        where: The beginning of error messages.

    Raises:
        MalformedBody: There are several fields with different values.
    """
    if not field:
        return ContentType("", [], odd=False)
    parsed = parse_media_type(field)
    # A media type has no comma outside quotes; a server that joins two fields puts one there.
    if not parsed.odd or "," not in field:
        return parsed
    several = list(dict.fromkeys(members(field)))
    if len(several) > 1:
        raise MalformedBody(
            f"{where}: expected one media type, got the field more than once with different"
            " values; send it once"
        )
    return parse_media_type(several[0] if several else "")._replace(odd=True)


def boundary_of(content_type: ContentType) -> bytes:
    """The boundary of a multipart body.

    Raises:
        MalformedBody: There is none, there are two, or it is not 1 to 70 visible ASCII characters
            and spaces (RFC 2046 5.1.1), or it ends with a space.
    """
    boundaries = content_type.values("boundary")
    if len(boundaries) != 1:
        raise MalformedBody(
            "Content-Type: expected one boundary parameter (RFC 2046 5.1.1), got"
            f" {len(boundaries) or 'none'}; let the client's library write the field"
        )
    boundary = boundaries[0]
    if not _BOUNDARY.fullmatch(boundary):
        raise MalformedBody(
            'Content-Type: expected a boundary of 1 to 70 visible ASCII characters without "<>;\\'
            f" (RFC 2046 5.1.1), got another one, of {len(boundary)} characters"
        )
    return boundary.encode("ascii")


def codec_of(charset: str, where: str) -> str:
    """The name of Python's codec for `charset`: `"utf-8"` or `"iso-8859-1"`.

    Raises:
        MalformedBody: It is not an accepted charset; the message begins with `where`.
    """
    codec = _CODECS.get(charset.lower())
    if codec is None:
        raise MalformedBody(
            f"{where}: expected the charset utf-8, us-ascii or iso-8859-1, got"
            f" {word_shown(charset)}; send UTF-8"
        )
    return codec


def charset_of(
    content_type: ContentType | str | None,
    default: str = "utf-8",
    where: str = "Content-Type",
) -> str:
    """The name of Python's codec for text of `content_type`; `default` if it names no charset.

    Args:
        content_type: The value of the field, or the parsed value; None if there is no field.
        default: The name of a Python codec.
        where: The beginning of error messages.

    Raises:
        MalformedBody: The charset is not an accepted one, or two are named.
    """
    if not isinstance(content_type, ContentType):
        content_type = parse_content_type(content_type, where)
    codecs = {codec_of(value, where) for value in content_type.values("charset")}
    if len(codecs) > 1:
        raise MalformedBody(f"{where}: expected one charset, got several that differ; send UTF-8")
    return codecs.pop() if codecs else default


# zlib's wbits: the window size, plus 16 for the gzip format (RFC 1952), else RFC 1950.
_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}

MOST_CODINGS = 5
"""How many codings may be applied to one body."""

MOST_MEMBERS = 1000
"""How many members a gzip file may have (RFC 1952 2.2): each costs the memory of a window."""


def decode_content(
    store: SpooledBody, field: str | None, limits: Limits, spool_size: int | None
) -> SpooledBody:
    """The bytes of `store`, decoded; `store` itself if there is nothing to decode.

    Args:
        store: The body as sent.
        field: The value of Content-Encoding; None if there is no field.
        limits: How much is accepted.
        spool_size: Above so many bytes they are kept in a file; None for memory.

    Raises:
        UnsupportedCoding: A coding is unknown, or `Limits.decoded_size` is not set.
        BodyTooLarge: The decoded bytes are over `Limits.decoded_size`.
        MalformedBody: The bytes are not valid in that coding, cut short, or more bytes follow.
        UnireqError: The temporary file can't be written.
    """
    codings = [coding.lower() for coding in members(field or "")]
    codings = [coding for coding in codings if coding != "identity"]
    if not codings or not store.size:
        return store
    shown = ", ".join(codings)[:80]
    if limits.decoded_size is None:
        raise UnsupportedCoding(
            f"Content-Encoding: expected content without a coding, got {shown!r}; send it plain",
            "set Limits.decoded_size to have gzip and deflate decoded",
        )
    if len(codings) > MOST_CODINGS or not _WINDOWS.keys() >= {*codings}:
        raise UnsupportedCoding(
            f"Content-Encoding: expected at most {MOST_CODINGS} of gzip, x-gzip and deflate, got"
            f" {shown!r}"
        )
    chunks: Iterable[bytes] = store.chunks()
    # The codings are listed in the order in which they were applied (RFC 9110 8.4).
    for coding in reversed(codings):
        chunks = _decoded(chunks, coding, limits.decoded_size)
    decoded = SpooledBody()
    try:
        for chunk in chunks:
            decoded.append(chunk, spool_size)
    except OSError as error:
        raise no_room(error) from error
    return decoded


def _decoded(chunks: Iterable[bytes], coding: str, most: int) -> Iterator[bytes]:
    window = _WINDOWS[coding]
    decoder = zlib.decompressobj(window)
    size, count = 0, 1
    for chunk in chunks:
        data = chunk
        while True:
            if decoder.eof:
                if not data:
                    break
                count += 1
                if coding == "deflate" or count > MOST_MEMBERS:
                    raise _malformed(coding, "more bytes after its end")
                decoder = zlib.decompressobj(window)
            try:
                piece = decoder.decompress(data, CHUNK)
            except zlib.error as error:
                raise _malformed(coding, f"other data ({error})") from None
            size += len(piece)
            if size > most:
                raise BodyTooLarge(
                    f"body: expected at most {most} bytes after decoding {coding}, got more",
                    limited_by("decoded_size"),
                )
            if piece:
                yield piece
            data = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
            # A full piece means that the decoder may hold more output.
            if not data and len(piece) < CHUNK:
                break
    if not decoder.eof:
        raise _malformed(coding, "the end of the body; it was cut short")


def _malformed(coding: str, got: str) -> MalformedBody:
    return MalformedBody(f"body: expected {coding} (Content-Encoding), got {got}")
