"""Parameters: where each parameter of a handler is looked for, in which order.

Rule, the same on every framework:

1. a parameter annotated with `unireq.Request` is the request;
2. one that the router found in the path is that path parameter;
3. else it is the query parameter of its name;
4. else, by the media type of the body, the form field (for `UploadedFile`: the file) of its name,
   or the member of its name of a JSON object;
5. else its default, or None where its annotation allows it;
6. else the request is answered by 422: `InvalidParameter`.

A parameter that `functools.partial` has given is looked for nowhere, so that no request changes it.
A body is read only if a parameter was not found before it. docs/handlers.md has this for users.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from unireq._body.content_type import parse_content_type
from unireq._body.uploads import UploadedFile
from unireq._errors import InvalidParameter
from unireq._handlers.signatures import (
    bound_names,
    name_of,
    request_parameters,
    resolved_signature,
)
from unireq._handlers.values import Wanted, wanted
from unireq._request import Request

__all__ = ["Arguments", "Parameters"]

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOT_FOUND: Any = object()


class _Asked(NamedTuple):
    """One parameter that is looked for."""

    name: str
    wanted: Wanted
    default: Any
    positional: bool


class Arguments(NamedTuple):
    """What a handler is called with."""

    positional: list[Any]
    named: dict[str, Any]


class Parameters:
    """The parameters of one handler.

    Args:
        function: The handler.

    Raises:
        TypeError: It can't be called, or an annotation that may mean `Request` can't be resolved.
    """

    __slots__ = ("_asked", "_known", "_requests", "_takes_others", "name")

    def __init__(self, function: Callable[..., Any]) -> None:
        signature = resolved_signature(function)
        self.name = name_of(function)
        self._requests = set(request_parameters(signature, self.name))
        self._asked: list[_Asked] = []
        self._takes_others = False
        bound = bound_names(function)
        for parameter in signature.parameters.values():
            if parameter.name in bound:
                continue
            if parameter.kind is parameter.VAR_KEYWORD:
                self._takes_others = True
            elif parameter.kind is not parameter.VAR_POSITIONAL:
                self._asked.append(_asked(parameter))
        self._known = bound | {asked.name for asked in self._asked}

    def needs_body(self, request: Request) -> str:
        """`"form"` or `"json"` where a parameter may stand in the body, else `""`.

        Raises:
            MalformedBody: Content-Type came more than once, with different values.
        """
        path, query = request.path_params, request.query_params
        for asked in self._asked:
            if not (asked.name in self._requests or asked.name in path or asked.name in query):
                return _kind_of_body(request)
        return ""

    def arguments(self, request: Request) -> Arguments:
        """What the handler is called with for `request`, whose body can be read here.

        Raises:
            InvalidParameter: A parameter is missing, or can't be made its type.
            RequestError: The body can't be read, or is malformed.
        """
        path = request.path_params
        found = Arguments([], {})
        body = _Body(request, self.needs_body(request))
        for asked in self._asked:
            if asked.name in self._requests:
                value: Any = request
            else:
                value = _value(asked, path, request, body)
            if asked.positional:
                found.positional.append(value)
            else:
                found.named[asked.name] = value
        if self._takes_others:
            found.named.update((name, path[name]) for name in path if name not in self._known)
        return found


def _asked(parameter: inspect.Parameter) -> _Asked:
    default = _NOT_FOUND if parameter.default is parameter.empty else parameter.default
    positional = parameter.kind is parameter.POSITIONAL_ONLY
    return _Asked(parameter.name, wanted(parameter.annotation), default, positional)


def _kind_of_body(request: Request) -> str:
    essence = parse_content_type(request.get_header("content-type")).essence
    if essence in _FORMS:
        return "form"
    json = essence == "application/json" or (
        essence.startswith("application/") and essence.endswith("+json")
    )
    return "json" if json else ""


class _Body:
    """Where the body is asked for parameters, once it has to be."""

    def __init__(self, request: Request, kind: str) -> None:
        self._request = request
        self._kind = kind
        self._members: Mapping[str, Any] | None = None

    def find(self, asked: _Asked) -> Any:
        if self._kind == "form":
            return self._field(asked)
        if self._kind == "json":
            if self._members is None:
                self._members = self._json()
            return self._members.get(asked.name, _NOT_FOUND)
        return _NOT_FOUND

    def _json(self) -> Mapping[str, Any]:
        # Many clients name the type of every request, also of one without a body.
        value: Any = self._request.json() if self._request.read() else {}
        return cast("dict[str, Any]", value) if isinstance(value, dict) else {}

    def _field(self, asked: _Asked) -> Any:
        form = self._request.form()
        source: Any = form.files if asked.wanted.kind is UploadedFile else form
        if asked.name not in source:
            return _NOT_FOUND
        return source.getlist(asked.name) if asked.wanted.many else source[asked.name]


def _value(asked: _Asked, path: Mapping[str, Any], request: Request, body: _Body) -> Any:
    name, query = asked.name, request.query_params
    if name in path:
        value = [path[name]] if asked.wanted.many else path[name]
        where = "path parameter"
    elif name in query:
        value = query.getlist(name) if asked.wanted.many else query[name]
        where = "query parameter"
    else:
        value = body.find(asked)
        where = "field of the body"
    if value is _NOT_FOUND:
        if asked.default is not _NOT_FOUND:
            return asked.default
        if asked.wanted.optional:
            return None
        raise InvalidParameter(
            name,
            f"{name}: expected {asked.wanted.described}, as a query parameter, a form field or a"
            " member of a JSON object of this name, got none",
        )
    try:
        return asked.wanted.convert(value)
    except ValueError as error:
        raise InvalidParameter(name, f"{name} ({where}): {error}") from None
