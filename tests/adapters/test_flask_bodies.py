"""Bodies on Flask: form, files, get_data, get_json and stream, before unireq and after it."""

# The proxy has its methods in a request alone.
# ruff: noqa: PLW0108

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import flask
import pytest

import unireq
from support import forms
from unireq import BodyConsumed, Limits

SMALL = forms.body(forms.field(), forms.file(content=b"y" * 100))
LARGE = forms.body(forms.field(), forms.file(content=b"z" * (2 * 2**20)))
bodies = pytest.mark.parametrize("body", [SMALL, LARGE], ids=["small", "large"])


class Unseekable(io.BytesIO):
    """An input stream that can't go back, as those of connections."""

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation("seek")


def answer(
    view: Callable[[], Any],
    body: bytes,
    content_type: str = forms.MULTIPART,
    *,
    before: Callable[[], None] | None = None,
    stream: Any = None,
    **environ: Any,
) -> Any:
    """What `view` returned for a request with this body."""
    app = flask.Flask(__name__)
    found: list[Any] = []

    @app.before_request
    def early() -> None:
        if before is not None:
            before()

    @app.post("/")
    def endpoint() -> str:
        found.append(view())
        return ""

    fields = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body)), **environ}
    fields = {name: value for name, value in fields.items() if value is not None}
    client = app.test_client()
    fields["wsgi.input"] = stream or Unseekable(body + b"next")
    response = client.post("/", environ_overrides=fields)
    assert response.status_code == 200
    return found[0]


def neutral() -> unireq.Request:
    return unireq.from_native(flask.request)


def native_form() -> list[Any]:
    upload = flask.request.files["f"]
    return [flask.request.form["a"], len(upload.read())]


def expected(body: bytes) -> list[Any]:
    return ["x", 100 if body is SMALL else 2 * 2**20]


@bodies
def test_flask_goes_on(body: bytes) -> None:
    def view() -> Any:
        form = neutral().form()
        assert [form["a"], form.files["f"].size] == expected(body)
        assert native_form() == expected(body)
        assert neutral().read() == body
        return True

    assert answer(view, body)


@bodies
def test_a_function_before_the_request_reads(body: bytes) -> None:
    def before() -> None:
        neutral().form()

    assert answer(native_form, body, before=before) == expected(body)


@pytest.mark.parametrize(
    "use",
    [
        lambda: flask.request.get_data(),
        lambda: flask.request.get_data(cache=False),
        lambda: flask.request.data,
        lambda: flask.request.stream.read(),
        lambda: b"".join(flask.request.stream),
    ],
)
def test_what_flask_reads_after_unireq(use: Callable[[], bytes]) -> None:
    def view() -> Any:
        first = neutral().read()
        return first, use(), neutral().read()

    assert answer(view, b"abc", "text/plain") == (b"abc", b"abc", b"abc")


def test_what_was_not_to_be_kept_is_there_again() -> None:
    def view() -> Any:
        neutral().read()
        assert flask.request.get_data(cache=False) == flask.request.get_data(cache=False) == SMALL
        return native_form()

    assert answer(view, SMALL) == expected(SMALL)


def test_json() -> None:
    def view() -> Any:
        return neutral().json(), flask.request.get_json(), neutral().json()

    assert answer(view, b"[1]", "application/json") == ([1], [1], [1])


def test_a_large_form_is_not_read_into_memory() -> None:
    def view() -> Any:
        neutral().form()
        native_form()
        store = flask.request.environ["unireq.body"].store
        return store.in_memory, vars(flask.request._get_current_object()).get("_cached_data")

    in_memory, cached = answer(view, LARGE)
    assert not in_memory
    assert cached in {None, b""}


# Flask first.


@pytest.mark.parametrize(
    "first",
    [
        lambda: flask.request.get_data(),
        lambda: flask.request.get_json(silent=True, force=True),
        lambda: flask.request.stream,
    ],
)
def test_what_flask_has_kept(first: Callable[[], Any]) -> None:
    def view() -> Any:
        first()
        return neutral().read(), neutral().form()["a"], native_form()

    assert answer(view, SMALL) == (SMALL, "x", expected(SMALL))


def test_nobody_knows_how_much_of_an_input_without_a_length_is_left() -> None:
    environ = {
        "REQUEST_METHOD": "POST",
        "wsgi.input": Unseekable(b"a=x"),
        "wsgi.url_scheme": "http",
    }
    environ.update({"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True})
    with flask.Flask(__name__).request_context(
        {"SERVER_NAME": "h", "SERVER_PORT": "80", **environ}
    ):
        assert flask.request.stream.read(2) == b"a="
        with pytest.raises(BodyConsumed, match="how much of it has been read"):
            neutral().read()


def test_what_flask_has_kept_behind_somebody_else_is_no_body() -> None:
    def behind_some() -> Any:
        flask.request.stream.read(5)
        return flask.request.get_data()

    def behind_all() -> Any:
        flask.request.stream.read()
        return flask.request.get_data()

    chunked = {
        "CONTENT_LENGTH": None,
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input_terminated": True,
    }
    for first, environ in ((behind_some, {}), (behind_all, {}), (behind_all, chunked)):

        def view(first: Callable[[], Any] = first) -> Any:
            assert first() != SMALL
            with pytest.raises(BodyConsumed):
                neutral().read()
            return True

        assert answer(view, SMALL, stream=Unseekable(SMALL), **environ)


GONE: dict[str, Callable[[], Any]] = {
    "form": lambda: flask.request.form,
    "files": native_form,
    "values": lambda: flask.request.values,
    "data": lambda: flask.request.data,
    "stream": lambda: flask.request.stream.read(),
    "some of it": lambda: flask.request.stream.read(5),
    "no cache": lambda: flask.request.get_data(cache=False),
    "parsed": lambda: flask.request.get_data(parse_form_data=True),
}


@pytest.mark.parametrize("first", GONE.values(), ids=GONE)
@pytest.mark.parametrize("content_type", [forms.MULTIPART, forms.URLENCODED])
def test_what_flask_has_not_kept_is_told_or_found(
    first: Callable[[], Any], content_type: str
) -> None:
    body = SMALL if content_type == forms.MULTIPART else b"a=x&f=y"

    def view() -> Any:
        if body is SMALL or first is not native_form:
            first()
        request = neutral()
        for use in (request.read, request.form, request.text, lambda: list(request.stream())):
            try:
                found = use()
            except BodyConsumed as error:
                assert "call read() before it" in str(error)  # noqa: PT017
            else:
                assert found in (body, request.form(), body.decode("utf-8", "replace"), [body])
                assert found
        return True

    assert answer(view, body, content_type)
    # What can go back is read again.
    seekable = io.BytesIO(body)

    def again() -> Any:
        if body is SMALL or first is not native_form:
            first()
        return neutral().read()

    assert answer(again, body, content_type, stream=seekable) == body


@pytest.mark.parametrize("first", [GONE["form"], GONE["stream"], GONE["files"]])
def test_what_is_gone_is_told(first: Callable[[], Any]) -> None:
    def view() -> Any:
        first()
        for _ in range(2):
            with pytest.raises(BodyConsumed, match=r"^Flask has read the body .*before_request"):
                neutral().read()
        return True

    assert answer(view, SMALL)


def test_no_body_was_read_before_and_there_was_none() -> None:
    def view() -> Any:
        assert flask.request.form == {}
        assert flask.request.stream.read() == b""
        return neutral().read()

    for length in ("0", None):
        assert answer(view, b"", CONTENT_LENGTH=length) == b""


def test_chunks() -> None:
    chunked = {
        "CONTENT_LENGTH": None,
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input_terminated": True,
    }

    def view() -> Any:
        assert neutral().form()["a"] == "x"
        return native_form()

    for body in (SMALL, LARGE):
        assert answer(view, body, stream=Unseekable(body), **chunked) == expected(body)


def test_an_async_view() -> None:
    pytest.importorskip("asgiref")

    async def read() -> Any:
        request = neutral()
        assert (await request.aform())["a"] == "x"
        return await request.aread() == request.read() == SMALL

    # Flask runs it as here, in a loop of its own.
    assert answer(lambda: flask.current_app.ensure_sync(read)(), SMALL)


def test_limits() -> None:
    def view() -> Any:
        with pytest.raises(unireq.BodyTooLarge):
            neutral().read(limits=Limits(body_size=10))
        return native_form()

    assert answer(view, SMALL) == expected(SMALL)


def test_a_body_that_is_too_large_for_flask() -> None:
    def view() -> Any:
        # The request's own setting of that name is new in Flask 3.1.
        flask.current_app.config["MAX_CONTENT_LENGTH"] = 10
        return neutral().read()

    # unireq has limits of its own.
    assert answer(view, SMALL) == SMALL


def test_outside_of_the_loop() -> None:
    def view() -> Any:
        return asyncio.run(neutral().aread())

    assert answer(view, SMALL) == SMALL
