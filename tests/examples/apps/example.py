"""The example that the server mounts, by the name in UNIREQ_EXAMPLE: layers and handlers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import unireq
from support.pages import DOCS
from unireq_conformance.apps import NONCE_FIELD, NONCE_VARIABLE

__all__ = ["HANDLERS", "LAYERS", "PROXIES", "chunks"]

sys.path.insert(0, str(DOCS / "examples"))


def _ready(_: unireq.Request) -> unireq.Response:
    """Says which server has answered, for who has started it."""
    response = unireq.Response("ready")
    response.set_header(NONCE_FIELD, os.environ[NONCE_VARIABLE])
    return response


_used = vars(import_module(f"examples.used.{os.environ['UNIREQ_EXAMPLE']}"))
PROXIES: unireq.TrustedProxies | None = _used.get("proxies")
LAYERS: list[Any] = _used.get("layers", [])
HANDLERS: dict[str, Callable[..., Any]] = {"/": _ready, **_used.get("handlers", {})}


def chunks() -> Iterator[bytes]:
    """What the native view `/stream` sends."""
    yield b"first,"
    yield b"second"
