"""Flask: the request, the proxy, bodies in an app, and what Flask itself refuses."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
from werkzeug.local import LocalProxy

import unireq
import unireq_flask
import unireq_wsgi
from support import natives
from support.posting import CHUNKED, SMALL, Unseekable, environ
from unireq import BodyConsumed
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


def test_flasks_request_ends_with_its_answer() -> None:
    app = flask.Flask(__name__)
    unireq_flask.install(app)

    @app.get("/")
    def index() -> str:
        return unireq.current_request().path

    @app.get("/streamed")
    def streamed() -> flask.Response:
        return flask.Response(iter([b"a", b"b"]))

    # Flask's test client closes nothing.
    response = app.test_client().get("/")
    assert response.data == b"/"
    with pytest.raises(unireq.NoCurrentRequest):
        unireq.current_request()
    response = app.test_client().get("/streamed")
    assert unireq.current_request().path == "/streamed"
    response.close()
    with pytest.raises(unireq.NoCurrentRequest):
        unireq.current_request()


# Bodies.


def answer(view: Callable[[], Any], body: bytes, **changes: Any) -> Any:
    """What `view` returned for a request with this body."""
    app = flask.Flask(__name__)
    with app.request_context(environ(body, **changes)):
        return view()


def neutral() -> unireq.Request:
    return unireq.from_native(flask.request)


def test_a_form_that_there_is_not_has_taken_nothing() -> None:
    native = flask.Request(environ(b"abc", "text/plain"))
    assert native.form == {}
    assert unireq.from_native(native).read() == b"abc"
    for length in ("0", None):
        native = flask.Request(environ(b"", CONTENT_LENGTH=length))
        assert native.form == {}
        assert native.stream.read() == b""
        assert unireq.from_native(native).read() == b""


def test_nobody_knows_how_much_of_an_input_without_a_length_is_left() -> None:
    def some() -> None:
        assert flask.request.stream.read(2) == b"a="
        with pytest.raises(BodyConsumed, match="how much of it has been read"):
            neutral().read()

    def all_of_it() -> None:
        flask.request.stream.read()
        assert flask.request.get_data() == b""
        with pytest.raises(BodyConsumed):
            neutral().read()

    for view in (some, all_of_it):
        answer(view, b"a=x", **{**CHUNKED, "wsgi.input": Unseekable(b"a=x")})


def test_an_async_view() -> None:
    pytest.importorskip("asgiref")

    async def read() -> Any:
        request = neutral()
        assert (await request.aform())["a"] == "x"
        return await request.aread() == request.read() == SMALL

    def view() -> Any:
        # Flask runs it like this, in a loop of its own.
        return flask.current_app.ensure_sync(read)()

    assert answer(view, SMALL)


def test_a_body_that_is_too_large_for_flask() -> None:
    def view() -> Any:
        # The request's own setting of that name is new in Flask 3.1.
        flask.current_app.config["MAX_CONTENT_LENGTH"] = 10
        return neutral().read()

    # unireq has limits of its own.
    assert answer(view, SMALL) == SMALL
