"""The template and the view of a Sanic route."""

from __future__ import annotations

import re
from typing import Any

from unireq.adapter import percent_decode

__all__ = ["find_view", "template_of"]

# `<number:int>`, `<name:[a-z]+>`, `<file=int:ext=jpg|png>`.
_PARAMETER = re.compile(r"<([a-zA-Z_]\w*)(?:=\w+)?(?::(.*))?>", re.DOTALL)


def template_of(route: Any) -> str:
    """The template of a route of sanic-routing, which keeps a segment in each of its parts."""
    return "/" + "/".join(map(_segment, route.parts))


def _segment(part: str) -> str:
    found = _PARAMETER.fullmatch(part)
    if found is None:
        # Kept as it is compared with the path as sent.
        return percent_decode(part)
    name, kind = found.groups()
    is_file = kind is not None and re.fullmatch(r"ext(=.*)?", kind)
    return f"{{{name}}}.{{ext}}" if is_file else f"{{{name}}}"


def find_view(route: Any) -> Any:
    """The view of a route; None if there is no route."""
    handler: Any = None if route is None else route.handler
    around = getattr(handler, "func", None)
    if getattr(around, "__name__", "") == "_websocket_handler" and handler.args:
        # A partial of Sanic's own, which opens the websocket for the view.
        return handler.args[0]
    return handler
