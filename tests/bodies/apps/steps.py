"""What every app of this directory does with a body: the steps that the query names, in order.

    POST /async?do=read,native-form,form&limits={"fields":3}&note=a1

Each step's value is a digest, small enough to answer and the same for the same bytes; of an error
it is the name, and the status if it is unireq's. `read` is `aread` in async code, and so on. The
steps that begin with `native-` are the framework's own, given by the app. A test whose client has
gone looks at the notes instead of the answer: files in a directory, one written when the app is
called, one when it is done.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from inspect import isawaitable
from pathlib import Path
from typing import Any, Final

import unireq
from bodies.processes import nameless_files
from unireq_conformance.apps import NONCE_VARIABLE

__all__ = ["METHODS", "NOTES_VARIABLE", "TYPE", "Native", "arun", "digest", "run"]

METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]
TYPE: Final = "application/json"
NOTES_VARIABLE: Final = "UNIREQ_BODIES_NOTES"
SHOWN: Final = 200
"""Up to how many characters text is answered as it is."""

Native = Mapping[str, Callable[[Any], Any]]
"""The framework's own ways to a body, by the names of their steps; given the native request."""


class Broken(Exception):
    """What the step `raise` raises: an app that fails."""


def digest(*chunks: bytes) -> dict[str, Any]:
    """What is answered of bytes."""
    return {"size": sum(map(len, chunks)), "sha256": hashlib.sha256(b"".join(chunks)).hexdigest()}


async def _digest_all(chunks: Iterator[bytes] | AsyncIterator[bytes]) -> dict[str, Any]:
    """The same of bytes that are not kept."""
    size, hashed = 0, hashlib.sha256()
    while chunk := (
        await anext(chunks, b"") if isinstance(chunks, AsyncIterator) else next(chunks, b"")
    ):
        size += len(chunk)
        hashed.update(chunk)
    return {"size": size, "sha256": hashed.hexdigest()}


def _field(value: Any) -> Any:
    """What is answered of a part of a form."""
    if isinstance(value, str):
        return value if len(value) <= SHOWN else digest(value.encode("utf-8", "surrogatepass"))
    return {"filename": value.filename, **digest(value.read())}


def _fail() -> None:
    raise Broken("an app that fails")


OF_THE_PROCESS: Final[dict[str, Callable[[], Any]]] = {
    "files": lambda: nameless_files([Path("/proc/self")], os.environ["TMPDIR"]),
    "collect": lambda: bool(gc.collect()),
    "raise": _fail,
}


async def _step(step: str, request: unireq.Request, twin: str, limits: Any) -> Any:
    """What is answered of one step; in async code the `twin` is "a"."""
    method = "form" if step == "count" else step
    found = getattr(request, f"{twin}{method}")(limits=limits)
    if isawaitable(found):
        found = await found
    match step:
        case "json":
            return found
        case "stream":
            return await _digest_all(found)
        case "count":
            return len(found.parts())
        case "form":
            return [[name, _field(value)] for name, value in found.parts()]
    return digest(found if isinstance(found, bytes) else found.encode())


def _failed(step: str, error: Exception) -> dict[str, Any]:
    outcome: dict[str, Any] = {"step": step, "error": type(error).__name__}
    if isinstance(error, unireq.RequestError):
        outcome["status"] = error.status
    elif not isinstance(error, unireq.UnireqError) and "native" not in step:
        outcome["error"] = f"not ours: {type(error).__name__}"
    return {**outcome, "message": str(error)[:400]}


def _note(note: str | None, what: str, data: bytes) -> None:
    if note:
        path = Path(os.environ[NOTES_VARIABLE], f"{note}.{what}")
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(data)
        unfinished.replace(path)


async def arun(
    native: Any, own: Native, request: unireq.Request | None = None, *, twin: str = "a"
) -> bytes:
    """The steps in an async view; what it answers."""
    request = unireq.from_native(native) if request is None else request
    query = request.query_params
    limits = unireq.Limits(**json.loads(query["limits"])) if "limits" in query else None
    outcomes: list[dict[str, Any]] = []

    def answer() -> bytes:
        document = {"nonce": os.environ.get(NONCE_VARIABLE), "steps": outcomes}
        data = json.dumps(document).encode("ascii")
        _note(query.get("note"), "done", data)
        return data

    _note(query.get("note"), "called", b"")
    for step in filter(None, query.get("do", "").split(",")):
        try:
            if step in OF_THE_PROCESS:
                value = OF_THE_PROCESS[step]()
            elif step in own:
                value = own[step](native)
                if isawaitable(value):
                    value = await value
            else:
                value = await _step(step, request, twin, limits)
        except Broken:
            raise
        except Exception as error:  # noqa: BLE001 (it is what the test asks for)
            outcomes.append(_failed(step, error))
        except BaseException:
            outcomes.append({"error": "cancelled"})
            answer()
            raise
        else:
            outcomes.append({"step": step, "value": value})
    return answer()


def run(native: Any, own: Native, request: unireq.Request | None = None) -> bytes:
    """The same in a sync view, where nothing waits."""
    try:
        arun(native, own, request, twin="").send(None)
    except StopIteration as done:
        answer: bytes = done.value
        return answer
    raise AssertionError("a step has waited in sync code")
