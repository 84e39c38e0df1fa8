"""GradioRequest: the facts of a `gradio.Request`, which wraps a request of another framework.

The user (of Gradio's own login) and the session hash (from the body of Gradio's calls) come from
the wrapper. The body is that of the wrapped request, read with its adapter.
"""

from __future__ import annotations

import sys
from typing import Any

import unireq
from unireq.adapter import AsyncReadBody, SpooledBody, loaded_class
from unireq_asgi import ASGIRequest

__all__ = ["GradioRequest", "native_here"]


class GradioRequest(ASGIRequest):
    """A request that reads from a `gradio.Request`.

    Args:
        native: The `gradio.Request`.

    Raises:
        unireq.UnknownNative: It wraps no request, because it was made by hand.
    """

    __slots__ = ("_wrapped",)

    _wrapped: Any

    def __init__(self, native: Any) -> None:
        if native.request is None:
            raise unireq.UnknownNative(
                "from_native: expected a gradio.Request that Gradio made for a call, got one that"
                " wraps no request; create a unireq.Request(...) instead"
            )
        super().__init__(native.request.scope, native=native)
        self._wrapped = unireq.from_native(native.request)

    def _cached_body(self) -> bytes | None:
        return self._wrapped._cached_body()  # type: ignore[no-any-return]

    def _open_body(self) -> AsyncReadBody:
        return self._wrapped._open_body()  # type: ignore[no-any-return]

    def _mark_streamed(self) -> None:
        self._wrapped._mark_streamed()

    def _restore_body(self, body: SpooledBody) -> None:
        self._wrapped._restore_body(body)

    def _given_session_hash(self) -> str | None:
        given = self._native.session_hash
        return given if isinstance(given, str) else None

    def _find_username(self) -> str | None:
        name = self._native.username
        return name if isinstance(name, str) and name else super()._find_username()

    @classmethod
    def _matches(cls, kind: type) -> bool:
        return issubclass(kind, loaded_class("gradio.route_utils", "Request"))

    @classmethod
    def _current_native(cls) -> Any:
        return native_here()


def native_here() -> Any:
    """The `gradio.Request` of the current call; None if there is none."""
    local = getattr(sys.modules.get("gradio.context"), "LocalContext", None)
    if local is None:
        return None
    native = local.request.get(None)
    if native is None or native.request is None or _is_over(local):
        return None
    return native


def _is_over(local: Any) -> bool:
    """Whether the call of this context has ended; a task that outlives it keeps its context."""
    event, blocks = local.event_id.get(None), local.blocks.get(None)
    if event is None or blocks is None:
        # A call outside the queue, which Gradio does not track.
        return False
    jobs = blocks._queue.active_jobs
    return all(event != each._id for job in list(jobs) for each in job or ())
