r"""Disposition: the name and the file name in the Content-Disposition field of a part.

Rule: what parsers read in different ways is refused, so that no two of them see different forms.

In quotes, `\"` and `\\` are undone, as clients that follow RFC 2183 write them (Go, curl before
7.81); any other backslash is one, as browsers send it. `%22`, `%0D` and `%0A` are undone, as
browsers write them; any other `%` is one.

Sources: RFC 7578 4.2, RFC 2183 2, RFC 8187 3.2, WHATWG HTML 4.10.21.8.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from unireq._body.charsets import codec_of
from unireq._body.parameters import TOKEN, split_parameters
from unireq._errors import MalformedBody
from unireq._octets import octets

__all__ = ["parse_disposition"]

_ESCAPE = re.compile(r'\\(["\\])|%(22|0D|0A)')
_EXTENDED = re.compile(r"(?P<charset>[^']*)'[^']*'(?P<value>[!-~]*)")


def parse_disposition(field: str, codec: str, where: str) -> tuple[str, str | None]:
    """The name of the form field, and the file name as sent; None where it is no file.

    Args:
        field: The value of the field: ISO-8859-1 text of its octets.
        codec: What the octets are in; others become U+FFFD.
        where: What the message of an error begins with.

    Raises:
        MalformedBody: The field can't be read, or not in one way only.
    """
    kind, parameters = split_parameters(field)
    if kind.lower() != "form-data":
        raise MalformedBody(
            f"{where}: expected Content-Disposition: form-data (RFC 7578 4.2), got {kind[:40]!r}"
        )
    values: dict[str, str] = {}
    for name, value, quoted in parameters:
        if not (name and (quoted or TOKEN.fullmatch(value))):
            raise MalformedBody(
                f'{where}: expected parameters as name="value" in Content-Disposition, got'
                f" {value[:40]!r}; quote the value, and escape quotes in it as %22"
            )
        if name in values:
            raise MalformedBody(
                f"{where}: expected one parameter {name!r} in Content-Disposition, got two"
            )
        if name.startswith(("name*", "filename*")) and name != "filename*":
            raise MalformedBody(
                f"{where}: expected name and filename in Content-Disposition (RFC 7578 4.2), got"
                f" {name!r}; send the value in UTF-8, unextended and in one piece"
            )
        values[name] = _ESCAPE.sub(_unescape, value) if quoted else value
    if "name" not in values:
        raise MalformedBody(
            f"{where}: expected the parameter name in Content-Disposition (RFC 7578 4.2), got none"
        )
    name = octets(values["name"]).decode(codec, "replace")
    if "filename" in values:
        return name, octets(values["filename"]).decode(codec, "replace")
    if "filename*" in values:
        return name, _extended(values["filename*"], where)
    return name, None


_NAMED = {"22": '"', "0D": "\r", "0A": "\n"}


def _unescape(match: re.Match[str]) -> str:
    return match[1] or _NAMED[match[2]]


def _extended(value: str, where: str) -> str:
    """A value in the extended notation of RFC 8187 3.2: charset, language, percent-encoded text."""
    match = _EXTENDED.fullmatch(value)
    if match is None:
        raise MalformedBody(
            f"{where}: expected filename*=UTF-8''name (RFC 8187), got {value[:40]!r};"
            " send filename in UTF-8 instead"
        )
    codec = codec_of(match["charset"], f"{where}: filename*")
    return unquote_to_bytes(match["value"]).decode(codec, "replace")
