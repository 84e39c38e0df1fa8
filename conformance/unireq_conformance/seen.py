"""What a target reported of one request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Seen"]


class Seen:
    """The report of a probe, as JSON gave it.

    Attributes:
        facts: `request.to_dict()`; empty if unireq failed.
        derived: What unireq computes from them.
        early: The same facts, read before routing.
        inside: By clause id, what the checks inside the app found: None, or an expectation.
        error: The traceback where unireq failed, in the facts or what follows from them; "" where
            it did not.
        native: What the framework itself says.
        source_port: The port that the request was sent from.
    """

    def __init__(self, report: Mapping[str, Any], *, source_port: int | None = None) -> None:
        self.source_port = source_port
        facts = dict(report["unireq"])
        derived = dict(report["derived"])
        self.error: str = str(facts.pop("error", "") or derived.pop("error", ""))
        self.facts: dict[str, Any] = facts
        self.derived: dict[str, Any] = derived
        self.early: dict[str, Any] = dict(report.get("early") or {})
        self.inside: dict[str, Any] = dict(report.get("inside") or {})
        self.native: dict[str, Any] = dict(report.get("native") or {})

    @property
    def normal_form(self) -> dict[str, Any]:
        """The facts, with all that follows from them, as `reference.normal_form` has them."""
        return {
            **self.facts,
            "url": self.derived["url"],
            "cookies": self.derived["cookies_all"],
            "query_params": self.derived["query_all"],
        }

    @property
    def headers(self) -> dict[str, Any]:
        """The header fields."""
        return dict(self.facts.get("headers") or {})
