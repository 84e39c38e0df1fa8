"""Part: the header of one part of a multipart form, read and checked.

Rule: a field of the header that decides what the part is (its name, its media type, its encoding)
comes once, or the part is refused.

Sources: RFC 7578 4, RFC 2045 6.
"""

from __future__ import annotations

from typing import NamedTuple

from unireq._body.charsets import charset_of
from unireq._body.disposition import parse_disposition
from unireq._body.limits import Limits
from unireq._body.refusals import limited_by
from unireq._errors import BodyTooLarge, MalformedBody, TooManyFields
from unireq._headers import Headers, headers_from_pairs

__all__ = ["Part", "parse_part"]

_ONCE = ("content-disposition", "content-type", "content-transfer-encoding")
_PLAIN = ("7bit", "8bit", "binary")


class Part(NamedTuple):
    """What the header of a part says.

    Attributes:
        name: Of the field of the form.
        filename: As sent; None where the part is text.
        headers: All fields of the header.
        codec: What Python calls the charset of a text.
        where: What the message of an error in the part begins with.
    """

    name: str
    filename: str | None
    headers: Headers
    codec: str
    where: str


def parse_part(fields: list[tuple[str, str]], codec: str, limits: Limits, where: str) -> Part:
    """The part whose header has `fields`.

    Args:
        fields: (name, value) pairs; ISO-8859-1 text of their octets.
        codec: What names are in, and texts that do not say otherwise.
        limits: How much is accepted.
        where: What the message of an error begins with.

    Raises:
        MalformedBody: The header can't be read, or not in one way only.
        BodyTooLarge, TooManyFields: It is over a limit.
    """
    _check_size(fields, limits, where)
    values: dict[str, str] = {}
    for name, value in fields:
        key = name.lower()
        if "\r" in value or "\n" in value or "\0" in value:
            raise MalformedBody(
                f"{where}: expected header fields without CR, LF and NUL (RFC 9110 5.5), got one in"
                f" {key}; escape a line break in a name as %0D%0A"
            )
        if key in values and key in _ONCE:
            raise MalformedBody(f"{where}: expected one {key} in its header, got two")
        values[key] = value.strip(" \t")
    name, filename = parse_disposition(values.get("content-disposition", ""), codec, where)
    where = f"{where} ({name[:40]!r})"
    encoding = values.get("content-transfer-encoding", "binary").lower()
    if encoding not in _PLAIN:
        raise MalformedBody(
            f"{where}: expected content as it is (RFC 7578 4.7), got Content-Transfer-Encoding:"
            f" {encoding[:40]!r}; send the bytes themselves"
        )
    if filename is None:
        codec = charset_of(values.get("content-type"), codec, f"{where}: Content-Type")
    headers = headers_from_pairs(
        [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]
    )
    return Part(name, filename, headers, codec, where)


def _check_size(fields: list[tuple[str, str]], limits: Limits, where: str) -> None:
    size = sum(len(name) + len(value) + len(": \r\n") for name, value in fields)
    if limits.part_header_size is not None and size > limits.part_header_size:
        raise too_large_header(limits, where)


def too_many_headers(limits: Limits, where: str) -> TooManyFields:
    """The error for a part with more header fields than `limits` allows."""
    return TooManyFields(
        f"{where}: expected at most {limits.part_headers} header fields, got more",
        limited_by("part_headers"),
    )


def too_large_header(limits: Limits, where: str) -> BodyTooLarge:
    """The error for a part whose header has more octets than `limits` allows."""
    return BodyTooLarge(
        f"{where}: expected a header of at most {limits.part_header_size} bytes, got more",
        limited_by("part_header_size"),
    )
