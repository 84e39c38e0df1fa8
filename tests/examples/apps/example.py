"""The example that the server mounts, by the name in UNIREQ_EXAMPLE: layers and handlers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import unireq
from unireq_conformance.apps import NONCE_FIELD, NONCE_VARIABLE

__all__ = ["HANDLERS", "LAYERS", "NAME", "PROXIES", "chunks"]

NAME = os.environ["UNIREQ_EXAMPLE"]

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "docs" / "examples"))


def _ready(_: unireq.Request) -> unireq.Response:
    """Says which server has answered, for who has started it."""
    response = unireq.Response("ready")
    response.set_header(NONCE_FIELD, os.environ[NONCE_VARIABLE])
    return response


_used = import_module(f"examples.used.{NAME}")
PROXIES: unireq.TrustedProxies | None = getattr(_used, "proxies", None)
LAYERS: tuple[Any, ...] = tuple(getattr(_used, "layers", ()))
HANDLERS: dict[str, Callable[..., Any]] = {"/": _ready, **getattr(_used, "handlers", {})}


def chunks() -> Iterator[bytes]:
    """What the native view `/stream` sends."""
    yield b"first,"
    yield b"second"
