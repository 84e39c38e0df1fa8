"""What a client prefers: Accept and Accept-Language.

A field is a list of ranges, each with a weight from 0 to 1; 0 means "not acceptable". A member that
is malformed is ignored, and so are all after the 64th. A field without a valid member says as
little as a missing one: everything is acceptable.

Sources: RFC 9110 12.4.2, 12.5.1 and 12.5.4, RFC 4647 2.1, 3.3.1 and 3.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from unireq._body.content import ContentType, parse_media_type, split_parameters
from unireq._fields import members
from unireq._redact import shown_name

__all__ = [
    "LanguageRange",
    "MediaRange",
    "find_language_ranges",
    "find_media_ranges",
    "preferred_language",
    "preferred_type",
]

_MOST_MEMBERS = 64
"""Browsers send about ten."""

# RFC 9110 12.4.2; the leading zero may be missing, as in the default Accept of Java's
# HttpURLConnection (`*/*; q=.2`).
_WEIGHT = re.compile(r"0?\.([0-9]{1,3})|0\.?|(1)(?:\.0{0,3})?")
_WILDCARD = re.compile(r"\*/\*|([^*/]+)/\*|[^*/]+/[^*/]+")
# RFC 4647 2.1, bounded: no language tag has so many subtags.
_RANGE = re.compile(r"\*|[A-Za-z]{1,8}(?:-[0-9A-Za-z]{1,8}){0,15}")


class MediaRange(
    NamedTuple(
        "MediaRange",
        [("essence", str), ("parameters", frozenset[tuple[str, str]]), ("weight", int)],
    )
):
    """A member of Accept.

    Attributes:
        essence: `"text/html"`, `"text/*"` or `"*/*"`.
        parameters: What an offer must have, besides others.
        weight: In thousandths.
    """

    __slots__ = ()


class LanguageRange(NamedTuple("LanguageRange", [("tag", str), ("weight", int)])):
    """A member of Accept-Language.

    Attributes:
        tag: In lower case; `"*"` for any.
        weight: In thousandths.
    """

    __slots__ = ()


def _weight(values: Sequence[str]) -> int | None:
    """The weight in thousandths; None if it is malformed, or there are several."""
    if not values:
        return 1000
    match = _WEIGHT.fullmatch(values[0]) if len(values) == 1 else None
    if match is None:
        return None
    return 1000 if match[2] else int((match[1] or "0").ljust(3, "0"))


def _first_members(field: str | None) -> list[str]:
    return members(field or "")[:_MOST_MEMBERS]


def find_media_ranges(field: str | None) -> list[MediaRange]:
    """The media ranges in the value of an Accept field; `[]` if there are none.

    A parameter `q` is the weight wherever it stands (RFC 9110 12.5.1).
    """
    return [found for member in _first_members(field) for found in _media_range(member)]


def _media_range(member: str) -> Iterator[MediaRange]:
    parsed = parse_media_type(member)
    weight = _weight([value for name, value in parsed.parameters if name == "q"])
    if weight is not None and not parsed.odd and _WILDCARD.fullmatch(parsed.essence) is not None:
        yield MediaRange(parsed.essence, _comparable(parsed), weight)


def _comparable(parsed: ContentType) -> frozenset[tuple[str, str]]:
    return frozenset(
        # The charset is in any case (RFC 9110 8.3.2); other values depend on their name.
        (name, value.lower() if name == "charset" else value)
        for name, value in parsed.parameters
        if name != "q"
    )


def preferred_type(ranges: Sequence[MediaRange], offers: Sequence[str]) -> str | None:
    """The offer that the client prefers; None if it accepts none.

    Raises:
        TypeError, ValueError: An offer is not a media type without wildcards.
    """
    weights = [_weight_of_type(ranges, _offered_type(offer)) for offer in offers]
    return _heaviest(weights, offers)


def _offered_type(offer: object) -> ContentType:
    if not isinstance(offer, str):
        raise TypeError(f"preferred_type: expected offers that are str, got {type(offer).__name__}")
    parsed = parse_media_type(offer)
    if parsed.odd or "*" in parsed.essence:
        raise ValueError(
            "preferred_type: expected media types such as 'text/html', without wildcards, got"
            f" {shown_name(offer)}"
        )
    return parsed


def _weight_of_type(ranges: Sequence[MediaRange], offer: ContentType) -> int:
    """The weight of the most specific range that matches; of several, the greatest."""
    if not ranges:
        return 1000
    main = offer.essence.partition("/")[0]
    specific = {"*/*": 0, f"{main}/*": 1, offer.essence: 2}
    has = _comparable(offer)
    matching = [
        (specific[essence], len(parameters), weight)
        for essence, parameters, weight in ranges
        if essence in specific and parameters <= has
    ]
    return max(matching)[2] if matching else 0


def _heaviest(weights: Sequence[int], offers: Sequence[str]) -> str | None:
    most = max(weights, default=0)
    return offers[weights.index(most)] if most else None


def find_language_ranges(field: str | None) -> list[LanguageRange]:
    """The language ranges in the value of an Accept-Language field, the heaviest first."""
    found = [each for member in _first_members(field) for each in _language_range(member)]
    return sorted(found, key=lambda each: -each.weight)


def _language_range(member: str) -> Iterator[LanguageRange]:
    tag, parameters = split_parameters(member)
    weight = _weight([parameter.value for parameter in parameters])
    named = all(parameter.name == "q" for parameter in parameters)
    if weight is not None and named and _RANGE.fullmatch(tag) is not None:
        yield LanguageRange(tag.lower(), weight)


def preferred_language(ranges: Sequence[LanguageRange], offers: Sequence[str]) -> str | None:
    """The offer that the client prefers; None if it accepts none.

    Raises:
        TypeError, ValueError: An offer is not a language tag.
    """
    tags = [_offered_tag(offer) for offer in offers]
    if not ranges:
        return offers[0] if offers else None
    refused = [_is_refused(ranges, tag) for tag in tags]
    left = {tag: offer for tag, offer, no in zip(tags, offers, refused, strict=True) if not no}
    for tag, weight in ranges:
        found = _matching(tag, ranges, left) if weight else None
        if found is not None:
            return left[found]
    return None


def _offered_tag(offer: object) -> str:
    if not isinstance(offer, str):
        raise TypeError(
            f"preferred_language: expected offers that are str, got {type(offer).__name__}"
        )
    if offer == "*" or _RANGE.fullmatch(offer) is None:
        raise ValueError(
            "preferred_language: expected language tags such as 'de' or 'en-GB' (RFC 5646 2.1),"
            f" got {shown_name(offer)}"
        )
    return offer.lower()


def _within(tag: str, wider: str) -> bool:
    """Whether `tag` is `wider` or begins with it (RFC 4647 3.3.1)."""
    return tag == wider or tag.startswith(f"{wider}-")


def _is_refused(ranges: Sequence[LanguageRange], tag: str) -> bool:
    """Whether the longest range that matches `tag` has the weight 0."""
    matching = [(len(wider), weight) for wider, weight in ranges if _within(tag, wider)]
    return bool(matching) and max(matching)[1] == 0


def _matching(wanted: str, ranges: Sequence[LanguageRange], tags: dict[str, str]) -> str | None:
    """The first of `tags` that the range `wanted` finds: by lookup, else by filtering."""
    if wanted == "*":
        # It stands for the languages that no other range matches (RFC 9110 12.5.4).
        others = [tag for tag, _ in ranges if tag != "*"]
        return next((tag for tag in tags if not any(_within(tag, o) for o in others)), None)
    subtags = wanted.split("-")
    while subtags:
        if (shorter := "-".join(subtags)) in tags:
            return shorter
        del subtags[-1]
        if subtags and len(subtags[-1]) == 1:
            del subtags[-1]
    return next((tag for tag in tags if _within(tag, wanted)), None)
