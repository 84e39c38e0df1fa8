"""GradioRequest: the facts of a `gradio.Request`, which wraps a Starlette request.

Gradio finds the user by its own login and takes the session hash from the body of its own calls;
both are taken from its wrapper.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import unireq
from unireq_starlette._request import StarletteRequest

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["GradioRequest"]


class GradioRequest(StarletteRequest):
    """A request that looks at a `gradio.Request`.

    Args:
        native: The `gradio.Request`.

    Raises:
        unireq.UnknownNative: It wraps no request, as one made by hand does.
    """

    __slots__ = ()

    def __init__(self, native: Any) -> None:
        wrapped: Request | None = native.request
        if wrapped is None:
            raise unireq.UnknownNative(
                "from_native: expected a gradio.Request that came with a call, got one that wraps"
                " no request; make a unireq.Request(...) by hand instead"
            )
        super().__init__(wrapped)
        self._native = native

    def _wrapped(self) -> Any:
        return self._native.request

    def _given_session_hash(self) -> str | None:
        given = self._native.session_hash
        return given if isinstance(given, str) else None

    def _find_username(self) -> str | None:
        name = self._native.username
        return name if isinstance(name, str) and name else super()._find_username()

    @classmethod
    def _opener(cls, kind: type) -> unireq.Opener | None:
        # The module may be half imported, by another thread: then nothing is of it.
        native = getattr(sys.modules.get("gradio.route_utils"), "Request", ())
        return cls if issubclass(kind, native) else None
