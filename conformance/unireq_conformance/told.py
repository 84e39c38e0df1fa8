"""What an app is told in a header field of a request, and what must come of it.

Rule: as in `model`, nothing here parses, and what must come of it is written down beside what is
told. Both are JSON text, so that a request can be looked up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from typing_extensions import Self


@dataclass(frozen=True)
class Told:
    """What is told, and what must come of it.

    Attributes:
        FIELD: The field that tells it.
        OUTCOME: What must come of it where nothing else is said.
        instruction: What is told, as JSON text of ASCII.
        expected: What must come of it, as JSON text.
    """

    FIELD: ClassVar[str]
    OUTCOME: ClassVar[Mapping[str, Any]]

    instruction: str
    expected: str

    @property
    def line(self) -> bytes:
        """The field line that tells it."""
        return f"{self.FIELD}: {self.instruction}".encode("ascii")

    @property
    def outcome(self) -> dict[str, Any]:
        """What must come of it."""
        found: dict[str, Any] = json.loads(self.expected)
        return found

    @classmethod
    def of(cls, told: Mapping[str, Any], **expected: Any) -> Self:
        """That `told` is told, and what must come of it, as far as it differs from `OUTCOME`.

        Raises:
            TypeError: `OUTCOME` does not have it.
        """
        if unknown := expected.keys() - cls.OUTCOME.keys():
            raise TypeError(f"expected some of {[*cls.OUTCOME]}, got {sorted(unknown)}")
        outcome = {**cls.OUTCOME, **expected}
        return cls(json.dumps(told, separators=(",", ":")), json.dumps(outcome))
