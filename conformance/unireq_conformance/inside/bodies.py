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
import json
import pickle
import re
import traceback
from base64 import b64decode
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any, Final, NamedTuple, TypeAlias, cast

import unireq
from unireq_conformance import content
from unireq_conformance.content import PROBE_FIELD
from unireq_conformance.inside.findings import SPARED, real_dict

Outcome: TypeAlias = dict[str, Any]

Open: TypeAlias = Callable[[], unireq.Request]
"""Makes a new view of the native request."""

ReadNative: TypeAlias = Callable[[], Any]
"""Reads the body by the framework's own means: gives its bytes, or what can be awaited for them."""

_STEP: Final = re.compile(r"(?:(?P<twin>sync|async)\.)?(?P<name>[a-z]+)(?:\((?P<limits>[^()]*)\))?")
_NAMES: Final = (
    *("read", "body", "text", "json", "form", "mapping", "stream", "begin", "detach", "copies"),
    *("leave", "many", "cancel", "native", "spare"),
)
_READERS: Final = 50
_MOMENT: Final = 0.03
"""Seconds after which a reader is cancelled: in which the first bytes have come, and not all."""
_PATIENCE: Final = 3.0
"""Seconds after which a framework that is awaited waits for what never comes."""


class _Step(NamedTuple):
    key: str
    twin: str
    name: str
    limits: unireq.Limits | None


def _steps(request: unireq.Request) -> Iterator[_Step]:
    asked = request.get_header(PROBE_FIELD.lower(), "")
    several: list[str] = [text.strip() for text in asked.split(",")] if asked else []
    for number, text in enumerate(several, 1):
        match = _STEP.fullmatch(text)
        if match is None or match["name"] not in _NAMES:
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


# What came of it, as `content` says what is expected. Its type is part of it; what is no such thing
# as `Request` promises is an error, in words that no error of unireq has.


def _of_error(error: Exception) -> Outcome:
    """The class of an error of unireq, with its status; of any other what it says, and where."""
    if isinstance(error, unireq.UnireqError):
        return content.error(type(error).__name__, getattr(error, "status", None))
    return content.error("".join(traceback.format_exception(error, limit=-3)))


def _unlike(expected: str, value: object) -> Outcome:
    return content.error(f"expected {expected}, got {type(value).__name__}")


def _of_octets(data: object) -> Outcome:
    """The bytes, or their digest."""
    return content.octets(data) if type(data) is bytes else _unlike("bytes", data)


def _of_text(value: object) -> Outcome:
    """The text."""
    return content.text(value) if type(value) is str else _unlike("str", value)


def _of_json(value: object) -> Outcome:
    """The value, if it is what JSON can say."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        return content.error(f"a value that is no JSON: {error}")
    return content.json_value(value)


def _file(upload: unireq.UploadedFile) -> dict[str, Any]:
    found = upload.read()
    pieces = b"".join(upload.chunks(3)) if upload.size < content.SHOWN else found
    if not found == pieces == upload.file.read() == upload.read() or type(found) is not bytes:
        return {"error": "the content differs by the way that it is read"}
    upload.file.seek(0)
    return {
        "filename": upload.filename,
        "safe_filename": upload.safe_filename,
        "content_type": upload.content_type,
        "headers": dict(upload.headers),
        "size": upload.size,
        **content.octets(found),
    }


def _value(value: object) -> Any:
    if isinstance(value, unireq.UploadedFile):
        return _file(value)
    return value if type(value) is str else {"error": f"a {type(value).__name__}"}


def _of_form(form: unireq.FormData) -> Outcome:
    """The parts, in order."""
    return content.form((name, _value(value)) for name, value in form.parts())


def _of_mapping(form: unireq.FormData) -> Outcome:
    """The form and its files, as the dicts that they are."""
    finding = next(real_dict("form", form), None)
    if finding is not None:
        return content.error(f"no real dict: {finding}")
    files = form.files
    if dict not in type(files).__mro__ or len(files) != len(dict(files)):
        return content.error("form.files is no real dict")
    return {
        "dict": dict(form),
        "lists": {name: form.getlist(name) for name in form},
        "items": [list(pair) for pair in form.multi_items()],
        "files": {name: _file(files[name]) for name in files},
        "file_lists": {name: [_file(each) for each in files.getlist(name)] for name in files},
        "absent": [form.getlist("absent"), files.getlist("absent"), form.get("absent")],
    }


# What each step is. The accessors that are awaited have an `a` before their names.

_ACCESSORS: Final[Mapping[str, tuple[str, Callable[[Any], Outcome]]]] = {
    "read": ("read", _of_octets),
    "text": ("text", _of_text),
    "json": ("json", _of_json),
    "form": ("form", _of_form),
    "mapping": ("form", _of_mapping),
}


async def _take(step: _Step, view: unireq.Request, a: str) -> Outcome:
    """What comes of `step`, by accessors that are awaited or, if `a` is empty, by the others."""

    async def called(name: str, **options: Any) -> Any:
        found = getattr(view, a + name)(**options)
        return await found if a else found

    limits = step.limits
    try:
        match step.name:
            case "body":
                if a:
                    await view.aread(limits=limits)
                return _of_octets(view.body)
            case "stream" if a:
                return _joined([chunk async for chunk in view.astream(limits=limits)])
            case "stream":
                return _joined(list(view.stream(limits=limits)))
            case "begin" if a:
                stream = view.astream(limits=limits)
                chunk = await anext(stream, b"")
                await stream.aclose()
                return _begun(chunk)
            case "begin":
                return _begun(next(view.stream(limits=limits), b""))
            case "detach":
                return _detached(await called("detach", username=False))
            case "copies":
                return _of_copies(view)
            case "leave":
                return _left(await called("detach", body=False, username=False))
            case name:
                accessor, outcome_of = _ACCESSORS[name]
                return outcome_of(await called(accessor, limits=limits))
    except Exception as error:  # noqa: BLE001  # whatever is raised is what was observed
        return _of_error(error)


def _joined(chunks: list[bytes]) -> Outcome:
    if not all(type(chunk) is bytes and chunk for chunk in chunks):
        return content.error("a chunk that is empty or not bytes")
    return _of_octets(b"".join(chunks))


def _begun(chunk: bytes) -> Outcome:
    """Where a body is cut is nobody's business."""
    return {} if chunk else content.error("no chunk")


def _of_copies(request: unireq.Request) -> Outcome:
    """What all copies of `request` have of the body; or that they differ."""
    none = _of_error(unireq.BodyNotRead())
    outcomes: list[Outcome] = []
    for twin in (
        pickle.loads(pickle.dumps(request)),  # noqa: S301  # our own
        copy.copy(request),
        *([request] if request.native is None else ()),
    ):
        try:
            outcomes.append(_of_octets(twin.read()))
        except Exception as error:  # noqa: BLE001  # as above
            outcomes.append(_of_error(error))
    told = request.to_dict()["body"]
    outcomes.append(none if told is None else _of_octets(b64decode(told)))
    other = _other(outcomes)
    return outcomes[0] if other is None else content.error(f"{outcomes[0]} and {other}")


def _other(outcomes: list[Outcome]) -> Outcome | None:
    """One that differs from the first."""
    return next((each for each in outcomes if each != outcomes[0]), None)


def _detached(twin: unireq.Request) -> Outcome:
    if twin.to_dict()["body"] is None:
        return content.error("a copy without a body")
    return _of_copies(twin)


def _left(twin: unireq.Request) -> Outcome:
    told = twin.to_dict()["body"]
    return {} if told is None else content.error(f"a copy with the body {told}")


async def _native(read_native: ReadNative | None) -> Outcome:
    """What the framework's own reader gives, or how it refuses, which it may in any way."""
    if read_native is None:
        return content.error(content.NO_READER)
    try:
        found = read_native()
        if isinstance(found, Awaitable):
            found = await asyncio.wait_for(cast("Awaitable[object]", found), _PATIENCE)
    except asyncio.TimeoutError:
        return content.error("the framework's own reader waits for what never comes")
    except Exception as error:  # noqa: BLE001  # as above
        return {"refused": f"{type(error).__name__}: {error}"}
    return _of_octets(found)


_Taken: TypeAlias = "list[tuple[str, Outcome]]"


async def _take_all(step: _Step, view: unireq.Request, number: int, a: str) -> _Taken:
    """What the reader of this number gets, which reads and takes the form in turn."""
    names = ("read", "form") * 2 if number % 2 else ("form", "read") * 2
    return [(name, await _take(step._replace(name=name), view, a)) for name in names]


def _of_many(readers: Iterable[_Taken]) -> Outcome:
    """The bytes that all readers got; or that some got others, or another form."""
    taken = list(chain.from_iterable(readers))
    forms, reads = ([got for name, got in taken if name == what] for what in ("form", "read"))
    for what, outcomes in (("form", forms), ("read", reads)):
        if (other := _other(outcomes)) is not None:
            return content.error(f"{what}: {outcomes[0]} and {other}")
    return reads[0]


def perform(open_view: Open, read_native: ReadNative | None = None) -> dict[str, Outcome]:
    """What came of each step, by its number and name, in code that is not async.

    Args:
        open_view: Makes a view of the native request; each step has its own.
        read_native: See `ReadNative`; None where nobody has said how.
    """
    return {step.key: _perform(step, open_view, read_native) for step in _steps(open_view())}


def _perform(step: _Step, open_view: Open, read_native: ReadNative | None) -> Any:
    match step.name:
        case "spare":
            SPARED.set()
            return {}
        case "native":
            return _driven(_native(read_native))
        case "many":
            # A framework's request may be another one in another thread.
            acts = [_take_all(step, open_view(), number, "") for number in range(_READERS)]
            with ThreadPoolExecutor(_READERS) as pool:
                return _of_many(list(pool.map(_driven, acts)))
        case "cancel":
            return content.error("only a task can be cancelled")
        case _:
            return _driven(_take(step, open_view(), "a" if step.twin == "async" else ""))


def _driven(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What `coroutine` gives; where nothing has to be awaited, no event loop is needed."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    return content.error("it waits, where there is no event loop")


async def aperform(open_view: Open, read_native: ReadNative | None = None) -> dict[str, Outcome]:
    """The same as `perform`, in async code."""
    return {step.key: await _aperform(step, open_view, read_native) for step in _steps(open_view())}


async def _aperform(step: _Step, open_view: Open, read_native: ReadNative | None) -> Outcome:
    match step.name:
        case "native":
            return await _native(read_native)
        case "many":
            acts = [_take_all(step, open_view(), number, "a") for number in range(_READERS)]
            return _of_many(await asyncio.gather(*acts))
        case "cancel":
            task = asyncio.ensure_future(open_view().aread(limits=step.limits))
            await asyncio.sleep(_MOMENT)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            return {}
        case "spare":
            SPARED.set()
            return {}
        case _:
            return await _take(step, open_view(), "" if step.twin == "sync" else "a")
