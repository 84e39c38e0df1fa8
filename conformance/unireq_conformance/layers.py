"""Layers around an app: what those of the probe are told to do, and what must come of it.

This module imports neither unireq nor a framework.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from unireq_conformance.told import Told

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


class AbstractLayers(Told):
    """What layers are told, by the name of the layer, by its part; and what must come of it.

    `parts` are those that must run, in this order; `facts`, by part, what must be seen there, a
    part of a fact after a dot; `status` the status that must be received, or None for any that the
    layers have seen; `content` the content as ISO-8859-1 text, or None for any; `fields` the values
    of fields by name, [] for one that must not be there; `broken` whether the answer breaks off.
    """

    FIELD = LAYERS_FIELD
    OUTCOME: ClassVar[Mapping[str, Any]] = {
        "parts": None,
        "facts": {},
        "status": None,
        "content": None,
        "fields": {},
        "broken": False,
    }

    @property
    def noted(self) -> frozenset[str]:
        """The parts that must have run."""
        outcome = self.outcome
        return frozenset([*(outcome["parts"] or ()), *outcome["facts"]])
