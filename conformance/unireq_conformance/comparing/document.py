"""A comparison as JSON: the form that `unireq-conformance compare --json` writes.

Rule: everything that the terminal shows is in it, unshortened; docs/compare.md describes it. A
change that a reader of version 1 could stumble over makes it version 2.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from typing import Any, Final

import unireq
from unireq_conformance.comparing.answers import Answer, Failure
from unireq_conformance.comparing.compare import Comparison
from unireq_conformance.comparing.groups import Absent, Group, Raised
from unireq_conformance.comparing.request_file import RawRequest

SCHEMA: Final = 1
"""Version of the form, under the key "schema"."""


def to_document(comparison: Comparison, request: RawRequest) -> dict[str, Any]:
    """Return `comparison` as data that any JSON encoder takes."""
    round_ = comparison.round
    return {
        "schema": SCHEMA,
        "verdict": comparison.verdict,
        "exit_status": comparison.exit_status,
        "summary": comparison.summary,
        "request": {
            "source": request.source,
            "latin1": request.data.decode("latin-1"),
            "notes": list(request.notes),
            "client_port": round_.client_port,
        },
        "versions": {
            "python": platform.python_version(),
            "implementation": platform.python_implementation(),
            "platform": sys.platform,
            "unireq": unireq.__version__,
        },
        "answers": {each.target.name: _said_there(each) for each in round_.answers},
        "failures": {each.target.name: _said_there(each) for each in round_.failures},
        "native": {
            "fields": list(comparison.native),
            "disagreements": [
                {"field": row.field, "key": row.key, "groups": _groups(row.native)}
                for row in comparison.disagreements
            ],
        },
        "unireq": {
            "fields": list(comparison.fields),
            "differences": [
                {"field": field, "groups": _groups(groups)}
                for field, groups in comparison.differences.items()
            ],
            "contradictions": [_plain(vars(each)) for each in comparison.contradictions],
            "errors": comparison.errors,
        },
    }


def _said_there(outcome: Answer | Failure) -> dict[str, Any]:
    target = outcome.target
    said = {name: value for name, value in vars(outcome).items() if name != "target"}
    if isinstance(outcome, Answer):
        said = {"native": outcome.native, "unireq": outcome.facts, "derived": outcome.derived}
    about = {"framework": target.framework, "server": target.driver.server}
    return {**about, "versions": target.versions, **said}


def _groups(groups: Iterable[Group]) -> list[dict[str, Any]]:
    return [{"targets": list(group.targets), **_said(group.value)} for group in groups]


def _said(value: Any) -> dict[str, Any]:
    if isinstance(value, Absent):
        return {"absent": True}
    return {"raised": value.error} if isinstance(value, Raised) else {"value": _plain(value)}


def _plain(value: Any) -> Any:
    """Return `value` as JSON has it: bytes as ISO-8859-1 text, what else it lacks as `str`."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, Absent):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)
