"""What is installed or mounted wrongly is refused, and what is neither HTTP nor ours passes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sanic
import starlette.applications
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import unireq
import unireq_asgi
import unireq_flask
import unireq_flask._install
import unireq_sanic
import unireq_sanic._install
import unireq_starlette
from support import natives

PROXIES = unireq.TrustedProxies(networks=["10.0.0.0/8"])


def talk(app: Any, kind: str, *events: str) -> list[str]:
    """The types of what `app` sends when it receives `events`."""
    given = [{"type": event} for event in events]
    sent: list[str] = []

    async def receive() -> dict[str, Any]:
        return given.pop(0)

    async def send(event: Any) -> None:
        sent.append(event["type"])

    asyncio.run(app({"type": kind}, receive, send))
    return sent


def test_a_view_on_bare_asgi_is_for_requests() -> None:
    view = unireq_asgi.as_view(lambda: "a")
    assert talk(view, "websocket") == ["websocket.close"]
    events = ("lifespan.startup", "lifespan.shutdown")
    assert talk(view, "lifespan", *events) == [f"{event}.complete" for event in events]
    with pytest.raises(ValueError, match="expected a scope of type http, got 'other'"):
        talk(view, "other")


def test_inject_refuses_a_call_without_a_scope() -> None:
    @unireq_asgi.inject
    async def app(scope: Any, receive: Any, send: Any, request: unireq.Request) -> None:
        raise AssertionError("it has been called")

    with pytest.raises(TypeError):
        asyncio.run(app("scope", None, None))


@pytest.mark.parametrize(
    "install",
    [
        lambda: unireq_flask.install(Flask("a"), outermost=False, proxies=PROXIES),
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
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    abort, other = unireq.Abort(unireq.Response("no", status=403)), LookupError("other")
    for handler, request in (
        (unireq_sanic.on_request_error, natives.sanic_asgi()),
        (unireq_starlette.on_request_error, starlette.requests.Request(scope)),
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
    abort = unireq.Abort(unireq.Response("no", status=403))
    assert app.error_handler.lookup(abort) is unireq_sanic.on_request_error
    assert app.error_handler.lookup(unireq.RequestError("no")) is own


def test_proxy_fix_is_found_below_what_wraps_it() -> None:
    class Wrapper:
        def __init__(self, app: Any) -> None:
            self.app = app

    policy = unireq_flask._install._has_proxy_fix
    assert policy(Wrapper(Wrapper(ProxyFix(Flask("a")))))
    assert not policy(Wrapper(Wrapper(Flask("a"))))
