"""Binding: makes the arguments of a view, with our request, from those of a call.

Rule: the arguments are bound to the signature without our parameters, which the framework sees. The
view may also be called directly, with our parameters. What is bound is the place of each value,
once for each shape of a call: the number of arguments and their names.

Source: PEP 362.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from typing import Any, NamedTuple, TypeAlias, cast

from unireq._handlers.signatures import positional_names
from unireq._request import Request

__all__ = ["Call", "FoundNative", "is_kind_of", "kinds"]


class FoundNative(NamedTuple):
    """The framework's request, and its place among the arguments of a call.

    Attributes:
        native: The framework's request.
        place: The index of a positional argument, or the name of a keyword argument; None if it is
            not an argument.
    """

    native: Any
    place: int | str | None = None


class _Default(NamedTuple):
    """A default, passed because a positional argument follows it."""

    value: Any


_Source: TypeAlias = "int | str | _Default | None"
"""The index or the name of the argument that a value comes from; None for our request."""

_SHAPES = 64
"""How many shapes of calls are remembered for each view; a router makes one or two."""


class Call:
    """Makes calls with our request from the calls of one view.

    Args:
        signature: The signature of the view.
        names: The names of our parameters in it.
        called: The name of the view, for messages.
    """

    def __init__(self, signature: inspect.Signature, names: list[str], called: str) -> None:
        self._whole = signature
        self._names = names
        self._called = called
        parameters = [each for each in signature.parameters.values() if each.name not in names]
        self._others = signature.replace(parameters=parameters)
        # A framework that calls by name (FastAPI) does so even for positional-only parameters.
        self._by_name = signature.replace(parameters=list(map(_by_name_too, parameters)))
        self._places = positional_names(signature)
        self._asked_for = functools.lru_cache(_SHAPES)(self._find_asked_for)
        self._plan = functools.lru_cache(_SHAPES)(self._make_plan)

    def check_given(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Check that a call without the framework's request does not need ours.

        Raises:
            TypeError: One of our parameters is missing and has no default.
        """
        given = {*self._places[: len(args)], *kwargs}
        for name in self._names:
            default = self._whole.parameters[name].default
            if name not in given and default is inspect.Parameter.empty:
                raise TypeError(
                    f"{self._called}: expected a call by the framework, with its request, or a call"
                    f" with {name}=..., got neither"
                )

    def filled(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], found: FoundNative, request: Request
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments, with `request` for each of our parameters that is missing.

        Raises:
            TypeError: The view can't be called so.
        """

        def value(source: _Source) -> Any:
            if source is None:
                return request
            if isinstance(source, _Default):
                return source.value
            return args[source] if isinstance(source, int) else kwargs[source]

        shape = (len(args), tuple(kwargs))
        ours = [value(source) for source in self._asked_for(*shape)]
        given: bool | None = any(_is_given(each, found) for each in ours)
        if not given and all(each is None for each in ours):
            given = None
        kind = cast("Any", type(found.native))
        by_place, by_name = self._plan(*shape, found.place, kind, given)
        return tuple(map(value, by_place)), {name: value(by_name[name]) for name in by_name}

    def _find_asked_for(self, count: int, names: tuple[str, ...]) -> list[_Source]:
        """Where a call of this shape passes our parameters, if it does."""
        whole = _bind(self._whole, _sources(count, names)) or {}
        return [whole[name] for name in self._names if name in whole]

    def _make_plan(
        self,
        count: int,
        names: tuple[str, ...],
        place: int | str | None,
        kind: Any,
        given: bool | None,
    ) -> tuple[list[_Source], dict[str, _Source]]:
        """The sources of the positional and of the keyword arguments."""
        sources = self._bound(_sources(count, names), place, kind, given)
        parameters = list(self._whole.parameters.values())
        # What was positional stays so, and so must all that precedes it.
        end = 0
        for index, parameter in enumerate(parameters):
            if parameter.kind in {parameter.VAR_KEYWORD, parameter.KEYWORD_ONLY}:
                break
            passed = parameter.name in sources
            if parameter.kind is parameter.POSITIONAL_ONLY:
                positional = passed or parameter.name in self._names
            elif passed:
                positional = parameter.name not in names
            else:
                positional = parameter.name in self._names and place == index
            if positional:
                end = index + 1
        by_place: list[_Source] = []
        by_name: dict[str, _Source] = {}
        for index, parameter in enumerate(parameters):
            if parameter.name not in sources and parameter.name not in self._names:
                if index < end and parameter.kind is not parameter.VAR_POSITIONAL:
                    by_place.append(_Default(parameter.default))
                continue
            source: _Source = sources.get(parameter.name)
            if parameter.kind is parameter.VAR_KEYWORD:
                # Nothing that a router found takes the place of ours.
                by_name = {**sources[parameter.name], **by_name}
            elif parameter.kind is parameter.VAR_POSITIONAL:
                by_place.extend(sources[parameter.name])
            elif parameter.kind is parameter.KEYWORD_ONLY or index >= end:
                by_name[parameter.name] = source
            else:
                by_place.append(source)
        return by_place, by_name

    def _bound(
        self, sources: _Sources, place: int | str | None, kind: Any, given: bool | None
    ) -> dict[str, Any]:
        """The source of each parameter's value, without those of ours that are missing."""
        whole = _bind(self._whole, sources)
        if given and whole is not None:
            return whole
        calls = [sources]
        if place is not None and not self._wants(kind):
            # The framework's request may replace ours; in the place of ours it always does.
            calls.append(_without(place, sources))
            if self._is_ours(place):
                del calls[0]
        for each in calls:
            for signature in (self._others, self._by_name):
                if (bound := _bind(signature, each)) is not None:
                    return bound
        if whole is not None:
            # Neither the framework's request nor what a router found replaces ours; None may.
            kept = whole.keys() if given is None else whole.keys() - set(self._names)
            return {name: source for name, source in whole.items() if name in kept}
        try:
            args, kwargs = calls[0]
            return self._others.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{self._called}: {error}") from None

    def _wants(self, kind: Any) -> bool:
        """Whether another parameter is annotated as the framework's request."""
        return any(_is_one(kind, each.annotation) for each in self._others.parameters.values())

    def _is_ours(self, place: int | str) -> bool:
        if isinstance(place, str):
            return place in self._names
        return place < len(self._places) and self._places[place] in self._names


_Sources: TypeAlias = "tuple[tuple[int, ...], dict[str, str]]"


def _sources(count: int, names: tuple[str, ...]) -> _Sources:
    return tuple(range(count)), {name: name for name in names}


def _bind(signature: inspect.Signature, sources: _Sources) -> dict[str, Any] | None:
    try:
        return signature.bind(*sources[0], **sources[1]).arguments
    except TypeError:
        return None


def _by_name_too(parameter: inspect.Parameter) -> inspect.Parameter:
    by_place = parameter.kind is parameter.POSITIONAL_ONLY
    return parameter.replace(kind=parameter.POSITIONAL_OR_KEYWORD) if by_place else parameter


def _without(place: int | str, sources: _Sources) -> _Sources:
    args, kwargs = sources
    if isinstance(place, int):
        return tuple(each for each in args if each != place), kwargs
    return args, {name: name for name in kwargs if name != place}


def _is_given(value: Any, found: FoundNative) -> bool:
    """Whether the caller passed `value` for our parameter: a direct call does."""
    return isinstance(value, Request) or (value is None and not isinstance(found.place, int))


def _is_one(kind: Any, annotation: Any) -> bool:
    return any(is_kind_of(kind, each) and each is not object for each in kinds(annotation))


def kinds(annotation: Any) -> list[Any]:
    """The types in an annotation: itself, each member of a union, or what is `Annotated`."""
    origin: Any = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return kinds(typing.get_args(annotation)[0])
    if origin is typing.Union or origin is types.UnionType:
        return [kind for member in typing.get_args(annotation) for kind in kinds(member)]
    return [annotation]


def is_kind_of(kind: Any, other: Any) -> bool:
    try:
        return issubclass(kind, other)
    except TypeError:
        # One of them is not a class, or one without `issubclass` support.
        return False
