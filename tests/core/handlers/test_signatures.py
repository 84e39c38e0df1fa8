"""Annotations, however they are written, and whatever is around the function."""

from __future__ import annotations

import sys
from typing import Any, Optional

import pytest

from unireq import Request
from unireq._handlers.signatures import (
    is_request,
    name_of,
    request_parameters,
    resolved_signature,
)


class OwnRequest(Request):
    __slots__ = ()


def asks(function: Any) -> list[str]:
    """The parameters of `function` that ask for our request."""
    return request_parameters(resolved_signature(function), name_of(function))


def annotation_of(function: Any, name: str = "x") -> Any:
    return resolved_signature(function).parameters[name].annotation


def defined(source: str, name: str = "f") -> Any:
    """What `source`, the text of a module, defines; none of this module's futures hold there."""
    scope: dict[str, Any] = {"__name__": "made"}
    exec(compile(source, "made.py", "exec", dont_inherit=True), scope)  # noqa: S102
    return scope[name]


# How it may be written.


IMPORTS = """
import typing
from collections.abc import Callable
from typing import Annotated, Any, Optional, Union
import unireq
from unireq import Request
class OwnRequest(Request): ...
"""


def test_an_alias() -> None:
    if sys.version_info >= (3, 12):
        assert asks(defined(IMPORTS + "type R = Request | None\ndef f(x: R): ...")) == ["x"]

    # What such an alias is, for older Pythons.
    class TypeAliasType:
        __value__ = Optional[Request]  # noqa: UP045

    assert is_request(TypeAliasType())


# What is resolved, and what is left.


def test_everything_is_resolved() -> None:
    function = defined(
        "from __future__ import annotations\nimport uuid as u\n"
        "def f(a: int, b: list[u.UUID] | None, c: None, *, d: 'str' = '') -> dict[str, u.UUID]: ..."
    )
    from uuid import UUID

    signature = resolved_signature(function)
    assert {name: found.annotation for name, found in signature.parameters.items()} == {
        "a": int,
        "b": Optional[list[UUID]],  # noqa: UP045
        "c": type(None),
        "d": str,
    }
    assert signature.return_annotation == dict[str, UUID]
    assert signature.parameters["d"].default == ""


# Where names are found.


def test_a_name_of_the_function_goes_before_one_of_the_module() -> None:
    source = """
from __future__ import annotations
from unireq import Request
def around():
    Request = int
    def f(x: Request): return Request
    return f
f = around()
"""
    assert asks(defined(source)) == []


# What is around a function.


def test_classes() -> None:
    class Made:
        def __init__(self, x: Request, y: int) -> None: ...

    class MadeByNew:
        def __new__(cls, x: Request) -> Any:
            return super().__new__(cls)

    assert asks(Made) == ["x"]
    assert annotation_of(Made, "y") is int
    assert asks(MadeByNew) == ["x"]
    assert asks(type("Nothing", (), {})) == []
    assert name_of(Made) == "Made"


def test_a_circle_of_decorators() -> None:
    def function(x: Request) -> None: ...

    function.__wrapped__ = function  # type: ignore[attr-defined]
    with pytest.raises(
        TypeError, match="function: expected a function whose signature Python can read"
    ):
        resolved_signature(function)
