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
import json
import logging
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import unireq
from benchmarks.callgrind import counted, run_counted, settle
from benchmarks.cases import expected_of, normal, sides_of
from benchmarks.examples import EXAMPLES, PEER, Example
from benchmarks.subjects import SUBJECTS

__all__ = ["STACKS", "Stack", "asks_of", "check_stack", "count_stack"]

SERVER = ("127.0.0.1", 8000)
Ask = Callable[[Any], Any]
Case = tuple[str, str]
"""Who reads ("ours", "native" or "nobody"), and what: "everything", "a few" or "nothing"."""
_WARM, _COUNTED = 100, 50
"""Requests before a case is counted; those that are counted."""


class Stack(ABC):
    """A server with an app.

    Attributes:
        name: What the row is called.
        subject: The key of SUBJECTS that the view's request belongs to.
        ask: What the view calls with the framework's request.
    """

    def __init__(self, name: str, subject: str) -> None:
        self.name = name
        self.subject = subject
        self.ask: Ask = lambda request: None

    @abstractmethod
    def answer(self, raw: bytes, times: int = 1) -> bytes:
        """Handle `raw`, `times` times, one after the other; the last response."""


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


class _Gunicorn(Stack):
    """gunicorn with its default worker."""

    def __init__(self, name: str, subject: str, app: Callable[..., Any]) -> None:
        from gunicorn.config import Config  # type: ignore[import-untyped,unused-ignore]
        from gunicorn.glogging import Logger  # type: ignore[import-untyped,unused-ignore]
        from gunicorn.workers import sync  # type: ignore[import-untyped,unused-ignore]

        super().__init__(name, subject)
        config, worker_class = Config(), cast("Any", sync.SyncWorker)
        self._worker = worker_class(0, 0, [], None, 30, config, Logger(config))
        # As `load_wsgi` does.
        self._worker.wsgi = app
        self._listener = SimpleNamespace(getsockname=lambda: SERVER)

    def answer(self, raw: bytes, times: int = 1) -> bytes:
        sent: list[bytes] = []
        for _ in range(times):
            sent.clear()
            self._worker.handle(self._listener, _client(raw, sent), PEER)
        return b"".join(sent)


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


class _Connection(Stack):
    """A server on an event loop, with a connection that is kept alive.

    As on a socket, data arrives in a turn of the loop of its own; and the next request only when
    all that the one before has started is over.
    """

    def __init__(self, name: str, subject: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(name, subject)
        self._loop = loop
        self._left = 0
        self._raw = b""
        self._protocol: Any = None
        self._transport = _Transport(self._over)

    def answer(self, raw: bytes, times: int = 1) -> bytes:
        self._raw, self._left = raw, times
        self._over()
        self._loop.run_forever()
        return b"".join(self._transport.sent)

    def _over(self) -> None:
        if self._left:
            self._left -= 1
            self._loop.call_soon(self._arrive)
        else:
            self._loop.stop()

    def _arrive(self) -> None:
        self._transport.sent.clear()
        self._protocol.data_received(self._raw)


class _Uvicorn(_Connection):
    """uvicorn; by default with the fastest protocol and loop that are installed, as it picks."""

    def __init__(
        self, name: str, subject: str, app: Any, http: Any = "auto", loop: Any = "auto"
    ) -> None:
        from uvicorn import Config
        from uvicorn.server import ServerState

        over = self._over

        class Tasks(set[Any]):
            """uvicorn's set of running tasks; it takes out each one when it is done."""

            def discard(self, task: Any) -> None:
                super().discard(task)
                over()

        config = Config(app, http=http, loop=loop, log_config=None, lifespan="off")
        config.load()
        super().__init__(name, subject, (config.get_loop_factory() or asyncio.new_event_loop)())
        state = ServerState()
        state.tasks = Tasks()
        # As the server does when it starts, and then once a second.
        state.default_headers = [
            (b"date", b"Thu, 01 Jan 1970 00:00:00 GMT"),
            (b"server", b"uvicorn"),
        ]
        # Else a handler of the program's own turns the access log on.
        logging.getLogger("uvicorn.access").propagate = False
        protocol: Any = config.http_protocol_class
        self._protocol = protocol(config, state, {}, _loop=self._loop)
        self._protocol.connection_made(self._transport)


class _Sanic(_Connection):
    """Sanic on its own server."""

    def __init__(self) -> None:
        from sanic import Sanic, text
        from sanic.server.loop import try_use_uvloop
        from sanic.server.protocols.http_protocol import HttpProtocol

        try_use_uvloop()
        super().__init__("Sanic", "sanic", asyncio.new_event_loop())
        app: Any = Sanic("stack", configure_logging=False)
        app.config.ACCESS_LOG = False
        app.config.TOUCHUP = True
        app.config.KEEP_ALIVE_TIMEOUT = 3600

        async def view(request: Any, id: int) -> Any:  # noqa: A002
            self.ask(request)
            return text("ok")

        app.add_route(view, "/users/<id:int>/report")
        app.asgi = False
        self._loop.run_until_complete(app._startup())
        self._protocol = HttpProtocol(loop=self._loop, app=app)
        self._protocol.connection_made(self._transport)
        # Until it waits for data.
        self._loop.run_forever()


def starlette(name: str = "Starlette on uvicorn", http: str = "auto", loop: str = "auto") -> Stack:
    """Starlette on uvicorn."""
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def view(request: Any) -> PlainTextResponse:
        stack.ask(request)
        return PlainTextResponse("ok")

    app = Starlette(routes=[Route("/users/{id:int}/report", view)])
    stack = _Uvicorn(name, "starlette", app, http, loop)
    return stack


def starlette_h11() -> Stack:
    """Starlette on uvicorn as it is without its extras."""
    return starlette("Starlette on uvicorn, all Python", "h11", "asyncio")


def flask() -> Stack:
    """Flask on gunicorn."""
    from flask import Flask, request

    app = Flask("stack")

    def view(id: int) -> str:  # noqa: A002
        stack.ask(request)
        return "ok"

    app.add_url_rule("/users/<int:id>/report", view_func=view)
    stack = _Gunicorn("Flask on gunicorn", "flask", app)
    return stack


def _configure_django(view: Callable[..., Any]) -> None:
    import django
    from django.conf import settings
    from django.urls import path

    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"])
        django.setup()
    settings.ROOT_URLCONF = (path("users/<int:id>/report", view),)


def django_wsgi() -> Stack:
    """Django on gunicorn."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpResponse

    def view(request: Any, id: int) -> HttpResponse:  # noqa: A002
        stack.ask(request)
        return HttpResponse("ok")

    _configure_django(view)
    stack = _Gunicorn("Django on gunicorn", "django-wsgi", WSGIHandler())
    return stack


def django_asgi() -> Stack:
    """Django on uvicorn, with an async view."""
    from django.core.handlers.asgi import ASGIHandler
    from django.http import HttpResponse

    async def view(request: Any, id: int) -> HttpResponse:  # noqa: A002
        stack.ask(request)
        return HttpResponse("ok")

    _configure_django(view)
    stack = _Uvicorn("Django on uvicorn", "django-asgi", ASGIHandler())
    return stack


STACKS: dict[str, Callable[[], Stack]] = {
    "starlette": starlette,
    "starlette-h11": starlette_h11,
    "flask": flask,
    "django-wsgi": django_wsgi,
    "django-asgi": django_asgi,
    "sanic": _Sanic,
}


def asks_of(stack: Stack) -> dict[Case, Ask]:
    """What the view asks in each case."""
    sides = sides_of(SUBJECTS[stack.subject]())
    path: Ask = lambda request: request.path  # noqa: E731
    if stack.subject == "starlette":
        path = lambda request: request.scope["path"]  # noqa: E731

    def native_few(request: Any) -> Any:
        return request.method, path(request), request.headers.get("user-agent")

    return {
        ("nobody", "nothing"): lambda request: None,
        ("ours", "everything"): sides["ours"]["everything"],
        ("native", "everything"): sides["native"]["everything"],
        ("ours", "a few"): _our_few,
        ("native", "a few"): native_few,
    }


def _our_few(native: Any) -> Any:
    request = unireq.from_native(native)
    return request.method, request.path, request.get_header("user-agent")


def check_stack(stack: Stack, asks: dict[Case, Ask], example: Example) -> None:
    """Send `example` in each case, and compare what the view reads with what was sent.

    Raises:
        AssertionError: A response is not "ok" with 200, or something else was read.
    """
    sent = expected_of(example, example.path_params)
    few = (example.method, example.path, sent["header"])
    expected = {"nothing": None, "everything": sent["everything"], "a few": few}
    for (who, operation), ask in asks.items():
        read: list[Any] = []

        def keep(request: Any, ask: Ask = ask, read: list[Any] = read) -> None:
            read.append(ask(request))

        stack.ask = keep
        response = stack.answer(_raw(example), 2)
        where = f"{stack.name}, {example.name}, {who}, {operation}"
        if not response.startswith(b"HTTP/1.1 200 OK\r\n") or b"\nok" not in response:
            raise AssertionError(f"{where}: expected ok with 200, got {response!r}")
        got = [normal(operation, each) for each in read]
        if got != [expected[operation]] * 2:
            raise AssertionError(f"{where}: expected {expected[operation]!r} twice, got {got!r}")


def _raw(example: Example) -> bytes:
    return example.head() + b"\r\n\r\n"


def count_stack(name: str) -> dict[str, dict[Case, int]]:
    """Instructions of each case, by "server, example"; counted in a process of its own.

    Args:
        name: A key of STACKS.

    Raises:
        RuntimeError: Valgrind or its program failed.
    """
    printed, counts = run_counted(__file__, name)
    found: dict[str, dict[Case, int]] = {}
    for (row, *case), count in zip(json.loads(printed), counts, strict=True):
        found.setdefault(row, {})[case[0], case[1]] = count
    return found


def _count_here(name: str) -> list[tuple[str, ...]]:
    """Count every case in this process; which they are."""
    stack = STACKS[name]()
    asks = asks_of(stack)
    for example in EXAMPLES.values():
        check_stack(stack, asks, example)
    settle()
    cases: list[tuple[str, ...]] = []
    for example in EXAMPLES.values():
        raw = _raw(example)
        for case, ask in asks.items():
            stack.ask = ask
            # CPython makes code quicker that it has run often, and slower again when something
            # else has run there since.
            stack.answer(raw, _WARM)
            counted(lambda raw: stack.answer(raw, _COUNTED), raw)
            cases.append((f"{stack.name}, {example.name}", *case))
    return cases


if __name__ == "__main__":
    print(json.dumps(_count_here(sys.argv[1])))
