"""Injection: passes our `Request` to a framework's own view that asks for it by annotation.

Rule: the framework calls the view as usual, and sees a signature that it understands: our parameter
is removed from it, or annotated as the framework's own request. Source: PEP 362.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, TypeAlias, TypeVar, cast

from unireq._handlers.binding import Call, FoundNative, is_kind_of, kinds
from unireq._handlers.signatures import (
    is_async,
    name_of,
    request_parameters,
    resolved_signature,
)
from unireq._native import NativeRequest
from unireq._request import Request

__all__ = ["FindNative", "FoundNative", "Injection", "find_in_arguments"]

_F = TypeVar("_F", bound=Callable[..., Any])

Filler: TypeAlias = (
    "Callable[[tuple[Any, ...], dict[str, Any]], tuple[tuple[Any, ...], dict[str, Any]]]"
)
"""Makes the arguments of the view from those that the framework passes."""


FindNative: TypeAlias = "Callable[[tuple[Any, ...], dict[str, Any]], FoundNative | None]"
"""Finds the framework's request for a call with these arguments; None if there is none."""


def find_in_arguments(adapter: type[NativeRequest]) -> FindNative:
    """A function that finds the framework's request among the arguments of a call.

    If it is not an argument, the function looks for an attribute `request` of the first argument,
    where the class-based views of several frameworks have it.

    Args:
        adapter: The adapter, whose `_matches` recognises the framework's request.
    """

    def is_native(value: object) -> bool:
        return adapter._matches(type(value))  # pyright: ignore[reportPrivateUsage]

    def find(args: tuple[Any, ...], kwargs: dict[str, Any]) -> FoundNative | None:
        for index, value in enumerate(args):
            if is_native(value):
                return FoundNative(value, index)
        for name, value in kwargs.items():
            if is_native(value):
                return FoundNative(value, name)
        kept = getattr(args[0], "request", None) if args else None
        return FoundNative(kept) if is_native(kept) else None

    return find


class Injection:
    """A decorator that passes our `Request` to the views of one framework.

    Args:
        find: Finds the framework's request in the arguments of a call: see `find_in_arguments`.
        open_native: Makes our request from the framework's.
        annotation: Returns the annotation that replaces our `Request` in the signature; called when
            a view is decorated. None removes the parameter from the signature.
    """

    __slots__ = ("_annotation", "_find", "_open")

    def __init__(
        self,
        find: FindNative,
        open_native: Callable[[Any], Request],
        *,
        annotation: Callable[[], Any] | None = None,
    ) -> None:
        self._find = find
        self._open = open_native
        self._annotation = annotation

    def __call__(self, view: _F) -> _F:
        """`view`, with our request passed to each parameter annotated with `unireq.Request`.

        Args:
            view: A view of the framework: a function, sync or async, decorated or a partial, a
                method, or a class-based view, whose methods are then each decorated.

        Raises:
            TypeError: No parameter is annotated so, or an annotation that may mean it can't be
                resolved.
        """
        if isinstance(view, type):
            return cast("_F", self._into_class(cast("type[Any]", view)))
        signature = resolved_signature(view)
        names = request_parameters(signature, name_of(view))
        if not names:
            raise TypeError(
                f"inject: expected a parameter of {name_of(view)} annotated with unireq.Request,"
                f" got {signature}"
            )
        return cast("_F", self._wrapped(view, signature, names))

    def _into_class(self, kind: type[Any]) -> type[Any]:
        done = False
        for name, member in list(vars(kind).items()):
            if inspect.isfunction(member):
                signature = resolved_signature(member)
                if names := request_parameters(signature, f"{kind.__name__}.{name}"):
                    setattr(kind, name, self._wrapped(member, signature, names))
                    done = True
        if not done:
            raise TypeError(
                f"inject: expected a method of {kind.__name__} with a parameter annotated with"
                " unireq.Request, got none"
            )
        return kind

    def _wrapped(
        self, view: Callable[..., Any], signature: inspect.Signature, names: list[str]
    ) -> Callable[..., Any]:
        fill = self._filler(signature, names, name_of(view))
        wrapper: Any = _of_the_same_kind(view, fill)
        functools.update_wrapper(wrapper, view)
        # Frameworks name routes by it, and a partial has none.
        wrapper.__name__ = name_of(view)
        wrapper.__signature__ = shown = self._shown(signature, names)
        # Some frameworks read the signature, some the annotations.
        told = {each.name: each.annotation for each in shown.parameters.values()}
        told["return"] = shown.return_annotation
        wrapper.__annotations__ = {
            n: a for n, a in told.items() if a is not inspect.Signature.empty
        }
        return wrapper  # type: ignore[no-any-return]

    def _filler(self, signature: inspect.Signature, names: list[str], called: str) -> Filler:
        call = Call(signature, names, called)

        def fill(
            args: tuple[Any, ...], kwargs: dict[str, Any]
        ) -> tuple[tuple[Any, ...], dict[str, Any]]:
            found = self._find(args, kwargs)
            if found is None:
                call.check_given(args, kwargs)
                return args, kwargs
            return call.filled(args, kwargs, found, self._open(found.native))

        return fill

    def _shown(self, signature: inspect.Signature, names: list[str]) -> inspect.Signature:
        """The signature for the framework."""
        native = None if self._annotation is None else self._annotation()
        others = [each for each in signature.parameters.values() if each.name not in names]
        if native is None or any(
            is_kind_of(kind, native) for each in others for kind in kinds(each.annotation)
        ):
            return signature.replace(parameters=others)
        # Keep its default: a parameter before it may have one.
        ours = signature.parameters[names[0]].replace(annotation=native)
        shown = [
            ours if each.name == ours.name else each
            for each in signature.parameters.values()
            if each.name == ours.name or each.name not in names
        ]
        return signature.replace(parameters=shown)


def _of_the_same_kind(view: Callable[..., Any], fill: Filler) -> Callable[..., Any]:
    """A function of the same kind as `view`, which calls it with the arguments from `fill`.

    Frameworks check the kind: async or not, a generator (a dependency in FastAPI) or not.
    """
    if inspect.isasyncgenfunction(view):

        async def injected_async_generator(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
            args, kwargs = fill(args, kwargs)
            generator = view(*args, **kwargs)
            try:
                value = await anext(generator)
                while True:
                    try:
                        sent = yield value
                    except GeneratorExit:
                        raise
                    except BaseException as error:  # noqa: BLE001 (it is the view's to handle)
                        value = await generator.athrow(error)
                    else:
                        value = await generator.asend(sent)
            except StopAsyncIteration:
                return
            finally:
                await generator.aclose()

        return injected_async_generator
    if inspect.isgeneratorfunction(view):

        def injected_generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
            args, kwargs = fill(args, kwargs)
            generator: Generator[Any, Any, Any] = view(*args, **kwargs)
            return (yield from generator)

        return injected_generator
    if is_async(view):

        async def injected_async(*args: Any, **kwargs: Any) -> Any:
            args, kwargs = fill(args, kwargs)
            return await view(*args, **kwargs)

        return injected_async

    def injected(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = fill(args, kwargs)
        return view(*args, **kwargs)

    return injected
