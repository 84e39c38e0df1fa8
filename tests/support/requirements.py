"""What to do when a part that a test needs is missing: skip at home, fail in CI.

A skip that nobody reads is a check that nobody runs. CI has every part by definition, so there
a missing one means that the installation is broken, not that the test is optional.
"""

from __future__ import annotations

import os

import pytest

# What installs every part that CI has.
INSTALL_ALL = "pip install -e '.[dev]' -e conformance"


def in_ci() -> bool:
    """Whether this run is CI's, by the customary variable `CI`."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def need(present: object, reason: str) -> None:
    """Go on if `present` is true; else skip the test (at home) or fail it (in CI).

    `reason` says what is missing and what to install. Works in a test, in a fixture, and at
    the top of a test module, where it speaks for the whole module.
    """
    if present:
        return
    if in_ci():
        pytest.fail(f"missing, and CI must have it: {reason}", pytrace=False)
    pytest.skip(reason, allow_module_level=True)
