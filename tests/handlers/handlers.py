"""Handlers that know no framework: one file, mounted unchanged in each (see `apps`)."""

from __future__ import annotations

import asyncio
import contextvars
import json
import os
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import unireq
from unireq import Request, Response
from unireq_conformance.apps import NONCE_VARIABLE, TARGET_VARIABLE

__all__ = ["ROUTES", "MountedRoute"]


def whoami() -> Response:
    """Who answers, for the harness that started the server."""
    document = {
        "nonce": os.environ.get(NONCE_VARIABLE),
        "target": os.environ.get(TARGET_VARIABLE),
    }
    return Response(json.dumps(document), media_type="application/json")


# What is returned.


def returns_text() -> str:
    return "grüße"


async def returns_list() -> list[int]:
    return [1, 2]


def returns_response() -> Response:
    response = Response("short", status=418)
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


# What is asked for.


async def takes_async(
    text: str,
    request: Request | None,
    tag: list[str] = [],  # noqa: B006
) -> dict[str, Any]:
    assert request is not None
    return {"text": text, "tag": tag, "method": request.method}


# What is there at the time, and afterwards.

_LEFT: list[str] = []


def _note_later(context: contextvars.Context) -> None:
    """Note what a thread still finds that outlives the request, however late that ends."""
    try:
        for _ in range(100):
            found = context.run(unireq.current_request)
            time.sleep(0.05)
    except unireq.NoCurrentRequest:
        return
    _LEFT.append(found.path)


def left() -> dict[str, Any]:
    """What those have found whom earlier requests started."""
    assert unireq.current_request().path == "/left"
    _LATER[:] = [each for each in _LATER if each.is_alive()]
    for each in _LATER:
        each.join(10)
    copied = contextvars.copy_context()
    later = threading.Thread(target=_note_later, args=[copied], daemon=True)
    later.start()
    _LATER.append(later)
    return {"left": _LEFT}


_LATER: list[threading.Thread] = []


async def waits(n: str, request: Request) -> dict[str, Any]:
    await asyncio.sleep(0.05)
    return {"n": n, "current": unireq.current_request().query_params["n"]}


# What goes wrong.


def reads(request: Request) -> dict[str, Any]:
    return {"size": len(request.read()), "thread": threading.current_thread().name != ""}


async def reads_async(request: Request) -> dict[str, Any]:
    return {"size": len(await request.aread())}


def reads_little(request: Request) -> dict[str, Any]:
    return {"size": len(request.read(limits=unireq.Limits(body_size=5)))}


def reads_not() -> str:
    return "unread"


def fails() -> str:
    raise RuntimeError("the handler's own")


class MountedRoute(NamedTuple):
    """A handler and where it is mounted."""

    path: str
    handler: Callable[..., Any]
    methods: tuple[str, ...] = ("GET", "HEAD", "POST")
    limits: unireq.Limits | None = None


ROUTES: tuple[MountedRoute, ...] = (
    MountedRoute("/", whoami),
    MountedRoute("/text", returns_text),
    MountedRoute("/list", returns_list),
    MountedRoute("/response", returns_response),
    MountedRoute("/takes-async", takes_async),
    MountedRoute("/left", left),
    MountedRoute("/waits", waits),
    MountedRoute("/reads", reads),
    MountedRoute("/reads-async", reads_async),
    MountedRoute("/reads-little", reads_little),
    MountedRoute("/reads-limited", reads, limits=unireq.Limits(body_size=5)),
    MountedRoute("/reads-not", reads_not),
    MountedRoute("/fails", fails),
)
