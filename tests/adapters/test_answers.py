"""A Response in native code, errors that answer, and what is mounted wrongly; the rest: RSP."""

from __future__ import annotations

import asyncio
import copy
import logging
import pickle
from collections.abc import Callable, Iterable
from typing import Any

import flask
import pytest
import sanic
import werkzeug
from django.test import Client, override_settings
from django.urls import path
from werkzeug.middleware.proxy_fix import ProxyFix

import unireq
import unireq_asgi
import unireq_flask
import unireq_flask._install
import unireq_sanic
import unireq_sanic._install
import unireq_starlette
import unireq_wsgi
from support import natives
from unireq import Abort, InvalidParameter, RequestError, Response
from unireq.adapter import error_response

# What `to_native` returns.


@pytest.mark.parametrize(
    ("make", "kind", "said"),
    [
        (natives.scope, TypeError, "ASGIRequest; on bare ASGI, `await unireq_asgi.respond"),
        (natives.environ, TypeError, "WSGIRequest; .* on bare WSGI `unireq_wsgi.respond"),
        (lambda: werkzeug.Request(natives.environ()), TypeError, "WerkzeugRequest"),
        (unireq.Request, TypeError, "a unireq.Request that belongs to no framework"),
        (object, unireq.UnknownNative, "got an object of type object"),
        (lambda: unireq.from_native(natives.starlette()).detach(body=False), TypeError, "belongs"),
    ],
)
def test_what_has_none(make: Callable[[], Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        Response().to_native(make())


# Errors.


class Busy(RequestError):
    status = 429
    headers = (("Retry-After", "30"),)


@pytest.mark.parametrize(
    ("error", "status", "fields"),
    [
        (RequestError("x"), 400, []),
        (RequestError("x", headers={"Retry-After": " 1 "}), 400, [("retry-after", "1")]),
        (
            InvalidParameter("n", "x", "advice", headers=[("X", "1"), ("x", "2")]),
            422,
            [("x", "1"), ("x", "2")],
        ),
        (Busy("x"), 429, [("retry-after", "30")]),
        (Busy("x", headers={"Retry-After": "5"}), 429, [("retry-after", "5")]),
        (Abort(Response("gone", status=410, headers={"a": "1"})), 410, [("a", "1")]),
    ],
)
def test_fields_of_an_error(error: Any, status: int, fields: list[tuple[str, str]]) -> None:
    kind = "text/plain; charset=utf-8" if status == 410 else "application/problem+json"
    for each in (error, pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301
        response = error_response(each)
        assert (response.status, response.fields) == (status, [*fields, ("content-type", kind)])
        assert str(each) == str(error)
        assert status == 410 or each.__dict__ == error.__dict__


@pytest.mark.parametrize(
    ("make", "kind", "said"),
    [
        (lambda: RequestError(headers={"X": "1\r\nY: 2"}), ValueError, "printable ASCII"),
        (lambda: RequestError(headers={"Date": "now"}), ValueError, "the server writes itself"),
        (lambda: RequestError(headers="X: 1"), TypeError, "a mapping or an iterable of"),
        (lambda: RequestError(headers={"X": 1}), TypeError, r"headers\['X'\]: expected a str"),  # type: ignore[arg-type]
        (lambda: Abort("no"), TypeError, "expected a unireq.Response, got str"),  # type: ignore[arg-type]
        (lambda: Abort(Response), TypeError, "expected a unireq.Response, got type"),  # type: ignore[arg-type]
    ],
)
def test_what_is_refused(make: Callable[[], Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        make()


# ASGI: websockets, answers that have begun, lifespans.

REFUSED = Abort(Response("no", status=401, headers={"a": "1"}))
HEAD = [(b"a", b"1"), (b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"2")]


def run_asgi(app: Any, *events: str, **scope: Any) -> list[dict[str, Any]]:
    """What `app` sends when it receives `events`."""
    given = [{"type": event} for event in events]
    sent: list[dict[str, Any]] = []

    async def send(event: Any) -> None:
        sent.append(event)

    async def receive() -> Any:
        return given.pop(0)

    asyncio.run(app(natives.scope(**scope), receive, send))
    return sent


async def raising_app(scope: Any, receive: Any, send: Any) -> None:
    begun = {"http": "http.response.start", "websocket": "websocket.accept"}
    if "begun" in scope:
        await send({"type": begun[scope["type"]]})
    raise REFUSED


@pytest.mark.parametrize(
    ("extensions", "events"),
    [
        (
            {"websocket.http.response": {}},
            [
                {"type": "websocket.http.response.start", "status": 401, "headers": HEAD},
                {"type": "websocket.http.response.body", "body": b"no"},
            ],
        ),
        ({}, [{"type": "websocket.close"}]),
        (None, [{"type": "websocket.close"}]),
    ],
)
def test_a_websocket_is_refused(extensions: Any, events: list[Any]) -> None:
    app = unireq_asgi.RequestMiddleware(raising_app)
    scope = {"type": "websocket", "extensions": extensions}
    assert run_asgi(app, "websocket.connect", **scope) == events


@pytest.mark.parametrize(
    "scope",
    [{"type": "http", "begun": 1}, {"type": "websocket", "begun": 1}, {"type": "lifespan"}],
)
def test_what_has_begun_or_is_no_request_is_not_answered(scope: dict[str, Any]) -> None:
    with pytest.raises(Abort):
        run_asgi(unireq_asgi.RequestMiddleware(raising_app), **scope)


# WSGI: when the server is told.


def test_the_server_is_told_once() -> None:
    def raises_late(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("x", "1")])
        start_response("500 Oh", [("x", "2")], exc_info=(None, None, None))
        raise REFUSED
        yield b""

    def writes(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])(b"part")
        raise REFUSED

    def twice(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        start_response("201 Created", [])
        return []

    def called(app: Any) -> list[Any]:
        calls: list[Any] = []

        def start_response(status: str, fields: Any, exc_info: Any = None) -> Any:
            calls.append((status, exc_info is not None))
            return calls.append

        list(unireq_wsgi.RequestMiddleware(app)(natives.environ(), start_response))
        return calls

    assert called(raises_late) == [("401 Unauthorized", False)]
    # The server sees that part was sent, and raises the error.
    assert called(writes) == [("200 OK", False), b"part", ("401 Unauthorized", True)]
    assert called(twice) == [("200 OK", False), ("201 Created", False)]


# Frameworks.


def test_flask_answers_in_tests_and_leaves_the_app_its_handlers() -> None:
    def answer(handled: bool) -> tuple[int, str]:
        app = flask.Flask(__name__)
        app.testing = True
        if handled:
            app.register_error_handler(Abort, lambda error: ("mine", 418))
        unireq_flask.install(app)

        @app.get("/")
        def raises() -> str:
            raise REFUSED

        found = app.test_client().get("/")
        return found.status_code, found.text

    assert [answer(False), answer(True)] == [(401, "no"), (418, "mine")]


def raising(get_response: Any) -> Any:
    def middleware(request: Any) -> Any:
        if "x-view" not in request.headers:
            raise REFUSED
        return get_response(request)

    return middleware


def failing(get_response: Any) -> Any:
    def middleware(request: Any) -> Any:
        response = get_response(request)
        if "x-fail" in request.headers:
            raise ValueError("of the middleware")
        return response

    return middleware


def failing_view(request: Any) -> Any:
    raise REFUSED


def test_what_django_logs(caplog: pytest.LogCaptureFixture) -> None:

    ours = "unireq_django.RequestMiddleware"
    middleware = [ours, f"{__name__}.failing", f"{__name__}.raising"]
    urlconf = type("Urls", (), {"urlpatterns": [path("", failing_view)]})
    with override_settings(MIDDLEWARE=middleware, ROOT_URLCONF=urlconf):
        client = Client(raise_request_exception=False)
        for headers, logged in (({"x-view": "1"}, []), ({}, ["Internal Server Error: /"])):
            caplog.clear()
            found = client.get("/", headers=headers)
            assert (found.status_code, found.content, found["a"]) == (401, b"no", "1")
            errors = [each for each in caplog.records if each.levelno >= logging.ERROR]
            assert [each.getMessage() for each in errors] == logged
        assert Client().get("/", headers={"x-view": "1"}).status_code == 401
        # The 500 is about another error.
        assert client.get("/", headers={"x-fail": "1"}).status_code == 500
        with pytest.raises(Abort):
            Client().get("/")
        with override_settings(DEBUG_PROPAGATE_EXCEPTIONS=True), pytest.raises(Abort):
            client.get("/")


# What is mounted or installed wrongly, and what is neither HTTP nor ours.

PROXIES = unireq.TrustedProxies(networks=["10.0.0.0/8"])


def test_a_view_on_bare_asgi_is_for_requests() -> None:
    view = unireq_asgi.as_view(lambda: "a")
    for kind, given, answers in (
        ("websocket", [], ["websocket.close"]),
        ("lifespan", ["startup", "shutdown"], ["startup.complete", "shutdown.complete"]),
    ):
        sent = run_asgi(view, *(f"{kind}.{each}" for each in given), type=kind)
        assert [each["type"].removeprefix("lifespan.") for each in sent] == answers
    with pytest.raises(ValueError, match="expected a scope of type http, got 'other'"):
        run_asgi(view, type="other")


def test_inject_refuses_a_call_without_a_scope() -> None:
    @unireq_asgi.inject
    async def app(scope: Any, receive: Any, send: Any, request: unireq.Request) -> None:
        raise AssertionError("it has been called")

    with pytest.raises(TypeError):
        asyncio.run(app("scope", None, None))


@pytest.mark.parametrize(
    "install",
    [
        lambda: unireq_flask.install(flask.Flask("a"), outermost=False, proxies=PROXIES),
        lambda: unireq_sanic.install(sanic.Sanic("a-misuse"), outermost=False, proxies=PROXIES),
    ],
)
def test_proxies_are_for_the_outermost(install: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match="with outermost=True alone, got outermost=False"):
        install()


@pytest.mark.parametrize("install", [unireq_flask.install, unireq_sanic.install])
def test_what_is_no_app_can_not_be_installed_around(install: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match=r"app, got a object, which .* pass outermost=False"):
        install(object())


def test_handlers_of_errors_answer_ours_and_raise_others() -> None:
    abort, other = Abort(Response("no", status=403)), LookupError("other")
    for handler, request in (
        (unireq_sanic.on_request_error, natives.sanic_asgi()),
        (unireq_starlette.on_request_error, natives.starlette()),
    ):
        response: Any = asyncio.run(handler(request, abort))
        assert 403 in {getattr(response, name, 0) for name in ("status", "status_code")}
        with pytest.raises(LookupError, match="other"):
            asyncio.run(handler(request, other))


def test_sanic_asks_our_handler_of_errors_but_not_in_place_of_another() -> None:
    app: Any = unireq_sanic.install(sanic.Sanic("a-handled"))
    own = lambda request, error: None  # noqa: E731
    app.error_handler.add(unireq.RequestError, own)
    unireq_sanic._install._answer_errors(app)
    abort = Abort(Response("no", status=403))
    assert app.error_handler.lookup(abort) is unireq_sanic.on_request_error
    assert app.error_handler.lookup(unireq.RequestError("no")) is own


def test_proxy_fix_is_found_below_what_wraps_it() -> None:
    class Wrapper:
        def __init__(self, app: Any) -> None:
            self.app = app

    policy = unireq_flask._install._has_proxy_fix
    assert policy(Wrapper(Wrapper(ProxyFix(flask.Flask("a")))))
    assert not policy(Wrapper(Wrapper(flask.Flask("a"))))
