"""A Gradio app whose one function answers with what unireq says of its call.

    python -m support.gradio_app PORT [USER PASSWORD]...

Run as a process of its own: Gradio leaves event loops and sockets behind where it has run.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

# Before it is imported: no telemetry, and nothing is looked up on the network.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"

import gradio as gr
import unireq


def _refusal(native: Any) -> str:
    try:
        return f"expected UnknownNative, got {unireq.from_native(native)!r}"
    except unireq.UnknownNative as error:
        return f"UnknownNative: {error}"


def echo(text: str, request: gr.Request) -> str:
    ours = unireq.from_native(request)
    assert request.request is not None
    seen = {
        "text": text,
        "kind": type(ours).__name__,
        "native": ours.native is request,
        "facts": ours.to_dict(),
        "username": ours.username,
        "headers": ours.headers,
        "headers are a dict": isinstance(ours.headers, dict),
        "inner": unireq.from_native(request.request).to_dict(),
        "session_hash": request.session_hash,
        "by hand": [
            _refusal(gr.Request()),
            _refusal(gr.Request(username="mallory", headers={"host": "h"})),
        ],
        "others": [_refusal(other) for other in (gr.Textbox(), gr.Header("x"), gr.Request)],
    }
    return json.dumps(seen)


def main(port: str, *users: str) -> None:
    with gr.Blocks(analytics_enabled=False) as blocks:
        box = gr.Textbox()
        gr.Button().click(echo, box, box, api_name="echo")
    blocks.launch(
        server_name="127.0.0.1",
        server_port=int(port),
        share=False,
        quiet=True,
        prevent_thread_lock=True,
        auth=list(zip(users[::2], users[1::2], strict=True)) or None,
    )
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
