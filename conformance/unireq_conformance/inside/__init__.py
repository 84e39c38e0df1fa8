"""Checks of the Python object, made inside the app, where the object is.

Rule: each check has the id of its clause, takes the native request, and gives None or an
expectation that was not met. What a check raises is what it observed. Nothing here depends on a
framework, so the same checks run in every app; none changes what another request sees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from unireq_conformance.inside import addresses, data, detection, findings, mappings, objects, user
from unireq_conformance.inside.findings import SPARED, Finding, Read

__all__ = ["CHECKS", "addresses", "check_all", "data", "detection", "mappings", "objects", "user"]

# First, because it tells what reading imports, and nothing is imported twice.
_FIRST: Final = "API-003"

CHECKS: Final[dict[str, Read]] = {_FIRST: findings.CHECKS[_FIRST], **findings.CHECKS}
"""Every check by the id of its clause, in the order that they are made in."""


def check_all(
    native: Any, login: Callable[[Any, str], None] | None = None
) -> dict[str, Finding | None]:
    """What every check finds of `native`; `login` authenticates it, where the app can do that.

    Nothing once the app is spared.
    """
    if SPARED.is_set():
        return {}
    found = {clause: read(native) for clause, read in CHECKS.items()}
    if login is not None:
        # Last, because from now on somebody is logged in.
        found["USR-001"] = user.logged_in(native, login)
    return found
