"""What deviations touch: which requests, and which fields of them."""

from __future__ import annotations

from collections.abc import Callable

from unireq_conformance.deviations.deviation import Touches
from unireq_conformance.malformed import MESSAGES
from unireq_conformance.model import AbstractRequest, Field

__all__ = ["either", "has_field", "in_messages", "lines_with", "when"]


def when(applies: Callable[[AbstractRequest], object], *fields: str) -> Touches:
    """That `fields` are touched where it `applies`."""
    return lambda request: fields if applies(request) else ()


def lines_with(found: Callable[[Field], object]) -> Touches:
    """That the header fields are touched of which a line has what is to be `found`."""
    return lambda request: [f"headers.{f.name.lower()}" for f in request.fields if found(f)]


def in_messages(ids: str, *fields: str) -> Touches:
    """That `fields` are touched in the malformed messages `ids`, separated by blanks."""
    octets = {MESSAGES[each].octets for each in ids.split()}
    return when(lambda request: request.message in octets, *fields)


def either(*several: Touches) -> Touches:
    """That what any of `several` touches is touched."""
    return lambda request: [field for each in several for field in each(request)]


def has_field(request: AbstractRequest, *beginnings: str) -> bool:
    """Whether the name of a field begins like this, in lower case."""
    return any(line.name.lower().startswith(beginnings) for line in request.fields)
