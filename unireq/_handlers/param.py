"""Param: the name of a handler's parameter for clients, if it is not a valid Python name."""

from __future__ import annotations

import typing
from typing import Any

from unireq._handlers.signatures import behind, is_union

__all__ = ["Param", "called", "check_marker"]

_INSTEAD = {
    "Depends": "call it in the handler, or write a FastAPI view with unireq_starlette.inject",
    "Header": "declare request: unireq.Request, and use request.get_header(...)",
    "Cookie": "declare request: unireq.Request, and use request.cookies",
}
_INSTEAD["Security"] = _INSTEAD["Depends"]
_PLAIN = 'write a plain default or none; for another name, Annotated[..., unireq.Param("name")]'


class Param:
    """The name of a handler's parameter for clients, if it is not a valid Python name.

        def subscribe(
            ids: Annotated[list[int], unireq.Param("ids[]")],
            mode: Annotated[str, unireq.Param("hub.mode")] = "subscribe",
        ): ...

    Args:
        name: The name in the path, the query, the form or the JSON object: a non-empty str.

    Raises:
        TypeError: `name` is not a str.
        ValueError: It is empty.
    """

    __slots__ = ("name",)

    name: str

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"Param: expected a name that is a str, got {type(name).__name__}")
        if not name:
            raise ValueError("Param: expected a name, got an empty str")
        self.name = name

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, Param) else NotImplemented

    def __hash__(self) -> int:
        return hash((Param, self.name))

    def __repr__(self) -> str:
        return f"Param({self.name!r})"


def check_marker(value: Any) -> None:
    """Refuse FastAPI's markers, as a default or in `Annotated`.

    Only FastAPI evaluates them: `user = Depends(current_user)` would be a parameter that any client
    can send. They are recognised by the module of their class, so FastAPI needn't be installed.

    Raises:
        TypeError: `value` is such a marker; the message says what to write instead.
    """
    # `value` itself too: the marker function, without a call.
    for kind in (*type(value).__mro__, value):
        if str(getattr(kind, "__module__", "")).partition(".")[0] == "fastapi":
            name = getattr(kind, "__name__", "")
            raise TypeError(
                f"{name}(...) is FastAPI's, and unireq doesn't evaluate it: a handler's parameters"
                f" come from the path, the query and the body; {_INSTEAD.get(name, _PLAIN)}"
            )


def called(annotation: Any) -> list[Param]:
    """Every `Param` in `annotation`, which is resolved.

    Raises:
        TypeError: It contains the class `Param` instead of an instance.
    """
    annotation = behind(annotation)
    arguments: tuple[Any, ...] = typing.get_args(annotation)
    if is_union(annotation):
        # `Annotated[str, Param("q")] | None` means what `Annotated[str | None, Param("q")]` does.
        return [each for member in arguments for each in called(member)]
    if typing.get_origin(annotation) is not typing.Annotated:
        return []
    if Param in arguments[1:]:
        raise TypeError('expected Param("name") in Annotated, got Param without a name')
    return [*(each for each in arguments[1:] if isinstance(each, Param)), *called(arguments[0])]
