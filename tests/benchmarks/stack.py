"""What reading through unireq costs a whole server, without its sockets, in instructions.

A request's bytes go in, its response's bytes come out. What runs is the server's own code, set up
as it sets itself up: uvicorn's protocol on the loop that uvicorn picks, gunicorn's default worker,
Sanic's protocol on Sanic's loop; above them a router, and a view that answers "ok". Only the socket
is replaced. There is no access log, and no middleware: both would make what a view costs look
small.

A view calls `Stack.ask`, which is another function in each case. The view stays the same, because
two views with the same code differ by more than what is measured.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.callgrind import count, counted, settle
from benchmarks.cases import expected_of, normal
from benchmarks.examples import EXAMPLES, PEER, Example
from benchmarks.subjects import SUBJECTS, Ask

__all__ = ["COUNTED", "STACKS", "Case", "Stack", "count_request", "count_stack"]

SERVER = ("127.0.0.1", 8000)
COUNTED = 50
Case = tuple[str, str]
"""Who reads ("ours", "native" or "nobody"), and what: "everything", "a few" or "nothing"."""
Change = Callable[[Any], object]
"""What is done to an app before it is served; in Django, to its settings."""
Answer = Callable[..., bytes]
"""Handles the bytes of a request, `times` times, one after the other; the last response."""


# Servers.


def _client(raw: bytes, sent: list[bytes]) -> Any:
    """A client's socket that has sent one request and waits for the response."""
    pieces = [b"", raw]

    def nothing(*_: Any) -> None: ...

    return SimpleNamespace(
        recv=lambda size: pieces.pop(),
        sendall=sent.append,
        shutdown=nothing,
        settimeout=nothing,
        close=nothing,
    )


def _gunicorn(app: Any) -> Answer:
    """With its default worker."""
    from gunicorn.config import Config  # type: ignore[import-untyped,unused-ignore]
    from gunicorn.glogging import Logger  # type: ignore[import-untyped,unused-ignore]
    from gunicorn.workers import sync  # type: ignore[import-untyped,unused-ignore]

    config, worker_class = Config(), cast("Any", sync.SyncWorker)
    worker = worker_class(0, 0, [], None, 30, config, Logger(config))
    # As `load_wsgi` does.
    worker.wsgi = app
    listener = SimpleNamespace(getsockname=lambda: SERVER)

    def answer(raw: bytes, times: int = 1) -> bytes:
        sent: list[bytes] = []
        for _ in range(times):
            sent.clear()
            worker.handle(listener, _client(raw, sent), PEER)
        return b"".join(sent)

    return answer


class _Transport(asyncio.Transport):
    """A connection's transport. What is written is kept; `resumed` hears that more is wanted."""

    def __init__(self, resumed: Callable[[], object]) -> None:
        super().__init__({"peername": PEER, "sockname": SERVER})
        self._resumed = resumed
        self.sent: list[bytes] = []

    def write(self, data: Any) -> None:
        self.sent.append(data)

    def resume_reading(self) -> None:
        self._resumed()

    def pause_reading(self) -> None: ...

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...

    def is_closing(self) -> bool:
        return False

    def close(self) -> None: ...


class _Connection:
    """A connection to a server on an event loop, which is kept alive.

    As on a socket, data arrives in a turn of the loop of its own; and the next request only when
    all that the one before has started is over.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._left = 0
        self._raw = b""
        self._transport = _Transport(self.over)

    def begin(self, protocol: Any) -> Answer:
        self._protocol = protocol
        protocol.connection_made(self._transport)
        return self._answer

    def _answer(self, raw: bytes, times: int = 1) -> bytes:
        self._raw, self._left = raw, times
        self.over()
        self._loop.run_forever()
        return b"".join(self._transport.sent)

    def over(self) -> None:
        if self._left:
            self._left -= 1
            self._loop.call_soon(self._arrive)
        else:
            self._loop.stop()

    def _arrive(self) -> None:
        self._transport.sent.clear()
        self._protocol.data_received(self._raw)


def _uvicorn(app: Any, http: Any = "auto", loop: Any = "auto") -> Answer:
    """By default with the fastest protocol and loop that are installed, as it picks."""
    from uvicorn import Config
    from uvicorn.server import ServerState

    class Tasks(set[Any]):
        """uvicorn's set of running tasks; it takes out each one when it is done."""

        def discard(self, task: Any) -> None:
            super().discard(task)
            connection.over()

    config = Config(app, http=http, loop=loop, log_config=None, lifespan="off")
    config.load()
    own_loop = (config.get_loop_factory() or asyncio.new_event_loop)()
    connection = _Connection(own_loop)
    state = ServerState()
    state.tasks = Tasks()
    # As the server does when it starts, and then once a second.
    state.default_headers = [(b"date", b"Thu, 01 Jan 1970 00:00:00 GMT"), (b"server", b"uvicorn")]
    # Else a handler of the program's own turns the access log on.
    logging.getLogger("uvicorn.access").propagate = False
    protocol: Any = config.http_protocol_class
    return connection.begin(protocol(config, state, {}, _loop=own_loop))


def _sanics_own(app: Any) -> Answer:
    from sanic.server.loop import try_use_uvloop
    from sanic.server.protocols.http_protocol import HttpProtocol

    try_use_uvloop()
    loop = asyncio.new_event_loop()
    app.asgi = False
    loop.run_until_complete(app._startup())
    answer = _Connection(loop).begin(HttpProtocol(loop=loop, app=app))
    # Until it waits for data.
    loop.run_forever()
    return answer


# Apps.


def _starlette(stack: Stack, change: Change) -> Any:
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def view(request: Any) -> PlainTextResponse:
        stack.ask(request)
        return PlainTextResponse("ok")

    app = Starlette(routes=[Route("/users/{id:int}/report", view)])
    change(app)
    return app


def _flask(stack: Stack, change: Change) -> Any:
    from flask import Flask, request

    app = Flask("stack")

    def view(id: int) -> str:  # noqa: A002
        stack.ask(request)
        return "ok"

    app.add_url_rule("/users/<int:id>/report", view_func=view)
    change(app)
    return app


def _django_view(stack: Stack) -> Callable[..., Any]:
    from django.http import HttpResponse

    def view(request: Any, id: int) -> HttpResponse:  # noqa: A002
        stack.ask(request)
        return HttpResponse("ok")

    return view


def _configure_django(view: Callable[..., Any], change: Change) -> None:
    from django.conf import settings
    from django.urls import path

    urls = (path("users/<int:id>/report", view),)
    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=urls)
    change(settings)


def _django_wsgi(stack: Stack, change: Change) -> Any:
    from django.core.wsgi import get_wsgi_application

    _configure_django(_django_view(stack), change)
    return get_wsgi_application()


def _django_asgi(stack: Stack, change: Change) -> Any:
    from django.core.asgi import get_asgi_application

    view = _django_view(stack)

    async def in_async(request: Any, **found: Any) -> Any:
        return view(request, **found)

    _configure_django(in_async, change)
    return get_asgi_application()


def _sanic(stack: Stack, change: Change) -> Any:
    from sanic import Sanic, text

    app: Any = Sanic("stack", configure_logging=False)
    app.config.ACCESS_LOG = False
    app.config.TOUCHUP = True
    app.config.KEEP_ALIVE_TIMEOUT = 3600

    async def view(request: Any, id: int) -> Any:  # noqa: A002
        stack.ask(request)
        return text("ok")

    app.add_route(view, "/users/<id:int>/report")
    change(app)
    return app


_H11 = partial(_uvicorn, http="h11", loop="asyncio")
STACKS: dict[str, tuple[str, str, Callable[[Stack, Change], Any], Callable[[Any], Answer]]] = {
    "starlette": ("Starlette on uvicorn", "starlette", _starlette, _uvicorn),
    # As it is without its extras.
    "starlette-h11": ("Starlette on uvicorn, all Python", "starlette", _starlette, _H11),
    "flask": ("Flask on gunicorn", "flask", _flask, _gunicorn),
    "django-wsgi": ("Django on gunicorn", "django-wsgi", _django_wsgi, _gunicorn),
    "django-asgi": ("Django on uvicorn", "django-asgi", _django_asgi, _uvicorn),
    "sanic": ("Sanic", "sanic", _sanic, _sanics_own),
}
"""What the row is called, the key of SUBJECTS for the view's request, the app, the server."""


class Stack:
    """A server with an app, one to a process: Sanic and Django refuse to be set up twice.

    Args:
        name: A key of STACKS.
        change: What is done to the app first.

    Attributes:
        ask: What the view calls with the framework's request.
        asks: What a view may ask, in each case.
    """

    def __init__(self, name: str, change: Change = lambda app: None) -> None:
        self.title, subject, make_app, serve = STACKS[name]
        self.ask: Ask = lambda request: None
        self.answer = serve(make_app(self, change))
        sides = SUBJECTS[subject]().sides()
        self.asks: dict[Case, Ask] = {("nobody", "nothing"): self.ask}
        for operation in ("everything", "a few"):
            for who in ("ours", "native"):
                self.asks[who, operation] = sides[who][operation]

    def check(self, example: Example) -> None:
        """Send `example` in each case, and compare what the view reads with what was sent.

        Raises:
            AssertionError: A response is not "ok" with 200, or something else was read.
        """
        expected = {"nothing": None, **expected_of(example, example.path_params)}
        for (who, operation), ask in self.asks.items():
            read: list[Any] = []

            def keep(request: Any, ask: Ask = ask, read: list[Any] = read) -> None:
                read.append(ask(request))

            self.ask = keep
            response = self.answer(_raw(example), 2)
            where = f"{self.title}, {example.name}, {who}, {operation}"
            if not response.startswith(b"HTTP/1.1 200 OK\r\n") or b"\nok" not in response:
                raise AssertionError(f"{where}: expected ok with 200, got {response!r}")
            got = [normal(operation, each) for each in read]
            if got != [expected[operation]] * 2:
                raise AssertionError(
                    f"{where}: expected {expected[operation]!r} twice, got {got!r}"
                )


def _raw(example: Example) -> bytes:
    return example.head() + b"\r\n\r\n"


def count_stack(name: str) -> dict[str, dict[Case, int]]:
    """Instructions of each case, by "server, example"; counted in a process of its own.

    Args:
        name: A key of STACKS.

    Raises:
        RuntimeError: Valgrind or its program failed.
    """
    found: dict[str, dict[Case, int]] = {}
    for (row, who, operation), needed in count(__file__, name).items():
        found.setdefault(row, {})[who, operation] = needed
    return found


def count_request(stack: Stack, example: Example, *name: str) -> None:
    """Count the instructions of COUNTED requests, in this process."""
    raw = _raw(example)
    # CPython makes code quicker that it has run often, and slower again when something else has
    # run there since.
    stack.answer(raw, 100)
    counted(lambda raw: stack.answer(raw, COUNTED), raw, *name)


def _count_here(name: str) -> None:
    stack = Stack(name)
    for example in EXAMPLES.values():
        stack.check(example)
    settle()
    for example in EXAMPLES.values():
        for case, ask in stack.asks.items():
            stack.ask = ask
            count_request(stack, example, f"{stack.title}, {example.name}", *case)


if __name__ == "__main__":
    _count_here(sys.argv[1])
