"""JSON text of a value, and where in it the value is that JSON does not have."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

__all__ = ["json_text"]

_DEEPEST = 400


def json_text(value: Any, default: Callable[[Any], Any] | None, where: str) -> str:
    """`value` as JSON, of ASCII, by the standard library's encoder.

    Args:
        value: The value.
        default: Makes another value of one that JSON does not have; None for an error.
        where: Who wants it, for messages.

    Raises:
        TypeError: JSON has no such value, or no such name of a member; the message says where.
        ValueError: NaN or an infinity is in it, or it refers to itself.
    """
    try:
        return json.dumps(value, default=default, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        # What a hook raises is its own.
        wrong = None if _raised_elsewhere(error) else _wrong(value, default, "", ())
        if wrong is None:
            raise
        path, what = wrong
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{where}: expected a value that JSON has at {path}, got {what}") from None


def _raised_elsewhere(error: BaseException) -> bool:
    """Whether it came from a hook, and not from the encoder."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    name = "" if trace is None else trace.tb_frame.f_globals.get("__name__", "")
    return name not in {__name__, "json", "json.encoder"}


def _wrong(
    value: Any, default: Callable[[Any], Any] | None, path: str, around: tuple[int, ...]
) -> tuple[str, str] | None:
    """Where the first part of `value` is that JSON does not have, and what it is."""
    if value is None or isinstance(value, (str, int)):
        return None
    if isinstance(value, float):
        return None if math.isfinite(value) else (path or "its top", f"the number {value}")
    found: tuple[str, str] | None = None
    if id(value) in around or len(around) > _DEEPEST:
        what = "a circular reference" if id(value) in around else "too many within each other"
        return path if len(path) <= 80 else f"{path[:80]}...", what
    around = (*around, id(value))
    if isinstance(value, dict):
        for name, member in value.items():  # pyright: ignore[reportUnknownVariableType]
            inner = f"{path}[{_shown(name)}]"  # pyright: ignore[reportUnknownArgumentType]
            if name is not None and not isinstance(name, (str, int, float)):
                return inner, f"a name of type {type(name).__name__}"  # pyright: ignore[reportUnknownArgumentType]
            if isinstance(name, float) and not math.isfinite(name):
                return inner, f"the number {name} as a name"
            found = found or _wrong(member, default, inner, around)
    elif isinstance(value, (list, tuple)):
        for index, member in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            found = found or _wrong(member, default, f"{path}[{index}]", around)
    elif default is None:
        what = f"a value of type {type(value).__name__}"
        return path or "its top", f"{what} (Response.json(..., default=...) says what to send)"
    else:
        found = _wrong(default(value), default, path, around)
    return found


def _shown(name: object) -> str:
    text = repr(name)
    return text if len(text) <= 40 else text[:40] + "..."
