"""What deviations touch of malformed messages, which have ids in place of parts."""

from __future__ import annotations

from collections.abc import Callable, Collection

from unireq_conformance.malformed import MESSAGES
from unireq_conformance.model import AbstractRequest

__all__ = ["either", "in_messages"]

Touches = Callable[[AbstractRequest], Collection[str]]


def in_messages(ids: str, *fields: str) -> Touches:
    """That `fields` are touched in the messages `ids`, separated by blanks."""
    octets = {MESSAGES[each].octets for each in ids.split()}

    def touches(request: AbstractRequest) -> Collection[str]:
        return fields if request.message in octets else ()

    return touches


def either(*several: Touches) -> Touches:
    """That what any of `several` touches is touched."""

    def touches(request: AbstractRequest) -> Collection[str]:
        return [field for each in several for field in each(request)]

    return touches
