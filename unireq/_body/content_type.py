"""ContentType: the media type that a Content-Type field names, and its parameters.

Rule: a field that came twice with different values is never half-believed. Servers join the two
with a comma, which no media type has outside quotes.

Sources: RFC 9110 8.3, RFC 2046 5.1.1.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from unireq._body.parameters import split_parameters
from unireq._errors import MalformedBody
from unireq._field_values import members

__all__ = ["ContentType", "boundary_of", "parse_content_type"]

_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
# RFC 2046 names fewer characters, but "*****" is what a widely copied example sends.
_BOUNDARY = re.compile(r"[!-~](?:[ -~]{0,68}[!-~])?")


class ContentType(
    NamedTuple("ContentType", [("essence", str), ("parameters", list[tuple[str, str]])])
):
    """A media type.

    Attributes:
        essence: `"type/subtype"` in lower case; `""` where none was sent.
        parameters: The (name, value) pairs, names in lower case; pieces that are no parameter are
            left out.
    """

    __slots__ = ()

    def values(self, name: str) -> list[str]:
        """Every different value of the parameter `name`, in order."""
        return list(dict.fromkeys(value for key, value in self.parameters if key == name))


def parse_content_type(field: str | None, where: str = "Content-Type") -> ContentType:
    """The media type in the value of a Content-Type field; None is no such field.

    Args:
        field: The value of the field.
        where: What the message of an error begins with.

    Raises:
        MalformedBody: The field came more than once, with different values.
    """
    if not field:
        return ContentType("", [])
    if "," in field:
        several = list(dict.fromkeys(members(field)))
        if len(several) > 1:
            raise MalformedBody(
                f"{where}: expected one media type, got the field more than once with different"
                " values; send it once"
            )
        field = several[0] if several else ""
    essence, parameters = split_parameters(field)
    pairs = [
        (name, _QUOTED_PAIR.sub(r"\1", value) if quoted else value)
        for name, value, quoted in parameters
        if name
    ]
    return ContentType(essence.lower(), pairs)


def boundary_of(content_type: ContentType) -> bytes:
    """The boundary of a multipart body.

    Raises:
        MalformedBody: There is none, there are two, or it is not 1 to 70 visible ASCII characters
            and spaces (RFC 2046 5.1.1), the last no space.
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
            "Content-Type: expected a boundary of 1 to 70 visible ASCII characters"
            f" (RFC 2046 5.1.1), got {boundary[:80]!r} of {len(boundary)}"
        )
    return boundary.encode("ascii")
