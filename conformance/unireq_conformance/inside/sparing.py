"""Whether an app still makes the checks inside: they cost more than all else that it does.

Rule: they are made until the kit says that nobody will ask for them any more.
"""

from __future__ import annotations

__all__ = ["begin", "spare", "spared"]

_spared = False


def begin() -> None:
    """Make the checks: another app begins in this process."""
    global _spared  # noqa: PLW0603 (one process serves one app)
    _spared = False


def spare() -> None:
    """Make no more."""
    global _spared  # noqa: PLW0603
    _spared = True


def spared() -> bool:
    """Whether none are made."""
    return _spared
