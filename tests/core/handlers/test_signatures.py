"""Annotations, however they are written, and whatever is around the function."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from unireq import Request
from unireq._handlers.signatures import (
    name_of,
    request_parameters,
    resolved_signature,
)


class OwnRequest(Request):
    __slots__ = ()


def asks(function: Any) -> list[str]:
    """The parameters of `function` that ask for our request."""
    return request_parameters(resolved_signature(function), name_of(function))


def defined(source: str, name: str = "f") -> Any:
    """What `source`, the text of a module, defines; none of this module's futures hold there."""
    scope: dict[str, Any] = {"__name__": "made"}
    exec(compile(source, "made.py", "exec", dont_inherit=True), scope)  # noqa: S102
    return scope[name]


# How it may be written.


MEAN_IT = [
    *("Request", "unireq.Request", "Request | None", "None | Request", "Optional[Request]"),
    *("Union[Request, None]", "Union[None, Request, int]", "typing.Optional[unireq.Request]"),
    *("Annotated[Request, 'x']", "Annotated[Request | None, 'x']"),
    *("Optional[Annotated[Request, 'x']]", "Annotated[Annotated[Request, 1], 2]"),
    *("OwnRequest", "OwnRequest | None", "Optional['Request']", "Annotated['Request | None', 1]"),
    "Union['Request', int]",
]


MEAN_ANOTHER = [
    *("int", "str | None", "None", "Any", "object", "list[Request]", "dict[str, Request]"),
    *("type[Request]", "Callable[[Request], None]", "unireq.Response"),
    *("Annotated[int, Request]", "unireq.adapter.NativeRequest.__mro__[-1]"),
]


IMPORTS = """
import typing
from collections.abc import Callable
from typing import Annotated, Any, Optional, Union
import unireq
from unireq import Request
class OwnRequest(Request): ...
"""


AS_IT_IS = IMPORTS + "def f(x: {}): ..."
AS_TEXT = IMPORTS + "def f(x: {!r}): ..."
FROM_THE_FUTURE = "from __future__ import annotations\n" + AS_IT_IS
TEXT_FROM_THE_FUTURE = "from __future__ import annotations\n" + AS_TEXT
KEYWORD = IMPORTS + "def f(a, /, b=1, *rest, x: {} = None, **more): ..."
ASYNC = IMPORTS + "async def f(x: {}): ..."
SHAPES = [AS_IT_IS, AS_TEXT, FROM_THE_FUTURE, TEXT_FROM_THE_FUTURE, KEYWORD, ASYNC]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("annotation", MEAN_IT)
def test_what_means_our_request(shape: str, annotation: str) -> None:
    assert asks(defined(shape.format(annotation))) == ["x"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("annotation", MEAN_ANOTHER)
def test_what_means_something_else(shape: str, annotation: str) -> None:
    assert asks(defined(shape.format(annotation))) == []


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
