"""What every app of this directory does with a body: the steps that the query names, in order.

    POST /async?do=read,native-form,form&limits={"fields":3}&note=a1

Each step's value is a digest, small enough to answer and the same for the same bytes; of an error
it is the name, and the status if it is unireq's. `read` is `aread` in async code, and so on. The
steps that begin with `native-` are the framework's own, given
by the app. A test whose client has gone looks at the notes instead of the answer: files in a
directory, one written when the app is called, one when it is done.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from inspect import isawaitable
from pathlib import Path
from typing import Any, Final

import unireq
from unireq_conformance.apps import NONCE_VARIABLE, TARGET_VARIABLE

__all__ = ["METHODS", "NOTES_VARIABLE", "TYPE", "Native", "arun", "digest", "fields", "run"]

METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]
TYPE: Final = "application/json"
NOTES_VARIABLE: Final = "UNIREQ_BODIES_NOTES"
SHOWN: Final = 200
"""Up to how many characters text is answered as it is."""

Native = Mapping[str, Callable[[Any], Any]]
"""The framework's own ways to a body, by the names of their steps; given the native request."""


class Broken(Exception):
    """What the step `raise` raises: an app that fails."""


def digest(data: bytes) -> dict[str, Any]:
    """What is answered of bytes."""
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def fields(pairs: Iterable[tuple[str, str | tuple[str, bytes]]]) -> list[list[Any]]:
    """What is answered of a form: text, or the name and content of a file."""
    return [[name, _field(value)] for name, value in pairs]


def _field(value: str | tuple[str, bytes]) -> Any:
    if isinstance(value, str):
        return value if len(value) <= SHOWN else digest(value.encode("utf-8", "surrogatepass"))
    return {"filename": value[0], **digest(value[1])}


def _form(form: unireq.FormData) -> list[list[Any]]:
    return fields(
        (name, value if isinstance(value, str) else (value.filename, value.read()))
        for name, value in form.parts()
    )


def _chunks(chunks: Iterable[bytes]) -> dict[str, Any]:
    size, hashed = 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        hashed.update(chunk)
    return {"size": size, "sha256": hashed.hexdigest()}


async def _achunks(request: unireq.Request, limits: unireq.Limits | None) -> dict[str, Any]:
    size, hashed = 0, hashlib.sha256()
    async for chunk in request.astream(limits=limits):
        size += len(chunk)
        hashed.update(chunk)
    return {"size": size, "sha256": hashed.hexdigest()}


def _open_files() -> int:
    """How many files without a name this process holds open in its temporary directory."""
    if sys.platform != "linux":
        return 0
    found = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        found += target.startswith(os.environ["TMPDIR"]) and target.endswith("(deleted)")
    return found


def _fail() -> None:
    raise Broken("an app that fails")


_R = unireq.Request
_L = unireq.Limits | None

SYNC: Final[dict[str, Callable[[_R, _L], Any]]] = {
    "read": lambda r, limits: digest(r.read(limits=limits)),
    "text": lambda r, limits: digest(r.text(limits=limits).encode()),
    "json": lambda r, limits: r.json(limits=limits),
    "form": lambda r, limits: _form(r.form(limits=limits)),
    "stream": lambda r, limits: _chunks(r.stream(limits=limits)),
    "files": lambda r, limits: _open_files(),
    "count": lambda r, limits: len(r.form(limits=limits).parts()),
    "collect": lambda r, limits: bool(gc.collect()),
    "raise": lambda r, limits: _fail(),
}


async def _aform(request: _R, limits: _L) -> Any:
    return _form(await request.aform(limits=limits))


async def _atext(request: _R, limits: _L) -> Any:
    return digest((await request.atext(limits=limits)).encode())


async def _aread(request: _R, limits: _L) -> Any:
    return digest(await request.aread(limits=limits))


async def _count(request: _R, limits: _L) -> Any:
    return len((await request.aform(limits=limits)).parts())


ASYNC: Final[dict[str, Callable[[_R, _L], Any]]] = {
    "read": _aread,
    "text": _atext,
    "json": lambda r, limits: r.ajson(limits=limits),
    "form": _aform,
    "stream": _achunks,
    "count": _count,
}


class _Run:
    """The steps of one request, and what came of them."""

    def __init__(self, request: unireq.Request) -> None:
        query = request.query_params
        self.steps = [step for step in query.get("do", "").split(",") if step]
        limits = query.get("limits")
        self.limits = unireq.Limits(**json.loads(limits)) if limits else None
        self.note = query.get("note")
        self.outcomes: list[dict[str, Any]] = []
        self._write("called", b"")

    def failed(self, step: str, error: Exception) -> None:
        if isinstance(error, Broken):
            raise error
        outcome: dict[str, Any] = {"step": step, "error": type(error).__name__}
        if isinstance(error, unireq.RequestError):
            outcome["status"] = error.status
        elif not isinstance(error, unireq.UnireqError) and "native" not in step:
            outcome["error"] = f"not ours: {type(error).__name__}"
        self.outcomes.append({**outcome, "message": str(error)[:400]})

    def cancelled(self) -> None:
        self.outcomes.append({"error": "cancelled"})
        self.finish()

    def finish(self) -> bytes:
        document = {
            "nonce": os.environ.get(NONCE_VARIABLE),
            "target": os.environ.get(TARGET_VARIABLE),
            "steps": self.outcomes,
        }
        answer = json.dumps(document).encode("ascii")
        self._write("done", answer)
        return answer

    def _write(self, what: str, data: bytes) -> None:
        if self.note:
            path = Path(os.environ[NOTES_VARIABLE], f"{self.note}.{what}")
            unfinished = path.with_suffix(".unfinished")
            unfinished.write_bytes(data)
            unfinished.replace(path)


def run(native: Any, own: Native, request: unireq.Request | None = None) -> bytes:
    """The steps in a sync view; what it answers."""
    request = unireq.from_native(native) if request is None else request
    running = _Run(request)
    for step in running.steps:
        try:
            if step.startswith("native-"):
                value = own[step](native)
            else:
                value = SYNC[step](request, running.limits)
        except Exception as error:  # noqa: BLE001 (it is what the test asks for)
            running.failed(step, error)
        else:
            running.outcomes.append({"step": step, "value": value})
    return running.finish()


async def arun(native: Any, own: Native, request: unireq.Request | None = None) -> bytes:
    """The same in an async view."""
    request = unireq.from_native(native) if request is None else request
    running = _Run(request)
    for step in running.steps:
        try:
            if step.startswith("native-"):
                value = own[step](native)
            elif step in ASYNC:
                value = ASYNC[step](request, running.limits)
            else:
                value = SYNC[step](request, running.limits)
            if isawaitable(value):
                value = await value
        except Exception as error:  # noqa: BLE001 (it is what the test asks for)
            running.failed(step, error)
        except BaseException:
            running.cancelled()
            raise
        else:
            running.outcomes.append({"step": step, "value": value})
    return running.finish()
