"""Mutants of parsed fields (FLD)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mutants.mutant import breaks, mutant
from unireq import _authorization, _fields, _media_type, _preferences, _url
from unireq._body.content import ContentType, parse_media_type
from unireq._media_type import MediaType
from unireq._preferences import MediaRange
from unireq._url import URL

_join = URL.join
_weight_of_type = _preferences._weight_of_type

mutant(
    "second_value_of_a_parameter_counts",
    "Of two values of a parameter of a media type, the last one counts.",
    "FLD-001",
).puts(_media_type.unambiguous, list)


@breaks("FLD-001", of=_media_type.find_media_type)
def believes_anything(field: str | None) -> MediaType | None:
    """A field that is no media type has one."""
    return None if field is None else _media_type._made(MediaType, field, parse_media_type(field))


@breaks("FLD-002", of=_fields.parse_content_length)
def lists_are_no_length(field: str | None) -> int | None:
    """A list of equal sizes is no size."""
    return int(field) if field and field.isdigit() else None


@breaks("FLD-003", of=_authorization._parameters)
def auth_parameters_split_at_commas(text: str) -> Any:
    """Parameters are split at commas, also inside quotes."""
    pairs = [piece.partition("=")[::2] for piece in text.split(",")]
    return {name.strip().lower(): value.strip('" ') for name, value in pairs}


@breaks("FLD-003", of=(_authorization.Authorization, "__repr__"))
def repr_with_credentials(self: _authorization.Authorization) -> str:
    """The repr shows the credentials."""
    return f"<Authorization {self.scheme} {self.credentials}>"


mutant(
    "control_characters_in_names", "A name and a password may have control characters.", "FLD-003"
).puts(_authorization._CONTROL, re.compile(r"(?!)"))


@breaks("FLD-004", of=_weight_of_type)
def the_heaviest_range_counts(ranges: Sequence[MediaRange], offer: ContentType) -> int:
    """The weight of an offer is the greatest of the ranges that match it."""
    return max((_weight_of_type([each], offer) for each in ranges), default=1000)


mutant(
    "refused_languages_are_found",
    "A language with the weight 0 is found by another range.",
    "FLD-005",
).puts(_preferences._is_refused, lambda ranges, tag: False)
mutant(
    "no_filtering",
    "A range finds no language that is more specific.",
    "FLD-005",
).puts(_preferences._within, lambda tag, wider: tag == wider)
mutant(
    "dots_stay",
    "`.` and `..` stay in a joined URL.",
    "FLD-006",
).puts(_url._without_dot_segments, lambda path: path)


@breaks("FLD-006", of=(URL, "origin"))
@property
def origin_as_sent(self: URL) -> str | None:
    """`origin` is in any case, with the default port and userinfo."""
    return f"{self.scheme}://{self.netloc}" if self.netloc else None


@breaks("FLD-006", of=(URL, "join"))
def other_hosts_by_backslash(self: URL, reference: str) -> URL:
    """A backslash in a reference stays."""
    return URL(str.replace(_join(self, reference), "%5C", "\\"))
