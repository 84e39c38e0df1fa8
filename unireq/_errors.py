"""The errors that unireq raises. One tree, so that one `except` can hold it.

    UnireqError
    └── UnknownNative (also a TypeError)   from_native() was given something that is no request

Wrong arguments to a constructor are plain TypeError and ValueError, as everywhere in Python.
"""

from __future__ import annotations

__all__ = ["UnireqError", "UnknownNative"]


class UnireqError(Exception):
    """The base of every error that unireq defines."""


class UnknownNative(UnireqError, TypeError):
    """`from_native` was given an object that no adapter recognises as a request.

    The message names the object's type, the adapters that were asked, and what to install or write.
    """
