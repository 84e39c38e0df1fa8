"""Layers around every framework: one file that imports none, and the same answers everywhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import django
import pytest
from sanic import Sanic

import unireq
from middleware import apps
from middleware.apps import NAMES, SEEN, make

# Sanic rewrites functions of its own when an app starts. Only in this mode can a second app of the
# process start from what they were; it has to be set before the first one.
Sanic.test_mode = True

everywhere = pytest.mark.parametrize("name", NAMES)


def _notes(into: list[Any], *, is_async: bool = False) -> unireq._layers.middleware.Middleware:
    """A layer that notes what it sees, and sets a field."""

    def before(request: unireq.Request) -> None:
        SEEN.set("layer")
        into.append(("before", request.path, unireq.current_request() is request))

    def at_head(request: unireq.Request, head: unireq.ResponseHead) -> None:
        error = type(head.error).__name__ if head.error else None
        into.append(
            ("head", head.status, error, request.route, unireq.current_request() is request)
        )
        head.set_header("x-layer", SEEN.get())

    def after(request: unireq.Request, head: unireq.ResponseHead) -> None:
        into.append(("sent", head.sent, SEEN.get(), unireq.current_request() is request))

    @unireq.middleware
    def layer(request: unireq.Request) -> unireq.Steps:
        before(request)
        head = yield None
        at_head(request, head)
        yield None
        after(request, head)
        return None

    @unireq.middleware
    async def alayer(request: unireq.Request) -> unireq.AsyncSteps:
        before(request)
        head = yield None
        at_head(request, head)
        yield None
        after(request, head)

    return alayer if is_async else layer


both = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


@everywhere
@both
@pytest.mark.parametrize(
    ("path", "method", "status", "error", "size"),
    [
        ("/view", "GET", 200, None, 4),
        ("/seen", "GET", 200, None, 11),
        ("/stream", "GET", 200, None, 11),
        ("/boom", "GET", 500, "KeyError", None),
        ("/refused", "GET", 413, None, None),
        ("/missing", "GET", 404, None, None),
        ("/view", "PATCH", 405, None, None),
        ("/empty", "GET", 204, None, None),
        ("/same", "GET", 304, None, None),
        ("/view", "HEAD", 200, None, None),
        ("/late", "GET", 200, None, 3),
    ],
)
def test_a_layer_sees_every_answer(
    name: str,
    is_async: bool,
    path: str,
    method: str,
    status: int,
    error: str | None,
    size: int | None,
) -> None:
    notes: list[Any] = []
    target = make(name, _notes(notes, is_async=is_async))
    answer = target.ask(path, method=method)
    assert (answer.status, answer.get("x-layer")) == (status, "layer"), (answer, notes)
    before, head, sent = notes
    assert before == ("before", path, True)
    # The view of Django refuses the method itself.
    matched = status != 404 and (status != 405 or name.startswith("django"))
    routed = matched and name not in {"asgi", "wsgi"}
    assert head == ("head", status, error, path if routed else None, True)
    assert (sent[0], *sent[2:]) == ("sent", "layer", True)
    assert sent[1].complete == (path != "/late")
    assert (sent[1].error is not None) == (path == "/late")
    if size is not None:
        assert sent[1].size == size
    # On bare protocols nobody else answers an exception; it is still raised, for the log.
    raises = path == "/late" or (
        path == "/boom" and name in {"asgi", "wsgi", "starlette", "fastapi"}
    )
    assert (answer.raised is not None) == (raises and name != "sanic")
    if path == "/seen":
        assert answer.body == b"layer /seen"
    assert SEEN.get() == "nothing"


@everywhere
def test_the_first_byte_is_out_before_the_second_is_made(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    def watched() -> Iterator[bytes]:
        for chunk in (b"one", b"two"):
            order.append(f"made {chunk.decode()}")
            yield chunk

    monkeypatch.setitem(apps._STREAMS, "/stream", watched)
    make(name, _notes([])).ask("/stream", meanwhile=lambda c: order.append(f"out {c.decode()}"))
    assert order == ["made one", "out one", "made two", "out two"]


@everywhere
@both
def test_a_client_that_leaves_is_no_error_of_the_app(name: str, is_async: bool) -> None:
    notes: list[Any] = []
    make(name, _notes(notes, is_async=is_async)).ask("/stream", take=1)
    (sent,) = [note[1] for note in notes if note[0] == "sent"]
    # Sanic as an ASGI app doesn't listen while it sends, nor does a bare one that doesn't, nor did
    # Django before 5.0.
    if name not in {"sanic", "asgi", *(["django-asgi"] if django.VERSION < (5,) else [])}:
        assert (sent.complete, sent.error) == (False, None)
    assert SEEN.get() == "nothing"


@everywhere
@pytest.mark.parametrize("options", [{"blocking": True}, {"user": True}, {}])
def test_what_a_layer_asks_for_changes_nothing_else(name: str, options: Any) -> None:
    import threading

    threads: list[Any] = []

    @unireq.middleware(**options)
    def layer(request: unireq.Request) -> unireq.Steps:
        SEEN.set("layer")
        threads.append(threading.current_thread())
        assert request.username is None
        head = yield None
        threads.append(threading.current_thread())
        head.set_header("x-layer", SEEN.get())
        yield None
        threads.append(threading.current_thread())
        assert SEEN.get() == "layer"
        return None

    target = make(name, layer)
    answer = target.ask("/seen")
    assert (answer.body, answer.get("x-layer"), len(threads)) == (b"layer /seen", "layer", 3)
    inline = threading.current_thread() in threads[:2]
    assert inline != (target.is_async and "blocking" in options)


def _wrong(kind: str) -> Any:
    @unireq.middleware
    def layer(request: unireq.Request) -> Any:
        if kind == "raises first":
            raise ValueError("first")
        head = yield "nonsense" if kind == "yields nonsense" else None
        if kind == "raises later":
            raise ValueError("later")
        if kind == "returns nonsense":
            return "nonsense"
        yield
        if kind == "raises last":
            raise ValueError("last")
        if kind == "yields thrice":
            yield
        if kind == "edits too late":
            head.set_header("x-a", "b")
        return None

    @unireq.middleware
    async def alayer(request: unireq.Request) -> Any:
        if kind == "raises first":
            raise ValueError("first")
        head = yield "nonsense" if kind in {"yields nonsense", "returns nonsense"} else None
        if kind == "raises later":
            raise ValueError("later")
        yield
        if kind == "raises last":
            raise ValueError("last")
        if kind == "yields thrice":
            yield
        if kind == "edits too late":
            head.set_header("x-a", "b")

    return layer, alayer


@everywhere
@both
@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        ("raises first", 500, "failed in its first part: ValueError: first"),
        ("raises later", 500, "failed when the head was made: ValueError: later"),
        ("yields nonsense", 500, "expected it to yield a unireq.Response or None, got str"),
        ("returns nonsense", 500, "a unireq.Response or None, got str"),
        ("raises last", 200, "failed after the answer: ValueError: last"),
        (
            "yields thrice",
            200,
            "expected at most two yields and no Response at the end, got a third",
        ),
        ("edits too late", 200, "expected a change before the head is sent"),
    ],
)
def test_a_layers_fault_is_logged_and_answered(
    name: str,
    is_async: bool,
    kind: str,
    status: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(
        logging.getLogger("unireq"), "error", lambda text, *args, **_: lines.append(text % args)
    )
    notes: list[Any] = []
    target = make(name, _notes(notes), _wrong(kind)[is_async])
    answer = target.ask("/view")
    assert (answer.status, answer.get("x-layer"), answer.raised) == (status, "layer", None)
    (line,) = lines
    assert "test_layers._wrong" in line
    assert says in line
    assert [note[0] for note in notes] == ["before", "head", "sent"]
    assert notes[1][2] == (None if status == 200 else notes[1][2])
    assert SEEN.get() == "nothing"
