"""The same routes on every framework, in layers, called in this process without a server.

/view         text, with Set-Cookie and X-App
/seen         what a context variable and `current_request().route` are
/body         echoes the body that the framework's own reader gives
/stream       three chunks, as a stream       /late     a stream that breaks off
/boom         raises                           /refused  raises a RequestError
/empty        204                              /same     304
"""

from __future__ import annotations

import asyncio
import io
import itertools
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final
from wsgiref.util import setup_testing_defaults

import unireq
import unireq_asgi
import unireq_wsgi
from support.natives import configure_django

__all__ = ["NAMES", "SEEN", "Answer", "Target", "chunks", "make"]

SEEN: ContextVar[str] = ContextVar("seen", default="nothing")
"""What layers set and views see."""

_around: list[Any] = []
"""What Django's MIDDLEWARE names, by `around`."""

_count = itertools.count()


@dataclass
class Answer:
    """What the server was given."""

    status: int = 0
    fields: list[tuple[str, str]] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    raised: Exception | None = None

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.fields if known.lower() == name]

    def get(self, name: str) -> str:
        return ",".join(self.all(name))


class Target:
    """An application, and how to ask it."""

    def __init__(self, app: Any, *, is_async: bool, start: Any = None) -> None:
        self.app = app
        self.is_async = is_async
        self._start = start

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: Iterable[tuple[str, str]] = (),
        take: int | None = None,
        meanwhile: Callable[[bytes], None] = lambda chunk: None,
    ) -> Answer:
        """Send a request.

        Args:
            path: The path, without a query.
            method: The method.
            body: The body.
            headers: Further fields.
            take: After how many chunks the client leaves; None: it takes all.
            meanwhile: Called with each chunk that comes.
        """
        answer = Answer()
        logging.disable(logging.CRITICAL)
        try:
            if self.is_async:
                asyncio.run(self._asgi(answer, path, method, body, headers, take, meanwhile))
            else:
                self._wsgi(answer, path, method, body, headers, take, meanwhile)
        finally:
            logging.disable(logging.NOTSET)
        return answer

    async def _asgi(
        self,
        answer: Answer,
        path: str,
        method: str,
        body: bytes,
        headers: Any,
        take: Any,
        then: Any,
    ) -> None:
        if self._start is not None:
            await self._start()
            self._start = None
        fields = [(b"content-length", str(len(body)).encode())]
        fields += [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
        if "host" not in {name.lower() for name, _ in headers}:
            fields.append((b"host", b"example.org"))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": fields,
            "client": ("127.0.0.1", 4711),
            "server": ("127.0.0.1", 80),
            "extensions": {},
        }
        given: list[int] = []
        over = asyncio.Event()

        async def receive() -> Any:
            if not given:
                given.append(1)
                return {"type": "http.request", "body": body, "more_body": False}
            await over.wait()
            return {"type": "http.disconnect"}

        async def send(event: Any) -> None:
            if event["type"] == "http.response.start":
                pairs = ((n.decode("latin-1"), v.decode("latin-1")) for n, v in event["headers"])
                answer.status, answer.fields = event["status"], list(pairs)
                return
            if event.get("body"):
                answer.chunks.append(event["body"])
                then(event["body"])
            if take is not None and len(answer.chunks) >= take:
                over.set()
                await asyncio.sleep(0.01)
            if not event.get("more_body"):
                over.set()
            await asyncio.sleep(0)

        try:
            await self.app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 (the app's)
            answer.raised = error
        await asyncio.sleep(0)

    def _wsgi(
        self,
        answer: Answer,
        path: str,
        method: str,
        body: bytes,
        headers: Any,
        take: Any,
        then: Any,
    ) -> None:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "HTTP_HOST": "example.org",
            **{f"HTTP_{n.upper().replace('-', '_')}": v for n, v in headers},
        }
        setup_testing_defaults(environ)

        def start_response(status: str, fields: Any, exc_info: Any = None) -> Any:
            answer.status, answer.fields = int(status[:3]), list(fields)
            return answer.chunks.append

        result: Any = None
        try:
            result = self.app(environ, start_response)
            for chunk in result:
                answer.chunks.append(chunk)
                then(chunk)
                if take is not None and len(answer.chunks) >= take:
                    break
        except Exception as error:  # noqa: BLE001 (the app's)
            answer.raised = error
        finally:
            with suppress(AttributeError):
                result.close()


def chunks() -> Iterator[bytes]:
    """A stream, during which the request is still current."""
    for chunk in (b"one", b"two", b"three"):
        assert unireq.current_request().path == "/stream"
        yield chunk


def _late() -> Iterator[bytes]:
    yield b"one"
    raise ValueError("late")


async def _achunks(source: Iterator[bytes]) -> AsyncIterator[bytes]:
    for chunk in source:
        yield chunk
        # Lets the server notice that the client has left.
        await asyncio.sleep(0)


_STREAMS: Final = {"/stream": chunks, "/late": _late}
_STATUSES: Final = {"/empty": 204, "/same": 304}


def _seen() -> str:
    request = unireq.current_request()
    return f"{SEEN.get()} {request.path}"


def _whole(path: str) -> str:
    """What a view says, if it is no stream; or raises."""
    if path == "/boom":
        raise KeyError("boom")
    if path == "/refused":
        raise unireq.BodyTooLarge("too large")
    return _seen() if path == "/seen" else "view"


_WHOLE: Final = ("/view", "/seen", "/boom", "/refused")
_APP_FIELDS: Final = {"X-App": "1", "Set-Cookie": "app=1; Path=/"}


def _asgi(layers: Any, options: Any) -> Target:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        path, status, body = scope["path"], 200, iter((b"",))
        fields = [(name.lower().encode(), value.encode()) for name, value in _APP_FIELDS.items()]
        if path in _STREAMS:
            body = _STREAMS[path]()
        elif path == "/body":
            event = await receive()
            body = (
                iter((event["body"] + (await receive())["body"],))
                if event["more_body"]
                else iter((event["body"],))
            )
        elif path in _STATUSES:
            status = _STATUSES[path]
        elif path not in _WHOLE:
            status = 404
        elif scope["method"] not in {"GET", "HEAD"}:
            status = 405
        else:
            body = iter((_whole(path).encode(),))
        await send({"type": "http.response.start", "status": status, "headers": fields})
        for chunk in body:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return Target(unireq_asgi.install(app, *layers, **options), is_async=True)


def _wsgi(layers: Any, options: Any) -> Target:
    def app(environ: Any, start_response: Any) -> Any:
        path, status, body = environ["PATH_INFO"], "200 OK", [b""]
        if path in _STREAMS:
            body = _STREAMS[path]()
        elif path == "/body":
            body = [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]
        elif path in _STATUSES:
            status = f"{_STATUSES[path]} Status"
        elif path not in _WHOLE:
            status = "404 Not Found"
        elif environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            status = "405 Method Not Allowed"
        else:
            body = [_whole(path).encode()]
        start_response(status, list(_APP_FIELDS.items()))
        return body

    return Target(unireq_wsgi.install(app, *layers, **options), is_async=False)


def _starlette_routes(add: Callable[..., Any]) -> None:
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response, StreamingResponse

    def whole(request: Request) -> Response:
        return PlainTextResponse(_whole(request.url.path), headers=_APP_FIELDS)

    async def body(request: Request) -> Response:
        return Response(await request.body(), headers=_APP_FIELDS)

    async def stream(request: Request) -> Response:
        return StreamingResponse(_achunks(_STREAMS[request.url.path]()), headers=_APP_FIELDS)

    async def status(request: Request) -> Response:
        return Response(status_code=_STATUSES[request.url.path], headers=_APP_FIELDS)

    for paths, view in ((_WHOLE, whole), (_STREAMS, stream), (_STATUSES, status)):
        for path in paths:
            add(path, view)
    add("/body", body, methods=["POST"])


def _starlette(layers: Any, options: Any) -> Target:
    from starlette.applications import Starlette

    import unireq_starlette

    app = Starlette()
    _starlette_routes(app.add_route)
    return Target(unireq_starlette.install(app, *layers, **options), is_async=True)


def _fastapi(layers: Any, options: Any) -> Target:
    from fastapi import FastAPI

    import unireq_starlette

    app = FastAPI()
    _starlette_routes(app.add_route)
    return Target(unireq_starlette.install(app, *layers, **options), is_async=True)


def _django_views() -> Any:
    from django import http
    from django.urls import path as route
    from django.views.decorators.csrf import csrf_exempt
    from django.views.decorators.http import require_safe

    def answer(response: Any) -> Any:
        response["X-App"] = "1"
        response.set_cookie("app", "1")
        return response

    @require_safe
    def whole(request: Any) -> Any:
        return answer(http.HttpResponse(_whole(request.path)))

    def body(request: Any) -> Any:
        return answer(http.HttpResponse(request.body))

    def stream(request: Any) -> Any:
        made: Any = _STREAMS[request.path]()
        if hasattr(request, "scope"):
            made = _achunks(made)
        return answer(http.StreamingHttpResponse(made))

    def status(request: Any) -> Any:
        return answer(http.HttpResponse(status=_STATUSES[request.path]))

    views = ((_WHOLE, whole), (_STREAMS, stream), (_STATUSES, status), (("/body",), body))
    return [route(path[1:], csrf_exempt(view)) for paths, view in views for path in paths]


def routed(get_response: Any) -> Any:
    """Django's middleware: in this process other tests have other settings."""
    from asgiref.sync import iscoroutinefunction

    def middleware(request: Any) -> Any:
        request.urlconf = "middleware.apps"
        return get_response(request)

    async def amiddleware(request: Any) -> Any:
        request.urlconf = "middleware.apps"
        return await get_response(request)

    return amiddleware if iscoroutinefunction(get_response) else middleware


routed.async_capable = True  # type: ignore[attr-defined]


def __getattr__(name: str) -> Any:
    if name == "urlpatterns":
        return _django_views()
    raise AttributeError(name)


def around(get_response: Any) -> Any:
    """Our middleware, of the latest app."""
    return _around[0](get_response)


around.async_capable = True  # type: ignore[attr-defined]


def sync_only(get_response: Any) -> Any:
    """Middleware that Django has to adapt."""

    def middleware(request: Any) -> Any:
        return get_response(request)

    return middleware


def _django(layers: Any, options: Any, handler: str, middleware: Any = ("around",)) -> Target:
    configure_django()
    from django.core.handlers.asgi import ASGIHandler
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    import unireq_django

    _around[:] = [unireq_django.as_middleware(*layers, **options)]

    class Handler(ASGIHandler):
        async def read_body(self, receive: Any) -> Any:
            # Django leaves it open when a stream raises.
            self.files = [*getattr(self, "files", ()), await super().read_body(receive)]
            return self.files[-1]

    paths = [f"middleware.apps.{each}" for each in (*middleware, "routed")]
    with override_settings(MIDDLEWARE=paths):
        inner: Any = WSGIHandler() if handler == "wsgi" else Handler()

    async def app(scope: Any, receive: Any, send: Any) -> Any:
        try:
            return await inner(scope, receive, send)
        finally:
            for file in inner.files:
                file.close()

    return Target(inner if handler == "wsgi" else app, is_async=handler == "asgi")


def _flask(layers: Any, options: Any) -> Target:
    import flask

    import unireq_flask

    app = flask.Flask(__name__)

    def whole() -> Any:
        return _whole(flask.request.path), _APP_FIELDS

    def body() -> Any:
        return flask.request.get_data(), _APP_FIELDS

    def stream() -> Any:
        return flask.Response(_STREAMS[flask.request.path](), headers=_APP_FIELDS)

    def status() -> Any:
        return "", _STATUSES[flask.request.path], _APP_FIELDS

    for paths, view in ((_WHOLE, whole), (_STREAMS, stream), (_STATUSES, status)):
        for path in paths:
            app.add_url_rule(path, path, view)
    app.add_url_rule("/body", "body", body, methods=["POST"])
    app.register_error_handler(unireq.RequestError, unireq_flask.on_request_error)
    return Target(unireq_flask.install(app, *layers, **options), is_async=False)


def _sanic(layers: Any, options: Any) -> Target:
    from sanic import Sanic
    from sanic.response import HTTPResponse

    import unireq_sanic

    app: Any = Sanic(f"layers{next(_count)}", configure_logging=False)

    async def whole(request: Any) -> Any:
        return HTTPResponse(_whole(request.path), headers=_APP_FIELDS)

    async def body(request: Any) -> Any:
        return HTTPResponse(request.body, headers=_APP_FIELDS)

    async def stream(request: Any) -> None:
        response = await request.respond(headers=_APP_FIELDS)
        async for chunk in _achunks(_STREAMS[request.path]()):
            await response.send(chunk)
        await response.eof()

    async def status(request: Any) -> Any:
        return HTTPResponse(status=_STATUSES[request.path], headers=_APP_FIELDS)

    for paths, view in ((_WHOLE, whole), (_STREAMS, stream), (_STATUSES, status)):
        for path in paths:
            app.add_route(view, path, methods=["GET", "HEAD"], name=path[1:])
    app.add_route(body, "/body", methods=["POST"], name="body")
    unireq_sanic.install(app, *layers, **options)
    app.asgi = True
    return Target(app, is_async=True, start=app._startup)


_MAKERS: Final[dict[str, Callable[[Any, Any], Target]]] = {
    "asgi": _asgi,
    "wsgi": _wsgi,
    "starlette": _starlette,
    "fastapi": _fastapi,
    "django-wsgi": lambda layers, options: _django(layers, options, "wsgi"),
    "django-asgi": lambda layers, options: _django(layers, options, "asgi"),
    "flask": _flask,
    "sanic": _sanic,
}
NAMES: Final = tuple(_MAKERS)


def make(name: str, *layers: Any, **options: Any) -> Target:
    """The app of a framework in `layers`; `options` are for its `install`."""
    return _MAKERS[name](layers, options)
