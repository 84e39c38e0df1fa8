"""Signatures: the resolved annotations of a function, also below decorators and partials.

Rule: an annotation that can't be resolved is left unchanged, and does not affect the others. It is
an error only if it may mean our `Request`; and then when the function is prepared, never during a
request.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from unireq._request import Request
from unireq._response import Response

__all__ = [
    "behind",
    "bound_names",
    "check_called",
    "check_kind",
    "is_async",
    "is_request",
    "is_union",
    "meant_as_native",
    "meant_as_request",
    "name_of",
    "positional_names",
    "request_parameters",
    "resolved_signature",
    "unresolved",
    "unwrapped",
]

_MAY_MEAN_REQUEST = re.compile(r"(\w*\.)*\w*Request\b|\bunireq\.")
_NAMED_REQUEST = re.compile(r"_*(\w+_)?req(uest)?_*", re.IGNORECASE)
# The parameters of ASGI and WSGI applications (without `send`, which may mean anything).
_NAMED_NATIVE = re.compile(r"_*(scope|receive|environ|start_response|websocket)_*")


def unwrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    """The innermost function: below decorators, partials, methods and callable objects."""
    *_, found = _layers(function)
    return found


def bound_names(function: Callable[..., Any]) -> set[str]:
    """The names of the parameters that partials have bound."""
    names: set[str] = set()
    for layer in _layers(function):
        if isinstance(layer, functools.partial):
            names.update(layer.keywords)
            inner: Any = layer.func  # pyright: ignore[reportUnknownMemberType]
            names.update(positional_names(_signature(inner))[: len(layer.args)])
    return names


def positional_names(signature: inspect.Signature) -> list[str]:
    """The parameters that can be passed by position, in order."""
    return [
        parameter.name
        for parameter in signature.parameters.values()
        if parameter.kind in {parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD}
    ]


def is_async(function: Callable[..., Any]) -> bool:
    """Whether `function` is declared as async, so its result has to be awaited."""
    found: Any = function
    while isinstance(found, functools.partial):
        found = found.func  # pyright: ignore[reportUnknownMemberType]
    # For a callable object, look at its class.
    return inspect.iscoroutinefunction(found) or inspect.iscoroutinefunction(type(found).__call__)


def _layers(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    found: Any = function
    while True:
        yield found
        if isinstance(found, functools.partial):
            found = found.func  # pyright: ignore[reportUnknownMemberType]
        elif hasattr(found, "__wrapped__"):
            found = found.__wrapped__
        elif inspect.ismethod(found):
            found = found.__func__
        elif not hasattr(found, "__code__") and hasattr(type(found).__call__, "__code__"):
            found = type(found).__call__
        else:
            return


def name_of(function: Callable[..., Any]) -> str:
    """The name of the function, for messages and for frameworks that name routes."""
    name = getattr(function, "__name__", None) or getattr(unwrapped(function), "__name__", None)
    return name if isinstance(name, str) else type(function).__name__


def resolved_signature(function: Callable[..., Any]) -> inspect.Signature:
    """The signature of `function`, with annotations resolved as far as possible.

    Raises:
        TypeError: `function` can't be called, or has no signature.
    """
    if not callable(function):
        raise TypeError(f"expected a function, got {type(function).__name__}")
    try:
        signature = _signature(function)
    except ValueError as error:
        raise TypeError(
            f"{name_of(function)}: expected a function whose signature Python can read, got one"
            f" without: {error}"
        ) from error
    except Exception as error:
        # Since Python 3.14 annotations are evaluated here, and may raise anything.
        raise TypeError(
            f"{name_of(function)}: expected annotations that can be evaluated, got"
            f" {type(error).__name__}: {error}"
        ) from error
    scope, local = _names_known_to(unwrapped(function))
    parameters = [
        parameter.replace(annotation=_resolved(parameter.annotation, scope, local))
        for parameter in signature.parameters.values()
    ]
    return signature.replace(
        parameters=parameters,
        return_annotation=_resolved(signature.return_annotation, scope, local),
    )


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    if sys.version_info >= (3, 14):
        # Annotations are evaluated lazily, and a name may exist only for type checkers.
        from annotationlib import Format

        return inspect.signature(function, annotation_format=Format.FORWARDREF)
    return inspect.signature(function)


def _names_known_to(function: Callable[..., Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The global names of `function`, and those of the functions around it that it uses."""
    if isinstance(function, type):
        made_by = (getattr(function, name) for name in ("__init__", "__new__"))
        function = next((each for each in made_by if hasattr(each, "__globals__")), function)
    scope: dict[str, Any] = getattr(function, "__globals__", {})
    free: tuple[str, ...] = getattr(getattr(function, "__code__", None), "co_freevars", ())
    local: dict[str, Any] = {}
    for name, cell in zip(free, getattr(function, "__closure__", None) or (), strict=False):
        try:
            local[name] = cell.cell_contents
        except ValueError:
            # Not assigned yet.
            continue
    return scope, local


def _resolved(annotation: Any, scope: dict[str, Any], local: dict[str, Any]) -> Any:
    if annotation is inspect.Parameter.empty:
        return annotation

    # It may contain strings; `get_type_hints` resolves them in the annotations of a function.
    def holder() -> None: ...

    holder.__annotations__ = {"it": annotation}
    try:
        found = typing.get_type_hints(holder, scope, local, include_extras=True)["it"]
    except Exception:  # noqa: BLE001 (an annotation may be any expression, and raise anything)
        return annotation
    # `get_type_hints` turns None into NoneType, which would be wrong for a result.
    return annotation if annotation is None else found


def behind(annotation: Any) -> Any:
    """The type that a `NewType`, or a `type X = ...` of Python 3.12, stands for.

    If it can't be evaluated, the result is text that says why.
    """
    if isinstance(annotation, typing.NewType):
        return behind(annotation.__supertype__)
    origin: Any = typing.get_origin(annotation)
    try:
        if _is_alias(annotation):
            return behind(annotation.__value__)
        if _is_alias(origin):
            # `type Several[T] = list[T]`, used as `Several[int]`.
            return behind(origin.__value__[typing.get_args(annotation)])
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 (it is evaluated here, and may raise anything)
        return f"{annotation}: {error}"
    return annotation


def _is_alias(annotation: Any) -> bool:
    return type(annotation).__name__ == "TypeAliasType"


def is_union(annotation: Any) -> bool:
    """Whether an annotation is `X | Y`, `Union[X, Y]` or `Optional[X]`."""
    origin: Any = typing.get_origin(annotation)
    return origin is typing.Union or origin is types.UnionType


def is_request(annotation: Any) -> bool:
    """Whether an annotation is our `Request`, a subclass, or either with None or `Annotated`."""
    annotation = behind(annotation)
    origin: Any = typing.get_origin(annotation)
    if origin is None and isinstance(annotation, type):
        return issubclass(annotation, Request)
    if origin is typing.Annotated:
        return is_request(typing.get_args(annotation)[0])
    return is_union(annotation) and any(map(is_request, typing.get_args(annotation)))


def meant_as_request(name: str) -> bool:
    """Whether a parameter of this name probably means the request: `request`, `req`, ..."""
    return _NAMED_REQUEST.fullmatch(name) is not None


def meant_as_native(name: str) -> bool:
    """Whether it probably means the request, or an argument of an ASGI or WSGI application."""
    return meant_as_request(name) or _NAMED_NATIVE.fullmatch(name) is not None


def request_parameters(signature: inspect.Signature, name: str) -> list[str]:
    """The names of the parameters that are annotated with our `Request`.

    Args:
        signature: As `resolved_signature` returns it.
        name: The name of the function.

    Raises:
        TypeError: An annotation that can't be resolved may mean it; or `*args` or `**kwargs` is
            annotated so.
    """
    found: list[str] = []
    for parameter in signature.parameters.values():
        if not is_request(parameter.annotation):
            continue
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            raise TypeError(
                f"{name}: expected request: unireq.Request, got {parameter}; there is only one"
                " request"
            )
        found.append(parameter.name)
    for parameter in signature.parameters.values():
        _check_resolved(parameter, name, alone=not found)
    return found


def _check_resolved(parameter: inspect.Parameter, name: str, *, alone: bool) -> None:
    for text in unresolved(parameter.annotation):
        # If one parameter is ours, another may be the framework's own request.
        may_mean = _MAY_MEAN_REQUEST.search(text) or meant_as_request(parameter.name)
        if (alone and may_mean) or "unireq." in text:
            raise TypeError(
                f"{name}: the annotation {text!r} of the parameter {parameter.name!r} can't be"
                " resolved, so unireq can't tell whether it is unireq.Request; import its names at"
                " the top of the module, not below `if TYPE_CHECKING:` or inside a function"
            )


def unresolved(annotation: Any) -> Iterator[str]:
    """The unresolved parts of an annotation, as text, where `is_request` looks."""
    annotation = behind(annotation)
    text = _text(annotation)
    if isinstance(text, str):
        yield text
    if typing.get_origin(annotation) is typing.Annotated:
        yield from unresolved(typing.get_args(annotation)[0])
    elif is_union(annotation):
        for member in typing.get_args(annotation):
            yield from unresolved(member)


def _text(annotation: Any) -> Any:
    if sys.version_info >= (3, 14):
        from annotationlib import Format, ForwardRef

        if isinstance(annotation, ForwardRef):
            # Its `__forward_arg__` contains internal names for the resolved parts.
            return annotation.evaluate(format=Format.STRING)
    return getattr(annotation, "__forward_arg__", annotation)


def check_called(
    function: Callable[..., Any], positional: int, named: Iterable[str], name: str
) -> None:
    """Check that `function`, with its decorators, can be called with these arguments.

    Raises:
        TypeError: It can't.
    """
    try:
        outermost = inspect.signature(function, follow_wrapped=False)
    except ValueError:
        # It has only the signature of the wrapped function.
        return
    try:
        outermost.bind(*[None] * positional, **dict.fromkeys(named))
    except TypeError as error:
        raise TypeError(
            f"{name}: the decorator around it takes {outermost}, so it can't be called with the"
            f" handler's arguments: {error}; let it take (*args, **kwargs)"
        ) from None


_ANSWERS = (str, bytes, dict, list, Response)


def check_kind(function: Callable[..., Any], parameters: Iterable[inspect.Parameter]) -> None:
    """Check that the result of `function` can be a response, and that its parameters are known.

    Raises:
        TypeError: It is a class, it yields, or it takes only `(*args, **kwargs)`.
    """
    name, called = name_of(function), function
    if isinstance(function, type) and not issubclass(function, _ANSWERS):
        raise TypeError(f"{name}: expected a function, got a class; mount an instance of it")
    while isinstance(called, functools.partial):
        called = called.func  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    for each in (called, getattr(type(called), "__call__", None)):  # noqa: B004 (its class's own)
        if inspect.isgeneratorfunction(each) or inspect.isasyncgenfunction(each):
            raise TypeError(
                f"{name}: expected a function that returns its response, got one that yields; to"
                " stream, write a native view with inject"
            )
    kinds = [parameter.kind for parameter in parameters]
    if kinds == [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]:
        raise TypeError(
            f"{name}: expected named parameters, got (*args, **kwargs); use functools.wraps in the"
            " decorator around the handler"
        )
