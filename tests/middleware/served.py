"""The kit's apps in layers that print what they see, for real servers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import unireq
from frameworks.targets import APPS
from middleware.asking import SEEN, streaming
from unireq_conformance import Probe
from unireq_conformance.apps import django_app


@unireq.middleware
def sync_layer(request: unireq.Request) -> unireq.Steps:
    token = SEEN.set(request.get_header("x-id", "none"))
    head = yield None
    head.set_header("x-sync", SEEN.get())
    yield None
    assert unireq.current_request() is request
    SEEN.reset(token)
    print(f"sync {request.path} {SEEN.get()} {head.status} {head.sent}", flush=True)
    return None


loops: set[Any] = set()


@unireq.middleware(user=True)
async def async_layer(request: unireq.Request) -> unireq.AsyncSteps:
    await asyncio.sleep(0.01)
    loops.add(asyncio.get_running_loop())
    head = yield None
    await asyncio.sleep(0)
    head.set_header("x-async", SEEN.get())
    head.set_header("x-loops", str(len(loops)))
    yield None
    await asyncio.sleep(0)
    print(f"async {request.path} {SEEN.get()} {head.status} {head.sent}", flush=True)


def seen(request: unireq.Request) -> str:
    return f"{SEEN.get()} {request.path}"


def boom() -> None:
    raise KeyError("boom")


def chunks(query: str) -> Iterator[bytes]:
    for _ in range(100 if query == "slow" else 3):
        yield bytes(65536)
        time.sleep(0.02)


def __getattr__(name: str) -> Any:
    framework = name.replace("_", "-")
    if framework not in APPS:
        raise AttributeError(name)
    if framework.startswith("django"):
        django_app.configure()
    probe = Probe()
    probe.layers = (sync_layer, async_layer)
    probe.handlers.update({"/seen": seen, "/boom": boom})
    streaming(probe, chunks)
    return APPS[framework][1](probe)
