"""Values of path parameters as JSON, without losing their types.

Text, int, bool and finite float are what they are in JSON; the others are written as an object with
one key, the name of the type.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from unireq._redact import shown_fact, shown_name

__all__ = ["decode_params", "encode_params"]


def encode_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """`params` with each value in its JSON form.

    Raises:
        TypeError: A value is of another type than str, int, float, bool, UUID, date, datetime,
            Decimal.
    """
    return {name: _encode(name, value) for name, value in params.items()}


def _encode(name: str, value: Any) -> Any:
    kind: type[Any] = type(value)  # pyright: ignore[reportUnknownVariableType]
    if kind in (str, int, bool) or (kind is float and math.isfinite(value)):
        return value
    if kind is float:
        return {"float": repr(value)}
    known = (kind.__module__, kind.__name__)
    if known == ("uuid", "UUID"):
        return {"uuid": str(value)}
    if known in (("datetime", "date"), ("datetime", "datetime")):
        return {kind.__name__: value.isoformat()}
    if known == ("decimal", "Decimal"):
        return {"decimal": str(value)}
    raise TypeError(
        f"path_params[{name!r}]: expected str, int, float, bool, UUID, date, datetime or Decimal,"
        f" got {kind.__module__}.{kind.__qualname__};"
        " use request.replace(path_params=...) with a value of one of these types"
    )


def decode_params(params: Mapping[Any, Any] | None) -> dict[str, Any]:
    """What `encode_params` was given.

    Raises:
        TypeError, ValueError: `params` is not of that form; the message names the parameter.
    """
    if not isinstance(params, dict):
        raise TypeError(f"path_params: expected a dict, got {type(params).__name__}")
    return {name: _decode(name, value) for name, value in params.items()}


def _decode(name: object, value: Any) -> Any:
    if not isinstance(name, str):
        raise TypeError(f"path_params: expected names that are str, got {type(name).__name__}")
    if type(value) in (str, int, bool, float):
        return value
    if isinstance(value, dict) and len(value) == 1:  # pyright: ignore[reportUnknownArgumentType]
        ((tag, text),) = value.items()  # pyright: ignore[reportUnknownVariableType]
        read = _readers().get(tag) if isinstance(tag, str) else None
        if read is not None and isinstance(text, str):
            try:
                return read(text)
            except (ValueError, ArithmeticError):
                raise ValueError(
                    f"path_params[{shown_name(name)}]: expected a {tag}, got"
                    f" {shown_fact(f'path_params.{name.lower()}', text)}"
                ) from None
    raise ValueError(
        f"path_params[{shown_name(name)}]: expected a str, number, bool, or an object with one key"
        f" of {', '.join(_readers())}, got {shown_fact(f'path_params.{name.lower()}', value)}"
    )


def _readers() -> dict[str, Callable[[str], Any]]:
    # Imported here: most programs never do this.
    import datetime
    import decimal
    import uuid

    return {
        "float": float,
        "uuid": uuid.UUID,
        "date": datetime.date.fromisoformat,
        "datetime": datetime.datetime.fromisoformat,
        "decimal": decimal.Decimal,
    }
