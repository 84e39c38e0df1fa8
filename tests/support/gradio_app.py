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
from importlib import import_module
from pathlib import Path
from typing import Any

# Before it is imported: no telemetry, and nothing is looked up on the network.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GRADIO_EXAMPLES_CACHE"] = tempfile.mkdtemp()

import gradio as gr
import unireq
from unireq import Request, current_request
from unireq_gradio import inject

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def told(request: Request | None, *more: Any) -> str:
    """What a request says, and other values that a function was given."""
    if request is None:
        return json.dumps({"kind": None, "more": more})
    kind = type(request).__name__
    said = {"kind": kind, "facts": request.to_dict(), "username": request.username, "more": more}
    return json.dumps(said)


def here() -> Request | None:
    try:
        return current_request()
    except unireq.NoCurrentRequest:
        return None


def given(**values: Any) -> str:
    """What a function says that was given `values`: ours, maybe Gradio's, and others.

    All of its requests, and the current one, are about the same call.
    """
    (ours,) = (value for value in values.values() if isinstance(value, Request))
    assert current_request().native is ours.native
    more = []
    for name, value in values.items():
        if isinstance(value, gr.Request):
            assert value is ours.native
        elif isinstance(value, gr.Progress):
            value(0.5, desc="half")
            more.append("Progress")
        elif name != "history" and value is not ours:
            more.append(value._data if isinstance(value, gr.EventData) else value)
    return told(ours, *more)


# What Gradio calls: parameters in all orders and of all kinds, in functions of all kinds.
LAST, CHAT = "text: str, request: Request", "text: str, history: list[Any], request: Request"
TELL = "return given(**locals())"
PIECES = "yield 'begun'; yield given(**locals())"
FUNCTIONS = {
    **dict.fromkeys(("last", "unqueued", "api", "interface"), (LAST, TELL)),
    "first": ("request: Request, text: str, other: str", TELL),
    "optional": ("text: str, request: Request | None = None", TELL),
    "behind_default": (
        "text: str = 'x', request: Request | None = None, more: str = 'more'",
        TELL,
    ),
    "by_name": ("text: str, *, request: Request", TELL),
    # A name that only type checkers know.
    "for_checkers": ("text: Text, request: Request", TELL),
    "both": ("text: str, native: gr.Request | None, request: Request", TELL),
    "both_by_name": ("text: str, native: gr.Request, *, request: Request", TELL),
    "progress": (f"{LAST}, progress: gr.Progress = gr.Progress()", TELL),
    "event": ("data: gr.EventData, request: Request", TELL),
    "in_async": (LAST, f"await sleep(0); {TELL}"),
    "generator": (LAST, PIECES),
    "async_generator": (LAST, f"await sleep(0); {PIECES}"),
    "chat": (CHAT, TELL),
    "chat_in_pieces": (CHAT, f"await sleep(0); {PIECES}"),
    "body": (LAST, "return given(request=request, text=request.json()['data'][0])"),
    # It waits for others, so that they are handled at once.
    "meeting": (LAST, f"_barrier.wait(60); {TELL}"),
}
_barrier = threading.Barrier(4)


def injected(name: str) -> Any:
    """One of `FUNCTIONS`."""
    parameters, body = FUNCTIONS[name]
    kind = "async def" if "await" in body else "def"
    space = {**globals(), "sleep": asyncio.sleep}
    exec(f"{kind} {name}({parameters}) -> str: {body}", space)  # noqa: S102 (our own)
    return inject(space[name])


class Model:
    """Functions that are a method, or an object."""

    @inject
    def method(self, text: str, request: Request) -> str:
        return given(text=text, request=request)

    def __call__(self, text: str, request: Request) -> str:
        return given(text=text, request=request)


def prefixed(prefix: str, text: str, request: Request) -> str:
    return given(text=prefix + text, request=request)


def current(text: str) -> str:
    return told(here(), text)


_cached: list[str] = []


def cached(text: str, request: Request) -> str:
    """Called for its examples when the app is made, where there is no request."""
    _cached.append(told(request, text))
    return text


def was_cached(text: str) -> str:
    return json.dumps(_cached)


# Afterwards.

_kept: list[Request] = []
_left: list[contextvars.Context] = []


@inject
def keep(text: str, request: Request) -> str:
    _kept[:] = [request]
    _left[:] = [contextvars.copy_context()]
    return told(request, text)


@inject
async def fails(text: str, request: Request) -> str:
    keep(text, request)
    raise gr.Error("the function's own")


def kept(text: str) -> str:
    return told(_kept[0], text)


def left(text: str) -> str:
    return _left[0].run(current, text)


def _refusal(native: Any) -> str:
    try:
        return f"expected UnknownNative, got {unireq.from_native(native)!r}"
    except unireq.UnknownNative as error:
        return f"UnknownNative: {error}"


def native(text: str, request: gr.Request) -> str:
    """What is said of Gradio's own, and of others like it."""
    assert request.request is not None
    ours = unireq.from_native(request)
    assert ours.native is request
    assert isinstance(ours.headers, dict)
    by_hand = (gr.Request(), gr.Request(username="mallory", headers={"host": "h"}))
    seen = {
        "inner": unireq.from_native(request.request).to_dict(),
        "session_hash": request.session_hash,
        "by hand": [_refusal(each) for each in by_hand],
        "others": [_refusal(each) for each in (gr.Textbox(), gr.Progress(), gr.Request)],
    }
    return told(ours, seen)


def make_blocks() -> gr.Blocks:
    with warnings.catch_warnings(), gr.Blocks(analytics_enabled=False) as made:
        # Of a function that takes others than it is given.
        warnings.filterwarnings("error", ".*argument")
        box, out = gr.Textbox(), gr.Textbox()
        model = Model()
        plain = (current, was_cached, keep, fails, kept, left, native)
        named = {each.__name__: each for each in plain}
        named |= {"method": model.method, "object": inject(model)}
        named |= {"partial": inject(functools.partial(prefixed, "p-"))}
        special = {"first", "unqueued", "event", "interface", "chat", "chat_in_pieces", "api"}
        named |= {name: injected(name) for name in FUNCTIONS if name not in special}
        for name, function in named.items():
            gr.Button().click(function, box, out, api_name=name, concurrency_limit=None)
        gr.Button().click(injected("unqueued"), box, out, api_name="unqueued", queue=False)
        gr.Button().click(injected("first"), [box, gr.Textbox()], out, api_name="first")
        gr.Button(elem_id="event").click(injected("event"), None, out, api_name="event")
        gr.Interface(injected("interface"), "text", "text", api_name="interface")
        gr.Examples(["example"], box, out, inject(cached), cache_examples=True)
        for name in ("chat", "chat_in_pieces"):
            gr.ChatInterface(injected(name), api_name=name)
        if hasattr(gr, "api"):
            gr.api(injected("api"), api_name="api")
        else:  # before Gradio 5.11
            gr.Button().click(injected("api"), box, out, api_name="api")
    return made


def serve_mounted(port: int, auth: Any) -> None:
    """Below a FastAPI app, and below our middleware."""
    import uvicorn
    from fastapi import FastAPI

    import unireq_starlette

    app = FastAPI()
    app.add_api_route("/plain", lambda: json.loads(told(here())))
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
