"""What a target reported of one request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

__all__ = ["Seen", "is_refusal", "within"]


class Seen:
    """The report of a probe, as JSON gave it.

    Attributes:
        facts: `request.to_dict()`; empty if unireq failed.
        derived: What unireq computes from them.
        early: The same facts, read before routing.
        current: The same facts, of the request that is current; empty where none is.
        injected: The same facts, of the request that `inject` gave; empty where it gave none.
        inside: By clause id, what the checks inside the app found: None, or an expectation.
        error: The traceback where unireq failed, in the facts or what follows from them; "" where
            it did not.
        native: What the framework itself says.
        body: What came of each step that was asked for, by its number and name: `1.read`.
        response: What was received of a handler's response; see `servers.received`.
        layers: What the layers around the app have noted: `events`, and what is left `after`.
        source_port: The port that the request was sent from.
    """

    def __init__(self, report: Mapping[str, Any], *, source_port: int | None = None) -> None:
        self.source_port = source_port
        facts = dict(report.get("unireq") or {})
        derived = dict(report.get("derived") or {})
        self.error: str = str(facts.pop("error", "") or derived.pop("error", ""))
        self.facts: dict[str, Any] = facts
        self.derived: dict[str, Any] = derived
        self.early: dict[str, Any] = dict(report.get("early") or {})
        self.current: dict[str, Any] = dict(report.get("current") or {})
        self.injected: dict[str, Any] = dict(report.get("injected") or {})
        self.inside: dict[str, Any] = dict(report.get("inside") or {})
        self.body: dict[str, Any] = dict(report.get("body") or {})
        self.response: dict[str, Any] = dict(report.get("response") or {})
        self.native: dict[str, Any] = dict(report.get("native") or {})
        self.layers: dict[str, Any] = dict(report.get("layers") or {})

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

    def at(self, where: str) -> Any:
        """The value of the field `where`, JSON-able; None if there is none.

        A part is named after a dot: `headers.x-foo`, `client.port`, `body.1.read`,
        `response.fields.location`.
        """
        found: Any
        name, _, part = where.partition(".")
        if name == "cookies":
            found = self.derived["cookies_all" if part else "cookies"]
        elif name == "query_params":
            found = self.derived["query" if part else "query_all"]
        elif name == "body":
            found = self.body
        elif name == "response":
            return within(self.response, part)
        else:
            found = {**self.facts, **self.derived}.get(name)
        if not part:
            return found
        if name == "client":
            return None if found is None else found[("host", "port").index(part)]
        return cast("dict[str, Any]", found).get(part) if isinstance(found, dict) else None


def within(found: Any, path: str) -> Any:
    """What is in `found` at `path`, which has dots between names; None if there is nothing."""
    for name in path.split(".") if path else ():
        found = cast("dict[str, Any]", found).get(name) if isinstance(found, dict) else None
    return found


def is_refusal(how: str) -> bool:
    """Whether a request was turned down before an app saw it: one verdict, however it is said.

    `not-http` is how http.server refuses a version that it can't read: without a status line.
    """
    if how.isdecimal():
        return how.startswith("4") or how in {"501", "505"}
    return how.partition(":")[0] in {"closed", "reset", "not-http"}
