"""A Gradio app whose functions answer with what unireq says of their call.

    python -m support.gradio_app PORT launched|mounted|example [USER PASSWORD]...

Run as a process of its own: Gradio leaves event loops and sockets behind where it has run.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import json
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unireq.adapter import request_context

# Before it is imported: no telemetry, and nothing is looked up on the network.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GRADIO_EXAMPLES_CACHE"] = tempfile.mkdtemp()

import gradio as gr
import unireq
from unireq import Request, current_request
from unireq_gradio import inject

if TYPE_CHECKING:
    from nowhere import Text

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def told(request: Request | None, *more: Any) -> str:
    """What a request says, and other values that a function was given."""
    if request is None:
        return json.dumps({"request": None, "more": more})
    kind = type(request).__name__
    said = {"kind": kind, "facts": request.to_dict(), "username": request.username, "more": more}
    return json.dumps(said)


def here(*more: Any) -> str:
    try:
        return told(current_request(), *more)
    except unireq.NoCurrentRequest:
        return told(None, *more)


# Given by annotation, wherever it stands.


def last(text: str, request: Request) -> str:
    return told(request, text)


def first(request: Request, text: str, other: str) -> str:
    return told(request, text, other)


def optional(text: str, request: Request | None = None) -> str:
    return told(request, text)


def behind_default(text: str = "x", request: Request | None = None, more: str = "more") -> str:
    return told(request, text, more)


def by_name(text: str, *, request: Request) -> str:
    return told(request, text)


def for_checkers(text: Text, request: Request) -> str:
    return told(request, text)


def both(text: str, native: gr.Request | None, request: Request) -> str:
    assert native is not None
    assert request.native is native
    return told(request, text)


def both_by_name(text: str, native: gr.Request, *, request: Request) -> str:
    assert request.native is native
    return told(request, text)


def progress(text: str, request: Request, progress: gr.Progress = gr.Progress()) -> str:  # noqa: B008
    progress(0.5, desc="half")
    return told(request, text, type(progress).__name__)


def event(data: gr.EventData, request: Request) -> str:
    return told(request, data._data)


def state(text: str, seen: list[str], request: Request) -> tuple[str, list[str]]:
    seen = [*seen, text]
    return told(request, *seen), seen


async def in_async(text: str, request: Request) -> str:
    await asyncio.sleep(0)
    return told(request, text)


def generator(text: str, request: Request) -> Iterator[str]:
    yield "begun"
    yield told(request, text)


async def async_generator(text: str, request: Request) -> AsyncIterator[str]:
    yield "begun"
    yield told(request, text)


class Model:
    """Functions that are a method, or an object."""

    @inject
    def method(self, text: str, request: Request) -> str:
        return told(request, text)

    def __call__(self, text: str, request: Request) -> str:
        return told(request, text)


def prefixed(prefix: str, text: str, request: Request) -> str:
    return told(request, prefix + text)


def body(text: str, request: Request) -> str:
    return told(request, request.json()["data"][0])


def chat(message: str, history: list[Any], request: Request) -> str:
    return told(request, message)


async def chat_in_pieces(message: str, history: list[Any], request: Request) -> AsyncIterator[str]:
    yield "begun"
    yield told(request, message)


# The current one, of which a function is told nothing.


def current(text: str) -> str:
    return here(text)


async def current_async(text: str) -> str:
    await asyncio.sleep(0)
    return await asyncio.to_thread(here, text)


def current_generator(text: str) -> Iterator[str]:
    yield here("begun")
    yield here(text)


async def current_async_generator(text: str) -> AsyncIterator[str]:
    yield here("begun")
    await asyncio.sleep(0)
    yield here(text)


def current_chat(message: str, history: list[Any]) -> str:
    return here(message)


def current_set(text: str) -> str:
    with request_context(Request("PUT", "/made")):
        made = current_request().path
    return here(text, made)


_barrier = threading.Barrier(4)


def meeting(text: str, request: Request) -> str:
    """Waits for the others, so that they are handled at once."""
    _barrier.wait(60)
    assert current_request().native is request.native
    return told(request, text)


def by_hand(text: str) -> str:
    return inject(optional)(text)


def by_hand_with_one(text: str) -> str:
    assert json.loads(inject(optional)(text, None))["request"] is None
    return inject(last)(text, Request("PUT", "/made"))


_cached: list[str] = []
_warned: list[str] = []


def cached(text: str, request: Request) -> str:
    """Called for its examples when the app is made, where there is no request."""
    _cached.append(told(request, text))
    return text


def was_cached(text: str) -> str:
    return json.dumps(_cached)


def warned(text: str) -> str:
    return json.dumps(_warned)


# Afterwards.

_kept: list[Request] = []
_left: list[contextvars.Context] = []


def keep(text: str, request: Request) -> str:
    _kept[:] = [request]
    _left[:] = [contextvars.copy_context()]
    return told(request, text)


async def fails(text: str, request: Request) -> str:
    keep(text, request)
    raise gr.Error("the function's own")


def kept(text: str) -> str:
    return told(_kept[0], text)


def left(text: str) -> str:
    return _left[0].run(here, text)


# What is no request.


def _refusal(native: Any) -> str:
    try:
        return f"expected UnknownNative, got {unireq.from_native(native)!r}"
    except unireq.UnknownNative as error:
        return f"UnknownNative: {error}"


def native(text: str, request: gr.Request) -> str:
    assert request.request is not None
    ours = unireq.from_native(request)
    seen = {
        "native": ours.native is request,
        "headers are a dict": isinstance(ours.headers, dict),
        "inner": unireq.from_native(request.request).to_dict(),
        "session_hash": request.session_hash,
        "by hand": [
            _refusal(gr.Request()),
            _refusal(gr.Request(username="mallory", headers={"host": "h"})),
        ],
        "others": [_refusal(other) for other in (gr.Textbox(), gr.Progress(), gr.Request)],
    }
    return told(ours, seen)


INJECTED: tuple[Callable[..., Any], ...] = (
    *(last, optional, behind_default, by_name, for_checkers, both, both_by_name, progress),
    *(in_async, generator, async_generator, body, meeting, keep, fails),
)
PLAIN: tuple[Callable[..., Any], ...] = (
    *(current, current_async, current_generator, current_async_generator, current_set),
    *(by_hand, by_hand_with_one, was_cached, warned, kept, left, native),
)


def make_blocks() -> gr.Blocks:
    with warnings.catch_warnings(record=True) as caught, gr.Blocks(analytics_enabled=False) as made:
        warnings.simplefilter("always")
        box, out = gr.Textbox(), gr.Textbox()
        model = Model()
        named = {
            **{each.__name__: inject(each) for each in INJECTED},
            **{each.__name__: each for each in PLAIN},
            "method": model.method,
            "object": inject(model),
            "partial": inject(functools.partial(prefixed, "p-")),
        }
        for name, function in named.items():
            gr.Button().click(function, box, out, api_name=name, concurrency_limit=None)
        gr.Button().click(inject(last), box, out, api_name="unqueued", queue=False)
        gr.Button().click(inject(first), [box, gr.Textbox()], out, api_name="first")
        gr.Button(elem_id="event").click(inject(event), None, out, api_name="event")
        seen = gr.State([])
        gr.Button().click(inject(state), [box, seen], [out, seen], api_name="state")
        gr.Interface(inject(last), "text", "text", api_name="interface")
        gr.Examples(["example"], box, out, inject(cached), cache_examples=True)
        gr.ChatInterface(inject(chat), api_name="chat")
        gr.ChatInterface(inject(chat_in_pieces), api_name="chat_in_pieces")
        gr.ChatInterface(current_chat, api_name="current_chat")
        if hasattr(gr, "api"):
            gr.api(inject(last), api_name="api")
        else:  # before Gradio 5.11
            gr.Button().click(inject(last), box, out, api_name="api")
    _warned[:] = [text for each in caught if "argument" in (text := str(each.message)).lower()]
    return made


def serve_mounted(port: int, auth: Any) -> None:
    """Below a FastAPI app, and below our middleware."""
    import uvicorn
    from fastapi import FastAPI

    import unireq_starlette

    app = FastAPI()
    app.add_api_route("/plain", lambda: json.loads(here()))
    app = gr.mount_gradio_app(app, make_blocks(), path="/demo", auth=auth)
    app.add_middleware(unireq_starlette.RequestMiddleware)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


def main(port: str, way: str, *users: str) -> None:
    auth = list(zip(users[::2], users[1::2], strict=True)) or None
    if way == "mounted":
        serve_mounted(int(port), auth)
        return
    sys.path.insert(0, str(EXAMPLES))
    app = import_module("gradio_app").app if way == "example" else make_blocks()
    app.launch(server_name="127.0.0.1", server_port=int(port), share=False, quiet=True, auth=auth)


if __name__ == "__main__":
    main(*sys.argv[1:])
