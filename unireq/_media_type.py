"""MediaType: the media type in a Content-Type field, a `str` with its parts as properties.

The parser is that of bodies (`unireq._body.content`), so a form is read only if the request's
`content_type` names that form, and code that guards by media type sees the type that is parsed.

Sources: RFC 9110 8.3, RFC 6838 4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from unireq._body.content import ContentType, parse_content_type, parse_media_type
from unireq._errors import MalformedBody
from unireq._mapping import ReadOnlyDict, restore
from unireq._redact import shown_field

__all__ = ["MediaType", "find_media_type"]


class Parameters(ReadOnlyDict[str]):
    """The parameters of a media type: a real dict with lower-case names."""

    __slots__ = ()

    _instead: ClassVar[str] = "write another text, unireq.MediaType('text/html; charset=utf-8')"

    def _shown(self) -> dict[str, str]:
        return {name: shown_field(name, value) for name, value in self.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (type(self), dict(self))


class MediaType(str):
    """A media type with its parameters: the text as sent, with its parts as properties.

    Compare `essence`, not the text, which may be in any case and have parameters.

    Args:
        text: The media type: `"text/html; charset=utf-8"`.

    Raises:
        TypeError: `text` is not a str.
        ValueError: `text` is not a media type (RFC 9110 8.3.1).
    """

    __slots__ = ("_essence", "_parameters")

    _essence: str
    _parameters: Parameters

    def __new__(cls, text: str) -> MediaType:  # noqa: PYI034  # Self needs Python 3.11
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"MediaType: expected a str, got {type(text).__name__}")
        parsed = parse_media_type(text)
        if parsed.odd:
            raise ValueError(
                "MediaType: expected a media type such as 'text/html; charset=utf-8' (RFC 9110"
                f" 8.3.1), got another text, of {len(text)} characters"
            )
        return _made(cls, text, parsed)

    @property
    def essence(self) -> str:
        """Type and subtype, in lower case: `"text/html"`."""
        return self._essence

    @property
    def type(self) -> str:
        """The type, in lower case: `"text"`."""
        return self._essence.partition("/")[0]

    @property
    def subtype(self) -> str:
        """The subtype, in lower case: `"html"`, `"vnd.api+json"`."""
        return self._essence.partition("/")[2]

    @property
    def parameters(self) -> Parameters:
        """The parameters: a read-only dict, names in lower case, values without quotes and escapes.

        A name that comes more than once with different values is left out. Source: RFC 6838 4.3.
        """
        return self._parameters

    @property
    def charset(self) -> str | None:
        """The charset, in lower case: `"utf-8"`; None if none is named. Source: RFC 9110 8.3.2.

        It is what the client says, and may be anything; `request.text()` accepts only some.
        """
        charset = self._parameters.get("charset")
        return None if charset is None else charset.lower()

    def __reduce__(self) -> tuple[Any, ...]:
        return MediaType, (str(self),)

    def __repr__(self) -> str:
        return f"MediaType({shown_field('content-type', self)!r})"


def _made(cls: type[MediaType], text: str, parsed: ContentType) -> MediaType:
    made = str.__new__(cls, text)
    made._essence = parsed.essence  # pyright: ignore[reportPrivateUsage]
    made._parameters = restore(Parameters, dict(unambiguous(parsed.parameters)))  # pyright: ignore[reportPrivateUsage]
    return made


def unambiguous(parameters: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """`parameters` without those of a name that has different values."""
    values = dict(parameters)
    differ = {name for name, value in parameters if values[name] != value}
    return [pair for pair in parameters if pair[0] not in differ]


def find_media_type(field: str | None) -> MediaType | None:
    """The media type in the value of a Content-Type field.

    None if there is no field, several, or one that is not a media type by RFC 9110 8.3.1.
    """
    try:
        parsed = parse_content_type(field)
    except MalformedBody:
        return None
    if field is None or parsed.odd or not parsed.essence:
        return None
    return _made(MediaType, field, parsed)
