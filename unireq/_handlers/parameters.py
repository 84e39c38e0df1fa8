"""Parameters: where unireq looks for each parameter of a handler, and in which order.

Rule, the same on every framework:

1. a parameter annotated with `unireq.Request` is the request;
2. one that the router found in the path is that path parameter;
3. else it is the query parameter of its name;
4. else, by the media type of the body, the form field (for `UploadedFile`: the file) of its name,
   or the member of its name of a JSON object;
5. else its default, or None where its annotation allows it;
6. else the request is answered by 422: `InvalidParameter`.

A `Param` in the annotation sets the name. A parameter that `functools.partial` has bound is looked
for nowhere, so no request can change it. The body is read only if a parameter was not found in the
path or the query. docs/handlers.md describes this for users.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from unireq._body.content import parse_content_type
from unireq._body.uploads import UploadedFile
from unireq._errors import InvalidParameter
from unireq._handlers.param import Param, called, check_marker
from unireq._handlers.signatures import (
    bound_names,
    check_called,
    check_kind,
    meant_as_native,
    name_of,
    request_parameters,
    resolved_signature,
)
from unireq._handlers.values import OtherType, Wanted, wanted
from unireq._request import Request

__all__ = ["Arguments", "Parameters", "kind_of_body"]

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOT_FOUND: Any = object()


class _Asked(NamedTuple):
    """One parameter to look for."""

    argument: str
    name: str
    wanted: Wanted | None
    default: Any
    positional: bool
    handler: str


class Arguments(NamedTuple):
    """The arguments of a handler's call."""

    positional: list[Any]
    named: dict[str, Any]


class Parameters:
    """The parameters of one handler.

    Args:
        function: The handler.

    Raises:
        TypeError: No request can provide one of its parameters; the message names the parameter,
            and says what to write instead.
    """

    __slots__ = ("_asked", "_known", "_others", "name")

    def __init__(self, function: Callable[..., Any]) -> None:
        signature = resolved_signature(function)
        self.name = name_of(function)
        requests = set(request_parameters(signature, self.name))
        self._asked: list[_Asked] = []
        self._others: Wanted | None = None
        bound = bound_names(function)
        parameters = [each for each in signature.parameters.values() if each.name not in bound]
        check_kind(function, parameters)
        for parameter in parameters:
            try:
                if parameter.kind is parameter.VAR_KEYWORD:
                    self._others = _others(parameter)
                elif parameter.kind is parameter.VAR_POSITIONAL:
                    _check_others(parameter)
                else:
                    self._asked.append(_asked(parameter, self.name, parameter.name in requests))
            except RecursionError:
                raise _refusal(self.name, parameter, "its annotation is recursive") from None
            except TypeError as error:
                raise _refusal(self.name, parameter, str(error)) from None
        names = [asked.name for asked in self._asked if asked.wanted is not None]
        if twice := {name for name in names if names.count(name) > 1}:
            raise TypeError(
                f"{self.name}: two parameters are called {min(twice)!r}; rename one of them"
            )
        self._known = {*bound, *names, *(asked.argument for asked in self._asked)}
        named = [asked.argument for asked in self._asked if not asked.positional]
        check_called(function, len(self._asked) - len(named), named, self.name)

    def needs_body(self, request: Request) -> str:
        """`"form"` or `"json"` if a parameter may be in the body, else `""`.

        Raises:
            MalformedBody: There are several Content-Type fields with different values.
        """
        path, query = request.path_params, request.query_params
        for asked in self._asked:
            if not (asked.wanted is None or asked.name in path or asked.name in query):
                return kind_of_body(request)
        return ""

    def arguments(self, request: Request) -> Arguments:
        """The arguments of the handler's call for `request`, whose body can be read here.

        Raises:
            InvalidParameter: A parameter is missing, or can't be converted to its type.
            RequestError: The body can't be read, or is malformed.
        """
        path = request.path_params
        found = Arguments([], {})
        body = _Body(request, self.needs_body(request))
        for asked in self._asked:
            value = request if asked.wanted is None else _value(asked, path, request, body)
            if asked.positional:
                found.positional.append(value)
            else:
                found.named[asked.argument] = value
        if self._others is not None:
            for name, value in path.items():
                if name not in self._known:
                    found.named[name] = _converted(
                        self._others, name, value, "path parameter", self.name
                    )
        return found


def _asked(parameter: inspect.Parameter, handler: str, is_request: bool) -> _Asked:
    default = _NOT_FOUND if parameter.default is parameter.empty else parameter.default
    check_marker(default)
    name = _called(parameter, is_request=is_request)
    asked = None if is_request else wanted(parameter.annotation)
    if asked is not None and asked.loose and not called(parameter.annotation):
        bare = parameter.annotation is parameter.empty
        if meant_as_native(name):
            has = "it has no annotation" if bare else "its annotation accepts almost any value"
            raise TypeError(
                f"{has}, so it would be the query parameter {name!r} or a member of a JSON object;"
                f" write {name}: unireq.Request for the request (its .native is the framework's"
                f" request), {name}: str or Annotated[..., unireq.Param({name!r})] for a parameter"
            )
        if bare and name in {"self", "cls"}:
            raise TypeError("it would be a query parameter; mount a method of an instance")
    positional = parameter.kind is parameter.POSITIONAL_ONLY
    return _Asked(parameter.name, name, asked, default, positional, handler)


def _called(parameter: inspect.Parameter, *, is_request: bool) -> str:
    """The parameter's name for clients."""
    names = called(parameter.annotation)
    if isinstance(parameter.default, Param) or parameter.default is Param:
        raise TypeError(
            'expected the annotation Annotated[str, unireq.Param("name")], got Param as default'
        )
    if len(names) > 1 or (names and is_request):
        raise TypeError(f"expected at most one Param, and none for the request, got {names}")
    return names[0].name if names else parameter.name


def _others(parameter: inspect.Parameter) -> Wanted:
    """`**more` receives the path parameters that no other parameter names, each one value."""
    found = wanted(parameter.annotation, inside=True)
    if found.many or found.kind in {dict, UploadedFile}:
        raise TypeError(
            f"{parameter} receives path parameters, and none of them can be {found.described};"
            " annotate it with str, int or another type of one value"
        )
    return found


def _check_others(parameter: inspect.Parameter) -> None:
    """Refuse a `Param` on `*args`, which never receives a value."""
    if called(parameter.annotation):
        raise TypeError(
            f"{parameter} receives no value; write a parameter of Annotated[list[str], Param(...)]"
        )
    wanted(parameter.annotation, inside=True)


def _refusal(name: str, parameter: inspect.Parameter, why: str) -> TypeError:
    return TypeError(f"{name}: the parameter {parameter.name!r}: {why}")


def kind_of_body(request: Request) -> str:
    """`"form"`, `"json"` or `""`, by the media type.

    Raises:
        MalformedBody: There are several Content-Type fields with different values.
    """
    essence, _, odd = parse_content_type(request.get_header("content-type"))
    if essence in _FORMS:
        return "form"  # if it is odd, reading the form says so
    json = essence == "application/json" or (
        essence.startswith("application/") and essence.endswith("+json")
    )
    return "json" if json and not odd else ""


class _Body:
    """Looks for parameters in the body; reads it at the first look-up."""

    def __init__(self, request: Request, kind: str) -> None:
        self._request = request
        self._kind = kind
        self._members: Mapping[str, Any] | None = None

    @property
    def is_text(self) -> bool:
        """Whether its values are text, as in a form, and not typed, as in JSON."""
        return self._kind != "json"

    def find(self, asked: _Asked) -> Any:
        if self._kind == "form":
            return self._field(asked)
        if self._kind == "json":
            if self._members is None:
                self._members = self._json()
            return self._members.get(asked.name, _NOT_FOUND)
        return _NOT_FOUND

    def _json(self) -> Mapping[str, Any]:
        # Checked before reading. An empty body is no error: many clients always send the field.
        self._request._check_json(None)  # pyright: ignore[reportPrivateUsage]
        value: Any = self._request.json() if self._request.read() else {}
        return cast("dict[str, Any]", value) if isinstance(value, dict) else {}

    def _field(self, asked: _Asked) -> Any:
        form = self._request.form()
        kind = cast("Wanted", asked.wanted)
        source: Any = form.files if kind.kind is UploadedFile else form
        if asked.name not in source:
            return _NOT_FOUND
        return source.getlist(asked.name) if kind.many else source[asked.name]


def _value(asked: _Asked, path: Mapping[str, Any], request: Request, body: _Body) -> Any:
    name, query = asked.name, request.query_params
    kind = cast("Wanted", asked.wanted)
    text = True
    if name in path:
        value = [path[name]] if kind.many else path[name]
        where = "path parameter"
    elif name in query:
        value = query.getlist(name) if kind.many else query[name]
        where = "query parameter"
    else:
        value = body.find(asked)
        where, text = "field of the body", body.is_text
    if value is _NOT_FOUND:
        if asked.default is not _NOT_FOUND:
            return asked.default
        if kind.optional:
            return None
        places = "a query parameter, a form field or a member of a JSON object"
        if kind.kind is UploadedFile:
            places = "a file in a form"
        raise InvalidParameter(
            name, f"{name}: expected {kind.described}, as {places} with this name, got none"
        )
    return _converted(kind, name, value, where, asked.handler, text=text)


def _converted(
    kind: Wanted, name: str, value: Any, where: str, handler: str, *, text: bool = True
) -> Any:
    try:
        return kind.convert(value, text=text)
    except ValueError as error:
        advice = ""
        if isinstance(error, OtherType) and where == "path parameter":
            made = value[0] if kind.many else value
            if not isinstance(made, str):
                # No client can satisfy this: the route and the handler don't match.
                advice = (
                    f"the router converts the path parameter {name!r} of {handler} to"
                    f" {type(made).__name__}: annotate the parameter with that type, or use a route"
                    " converter that gives text"
                )
        raise InvalidParameter(name, f"{name} ({where}): {error}", advice) from None
