"""FlaskRequest: the facts of a Flask request, which are those of its environ.

And WerkzeugRequest, for those of Werkzeug itself.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import unireq
from unireq.adapter import Opener, ReadBody, SpooledBody, latin1_to_utf8, loaded_class, make_opener
from unireq_flask._body import cached_body, open_body
from unireq_flask._login import flask_login_name
from unireq_wsgi import WSGIRequest

if TYPE_CHECKING:
    from flask import Request
    from werkzeug.wrappers import Request as WerkzeugsOwn

__all__ = ["FlaskRequest", "WerkzeugRequest"]


_SOURCES = {"_environ": "environ"}


class WerkzeugRequest(WSGIRequest):
    """A request that looks at a request of Werkzeug: the facts of its environ, by its own rules.

    Args:
        native: The `werkzeug.wrappers.Request`.
    """

    __slots__ = ()

    def __init__(self, native: WerkzeugsOwn) -> None:
        super().__init__(native.environ, native=native)

    @property
    def root_path(self) -> str:
        """SCRIPT_NAME, decoded, without a slash at its end: as Werkzeug has it."""
        return super().root_path.rstrip("/")

    def _routed_path(self) -> str:
        root, path = self._text("SCRIPT_NAME"), self._text("PATH_INFO")
        if path[:2] == "//" or root[-1:] == "/":
            # Werkzeug routes on PATH_INFO with one leading slash, below SCRIPT_NAME without a last
            # one.
            root, path = root.rstrip("/"), "/" + path.lstrip("/")
        return latin1_to_utf8(root + path) or "/"

    def _allows_host(self, host: str) -> bool:
        # Flask puts TRUSTED_HOSTS there before it refuses: error handlers see it.
        trusted = self._native.trusted_hosts
        if trusted is None:
            return True
        from werkzeug.sansio.utils import host_is_trusted

        # Werkzeug judges Host, and does not look at a target in absolute form.
        field = self._environ.get("HTTP_HOST")
        return all(host_is_trusted(each, trusted) for each in {host, field or host})


class FlaskRequest(WerkzeugRequest):
    """A request that looks at a Flask request.

    Args:
        native: The `flask.Request`, or the `flask.request` proxy, which stands for the request that
            is being handled now.
    """

    __slots__ = ()

    def __init__(self, native: Request) -> None:
        if native.__class__ is not type(native):
            # A proxy has the class of what it stands for, which is another request later.
            native = current_object(native)
        try:
            _ = native.environ
        except RuntimeError:
            # A proxy that stands for nothing.
            native = current_object(native)
        super().__init__(native)

    @property
    def path_params(self) -> dict[str, Any]:
        """What Werkzeug's router found in the path: `view_args`."""
        return dict(self._native.view_args or ())

    def _cached_body(self) -> bytes | None:
        return cached_body(self._native)

    def _open_body(self) -> ReadBody:
        return open_body(self._native)

    def _restore_body(self, body: SpooledBody) -> None:
        native = self._native
        if body.in_memory:
            native._cached_data = body.getvalue()
        elif (stream := body.reopen_for(native)) is not None:
            native.__dict__["stream"] = stream

    def _find_username(self) -> str | None:
        return flask_login_name(self._native) or super()._find_username()

    @classmethod
    def _matches(cls, kind: type) -> bool:
        request = loaded_class("werkzeug.wrappers", "Request")
        return issubclass(kind, request) or issubclass(kind, _proxy_class())

    @classmethod
    def _opener(cls, kind: type) -> Opener:
        if issubclass(kind, _proxy_class()):
            return _open_proxy
        if not issubclass(kind, loaded_class("flask.wrappers", "Request")):
            return make_opener(WerkzeugRequest, _SOURCES)
        return make_opener(cls, _SOURCES, instead_of=FlaskRequest.__init__)

    @classmethod
    def _current_native(cls) -> Any:
        flask = sys.modules.get("flask")
        if flask is None or not flask.has_request_context():
            return None
        context = flask.globals.request_ctx
        # None are left when the request is over, which something left running may have.
        return context.request if getattr(context, "_cv_tokens", True) else None


def current_object(proxy: Any) -> Any:
    """What a Werkzeug proxy stands for now.

    Raises:
        unireq.UnknownNative: Nothing, because no request is being handled.
    """
    try:
        return proxy._get_current_object()
    except RuntimeError as error:
        raise unireq.UnknownNative(
            "from_native: expected a proxy with a current request, got one outside a request;"
            " call from_native in a view or a before_request function, or inside"
            " `with app.test_request_context():`"
        ) from error


def _proxy_class() -> type | tuple[()]:
    return loaded_class("werkzeug.local", "LocalProxy")


def _open_proxy(proxy: Any) -> unireq.Request:
    return unireq.from_native(current_object(proxy))
