"""Two handlers, written once: each `*_app.py` beside this file mounts them in a framework."""

from __future__ import annotations

from typing import Any

from unireq import Request


def echo(text: str, request: Request | None = None) -> str:
    """Say who asks, and give the text back."""
    if request is not None:
        print("headers:", dict(request.headers))
        print("IP address:", request.client.host if request.client else None)
        print("query parameters:", dict(request.query_params))
        print("session hash:", request.session_hash)
    return text


def predict(text: str, request: Request | None = None) -> dict[str, Any]:
    """Answer JSON: the text, and what is known of who sent it."""
    if request is None:
        return {"text": text}
    return {
        "text": text,
        "ip": request.client.host if request.client else None,
        "user_agent": request.headers.get("user-agent"),
        "headers": request.headers,
    }
