"""The apps of this directory in layers that print what they see, for real servers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import unireq
from middleware import apps


@unireq.middleware
def sync_layer(request: unireq.Request) -> unireq.Steps:
    token = apps.SEEN.set(request.get_header("x-id", "none"))
    head = yield None
    head.set_header("x-sync", apps.SEEN.get())
    yield None
    assert unireq.current_request() is request
    apps.SEEN.reset(token)
    print(f"sync {request.path} {apps.SEEN.get()} {head.status} {head.sent}", flush=True)
    return None


loops: set[Any] = set()


@unireq.middleware(user=True)
async def async_layer(request: unireq.Request) -> unireq.AsyncSteps:
    await asyncio.sleep(0.01)
    loops.add(asyncio.get_running_loop())
    head = yield None
    await asyncio.sleep(0)
    head.set_header("x-async", apps.SEEN.get())
    head.set_header("x-loops", str(len(loops)))
    yield None
    await asyncio.sleep(0)
    print(f"async {request.path} {apps.SEEN.get()} {head.status} {head.sent}", flush=True)


def _slow() -> Iterator[bytes]:
    for _ in range(100):
        yield bytes(65536)
        time.sleep(0.02)


apps._STREAMS["/slow"] = _slow


def __getattr__(name: str) -> Any:
    name = name.replace("_", "-")
    if name not in apps.NAMES:
        raise AttributeError(name)
    return apps.make(name, sync_layer, async_layer).app
