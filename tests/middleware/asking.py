"""Layers around apps in this process: the kit's app of each framework, and apps of one test."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, Final

from werkzeug.test import Client

import unireq
from frameworks.targets import APPS, prepared, target_of
from support import natives
from support.clients import TestClient
from unireq_conformance import Probe
from unireq_conformance.layers import LAYERS_FIELD

__all__ = ["NAMES", "SEEN", "Answer", "ask", "connect", "noting", "request", "running", "streaming"]

NAMES: Final = tuple(APPS)

SEEN: ContextVar[str] = ContextVar("seen", default="nothing")
"""What layers set and views see."""


@dataclass(frozen=True)
class Answer:
    """What a client got."""

    status: int
    fields: list[tuple[str, str]]
    content: bytes

    def get(self, name: str) -> str | None:
        """The values of a field, joined; None if there is none."""
        found = [value for known, value in self.fields if known.lower() == name]
        return ",".join(found) if found else None


# The kit's app of a framework, behind a server.


def streaming(probe: Probe, chunks: Callable[[str], Iterator[bytes]]) -> None:
    """`chunks` makes the content of `/stream` from the query; for async code, in threads."""

    async def achunks(query: str) -> AsyncIterator[bytes]:
        made = chunks(query)
        while (chunk := await asyncio.to_thread(next, made, None)) is not None:
            yield chunk

    vars(probe).update(chunks=chunks, achunks=achunks)


@contextmanager
def running(
    name: str,
    *layers: Any,
    chunks: Callable[[str], Iterator[bytes]] | None = None,
    **views: Callable[..., Any],
) -> Iterator[tuple[str, int]]:
    """Where the app of a framework listens.

    Args:
        name: The framework.
        layers: Around the app.
        chunks: See `streaming`.
        views: Handlers, by the path without its slash.
    """

    def change(probe: Probe) -> None:
        probe.layers = layers
        probe.handlers.update({f"/{path}": view for path, view in views.items()})
        if chunks is not None:
            streaming(probe, chunks)

    with prepared(name), target_of(name, change).run(name) as server:
        assert isinstance(server.address, tuple)
        yield server.address


def request(
    address: tuple[str, int],
    path: str,
    method: str = "GET",
    body: bytes | None = None,
    **headers: str,
) -> Answer:
    """What comes back for a request that goes through the layers; `_` in a name is `-`."""
    connection = HTTPConnection(*address, timeout=20)
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {LAYERS_FIELD: "{}", **fields})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return Answer(response.status, response.getheaders(), content)


# An app of one test.


def ask(app: Any, path: str = "/", **headers: str) -> Answer:
    """What an ASGI or a WSGI application answers to a GET."""
    if inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(type(app).__call__):
        client = TestClient(app, raise_server_exceptions=False)
        found: Any = client.get(path, headers=headers)
        return Answer(found.status_code, found.headers.multi_items(), found.content)
    with Client(app).get(path, headers=headers) as response:
        return Answer(response.status_code, [*response.headers], response.data)


def connect(app: Any, **scope: Any) -> list[str]:
    """The types of what an ASGI application sends to the handshake of a websocket."""
    sent: list[str] = []
    events = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]

    async def receive() -> Any:
        return events.pop(0)

    async def send(event: Any) -> None:
        sent.append(event["type"])

    asyncio.run(app(natives.scope(type="websocket", **scope), receive, send))
    return sent


def noting(into: list[Any], mark: str = "layer", **options: bool) -> Any:
    """A layer that notes what each of its parts sees, and adds its mark to a field."""

    @unireq.middleware(**options)
    def layer(request: unireq.Request) -> unireq.Steps:
        SEEN.set(mark)
        into.append((mark, "before"))
        try:
            head = yield None
        except GeneratorExit:
            into.append((mark, "closed"))
            raise
        head.add_header("x-layers", mark)
        error = type(head.error).__name__ if head.error else None
        into.append((mark, head.status, error, request.route))
        yield None
        into.append((mark, head.sent))
        return None

    return layer
