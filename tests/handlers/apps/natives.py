"""What the native views of every app answer, so that their answers can be compared."""

from __future__ import annotations

import threading
from typing import Any

import unireq

__all__ = ["Busy", "about", "body_read", "describe", "meet", "raise_as_told"]

_barriers: dict[int, threading.Barrier] = {}
_lock = threading.Lock()


def about(request: unireq.Request | None, **more: Any) -> dict[str, Any]:
    """What an injected request is."""
    if request is None:
        return {"request": None, **more}
    return {
        "path": request.path,
        "query": request.query_params,
        "params": {name: str(value) for name, value in sorted(request.path_params.items())},
        "native": request.native is not None,
        **more,
    }


def describe() -> dict[str, Any]:
    """What `current_request()` is, in code that is given no request."""
    return {"current": unireq.current_request().query_params.get("n"), "params": params()}


def params() -> dict[str, str]:
    found = unireq.current_request().path_params
    return {name: str(value) for name, value in found.items()}


def body_read(fields: Any, data: bytes, after: bytes | None) -> dict[str, Any]:
    """What the framework had read, what unireq read then, and the framework after that."""
    return {
        "fields": {name: value for name, value in fields.items() if isinstance(value, str)},
        "size": len(data),
        "after": None if after is None else len(after),
    }


def meet() -> dict[str, Any]:
    """Wait until as many threads are here as `of` says; then see whose request is whose."""
    parties = int(unireq.current_request().query_params["of"])
    with _lock:
        barrier = _barriers.setdefault(parties, threading.Barrier(parties))
    barrier.wait(30)
    return describe()


class Busy(unireq.RequestError):
    status = 429


def raise_as_told(native: Any, place: str) -> None:
    """Raise what the field `X-Raise` of the request says, if `X-Place` is here."""
    request = unireq.from_native(native)
    if request.get_header("x-place") != place:
        return
    if request.get_header("x-raise") == "refuse":
        raise Busy("come again", headers={"Retry-After": "30"})
    response = unireq.Response("gone", status=410, headers=[("x-a", "1"), ("x-a", "2")])
    response.set_cookie("a", "1", samesite=None)
    response.set_cookie("a", "2", path="/b", samesite=None)
    raise unireq.Abort(response)
