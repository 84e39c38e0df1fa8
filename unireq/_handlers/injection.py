"""Injection: a framework's own view is given our `Request` where it asks for it by annotation.

Rule: the framework calls the view as it always does, and sees a signature that it understands: our
parameter is not in it, or stands there for the framework's own request. Source: PEP 362.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

from unireq._handlers.signatures import (
    is_async,
    name_of,
    positional_names,
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
"""Makes the arguments that a view is called with of those that the framework has given."""


class FoundNative(NamedTuple):
    """Where the framework's request is among the arguments of a call.

    Attributes:
        native: The request.
        place: Its index, or its name; None where it is none of them.
    """

    native: Any
    place: int | str | None = None


FindNative: TypeAlias = "Callable[[tuple[Any, ...], dict[str, Any]], FoundNative | None]"
"""Finds the framework's request for a call of a view with these arguments."""


def find_in_arguments(adapter: type[NativeRequest]) -> FindNative:
    """What finds the framework's request among the arguments.

    Where it is none of them, but the view is a method, it is looked for as `self.request`, where
    class-based views of several frameworks keep it.

    Args:
        adapter: The adapter, whose `_matches` knows the framework's own request.
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
    """How one framework's views are given our `Request`: called with a view, it gives the view.

    Args:
        find: Finds the framework's request, from the arguments of a call: see `find_in_arguments`.
        open_native: Makes our request of it.
        annotation: What stands in the signature in place of our `Request`, called without an
            argument when a view is prepared; None leaves the parameter out of the signature.
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
        """`view` with each parameter that is annotated with our `Request` filled in.

        Args:
            view: A view of the framework: a function, sync or async, decorated or a partial, a
                method, or a class of views, whose methods are then each done.

        Raises:
            TypeError: No parameter asks for one, or an annotation that may mean it can't be
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
        # A partial has no name, and frameworks name routes by it.
        wrapper.__name__ = name_of(view)
        wrapper.__signature__ = shown = self._shown(signature, names)
        # Some frameworks look at the one, some at the other.
        told = {each.name: each.annotation for each in shown.parameters.values()}
        told["return"] = shown.return_annotation
        wrapper.__annotations__ = {
            n: a for n, a in told.items() if a is not inspect.Signature.empty
        }
        return wrapper  # type: ignore[no-any-return]

    def _filler(self, signature: inspect.Signature, names: list[str], called: str) -> Filler:
        call = _Call(signature, names, called)

        def fill(
            args: tuple[Any, ...], kwargs: dict[str, Any]
        ) -> tuple[tuple[Any, ...], dict[str, Any]]:
            found = self._find(args, kwargs)
            if found is None:
                _check_given(signature, names, args, kwargs, called)
                return args, kwargs
            return call.filled(args, kwargs, found, self._open(found.native))

        return fill

    def _shown(self, signature: inspect.Signature, names: list[str]) -> inspect.Signature:
        """The signature for the framework."""
        native = None if self._annotation is None else self._annotation()
        others = [each for each in signature.parameters.values() if each.name not in names]
        if native is None or any(
            _is_kind_of(kind, native) for each in others for kind in _kinds(each.annotation)
        ):
            return signature.replace(parameters=others)
        # With its default: it may stand behind others that have one.
        ours = signature.parameters[names[0]].replace(annotation=native)
        shown = [
            ours if each.name == ours.name else each
            for each in signature.parameters.values()
            if each.name == ours.name or each.name not in names
        ]
        return signature.replace(parameters=shown)


class _Call:
    """How the arguments of a call become those of the view, ours among them.

    They are bound to the signature of the view without our parameters, which is what a framework
    knows of. It may also have been called as a function, with our parameters.
    """

    def __init__(self, signature: inspect.Signature, names: list[str], called: str) -> None:
        self._whole = signature
        self._names = names
        self._called = called
        parameters = [each for each in signature.parameters.values() if each.name not in names]
        self._others = signature.replace(parameters=parameters)
        # A framework that calls by name (FastAPI) does so too where only a place will do.
        self._by_name = signature.replace(parameters=list(map(_by_name_too, parameters)))
        self._places = positional_names(signature)

    def filled(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], found: FoundNative, request: Request
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments with `request` for each of our parameters that was given none."""
        arguments, by_place = self._bound(args, kwargs, found), 0
        for place, parameter in enumerate(self._whole.parameters.values()):
            name = parameter.name
            ours = name in self._names and name not in arguments
            if parameter.kind is parameter.POSITIONAL_ONLY or (
                found.place == place if ours else name in arguments and name not in kwargs
            ):
                by_place = place + 1
        values: list[Any] = []
        named: dict[str, Any] = {}
        for place, parameter in enumerate(self._whole.parameters.values()):
            if parameter.name not in arguments and parameter.name not in self._names:
                continue
            value = arguments.get(parameter.name, request)
            if parameter.kind is parameter.VAR_KEYWORD:
                named.update(value)
            elif parameter.kind is parameter.VAR_POSITIONAL:
                values.extend(value)
            elif parameter.kind is parameter.KEYWORD_ONLY or place >= by_place:
                named[parameter.name] = value
            else:
                values.append(value)
        return tuple(values), named

    def _bound(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], found: FoundNative
    ) -> dict[str, Any]:
        """What is given, by the names of parameters.

        Raises:
            TypeError: The view can't be called so.
        """
        whole = _bind(self._whole, args, kwargs)
        if whole and any(_is_given(whole[name], found) for name in self._names if name in whole):
            return whole
        calls = [(args, kwargs)]
        if found.place is not None and not self._wants(found.native):
            # The native request may stand for ours, and surely does in the place of ours.
            calls.append(_without(found.place, args, kwargs))
            if self._is_ours(found.place):
                del calls[0]
        for each in calls:
            for signature in (self._others, self._by_name):
                if (bound := _bind(signature, *each)) is not None:
                    return bound
        if whole is not None:
            return whole
        try:
            return self._others.bind(*calls[0][0], **calls[0][1]).arguments
        except TypeError as error:
            raise TypeError(f"{self._called}: {error}") from None

    def _wants(self, native: Any) -> bool:
        """Whether another parameter is annotated with what the native request is."""
        return any(_is_one(native, each.annotation) for each in self._others.parameters.values())

    def _is_ours(self, place: int | str) -> bool:
        name = (
            place if isinstance(place, str) else next(iter(self._places[place : place + 1]), None)
        )
        return name in self._names


def _bind(
    signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any] | None:
    try:
        return signature.bind(*args, **kwargs).arguments
    except TypeError:
        return None


def _by_name_too(parameter: inspect.Parameter) -> inspect.Parameter:
    by_place = parameter.kind is parameter.POSITIONAL_ONLY
    return parameter.replace(kind=parameter.POSITIONAL_OR_KEYWORD) if by_place else parameter


def _without(
    place: int | str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if isinstance(place, int):
        return (*args[:place], *args[place + 1 :]), kwargs
    return args, {name: value for name, value in kwargs.items() if name != place}


def _check_given(
    signature: inspect.Signature,
    names: list[str],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    called: str,
) -> None:
    """Whether a call without the framework's request can do without ours."""
    given = {*positional_names(signature)[: len(args)], *kwargs}
    for name in names:
        if name not in given and signature.parameters[name].default is inspect.Parameter.empty:
            raise TypeError(
                f"{called}: expected to be called by the framework, with its request, or with"
                f" {name}=..., got neither"
            )


def _is_given(value: Any, found: FoundNative) -> bool:
    """Whether what stands in the place of our request is meant for it: a direct call gives one."""
    return isinstance(value, Request) or (value is None and not isinstance(found.place, int))


def _is_one(native: Any, annotation: Any) -> bool:
    return any(
        _is_kind_of(type(native), kind) and kind is not object for kind in _kinds(annotation)
    )


def _kinds(annotation: Any) -> list[Any]:
    """What an annotation names: itself, or each member of a union, or what is `Annotated`."""
    origin: Any = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _kinds(typing.get_args(annotation)[0])
    if origin is typing.Union or origin is types.UnionType:
        return [kind for member in typing.get_args(annotation) for kind in _kinds(member)]
    return [annotation]


def _is_kind_of(kind: Any, other: Any) -> bool:
    try:
        return issubclass(kind, other)
    except TypeError:
        # One of them is no class, or one that can't be asked.
        return False


def _of_the_same_kind(view: Callable[..., Any], fill: Filler) -> Callable[..., Any]:
    """A function that calls `view` with what `fill` makes of its arguments.

    Frameworks look at what kind it is: async or not, a generator (a dependency of FastAPI) or not.
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
