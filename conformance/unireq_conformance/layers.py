"""Layers around an app: what those of the probe are told to do, and what must come of it.

Rule: as in `model`, nothing here parses, and what must come of it is written down beside what is
told. This module imports neither unireq nor a framework.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["CHUNKS", "LAYERS_FIELD", "RECORD_FIELD", "STREAM_FIELDS", "AbstractLayers"]

LAYERS_FIELD: Final = "Unireq-Layers"
"""The header field that tells the layers what to do: JSON text of ASCII; see `inside.layers`."""

RECORD_FIELD: Final = "Unireq-Record"
"""The header field with the name of the record in which they note what they see."""

CHUNKS: Final = (b"one,", b"two,", b"three")
"""The content of the stream at `/stream`."""

STREAM_FIELDS: Final = (
    ("content-type", "text/plain"),
    ("x-gone", "of the stream"),
    ("x-list", "a"),
    ("set-cookie", "a=1"),
    ("set-cookie", "b=2"),
)
"""Its header fields."""


@dataclass(frozen=True)
class AbstractLayers:
    """What layers are told, and what must come of it.

    Attributes:
        instruction: What they are told, as JSON text.
        expected: What must come of it, as JSON text; see `of`.
    """

    instruction: str
    expected: str

    @property
    def line(self) -> bytes:
        """The field line that tells it."""
        return f"{LAYERS_FIELD}: {self.instruction}".encode("ascii")

    @property
    def outcome(self) -> dict[str, Any]:
        """What must come of it."""
        found: dict[str, Any] = json.loads(self.expected)
        return found

    @property
    def noted(self) -> frozenset[str]:
        """The parts that must have run."""
        outcome = self.outcome
        return frozenset([*(outcome["parts"] or ()), *outcome["facts"]])

    @classmethod
    def of(
        cls,
        told: Mapping[str, Mapping[str, Any]],
        *,
        parts: Iterable[str] | None = None,
        facts: Mapping[str, Mapping[str, Any]] | None = None,
        status: int | None = None,
        content: str | None = None,
        fields: Mapping[str, list[str]] | None = None,
        broken: bool = False,
    ) -> AbstractLayers:
        """Layers.

        Args:
            told: By the name of the layer, by its part, what it does.
            parts: The parts that must run, in this order; None if that is not what it is about.
            facts: By part, what must be seen there; a part of a fact after a dot.
            status: The status that must be received; None for any that the layers have seen.
            content: The content as ISO-8859-1 text; None for any.
            fields: The values of fields, by name; [] for a field that must not be there.
            broken: Whether the answer breaks off.
        """
        outcome = {
            "parts": None if parts is None else list(parts),
            "facts": {part: dict(found) for part, found in (facts or {}).items()},
            "status": status,
            "content": content,
            "fields": dict(fields or {}),
            "broken": broken,
        }
        return cls(json.dumps(told, separators=(",", ":")), json.dumps(outcome))
