"""Annotations, however they are written, and whatever is around the function."""

from __future__ import annotations

import functools
import sys
from typing import Any, Optional
from uuid import UUID

import pytest

from unireq import Request
from unireq._handlers.signatures import is_request, name_of, request_parameters, resolved_signature


def asks(function: Any) -> list[str]:
    """The parameters of `function` that ask for our request."""
    return request_parameters(resolved_signature(function), name_of(function))


def defined(source: str, name: str = "f") -> Any:
    """What `source`, the text of a module, defines; none of this module's futures hold there."""
    scope: dict[str, Any] = {"__name__": "made"}
    exec(compile(source, "made.py", "exec", dont_inherit=True), scope)  # noqa: S102
    return scope[name]


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
    "Annotated[int, Request]",
]

IMPORTS = """
import typing
from collections.abc import Callable
from typing import Annotated, Any, Optional, Union
import unireq
from unireq import Request
class OwnRequest(Request): ...
"""

SHAPES = [
    "def f(x: {}): ...",
    "def f(x: {!r}): ...",
    "def f(a, /, b=1, *rest, x: {} = None, **more): ...",
    "async def f(x: {}): ...",
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("future", ["", "from __future__ import annotations\n"])
def test_what_means_our_request(future: str, shape: str) -> None:
    for several, found in ((MEAN_IT, ["x"]), (MEAN_ANOTHER, [])):
        for annotation in several:
            source = future + IMPORTS + shape.format(annotation)
            assert asks(defined(source)) == found, annotation


def test_an_alias() -> None:
    # What such an alias is since Python 3.12.
    class TypeAliasType:
        __value__ = Optional[Request]  # noqa: UP045

    assert is_request(TypeAliasType())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="`type X = ...` is new in Python 3.12")
@pytest.mark.parametrize("annotation", ["R", "R | None"])
def test_an_alias_of_what_only_checkers_know(annotation: str) -> None:
    with pytest.raises(TypeError, match=r"R: name 'WebRequest' is not defined.* can't be resolved"):
        asks(defined(f"type R = WebRequest\ndef f(x: {annotation}): ..."))
    assert asks(defined(IMPORTS + f"type R = Request\ndef f(x: {annotation}): ...")) == ["x"]
    assert asks(defined(f"type R = Unknown\ndef f(x: {annotation}): ...")) == []


def test_everything_is_resolved() -> None:
    function = defined(
        "from __future__ import annotations\nimport uuid as u\n"
        "def f(a: int, b: list[u.UUID] | None, c: None, *, d: 'str' = '') -> dict[str, u.UUID]: ..."
    )
    signature = resolved_signature(function)
    assert [found.annotation for found in signature.parameters.values()] == [
        *(int, Optional[list[UUID]], type(None), str)  # noqa: UP045
    ]
    assert signature.return_annotation == dict[str, UUID]
    assert signature.parameters["d"].default == ""


@pytest.mark.skipif(sys.version_info < (3, 14), reason="Python itself raises at `def`")
@pytest.mark.parametrize(
    ("annotation", "error"), [("1 / 0", "ZeroDivisionError"), ("'Other' | None", "TypeError")]
)
def test_an_annotation_that_raises(annotation: str, error: str) -> None:
    function = defined(f"{IMPORTS}def f(x: Request, y: {annotation}): ...")
    with pytest.raises(TypeError, match=f"^f: expected annotations that .* got {error}: "):
        asks(function)


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


def test_classes_and_what_is_around_a_function() -> None:
    class Made:
        def __init__(self, x: Request, y: int) -> None: ...

    class MadeByNew:
        def __new__(cls, x: Request) -> Any:
            return super().__new__(cls)

    assert asks(Made) == asks(MadeByNew) == ["x"]
    assert resolved_signature(Made).parameters["y"].annotation is int
    assert asks(type("Nothing", (), {})) == []
    assert name_of(Made) == name_of(functools.partial(Made)) == "Made"

    def circle(x: Request) -> None: ...

    circle.__wrapped__ = circle  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="circle: expected a function whose signature Python can"):
        resolved_signature(circle)
