"""Handlers: answer as a request tells them to, mounted by an adapter's `as_view`.

Rule: framework-neutral, and the same in every app. What is told is in the field `Unireq-Respond`,
as `response` writes it: a JSON object of one member, whose name is what to do. A `Response` is
marked with the nonce of the server, so that another server's is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from functools import wraps
from typing import Annotated, Any, Final, Literal

import unireq
from unireq import adapter
from unireq_conformance.apps import NONCE_FIELD
from unireq_conformance.inside.layers import ERRORS, Records, left
from unireq_conformance.response import RESPOND_FIELD

Handler = Callable[..., Any]


def make_handlers(
    nonce: str, records: Records | None = None, login: Callable[[Any, str], None] | None = None
) -> dict[str, Handler]:
    """The handlers by the path that each is mounted at; `<text>` in one is a path parameter.

    Args:
        nonce: What a `Response` is marked with.
        records: Where they note what they see, and what they answer a question for a record from.
        login: See `Probe`.
    """
    kept = Records() if records is None else records

    def respond(request: unireq.Request) -> Any:
        what, argument = _told(request)
        if what in _READING:
            return _READING[what](request, argument)
        if what == "record":
            record = {"events": kept.of(argument), "after": left(request)}
            return _marked(unireq.Response.json(record), nonce)
        if what == "login" and login is not None:
            login(request.native, argument)
        kept.note_view(request)
        return _whose(request) if what == "current" else _returned(what, argument, nonce)

    async def respond_async(request: unireq.Request) -> Any:
        what, argument = _told(request)
        if what in _READING:
            await request.aread(limits=_limits(argument))
        return respond(request)

    return {
        "/respond": respond,
        "/respond-async": respond_async,
        "/take": _take,
        "/take-async": _take_async,
        "/take/<text>": _take,
        "/take-async/<text>": _take_async,
    }


def _told(request: unireq.Request) -> tuple[str, Any]:
    return _parsed(request.get_header(RESPOND_FIELD.lower(), ""))


def _parsed(instruction: str) -> tuple[str, Any]:
    ((what, argument),) = json.loads(instruction).items()
    return what, argument


def _take(
    request: unireq.Request,
    text: str,
    number: int = 7,
    ratio: float | None = None,
    flag: bool | None = None,
    tag: list[str] | None = None,
    day: date | None = None,
    size: Literal["s", "m", 1] | None = None,
    ids: Annotated[set[int] | None, unireq.Param("ids[]")] = None,
) -> dict[str, Any]:
    values = (text, number, ratio, flag, tag, day and day.isoformat(), size, ids and sorted(ids))
    names = ("text", "number", "ratio", "flag", "tag", "day", "size", "ids")
    found = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    return {**found, "at": request.path}


@wraps(_take)
async def _take_async(*arguments: Any, **named: Any) -> dict[str, Any]:
    return _take(*arguments, **named)


# What reads the body of the request.


def _limits(argument: Any) -> unireq.Limits | None:
    return None if argument is None else unireq.Limits(**argument)


_READING: Final[Mapping[str, Callable[[unireq.Request, Any], Any]]] = {
    "body": lambda request, limits: request.read(limits=_limits(limits)),
    "json": lambda request, limits: [request.json(limits=_limits(limits))],
    "form": lambda request, limits: [*request.form(limits=_limits(limits))],
}


def _whose(request: unireq.Request) -> str:
    """Whose the current request is, which a handler has without any middleware."""
    try:
        current = unireq.current_request()
    except unireq.NoCurrentRequest:
        return "nobody's"
    return "the handler's own" if current is request else f"another one, {current!r}"


# What is returned.


def _returned(what: str, argument: Any, nonce: str) -> Any:
    match what:
        case "text" | "value" | "nothing" | "login":
            return argument
        case "octets":
            return argument.encode("latin-1")
        case "abort":
            made = _returned(*_parsed(argument), nonce)
            raise unireq.Abort(adapter.make_response(made))
        case "refuse":
            raise ERRORS[argument["kind"]]("as it was told to", headers=argument["headers"])
        case "raise":
            raise ERRORS[argument]("as it was told to")
        case "wrong":
            return _WRONG[argument]
        case "response":
            response = _response(**argument)
        case "made":
            make = getattr(unireq.Response, argument["maker"])
            response = make(argument["argument"], **argument["given"])
        case "deleted":
            response = unireq.Response()
            response.delete_cookie(**argument)
        case "changed":
            response = unireq.Response("", headers=argument["headers"])
            for name, value in argument["set"]:
                response.set_header(name, value)
        case "edited":
            response = unireq.Response("", headers=argument["headers"])
            for name, member in argument["extend"]:
                response.extend_header(name, member)
            for name in argument["remove"]:
                response.remove_header(name)
        case _:
            raise LookupError(f"{RESPOND_FIELD}: expected what to do, got {what!r}")
    return _marked(response, nonce)


def _marked(response: unireq.Response, nonce: str) -> unireq.Response:
    response.add_header(NONCE_FIELD, nonce)
    return response


_WRONG: Final[Mapping[str, Any]] = {
    "int": 42,
    "True": True,
    "tuple": ("a",),
    "set": {"a"},
    "float": 1.5,
    "NaN": [float("nan")],
    "Infinity": {"a": float("inf")},
    "object in a list": [object()],
    "lone surrogate": "\ud800",
    "class": unireq.Response,
}


def _response(
    content: str | None,
    octets: bool,
    status: int,
    headers: list[list[str]],
    media_type: str | None,
    cookies: list[dict[str, Any]],
    added: list[list[str]],
) -> unireq.Response:
    response = unireq.Response(
        content.encode("latin-1") if octets and content is not None else content,
        status=status,
        headers=[(name, value) for name, value in headers],
        media_type=media_type,
    )
    for cookie in cookies:
        _set_cookie(response, **cookie)
    for name, value in added:
        response.add_header(name, value)
    return response


def _set_cookie(response: unireq.Response, name: str, value: str, **given: Any) -> None:
    if given.get("expires") is not None:
        # In another zone than the one that it is sent in.
        zone = timezone(timedelta(hours=2))
        given["expires"] = datetime.fromtimestamp(given["expires"], zone)
    if given.pop("as_timedelta", False):
        given["max_age"] = timedelta(seconds=given["max_age"])
    response.set_cookie(name, value, **given)
