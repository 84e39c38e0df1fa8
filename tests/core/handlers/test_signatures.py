"""Annotations, however they are written, and whatever is around the function."""

from __future__ import annotations

import functools
import inspect
import sys
import typing
from collections.abc import Callable
from typing import Any, Optional

import pytest

import unireq
from unireq import Request
from unireq._handlers.signatures import (
    is_request,
    name_of,
    request_parameters,
    resolved_signature,
    unwrapped,
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


def test_without_annotations() -> None:
    assert asks(lambda request, x: None) == []
    assert annotation_of(defined("def f(x): ...")) is inspect.Parameter.empty


def test_an_annotation_that_is_no_type() -> None:
    for annotation in (
        *(1, "1", 1.5, "[]", "lambda: 1", "x[", "", "\0", "1/0"),
        [Request],
        (Request,),
    ):

        def function(x: Any) -> None: ...

        function.__annotations__ = {"x": annotation}
        assert asks(function) == []


def test_an_alias() -> None:
    if sys.version_info >= (3, 12):
        assert asks(defined(IMPORTS + "type R = Request | None\ndef f(x: R): ...")) == ["x"]

    # What such an alias is, for older Pythons.
    class TypeAliasType:
        __value__ = Optional[Request]  # noqa: UP045

    assert is_request(TypeAliasType())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="`type X = ...` is new in Python 3.12")
@pytest.mark.parametrize("annotation", ["R", "R | None"])
def test_an_alias_of_what_only_checkers_know(annotation: str) -> None:
    with pytest.raises(TypeError, match=r"R: name 'WebRequest' is not defined.* can't be resolved"):
        asks(defined(f"type R = WebRequest\ndef f(x: {annotation}): ..."))
    assert asks(defined(f"type R = Unknown\ndef f(x: {annotation}): ...")) == []


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


def test_none_stays_what_it_is() -> None:
    assert resolved_signature(defined("def f(x: None) -> None: ...")) == inspect.signature(
        defined("def f(x: None) -> None: ...")
    )


def test_what_is_annotated_stays() -> None:
    function = defined(FROM_THE_FUTURE.format("Annotated[Request, 'kept']"))
    assert typing.get_args(annotation_of(function)) == (Request, "kept")


FUTURE = "from __future__ import annotations\n"

# Where a name may be missing: since Python 3.14 annotations are evaluated when they are asked for.
LATER = [FUTURE, ""] if sys.version_info >= (3, 14) else [FUTURE]

FOR_CHECKERS = """
from typing import TYPE_CHECKING
from unireq import Request
if TYPE_CHECKING:
    from somewhere import Other, Unknown
"""


@pytest.mark.parametrize("future", LATER)
@pytest.mark.parametrize(
    "annotation", ["Other", "Other | None", "list[Unknown]", "Other.Inner", "Requests", "Request_"]
)
def test_what_can_not_be_resolved_harms_nobody(future: str, annotation: str) -> None:
    source = future + FOR_CHECKERS
    function = defined(f"{source}def f(a: {annotation}, x: Request, b: int) -> Other: ...")
    assert asks(function) == ["x"]
    assert annotation_of(function, "b") is int
    if future:
        assert annotation_of(function, "a") == annotation
        assert resolved_signature(function).return_annotation == "Other"
    alone = defined(f"{source}def f(a: {annotation}, b: int) -> Request: ...")
    assert asks(alone) == []


REQUEST_FOR_CHECKERS = """
from typing import TYPE_CHECKING, Optional
if TYPE_CHECKING:
    import unireq
    from unireq import Request
    from unireq import Request as WebRequest
"""


@pytest.mark.parametrize("future", LATER)
@pytest.mark.parametrize(
    "annotation",
    [
        *("Request", "Request | None", "None | Request", "KnownRequest | Unknown"),
        *("Optional[Unknown | KnownRequest]", "Optional[Request]", "unireq.Request"),
        *("WebRequest", "'Request'", "unireq.Requst"),
    ],
)
def test_a_request_that_only_checkers_know(future: str, annotation: str) -> None:
    source = future + REQUEST_FOR_CHECKERS + "from unireq import Request as KnownRequest\n"
    function = defined(f"{source}def f(text: str, x: {annotation}): ...")
    with pytest.raises(TypeError) as raised:
        asks(function)
    message = str(raised.value)
    assert message.startswith("f: the annotation ")
    assert "of the parameter 'x' can't be resolved" in message
    assert "import its names at the top of the module, not below `if TYPE_CHECKING:`" in message


@pytest.mark.parametrize(
    "annotation",
    ["Optional['{}']", "Annotated['{}', 1]", "Annotated[Optional['u.{}'], 1]", "Union[int, '{}']"],
)
def test_text_inside_that_only_checkers_know(annotation: str) -> None:
    source = f"from typing import Annotated, Optional, Union\ndef f(x: {annotation}): ..."
    with pytest.raises(TypeError, match="of the parameter 'x' can't be resolved"):
        asks(defined(source.format("Request")))
    assert asks(defined(source.format("Other"))) == []


@pytest.mark.skipif(sys.version_info < (3, 14), reason="Python itself raises at `def`")
@pytest.mark.parametrize(
    ("annotation", "error"), [("1 / 0", "ZeroDivisionError"), ("'Other' | None", "TypeError")]
)
def test_an_annotation_that_raises(annotation: str, error: str) -> None:
    function = defined(f"{IMPORTS}def f(x: Request, y: {annotation}): ...")
    with pytest.raises(TypeError, match=f"^f: expected annotations that .* got {error}: "):
        asks(function)


def test_one_request_is_enough() -> None:
    source = f"{FUTURE}{REQUEST_FOR_CHECKERS}from unireq import Request as R\n"
    function = defined(f"{source}def f(a: Request, b: R): ...")
    assert asks(function) == ["b"]


# Where names are found.


def test_a_request_imported_inside_of_a_function() -> None:
    inside = """
from __future__ import annotations
def around():
    from unireq import Request
    def f(x: Request): {}
    return f
f = around()
"""
    assert asks(defined(inside.format("return Request"))) == ["x"]
    # Python keeps no name that a function does not use.
    with pytest.raises(TypeError, match="inside a function"):
        asks(defined(inside.format("...")))
    renamed = inside.replace("Request", "Request as R", 1).replace("x: Request", "x: R")
    assert asks(defined(renamed.format("return R"))) == ["x"]


def test_a_closure_that_is_not_filled_yet() -> None:
    def around() -> Any:
        def inner(x: Request) -> Any:
            return later

        assert asks(inner) == ["x"]
        later = 1
        return inner

    assert asks(around()) == ["x"]


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


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


class Callables:
    def method(self, x: Request) -> None: ...

    @classmethod
    def of_class(cls, x: Request) -> None: ...

    @staticmethod
    def static(x: Request) -> None: ...

    @decorated
    def wrapped(self, x: Request) -> None: ...

    def __call__(self, x: Request) -> None: ...


def plain(a: int, x: Request, b: str = "") -> None: ...


plainly_wrapped = decorated(plain)

AROUND = [
    (plain, plain, "plain"),
    (plainly_wrapped, plain, "plain"),
    (decorated(plainly_wrapped), plain, "plain"),
    (functools.partial(plain, 1), plain, "plain"),
    (functools.partial(functools.partial(plain, 1), b="c"), plain, "plain"),
    (functools.partial(plainly_wrapped, 1), plain, "plain"),
    (decorated(functools.partial(plain, 1)), plain, "plain"),
    (Callables().method, Callables.method, "method"),
    (Callables.method, Callables.method, "method"),
    (Callables.of_class, Callables.__dict__["of_class"].__func__, "of_class"),
    (Callables.static, Callables.static, "static"),
    (functools.partial(Callables().method), Callables.method, "method"),
    (Callables(), Callables.__call__, "__call__"),
    (functools.partial(Callables()), Callables.__call__, "__call__"),
]


@pytest.mark.parametrize(("function", "written", "name"), AROUND)
def test_around_a_function(function: Any, written: Any, name: str) -> None:
    assert unwrapped(function) is written
    assert asks(function) == ["x"]
    assert name_of(function) in {name, "wrapper"}


def test_a_method_is_unwrapped_whole() -> None:
    assert unwrapped(Callables().wrapped).__qualname__ == "Callables.wrapped"
    assert asks(Callables().wrapped) == ["x"]


def test_the_signature_is_that_of_the_partial() -> None:
    function = functools.partial(plain, 1, b="c")
    parameters = resolved_signature(function).parameters
    assert list(parameters) == ["x", "b"]
    assert parameters["b"].default == "c"


def test_a_decorator_with_names_of_its_own() -> None:
    # The annotations come from one module, the decorator from another.
    decorator = """
import functools
def decorated(function):
    @functools.wraps(function)
    def wrapper(*args): return function(*args)
    return wrapper
"""
    source = "from __future__ import annotations\nfrom unireq import Request as R\ndef f(x: R): ..."
    assert asks(defined(decorator, "decorated")(defined(source))) == ["x"]


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


def test_builtins() -> None:
    assert asks(len) == []
    assert name_of(len) == "len"
    assert asks([].append) == []
    with pytest.raises(
        TypeError, match=r"dict: expected a function whose signature Python can read"
    ):
        resolved_signature(dict)


@pytest.mark.parametrize("thing", [None, 1, "f", [], object(), unireq])
def test_what_is_no_function(thing: Any) -> None:
    with pytest.raises(TypeError, match=f"expected a function, got {type(thing).__name__}"):
        resolved_signature(thing)


def test_a_circle_of_decorators() -> None:
    def function(x: Request) -> None: ...

    function.__wrapped__ = function  # type: ignore[attr-defined]
    with pytest.raises(
        TypeError, match="function: expected a function whose signature Python can read"
    ):
        resolved_signature(function)


def test_the_function_is_left_as_it_was() -> None:
    before = dict(plain.__annotations__)
    resolved_signature(plain)
    assert plain.__annotations__ == before
    assert not hasattr(plain, "__signature__")
