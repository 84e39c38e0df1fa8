"""What single header fields of a request say: its media type, size, credentials and preferences.

Rule: a field is parsed the first time that somebody asks, and kept. Most requests are asked for
none of it, so the parsers are imported when they are asked for, and what they find has one slot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from unireq._fields import parse_content_length

if TYPE_CHECKING:
    from unireq._authorization import Authorization
    from unireq._headers import Headers
    from unireq._media_type import MediaType
    from unireq._proxies import Forwarded, TrustedProxies

__all__ = ["FieldReader"]

_T = TypeVar("_T")


class FieldReader:
    """Reads single fields; a base class of `Request`."""

    __slots__ = ("_parsed_fields",)

    _parsed_fields: dict[str, Any]  # by the names of the fields, once one has been parsed

    if TYPE_CHECKING:
        _headers: Headers | None

        def get_header(self, name: str, /) -> str | None: ...

    def _parse(self, name: str, parser: Callable[[str | None], _T]) -> _T:
        """What `parser` makes of the field `name`, the first time."""
        try:
            return self._parsed_fields[name]  # type: ignore[no-any-return]
        except AttributeError:
            self._parsed_fields = {}
        except KeyError:
            pass
        headers = self._headers
        field = self.get_header(name) if headers is None else headers.get(name)
        found = self._parsed_fields[name] = parser(field)
        return found

    @property
    def content_type(self) -> MediaType | None:
        """The media type of the body: a `str` with parts; None if it is missing or unclear.

        Unclear is a field that was sent more than once, or is not a media type. A form is read only
        where this is the media type of a form. Source: RFC 9110 8.3.
        """
        from unireq._media_type import find_media_type

        return self._parse("content-type", find_media_type)

    @property
    def content_length(self) -> int | None:
        """The size of the body in bytes, as the client says; None if it doesn't say one number.

        None with chunked framing. A repeated field counts if all values are the same. Source: RFC
        9110 8.6.
        """
        return self._parse("content-length", parse_content_length)

    @property
    def authorization(self) -> Authorization | None:
        """The credentials in the Authorization field, unchecked; None if missing or malformed.

        They are what the client claims, and never become `username`. Source: RFC 9110 11.6.2.
        """
        from unireq._authorization import find_authorization

        return self._parse("authorization", find_authorization)

    def preferred_type(self, *offers: str) -> str | None:
        """The offer that Accept prefers: the heaviest one, of equal ones the first.

        The most specific range that matches an offer gives its weight. A range matches if the offer
        has all its parameters. Without a valid range, the first offer.

        Args:
            *offers: The media types that the application can send, the best first.

        Returns:
            One of `offers`; None if the client accepts none of them (status 406).

        Raises:
            TypeError: An offer is not a str.
            ValueError: An offer is not a media type, or has a wildcard.

        Source: RFC 9110 12.5.1.
        """
        from unireq._preferences import find_media_ranges, preferred_type

        return preferred_type(self._parse("accept", find_media_ranges), offers)

    def preferred_language(self, *offers: str) -> str | None:
        """The offer that Accept-Language prefers.

        Each range, from the heaviest to the lightest, of equal ones in the order sent, finds an
        offer by lookup (`en-GB` finds `en`), and if there is none, by basic filtering (`en` finds
        `en-GB`). Offers for which the client says `q=0` are never found. Without a valid range, the
        first offer.

        Args:
            *offers: The language tags that the application can send, the best first.

        Returns:
            One of `offers`; None if no range finds one: then use the default language.

        Raises:
            TypeError: An offer is not a str.
            ValueError: An offer is not a language tag (`en_GB`).

        Source: RFC 9110 12.5.4, RFC 4647 3.4 (lookup) and 3.3.1 (basic filtering).
        """
        from unireq._preferences import find_language_ranges, preferred_language

        return preferred_language(self._parse("accept-language", find_language_ranges), offers)

    def forwarded(self, proxies: TrustedProxies) -> Forwarded:
        """Who the client is, and what it asked for, as `proxies` say.

        It begins with what the server gave: the peer of the connection, or the client that the
        server itself has found behind proxies that it trusts. What nobody trusted says is not
        believed. Source: RFC 7239.
        """
        from unireq._proxies import server_facts

        request: Any = self
        return proxies.find(server_facts(request), self.get_header)
