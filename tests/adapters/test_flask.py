"""Flask: the request, the proxy, the router's rules, mounts."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from typing import Any

import flask
import pytest
from werkzeug.local import LocalProxy

import unireq
import unireq_flask
import unireq_wsgi
from support import natives
from unireq.adapter import request_context


@pytest.mark.parametrize("name", ["session", "g", "current_app"])
def test_proxies_of_something_else_are_unknown(name: str) -> None:
    proxy = getattr(flask, name)
    with pytest.raises(unireq.UnknownNative):
        unireq.from_native(proxy)
    with flask.Flask(__name__).test_request_context(), pytest.raises(unireq.UnknownNative):
        unireq.from_native(proxy)


def test_a_plain_werkzeug_request() -> None:
    from werkzeug.wrappers import Request

    native = Request(natives.environ())
    request = unireq.from_native(native)
    assert type(request) is unireq_flask.WerkzeugRequest
    assert isinstance(request, unireq_wsgi.WSGIRequest)
    assert request.native is native


def test_the_class_takes_the_proxy_for_the_request_of_the_moment() -> None:
    app = flask.Flask(__name__)
    with app.test_request_context("/first"):
        first = unireq_flask.FlaskRequest(flask.request)
        assert first.native is flask.request._get_current_object()
        assert type(unireq.from_native(LocalProxy(lambda: flask.request))) is type(first)
        with app.test_request_context("/second"):
            assert first.path == "/first"
            assert unireq.from_native(flask.request).path == "/second"
        assert unireq.from_native(flask.request).path == "/first"
    said = r"expected a proxy with a current request, .* outside a .*app\.test_request_context\(\)"
    for look in (unireq_flask.FlaskRequest, unireq.from_native, unireq.from_native):
        with pytest.raises(unireq.UnknownNative, match=said):
            look(flask.request)


@pytest.mark.parametrize("around", ["nothing", "install", "wsgi"])
def test_the_current_request(around: str) -> None:
    app = flask.Flask(__name__)
    contexts: list[contextvars.Context] = []
    found: list[unireq.Request] = []

    @app.route("/<name>")
    def view(name: str) -> Any:
        contexts.append(contextvars.copy_context())
        found.append(unireq.current_request())
        own = unireq.Request()
        with request_context(own):
            assert unireq.current_request() is own

        def stream() -> Iterator[str]:
            yield unireq.current_request().path_params["name"]

        return flask.stream_with_context(stream())

    if around == "install":
        unireq_flask.install(app)
    elif around == "wsgi":
        app.wsgi_app = unireq_wsgi.RequestMiddleware(app.wsgi_app)  # type: ignore[method-assign]
    for name in ("a", "b"):
        assert app.test_client().get(f"/{name}").text == name
        assert type(found[-1]) is unireq_flask.FlaskRequest
        assert found[-1].path == f"/{name}"
        # Flask's own proxy still has it there.
        for context in (contextvars.copy_context(), *contexts):
            with pytest.raises(unireq.NoCurrentRequest):
                context.run(unireq.current_request)
    with app.test_request_context("/c"):
        assert unireq.current_request().path == "/c"
