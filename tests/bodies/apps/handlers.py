"""Handlers that know no framework, mounted unchanged in each app of this directory.

With the variable UNIREQ_EXAMPLE, the apps also have an example of docs/examples: its handlers, and
its layers around them.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Final

import unireq
from support.pages import DOCS
from unireq import Request, Response

__all__ = ["LAYERS", "PROXIES", "ROUTES", "abort_if_told", "chunks", "returns_list"]


def returns_list() -> list[int]:
    return [1, 2]


def returns_response() -> Response:
    response = Response("short", status=418)
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


def fails() -> str:
    raise RuntimeError("the handler's own")


async def takes_async(
    text: str,
    request: Request | None,
    tag: list[str] = [],  # noqa: B006
) -> dict[str, Any]:
    assert request is not None
    return {"text": text, "tag": tag, "method": request.method}


# Which request is current, while many are handled at once, and afterwards.

_HERE: Final[defaultdict[str, set[str]]] = defaultdict(set)
_PATIENCE: Final = 30.0


def _until_all_came(meeting: str, n: str, of: int) -> Iterator[None]:
    end = time.monotonic() + _PATIENCE
    _HERE[meeting].add(n)
    while len(_HERE[meeting]) < of:
        assert time.monotonic() < end, "the others did not come"
        yield


def meets(meeting: str, n: str, of: int) -> str:
    """Wait for the others of this meeting; then say which request is current."""
    for _ in _until_all_came(meeting, n, of):
        time.sleep(0.01)
    return unireq.current_request().query_params["n"]


async def meets_async(meeting: str, n: str, of: int) -> str:
    await asyncio.sleep(0.05)
    # Below greenlets each has an event loop of its own.
    for _ in _until_all_came(meeting, n, of):
        await asyncio.sleep(0.01)
    return unireq.current_request().query_params["n"]


_LEFT: Final[list[str]] = []
_LATER: Final[list[threading.Thread]] = []


def _note_later(context: contextvars.Context) -> None:
    """Note what a thread still finds that outlives the request, however late that ends."""
    try:
        for _ in range(100):
            found = context.run(unireq.current_request)
            time.sleep(0.05)
    except unireq.NoCurrentRequest:
        return
    _LEFT.append(found.path)


def left() -> list[str]:
    """What those have found whom earlier requests started."""
    assert unireq.current_request().path == "/left"
    _LATER[:] = [each for each in _LATER if each.is_alive()]
    for each in _LATER:
        each.join(10)
    copied = contextvars.copy_context()
    later = threading.Thread(target=_note_later, args=[copied], daemon=True)
    later.start()
    _LATER.append(later)
    return _LEFT


# What is read, or not.


def reads(request: Request) -> str:
    return str(len(request.read()))


async def reads_async(request: Request) -> str:
    return str(len(await request.aread()))


def reads_little(request: Request) -> str:
    return str(len(request.read(limits=unireq.Limits(body_size=5))))


def reads_not() -> str:
    return "unread"


if _EXAMPLE := os.environ.get("UNIREQ_EXAMPLE"):
    sys.path.insert(0, str(DOCS / "examples"))
_USED: Final = vars(import_module(f"examples.used.{_EXAMPLE}")) if _EXAMPLE else {}
LAYERS: Final[list[Any]] = _USED.get("layers", [])
PROXIES: Final[unireq.TrustedProxies | None] = _USED.get("proxies")
_HANDLERS: Final[dict[str, Callable[..., Any]]] = {
    "/list": returns_list,
    "/response": returns_response,
    "/fails": fails,
    "/takes-async": takes_async,
    "/meets": meets,
    "/meets-async": meets_async,
    "/left": left,
    "/reads": reads,
    "/reads-async": reads_async,
    "/reads-little": reads_little,
    "/reads-not": reads_not,
    **_USED.get("handlers", {}),
}
ROUTES: Final[list[tuple[str, Callable[..., Any], unireq.Limits | None]]] = [
    *((path, handler, None) for path, handler in _HANDLERS.items()),
    ("/reads-limited", reads, unireq.Limits(body_size=5)),
]
"""Where each is mounted, and with which limits."""


# What native code of every app shares.


def chunks() -> Iterator[bytes]:
    """What the native view `/stream` sends."""
    yield b"first,"
    yield b"second"


def abort_if_told(native: Any) -> None:
    """In a middleware: answer in place of the view, if the request has the field `X-Abort`."""
    if unireq.from_native(native).get_header("x-abort"):
        raise unireq.Abort(Response("gone", status=410, headers=[("x-a", "1"), ("x-a", "2")]))
