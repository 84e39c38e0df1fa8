r"""Part: the header of one part of a multipart form, read from its bytes and checked.

Rule: everything on which parsers disagree is refused, so that no two parsers see different forms. A
header line is a field name, a colon right after it, and a value without CR, LF and NUL (RFC 9112
5.1, RFC 9110 5.5); a field that determines the part comes once; so does each parameter.

In quotes, `\"` and `\\` are unescaped, because clients that follow RFC 2183 write them (Go, curl
before 7.81); any other backslash stays, because browsers send it plain. `%22`, `%0D` and `%0A` are
unescaped, because browsers write them; any other `%` stays.

Sources: RFC 7578 4, RFC 9112 5, RFC 2045 6, RFC 2183 2, RFC 8187 3.2, WHATWG HTML 4.10.21.8.
"""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple

from unireq._body.content import TOKEN, charset_of, codec_of, split_parameters, word_shown
from unireq._errors import MalformedBody
from unireq._urlencoded import latin1_to_bytes, unescape

__all__ = ["Part", "parse_line", "parse_part"]

_NAME = re.compile(TOKEN.pattern.encode())
_FORBIDDEN = re.compile(rb"[\r\n\0]")
_ONCE = ("Content-Disposition", "Content-Type", "Content-Transfer-Encoding", "Content-Length")
_PLAIN = ("7bit", "8bit", "binary")
_LENGTH = re.compile(r"0|[1-9][0-9]{0,18}")

# The fast path: nearly every client writes this, and all parsers read it alike.
_USUAL = re.compile(r'form-data; name="([^"\\%]*)"(?:; filename="([^"\\%]*)")?')
# It matches an unclosed string too: retrying at each quote would take quadratic time.
_QUOTED = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_NAMED = (("%22", '"'), ("%0D", "\r"), ("%0A", "\n"))
_EXTENDED = re.compile(r"(?P<charset>[^']*)'[^']*'(?P<value>[!-~]*)")
# RFC 2047 2, with the language of RFC 2231 5.
_ENCODED_WORD = re.compile(r"=\?([^?*]+)(?:\*[^?]*)?\?([BbQq])\?([^?]*)\?=")


class Part(NamedTuple):
    """The parsed header of a part.

    Attributes:
        name: The name of the form field.
        filename: The file name as sent; None if the part is text.
        fields: All header fields; only files expose them.
        codec: The Python codec of a text.
        length: The value of Content-Length, in bytes; None if there is none.
        where: The beginning of error messages about the part.
    """

    name: str
    filename: str | None
    fields: list[tuple[bytes, bytes]]
    codec: str
    length: int | None
    where: str


def parse_line(line: bytes, where: str) -> tuple[bytes, bytes]:
    """The name of a field, in lower case, and its value, from a line without its end.

    Raises:
        MalformedBody: It is not a valid line; the message begins with `where`.
    """
    name, colon, value = line.partition(b":")
    wrong = (
        "no colon"
        if not colon
        else "an invalid name"
        if _NAME.fullmatch(name) is None
        else "one of these in its value"
        if _FORBIDDEN.search(value) is not None
        else ""
    )
    if wrong:
        # Don't show the line: it may be a password, if the empty line before it is missing.
        raise MalformedBody(
            f"{where}: expected each line of its header to be a field name, a colon right after it"
            f" and a value without CR, LF and NUL (RFC 9112 5), got a line with {wrong};"
            " send an empty line before the content, and escape a line break in a name as %0D%0A"
        )
    return name.lower(), value.strip(b" \t")


def parse_part(fields: list[tuple[bytes, bytes]], codec: str, where: str) -> Part:
    """The part whose header has these fields.

    Args:
        fields: As `parse_line` returns them, in the order sent.
        codec: The codec of names, and of texts without a charset.
        where: The beginning of error messages.

    Raises:
        MalformedBody: The header is invalid, or ambiguous.
    """
    values: dict[str, str] = {}
    for field, value in fields:
        key = field.decode("ascii").title()
        if key in values and key in _ONCE:
            raise MalformedBody(f"{where}: expected one {key} in its header, got two")
        values[key] = value.decode("latin-1")
    name, filename = _parse_disposition(values.get("Content-Disposition", ""), codec, where)
    where = f"{where} ({name[:40]!r})"
    encoding = values.get("Content-Transfer-Encoding", "binary").lower()
    if encoding not in _PLAIN:
        raise MalformedBody(
            f"{where}: expected content without an encoding (RFC 7578 4.7), got"
            f" Content-Transfer-Encoding: {word_shown(encoding)}; send the bytes themselves"
        )
    length = values.get("Content-Length")
    if length is not None and _LENGTH.fullmatch(length) is None:
        raise MalformedBody(
            f"{where}: expected a number of bytes as Content-Length, got something else"
        )
    if filename is None and "Content-Type" in values:
        codec = charset_of(values["Content-Type"], codec, f"{where}: Content-Type")
    return Part(name, filename, fields, codec, None if length is None else int(length), where)


def _parse_disposition(field: str, codec: str, where: str) -> tuple[str, str | None]:
    """The name of the form field, and the file name as sent; None if it is not a file.

    Args:
        field: The value of Content-Disposition, its bytes as ISO-8859-1 text.
        codec: The codec of the bytes; invalid bytes become U+FFFD.
        where: The beginning of error messages.
    """
    if (usual := _USUAL.fullmatch(field)) is not None:
        name, plain = usual.groups()
        plain = plain and latin1_to_bytes(plain).decode(codec, "replace")
        return latin1_to_bytes(name).decode(codec, "replace"), plain
    kind, parameters = split_parameters(field)
    if kind.lower() != "form-data":
        raise MalformedBody(
            f"{where}: expected Content-Disposition: form-data (RFC 7578 4.2), got"
            f" {'none' if not field else 'another type'}"
        )
    if "\t" in field and "\t" in _QUOTED.sub("", field):
        raise MalformedBody(f"{where}: expected spaces in Content-Disposition, got a tab")
    values: dict[str, str] = {}
    for name, value, quoted in parameters:
        if not (name and (quoted or TOKEN.fullmatch(value))):
            raise MalformedBody(
                f'{where}: expected parameters of the form name="value" in Content-Disposition, got'
                " something else; quote the value, and escape quotes in it as %22"
            )
        if name in values:
            raise MalformedBody(
                f"{where}: expected one parameter {name!r} in Content-Disposition, got two"
            )
        if name.startswith(("name*", "filename*")) and name != "filename*":
            raise MalformedBody(
                f"{where}: expected name and filename in Content-Disposition (RFC 7578 4.2), got"
                f" {word_shown(name)}; send the value in UTF-8, unextended and in one piece"
            )
        values[name] = _unescape(value) if quoted else value
    if "name" not in values:
        raise MalformedBody(
            f"{where}: expected the parameter name in Content-Disposition (RFC 7578 4.2), got none"
        )
    name = latin1_to_bytes(values["name"]).decode(codec, "replace")
    plain, extended = values.get("filename"), values.get("filename*")
    if plain is None:
        return name, None if extended is None else _extended(extended, where)
    # .NET's HttpClient writes a name that is not ASCII in two notations. If both agree, all parsers
    # see the same name.
    if extended is not None and (word := _encoded_word(plain)) and word == _agreeing(extended):
        return name, word
    return name, latin1_to_bytes(plain).decode(codec, "replace")


def _unescape(value: str) -> str:
    """A quoted value without its escapes; nothing is unescaped twice."""
    if "\\" in value:
        value = "\\".join(piece.replace('\\"', '"') for piece in value.split("\\\\"))
    if "%" in value:
        for escape, character in _NAMED:
            value = value.replace(escape, character)
    return value


def _extended(value: str, where: str) -> str:
    """A value in the extended notation of RFC 8187 3.2: charset, language, percent-encoded text."""
    match = _EXTENDED.fullmatch(value)
    if match is None:
        raise MalformedBody(
            f"{where}: expected filename*=UTF-8''name (RFC 8187), got something else;"
            " send filename in UTF-8 instead"
        )
    codec = codec_of(match["charset"], f"{where}: filename*")
    return unescape(match["value"].encode("ascii")).decode(codec, "replace")


def _agreeing(value: str) -> str | None:
    """Like `_extended`, but None if it is invalid: then only `filename` counts."""
    try:
        return _extended(value, "")
    except MalformedBody:
        return None


def _encoded_word(value: str) -> str | None:
    """The decoded text, if `value` consists of encoded words (RFC 2047); else None."""
    pieces: list[bytes] = []
    codecs: set[str] = set()
    for word in value.split(" "):
        match = _ENCODED_WORD.fullmatch(word)
        if match is None:
            return None
        try:
            codecs.add(codec_of(match[1], ""))
            text = match[3].encode("ascii")
            base64 = match[2] in "Bb"
            pieces.append(binascii.a2b_base64(text) if base64 else binascii.a2b_qp(text, True))
        except ValueError:
            return None
    try:
        return b"".join(pieces).decode(codecs.pop()) if len(codecs) == 1 else None
    except UnicodeDecodeError:
        return None
