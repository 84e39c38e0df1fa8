"""Signatures: what the parameters of a function are annotated with, whatever is around it.

Rule: an annotation that can't be resolved is left as it is and harms no other; only where it may
have meant our `Request` is it an error, when the function is prepared, never while a request is
answered.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterator
from typing import Any

from unireq._request import Request

__all__ = [
    "bound_names",
    "is_async",
    "is_request",
    "name_of",
    "positional_names",
    "request_parameters",
    "resolved_signature",
    "unwrapped",
]

_MAY_MEAN_REQUEST = re.compile(r"(\w*\.)*\w*Request\b")


def unwrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function that was written: below decorators, partials, methods and callable objects."""
    *_, found = _layers(function)
    return found


def bound_names(function: Callable[..., Any]) -> set[str]:
    """The parameters that partials have given: nobody else gives them."""
    names: set[str] = set()
    for layer in _layers(function):
        if isinstance(layer, functools.partial):
            names.update(layer.keywords)
            inner: Any = layer.func  # pyright: ignore[reportUnknownMemberType]
            names.update(positional_names(_signature(inner))[: len(layer.args)])
    return names


def positional_names(signature: inspect.Signature) -> list[str]:
    """The parameters that can be given by their place, in order."""
    return [
        parameter.name
        for parameter in signature.parameters.values()
        if parameter.kind in {parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD}
    ]


def is_async(function: Callable[..., Any]) -> bool:
    """Whether what `function` returns has to be awaited, as far as it says so."""
    found: Any = function
    while isinstance(found, functools.partial):
        found = found.func  # pyright: ignore[reportUnknownMemberType]
    # A callable object has it in its class.
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
    """What the function is called in messages, and by frameworks that name routes."""
    name = getattr(function, "__name__", None) or getattr(unwrapped(function), "__name__", None)
    return name if isinstance(name, str) else type(function).__name__


def resolved_signature(function: Callable[..., Any]) -> inspect.Signature:
    """The signature of `function`, each annotation resolved if it can be.

    Raises:
        TypeError: `function` can't be called, or has no signature.
    """
    if not callable(function):
        raise TypeError(f"expected a function, got {type(function).__name__}")
    try:
        signature = _signature(function)
    except ValueError as error:
        raise TypeError(
            f"{name_of(function)}: expected a function written in Python, got one without a"
            f" signature: {error}"
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
        # Annotations are evaluated when they are asked for, and a name may exist for type checkers
        # alone.
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

    # Strings may stand inside of it too, and the standard library finds them in a function.
    def holder() -> None: ...

    holder.__annotations__ = {"it": annotation}
    try:
        found = typing.get_type_hints(holder, scope, local, include_extras=True)["it"]
    except Exception:  # noqa: BLE001 (an annotation may be any expression, and raise anything)
        return annotation
    # None becomes NoneType there, which is right for a parameter and wrong for a result.
    return annotation if annotation is None else found


def is_request(annotation: Any) -> bool:
    """Whether an annotation is our `Request`, a subclass, or either with None or `Annotated`."""
    origin: Any = typing.get_origin(annotation)
    if origin is None and isinstance(annotation, type):
        return issubclass(annotation, Request)
    if origin is typing.Annotated:
        return is_request(typing.get_args(annotation)[0])
    if origin is typing.Union or origin is types.UnionType:
        return any(is_request(member) for member in typing.get_args(annotation))
    return _is_alias(annotation) and is_request(_aliased(annotation))


def _is_alias(annotation: Any) -> bool:
    """Whether it is `type Alias = ...`, new in Python 3.12."""
    return type(annotation).__name__ == "TypeAliasType"


def _aliased(alias: Any) -> Any:
    try:
        return alias.__value__
    except Exception as error:  # noqa: BLE001 (it is evaluated here, and may raise anything)
        return f"{alias}: {error}"


def request_parameters(signature: inspect.Signature, name: str) -> list[str]:
    """The names of the parameters that are annotated with our `Request`.

    Args:
        signature: As `resolved_signature` gives it.
        name: What the function is called.

    Raises:
        TypeError: None is, and one that can't be resolved may have meant it.
    """
    found: list[str] = []
    for parameter in signature.parameters.values():
        several = parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}
        if not several and is_request(parameter.annotation):
            found.append(parameter.name)
    if not found:
        for parameter in signature.parameters.values():
            _check_resolved(parameter, name)
    return found


def _check_resolved(parameter: inspect.Parameter, name: str) -> None:
    for text in _unresolved(parameter.annotation):
        if _MAY_MEAN_REQUEST.search(text) is not None:
            raise TypeError(
                f"{name}: the annotation {text!r} of the parameter {parameter.name!r} can't be"
                " resolved, so it is not known whether it is unireq.Request; import what it names"
                " at the top of the module, not below `if TYPE_CHECKING:` or inside of a function"
            )


def _unresolved(annotation: Any) -> Iterator[str]:
    """The text of what is not resolved, where `is_request` looks."""
    text = _text(annotation)
    if isinstance(text, str):
        yield text
    origin: Any = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _unresolved(typing.get_args(annotation)[0])
    elif origin is typing.Union or origin is types.UnionType:
        for member in typing.get_args(annotation):
            yield from _unresolved(member)
    elif _is_alias(annotation):
        yield from _unresolved(_aliased(annotation))


def _text(annotation: Any) -> Any:
    if sys.version_info >= (3, 14):
        from annotationlib import Format, ForwardRef

        if isinstance(annotation, ForwardRef):
            # Its `__forward_arg__` has names of Python's own for what is resolved in it.
            return annotation.evaluate(format=Format.STRING)
    return getattr(annotation, "__forward_arg__", annotation)
