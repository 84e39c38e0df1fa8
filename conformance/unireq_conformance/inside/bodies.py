"""Bodies: does with a body what a request asks for, and tells what came of it.

Rule: a request that has no `Unireq-Probe` field asks for nothing. The field has steps, with commas
between them, that are taken one after the other:

    read   body   text   json   form   stream      what `Request` has under these names
    mapping                                        the form, as the dicts that it is
    many                                           by fifty readers at the same time, each `read`
                                                   and `form` twice, half of them `form` first
    cancel                                         read by a task that is cancelled before its end
    begin                                          the first chunk of a stream, which is then left
    detach                                         what the copy has that `detach` makes, and copies
                                                   of it
    copies                                         what copies have that other members make
    leave                                          nothing: `detach(body=False)`
    native                                         what the framework's own reader gives
    spare                                          nothing; but from now on the app is spared the
                                                   checks inside

In async code a step means the twin that is awaited (`aread`), in other code the sync one; `sync.`
and `async.` before the name ask for one of them. Limits follow in parentheses: `read(body_size=4)`,
`form(fields=1;files=0)`.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import pickle
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple, TypeAlias, cast

import unireq
from unireq_conformance.content import NO_READER, PROBE_FIELD
from unireq_conformance.inside.outcomes import (
    Outcome,
    outcome_of_error,
    outcome_of_form,
    outcome_of_json,
    outcome_of_mapping,
    outcome_of_octets,
    outcome_of_text,
)
from unireq_conformance.inside.sparing import spare

__all__ = ["Open", "ReadNative", "aperform", "perform"]

Open: TypeAlias = Callable[[], unireq.Request]
"""Makes a new view of the native request."""

ReadNative: TypeAlias = Callable[[], Any]
"""Reads the body by the framework's own means: gives its bytes, or what can be awaited for them."""

_Limits: TypeAlias = "unireq.Limits | None"

_STEP: Final = re.compile(r"(?:(?P<twin>sync|async)\.)?(?P<name>[a-z]+)(?:\((?P<limits>[^()]*)\))?")
_READERS: Final = 50
_MOMENT: Final = 0.03
"""Seconds after which a reader is cancelled: in which the first bytes have come, and not all."""
_PATIENCE: Final = 3.0
"""Seconds after which a framework that is awaited waits for what never comes."""


class _Step(NamedTuple):
    key: str
    twin: str
    name: str
    limits: _Limits


def _steps(request: unireq.Request) -> Iterator[_Step]:
    asked = request.get_header(PROBE_FIELD.lower(), "")
    several: list[str] = [text.strip() for text in asked.split(",")] if asked else []
    for number, text in enumerate(several, 1):
        match = _STEP.fullmatch(text)
        if match is None or match["name"] not in {*_SYNC, "many", "cancel", "native", "spare"}:
            raise ValueError(f"{PROBE_FIELD}: expected steps such as read, form, got {text!r}")
        limits = dict(pair.split("=") for pair in (match["limits"] or "").split(";") if pair)
        yield _Step(
            f"{number}.{text}",
            match["twin"] or "",
            match["name"],
            unireq.Limits(**{name: int(value) for name, value in limits.items()})
            if limits
            else None,
        )


# What each step is.

_SYNC: Final[Mapping[str, Callable[[unireq.Request, _Limits], Outcome]]] = {
    "read": lambda request, limits: outcome_of_octets(request.read(limits=limits)),
    "body": lambda request, _: outcome_of_octets(request.body),
    "text": lambda request, limits: outcome_of_text(request.text(limits=limits)),
    "json": lambda request, limits: outcome_of_json(request.json(limits=limits)),
    "form": lambda request, limits: outcome_of_form(request.form(limits=limits)),
    "mapping": lambda request, limits: outcome_of_mapping(request.form(limits=limits)),
    "stream": lambda request, limits: _joined(list(request.stream(limits=limits))),
    "begin": lambda request, limits: _begun(next(request.stream(limits=limits), b"")),
    "detach": lambda request, _: _detached(request.detach(username=False)),
    "copies": lambda request, _: _of_copies(request),
    "leave": lambda request, _: _left(request.detach(body=False, username=False)),
}


def _joined(chunks: list[bytes]) -> Outcome:
    if not all(type(chunk) is bytes and chunk for chunk in chunks):
        return {"error": "a chunk that is empty or not bytes", "status": None}
    return outcome_of_octets(b"".join(chunks))


def _begun(chunk: bytes) -> Outcome:
    """Where a body is cut is nobody's business."""
    return {} if chunk else {"error": "no chunk", "status": None}


def _of_copies(request: unireq.Request) -> Outcome:
    """What all copies of `request` have of the body; or that they differ."""
    outcomes = [
        _guarded(lambda twin=twin: outcome_of_octets(twin.read()))  # type: ignore[misc]
        for twin in (
            pickle.loads(pickle.dumps(request)),  # noqa: S301  # our own
            copy.copy(request),
            *([request] if request.native is None else ()),
        )
    ]
    told = request.to_dict()["body"]
    none = outcome_of_error(unireq.BodyNotRead())
    outcomes.append(none if told is None else outcome_of_octets(b64decode(told)))
    first, *rest = outcomes
    other = next((each for each in rest if each != first), None)
    return first if other is None else {"error": f"{first} and {other}", "status": None}


def _detached(twin: unireq.Request) -> Outcome:
    if twin.to_dict()["body"] is None:
        return {"error": "a copy without a body", "status": None}
    return _of_copies(twin)


def _left(twin: unireq.Request) -> Outcome:
    told = twin.to_dict()["body"]
    return {} if told is None else {"error": f"a copy with the body {told}", "status": None}


async def _aread(request: unireq.Request, limits: _Limits) -> Outcome:
    return outcome_of_octets(await request.aread(limits=limits))


async def _abody(request: unireq.Request, limits: _Limits) -> Outcome:
    await request.aread(limits=limits)
    return outcome_of_octets(request.body)


async def _atext(request: unireq.Request, limits: _Limits) -> Outcome:
    return outcome_of_text(await request.atext(limits=limits))


async def _ajson(request: unireq.Request, limits: _Limits) -> Outcome:
    return outcome_of_json(await request.ajson(limits=limits))


async def _aform(request: unireq.Request, limits: _Limits) -> Outcome:
    return outcome_of_form(await request.aform(limits=limits))


async def _amapping(request: unireq.Request, limits: _Limits) -> Outcome:
    return outcome_of_mapping(await request.aform(limits=limits))


async def _astream(request: unireq.Request, limits: _Limits) -> Outcome:
    chunks: AsyncIterator[bytes] = request.astream(limits=limits)
    return _joined([chunk async for chunk in chunks])


async def _abegin(request: unireq.Request, limits: _Limits) -> Outcome:
    stream = request.astream(limits=limits)
    chunk = await anext(stream, b"")
    await stream.aclose()
    return _begun(chunk)


async def _adetach(request: unireq.Request, _: _Limits) -> Outcome:
    return _detached(await request.adetach(username=False))


async def _acopies(request: unireq.Request, _: _Limits) -> Outcome:
    return _of_copies(request)


async def _aleave(request: unireq.Request, _: _Limits) -> Outcome:
    return _left(await request.adetach(body=False, username=False))


_ASYNC: Final[Mapping[str, Callable[[unireq.Request, _Limits], Coroutine[Any, Any, Outcome]]]] = {
    "read": _aread,
    "body": _abody,
    "text": _atext,
    "json": _ajson,
    "form": _aform,
    "mapping": _amapping,
    "stream": _astream,
    "begin": _abegin,
    "detach": _adetach,
    "copies": _acopies,
    "leave": _aleave,
}


def _guarded(act: Callable[[], Outcome]) -> Outcome:
    try:
        return act()
    except Exception as error:  # noqa: BLE001  # whatever is raised is what was observed
        return outcome_of_error(error)


async def _aguarded(act: Awaitable[Outcome]) -> Outcome:
    try:
        return await act
    except Exception as error:  # noqa: BLE001  # as above
        return outcome_of_error(error)


def _spare() -> Outcome:
    spare()
    return {}


async def _native(read_native: ReadNative | None) -> Outcome:
    """What the framework's own reader gives, or how it refuses, which it may in any way."""
    if read_native is None:
        return {"error": NO_READER, "status": None}
    try:
        found = read_native()
        if isinstance(found, Awaitable):
            found = await asyncio.wait_for(cast("Awaitable[object]", found), _PATIENCE)
    except asyncio.TimeoutError:
        return {"error": "the framework's own reader waits for what never comes", "status": None}
    except Exception as error:  # noqa: BLE001  # as above
        return {"refused": f"{type(error).__name__}: {error}"}
    return outcome_of_octets(found)


def _of_many(readers: list[dict[str, list[Outcome]]]) -> Outcome:
    """The bytes that all readers got; or that some got others, or another form."""
    for what in ("form", "read"):
        first, *rest = [outcome for reader in readers for outcome in reader[what]]
        other = next((each for each in rest if each != first), None)
        if other is not None:
            return {"error": f"{what}: {first} and {other}", "status": None}
    return readers[0]["read"][0]


def _order(reader: int) -> tuple[str, ...]:
    """What the reader of this number does."""
    return ("read", "form") * 2 if reader % 2 else ("form", "read") * 2


# In code that is not async.


def perform(open_view: Open, read_native: ReadNative | None = None) -> dict[str, Outcome]:
    """What came of each step, by its number and name.

    Args:
        open_view: Makes a view of the native request; each step has its own.
        read_native: See `ReadNative`; None where nobody has said how.
    """
    return {step.key: _perform(step, open_view, read_native) for step in _steps(open_view())}


def _perform(step: _Step, open_view: Open, read_native: ReadNative | None) -> Outcome:
    if step.name == "spare":
        return _spare()
    if step.name == "native":
        return _driven(_native(read_native))
    if step.name == "many":
        # A framework's request may be another one in another thread.
        views = [open_view() for _ in range(_READERS)]
        with ThreadPoolExecutor(_READERS) as pool:
            readers = [pool.submit(_take_all, view, step, n) for n, view in enumerate(views)]
            return _of_many([reader.result() for reader in readers])
    if step.name == "cancel":
        return {"error": "only a task can be cancelled", "status": None}
    if step.twin == "async":
        return _guarded(lambda: _driven(_ASYNC[step.name](open_view(), step.limits)))
    return _take(_SYNC[step.name], open_view(), step)


def _take(
    what: Callable[[unireq.Request, _Limits], Outcome], view: unireq.Request, step: _Step
) -> Outcome:
    return _guarded(lambda: what(view, step.limits))


def _take_all(view: unireq.Request, step: _Step, number: int) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {"read": [], "form": []}
    for name in _order(number):
        found[name].append(_take(_SYNC[name], view, step))
    return found


def _driven(coroutine: Coroutine[Any, Any, Outcome]) -> Outcome:
    """What `coroutine` gives; where nothing has to be awaited, no event loop is needed."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        outcome: Outcome = stop.value
        return outcome
    coroutine.close()
    return {"error": "it waits, where there is no event loop", "status": None}


# In async code.


async def aperform(open_view: Open, read_native: ReadNative | None = None) -> dict[str, Outcome]:
    """The same as `perform`, in async code."""
    return {step.key: await _aperform(step, open_view, read_native) for step in _steps(open_view())}


async def _aperform(step: _Step, open_view: Open, read_native: ReadNative | None) -> Outcome:
    if step.name == "spare":
        return _spare()
    if step.name == "native":
        return await _native(read_native)
    if step.twin == "sync":
        return _take(_SYNC[step.name], open_view(), step)
    if step.name == "many":
        views = [open_view() for _ in range(_READERS)]
        acts = [_atake_all(view, step, number) for number, view in enumerate(views)]
        return _of_many(list(await asyncio.gather(*acts)))
    if step.name == "cancel":
        task = asyncio.ensure_future(open_view().aread(limits=step.limits))
        await asyncio.sleep(_MOMENT)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return {}
    return await _aguarded(_ASYNC[step.name](open_view(), step.limits))


async def _atake_all(view: unireq.Request, step: _Step, number: int) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {"read": [], "form": []}
    for name in _order(number):
        found[name].append(await _aguarded(_ASYNC[name](view, step.limits)))
    return found
