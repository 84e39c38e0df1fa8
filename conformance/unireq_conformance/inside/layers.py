"""Layers: do what a request tells them to, and note what they see, around each app.

Rule: framework-neutral, and the same in every app. Without the field `Unireq-Layers` they do
nothing. It has a JSON object: by the name of a layer, by its part, what that part does, one act
after the other; see `_act`. What they see is noted under the name in the field `Unireq-Record`,
which a later request asks for, since the last part runs after the answer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextvars import ContextVar
from typing import Any, Final, TypeAlias

import unireq
from unireq_conformance.layers import CHUNKS, LAYERS_FIELD, RECORD_FIELD

_KEPT: Final = 50
_variable: ContextVar[str] = ContextVar("unireq_conformance.layers", default="")


class Answered(Exception):
    """An exception that an error handler of the app answers, by status 500 and this name."""


class Broken(Exception):
    """Breaks off a stream."""


class _Unauthorized(unireq.RequestError):
    status = 401


ERRORS: Final[dict[str, Any]] = {
    "Answered": Answered,
    "Exception": Exception,
    "ValueError": ValueError,
    "RequestError": unireq.RequestError,
    "TooManyFields": unireq.TooManyFields,
    "Unauthorized": _Unauthorized,
}
"""What layers and handlers may be told to raise."""


def chunks(query: str) -> Iterator[bytes]:
    """The content of the app's stream, which breaks off if `query` is `broken`."""
    first, *others = CHUNKS
    yield first
    if query == "broken":
        raise Broken("as it was told to")
    yield from others


async def achunks(query: str) -> AsyncIterator[bytes]:
    """The same for async code."""
    for chunk in chunks(query):
        yield chunk
        await asyncio.sleep(0)


def is_layered(request: unireq.Request) -> bool:
    """Whether a request tells the layers anything."""
    return request.get_header(LAYERS_FIELD.lower()) is not None


class Records:
    """What parts of layers, and the view, have seen, by the name of the record."""

    def __init__(self) -> None:
        self._events: dict[str, list[dict[str, Any]]] = {}

    def of(self, name: str) -> list[dict[str, Any]]:
        """What has been noted so far."""
        return self._events.get(name, [])

    def note(self, request: unireq.Request, part: str, **facts: Any) -> None:
        """Note what `part` sees of `request`, if it has a record."""
        name = _record_of(request)
        if name is None:
            return
        events = self._events.setdefault(name, [])
        while len(self._events) > _KEPT:
            del self._events[next(iter(self._events))]
        own = {"own": _is_current(request)}
        events.append({"part": part, **left(request), **own, **facts})

    def note_view(self, request: unireq.Request) -> None:
        """Note what a view sees, and do what it is told like a layer."""
        if is_layered(request):
            self.note(request, "view", **_found(request), own=_is_current(request, native=True))
            for name, *arguments in (_acts_of("view", request) or {}).get("first", ()):
                _act(name, arguments, request, None)


def _record_of(request: unireq.Request) -> str | None:
    return request.get_header(RECORD_FIELD.lower())


_Acts: TypeAlias = dict[str, list[list[Any]]]
"""By part, what it does: acts, each with its arguments."""


def _acts_of(name: str, request: unireq.Request) -> _Acts | None:
    """What the request tells the layer `name` to do; None for nothing."""
    everything: dict[str, _Acts] = json.loads(request.get_header(LAYERS_FIELD.lower(), "{}"))
    return everything.get(name)


def left(request: unireq.Request) -> dict[str, Any]:
    """What layers have left in the context, and in the request's state."""
    return {"variable": _variable.get(), "state": dict(request.state)}


def _is_current(request: unireq.Request, *, native: bool = False) -> bool:
    """Whether `request` is the current one; or, with `native`, has the same record."""
    try:
        current = unireq.current_request()
    except unireq.NoCurrentRequest:
        return False
    return current is request or (native and _record_of(current) == _record_of(request))


def _found(request: unireq.Request) -> dict[str, Any]:
    """What routing and the view have found out."""
    names = ("route", "view_name", "path_params", "username")
    return {name: getattr(request, name) for name in names}


def _seen_of(head: unireq.ResponseHead) -> dict[str, Any]:
    """What of a head is noted."""
    fields: dict[str, list[str]] = {}
    for name, value in head.fields:
        fields.setdefault(name, []).append(value)
    sent = head.sent
    return {
        "status": head.status,
        "fields": fields,
        "error": _name_of(head.error),
        "sent": sent
        and {"size": sent.size, "complete": sent.complete, "error": _name_of(sent.error)},
    }


def _name_of(error: BaseException | None) -> str | None:
    return None if error is None else type(error).__name__


def _act(name: str, arguments: list[Any], request: unireq.Request, head: Any) -> Any:
    """Do one thing; what the part is to yield or to return."""
    match name:
        case "variable":
            _variable.set(*arguments)
        case "state":
            (key,) = arguments
            request.state[key] = True
        case "raise":
            (kind,) = arguments
            raise ERRORS[kind]("as it was told to")
        case "answer" | "return":
            content, *status = arguments
            return unireq.Response(content, status=status[0] if status else 200)
        case "replace":
            head.replace(unireq.Response(*arguments))
        case "wrong":
            return 42
        case _:
            getattr(head, name)(*arguments)
    return None


def make_layers(records: Records) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The layers around an app, the outermost first; and those that want the body read.

    Args:
        records: Where they note what they see.
    """

    def do(
        name: str, request: unireq.Request, part: str, head: unireq.ResponseHead | None = None
    ) -> tuple[Any, bool]:
        """Note what `part` sees, then do what it is told; what it yields, or whether returns."""
        facts = {} if head is None else {**_seen_of(head), **_found(request)}
        acts = (_acts_of(name, request) or {}).get(part, [])
        if ["read"] in acts:
            facts["body"] = request.read().decode("latin-1")
        records.note(request, f"{name} {part}", **facts)
        result: Any = None
        for act, *arguments in acts:
            if act != "read":
                result = _act(act, arguments, request, head)
        return result, any(act[0] == "return" for act in acts)

    def steps(name: str, request: unireq.Request) -> Generator[Any, Any, Any]:
        if _acts_of(name, request) is None:
            return None
        value, returns = do(name, request, "first")
        if returns:
            return value
        head = yield value
        if value is None:
            value, returns = do(name, request, "head", head)
            if returns:
                return value
            yield value
        value, _ = do(name, request, "last", head)
        if value is not None:
            yield None
        return None

    def layer(name: str, **options: Any) -> Any:
        def run(request: unireq.Request) -> Generator[Any, Any, Any]:
            result = yield from steps(name, request)
            return result

        return unireq.middleware(**options)(run)

    def async_layer(name: str, **options: Any) -> Any:
        async def run(request: unireq.Request) -> AsyncGenerator[Any, Any]:
            running = steps(name, request)
            argument: Any = None
            while True:
                await asyncio.sleep(0)
                try:
                    value = running.send(argument)
                except StopIteration:
                    return
                argument = yield value

        return unireq.middleware(**options)(run)

    def answer(name: str, request: unireq.Request) -> Any:
        return None if _acts_of(name, request) is None else do(name, request, "first")[0]

    @unireq.middleware
    def plain(request: unireq.Request) -> Any:
        return answer("plain", request)

    @unireq.middleware
    async def plain_async(request: unireq.Request) -> Any:
        await asyncio.sleep(0)
        return answer("plain-async", request)

    around = (
        layer("outer"),
        async_layer("outer-async"),
        layer("inner"),
        async_layer("inner-async"),
        layer("blocking", blocking=True),
        plain,
        plain_async,
    )
    return around, (layer("reading", body=True), async_layer("reading-async", body=True))
