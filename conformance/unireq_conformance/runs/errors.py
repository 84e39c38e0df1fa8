"""What ends a command with a message instead of a result."""

from __future__ import annotations

__all__ = ["Unusable"]


class Unusable(Exception):
    """An argument, a file or a target cannot be used; the message says why and what to do."""
