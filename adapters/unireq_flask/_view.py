"""as_view and inject for Flask."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import unireq
from unireq import adapter
from unireq_flask._request import FlaskRequest
from unireq_flask._respond import native_response
from unireq_wsgi import answer

if TYPE_CHECKING:
    from flask import Response

__all__ = ["as_view", "inject"]

_F = TypeVar("_F", bound=Callable[..., Any])


def as_view(
    handler: Callable[..., Any], *, limits: unireq.Limits | None = None
) -> Callable[..., Response]:
    """A view function that answers with `handler`: for `app.route(...)` and `add_url_rule`.

    An async handler runs in its own event loop; Flask's `async` extra is not needed.

    Args:
        handler: A function, sync or async; see `unireq.adapter.Handler`.
        limits: The limits for reads in which the handler passes none.

    Raises:
        TypeError: No request can provide the handler's parameters; the message says what to write
            instead.
    """
    prepared = adapter.Handler(handler, limits=limits)

    @prepared.named
    def view(**_: Any) -> Response:
        native = _current()
        return native_response(answer(prepared, FlaskRequest(native)), native.method)

    return view


def _current() -> Any:
    from flask import request

    return request._get_current_object()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


def _find(args: tuple[Any, ...], kwargs: dict[str, Any]) -> adapter.FoundNative | None:  # noqa: ARG001 (Flask passes no request)
    from flask import has_request_context

    return adapter.FoundNative(_current()) if has_request_context() else None


def inject(view: _F) -> _F:
    """Pass our `Request` to the parameter of a view that is annotated with it.

    The view may be a function or a class (`MethodView`).

        @app.get("/items/<int:item_id>")
        @inject
        def item(item_id: int, request: unireq.Request): ...

    Args:
        view: The view.

    Raises:
        TypeError: No parameter is annotated so, or an annotation can't be resolved.
    """
    return adapter.Injection(_find, FlaskRequest)(view)
