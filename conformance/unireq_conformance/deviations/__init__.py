"""Every declared deviation of the registered targets, and which of them concern whom.

What a server refuses is no deviation: a request that never reaches the app has no normal form.
"""

from __future__ import annotations

from typing import Final

from unireq_conformance.deviations.deviation import SOURCE_PORT, Deviation, Refusal
from unireq_conformance.deviations.of_connections import CONNECTION_DEVIATIONS
from unireq_conformance.deviations.of_fields import FIELD_DEVIATIONS
from unireq_conformance.deviations.of_messages import MESSAGE_DEVIATIONS
from unireq_conformance.deviations.of_targets import TARGET_DEVIATIONS
from unireq_conformance.model import AbstractRequest

__all__ = ["DEVIATIONS", "SOURCE_PORT", "Deviation", "Refusal", "deviations_of", "touched"]


DEVIATIONS: Final[tuple[Deviation, ...]] = (
    *FIELD_DEVIATIONS,
    *TARGET_DEVIATIONS,
    *CONNECTION_DEVIATIONS,
    *MESSAGE_DEVIATIONS,
)
"""All of them."""


def deviations_of(target: str) -> list[Deviation]:
    """The deviations that hold for the target called `target`."""
    return [deviation for deviation in DEVIATIONS if deviation.concerns(target)]


def touched(target: str, request: AbstractRequest) -> set[str]:
    """The fields in which `target` may differ on `request`, by what is declared."""
    return {name for found in deviations_of(target) for name in found.touches(request)}
