"""inject for Gradio: a function with a signature that Gradio understands.

Gradio counts the positional parameters, and passes its request to those annotated with
`gradio.Request`; it reads names from the signature, and types from `__annotations__`.
"""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import unireq
from unireq import adapter
from unireq_gradio._request import GradioRequest, native_here

__all__ = ["inject"]

_F = TypeVar("_F", bound=Callable[..., Any])


def inject(function: _F) -> _F:
    """Pass our `Request` to the parameter of a Gradio function that is annotated with it.

    For everything that takes a function: `gr.Interface`, `gr.ChatInterface`, the events of
    `gr.Blocks`. The function may be sync or async, a generator, a method or a callable object. Like
    with `gradio.Request`, it gets None if there is no request (cached examples).

        @inject
        def predict(text: str, request: unireq.Request): ...

    Args:
        function: The function, or a class, whose methods are then each decorated.

    Raises:
        TypeError: No parameter is annotated so, or an annotation can't be resolved.
    """
    injected = adapter.Injection(_find, unireq.from_native, annotation=_annotation)(function)
    found: Any = injected
    for each in vars(found).values() if isinstance(found, type) else [found]:
        if inspect.isfunction(each):
            _make_understood(each)
    return injected


def _annotation() -> Any:
    return import_module("gradio").Request


def _find(args: tuple[Any, ...], kwargs: dict[str, Any]) -> adapter.FoundNative | None:
    found = adapter.find_in_arguments(GradioRequest)(args, kwargs)
    if found is not None:
        return found
    # Gradio passes no request to a keyword-only parameter.
    native = native_here()
    return None if native is None else adapter.FoundNative(native)


def _make_understood(function: Any) -> None:
    """Remove annotations that Gradio can't resolve, such as names only for type checkers.

    With one such annotation, it would read none.
    """
    function.__annotations__ = {
        name: annotation
        for name, annotation in function.__annotations__.items()
        if _is_readable(function, name, annotation)
    }


def _is_readable(function: Any, name: str, annotation: Any) -> bool:
    def holder() -> None: ...

    # Like Gradio, resolve names in the wrapped function's globals.
    functools.update_wrapper(holder, function, assigned=())
    holder.__annotations__ = {name: annotation}
    try:
        typing.get_type_hints(holder)
    except Exception:  # noqa: BLE001 (an annotation may be any expression, and raise anything)
        return False
    return True
