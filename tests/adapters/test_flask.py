"""Flask: the request, its proxy, the current request, bodies, and layers by the hooks of an app."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from typing import Any

import flask
import pytest
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Request

import unireq
import unireq_flask
import unireq_wsgi
from middleware.asking import ask, noting
from support import natives
from support.posting import CHUNKED, SMALL, Unseekable, environ
from unireq import BodyConsumed, Response, Sent, from_native
from unireq.adapter import request_context


@pytest.mark.parametrize("name", ["session", "g", "current_app"])
def test_proxies_of_something_else_are_unknown(name: str) -> None:
    proxy = getattr(flask, name)
    with pytest.raises(unireq.UnknownNative):
        from_native(proxy)
    with flask.Flask(__name__).test_request_context(), pytest.raises(unireq.UnknownNative):
        from_native(proxy)


def test_a_plain_werkzeug_request() -> None:
    native = Request(natives.environ())
    request = from_native(native)
    assert type(request) is unireq_flask.WerkzeugRequest
    assert isinstance(request, unireq_wsgi.WSGIRequest)
    assert request.native is native


def test_the_class_takes_the_proxy_for_the_request_of_the_moment() -> None:
    app = flask.Flask(__name__)
    with app.test_request_context("/first"):
        first = unireq_flask.FlaskRequest(flask.request)
        assert first.native is flask.request._get_current_object()
        assert type(from_native(LocalProxy(lambda: flask.request))) is type(first)
        with app.test_request_context("/second"):
            assert first.path == "/first"
            assert from_native(flask.request).path == "/second"
        assert from_native(flask.request).path == "/first"
    said = r"expected a proxy with a current request, .* outside a .*app\.test_request_context\(\)"
    for look in (unireq_flask.FlaskRequest, from_native, from_native):
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
    app = unireq_flask.install(flask.Flask(__name__))
    app.add_url_rule("/", "index", lambda: unireq.current_request().path)
    app.add_url_rule("/streamed", "streamed", lambda: flask.Response(iter([b"a", b"b"])))
    # Flask's test client closes nothing.
    assert app.test_client().get("/").data == b"/"
    with pytest.raises(unireq.NoCurrentRequest):
        unireq.current_request()
    response = app.test_client().get("/streamed")
    assert unireq.current_request().path == "/streamed"
    response.close()
    with pytest.raises(unireq.NoCurrentRequest):
        unireq.current_request()


# Bodies.


def test_a_form_that_there_is_not_has_taken_nothing() -> None:
    native = flask.Request(environ(b"abc", "text/plain"))
    assert native.form == {}
    assert from_native(native).read() == b"abc"
    for length in ("0", None):
        native = flask.Request(environ(b"", CONTENT_LENGTH=length))
        assert native.form == {}
        assert native.stream.read() == b""
        assert from_native(native).read() == b""


def test_nobody_knows_how_much_of_an_input_without_a_length_is_left() -> None:
    for size in (2, -1):
        native = flask.Request(environ(b"a=x", **{**CHUNKED, "wsgi.input": Unseekable(b"a=x")}))
        assert native.stream.read(size) == b"a=x"[: size % 4]
        with pytest.raises(BodyConsumed, match="how much of it has been read"):
            from_native(native).read()
    # What is kept of nothing proves nothing.
    assert native.get_data() == b""
    with pytest.raises(BodyConsumed, match="has not kept it"):
        from_native(native).read()


def test_a_body_in_a_view() -> None:
    app = flask.Flask(__name__)

    async def read() -> Any:
        request = from_native(flask.request)
        assert (await request.aform())["a"] == "x"
        return await request.aread() == request.read() == SMALL

    with app.request_context(environ(SMALL)):
        # Flask runs an async view like this, in a loop of its own.
        assert app.ensure_sync(read)()
    # What is too large for Flask: unireq has limits of its own.
    app.config["MAX_CONTENT_LENGTH"] = 10
    with app.request_context(environ(SMALL)):
        assert from_native(flask.request).read() == SMALL


# Layers inside an app or a blueprint, by its hooks.


@unireq.middleware
def replacing(request: unireq.Request) -> unireq.Steps:
    head = yield None
    head.replace(Response("instead", status=201))


@unireq.middleware
def refusing(request: unireq.Request) -> Response:
    return Response("no", status=403)


def flask_app(*layers: unireq.Middleware, blueprint: bool) -> flask.Flask:
    app = flask.Flask("app")
    app.add_url_rule("/outside", "outside", lambda: "outside")
    inside = flask.Blueprint("inside", "inside", url_prefix="/inside")
    inside.add_url_rule("/text", "text", lambda: "text")
    inside.add_url_rule("/stream", "stream", lambda: flask.Response(iter(["a", "b"])))
    inside.add_url_rule("/boom", "boom", lambda: {}["boom"])
    inside.add_url_rule("/endless", "endless", lambda: flask.Response(str(n) for n in range(10**9)))
    unireq_flask.install(inside if blueprint else app, *layers, outermost=False)
    app.register_blueprint(inside)
    return app


@pytest.mark.parametrize("blueprint", [False, True])
def test_inside_flask(blueprint: bool) -> None:
    notes: list[Any] = []
    app = flask_app(noting(notes), blueprint=blueprint)
    for name, status, size in (("text", 200, 4), ("stream", 200, 2), ("boom", 500, None)):
        notes.clear()
        answer = ask(app, f"/inside/{name}")
        assert (answer.status, answer.get("x-layers")) == (status, "layer")
        error = "KeyError" if name == "boom" else None
        first, head, (_, sent) = notes
        assert [first, head] == [("layer", "before"), ("layer", status, error, f"/inside/{name}")]
        assert sent.complete
        assert size in {None, sent.size}
    assert ask(app, "/outside").get("x-layers") == (None if blueprint else "layer")
    with flask_app(noting(notes), blueprint=blueprint).test_client() as client:
        response = client.get("/inside/endless", buffered=False)
        assert next(iter(response.response)) == b"0"
        response.close()
    assert notes[-1] == ("layer", Sent(1, complete=False, error=None))
    for layer, expected in ((replacing, (201, b"instead")), (refusing, (403, b"no"))):
        answer = ask(flask_app(layer, blueprint=blueprint), "/inside/text")
        assert (answer.status, answer.content) == expected
