"""FlaskRequest: the facts of a Flask request, read from its environ; and WerkzeugRequest."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import unireq
from unireq.adapter import Opener, ReadBody, SpooledBody, latin1_to_utf8, loaded_class, make_opener
from unireq_flask._body import cached_body, open_body
from unireq_flask._login import flask_login_name
from unireq_flask._respond import native_response
from unireq_wsgi import WSGIRequest

if TYPE_CHECKING:
    from flask import Request
    from werkzeug.wrappers import Request as WerkzeugsOwn

__all__ = ["VIEWS", "FlaskRequest", "WerkzeugRequest"]


_SOURCES = {"_environ": "environ"}
# As in werkzeug.routing: `<int(min=1):number>`.
_CONVERTER = re.compile(r"<(?:[a-zA-Z_]\w*(?:\(.*?\))?:)?([a-zA-Z_]\w*)>")


class WerkzeugRequest(WSGIRequest):
    """A request that reads from a Werkzeug request: the facts of its environ, by Werkzeug's rules.

    Args:
        native: The `werkzeug.wrappers.Request`.
    """

    __slots__ = ()

    def __init__(self, native: WerkzeugsOwn) -> None:
        super().__init__(native.environ, native=native)

    @property
    def root_path(self) -> str:
        """SCRIPT_NAME, decoded, without a trailing slash, like Werkzeug's."""
        return super().root_path.rstrip("/")

    def _routed_path(self) -> str:
        root, path = self._text("SCRIPT_NAME"), self._text("PATH_INFO")
        if not root and path[:1] == "/" != path[1:2] and path.isascii():
            return path
        if path[:2] == "//" or root[-1:] == "/":
            # Werkzeug routes on SCRIPT_NAME without a trailing slash, and PATH_INFO with one
            # leading slash.
            root, path = root.rstrip("/"), "/" + path.lstrip("/")
        return latin1_to_utf8(root + path) or "/"

    def _location_sources(self) -> tuple[Any, ...] | None:
        trusted = self._native.trusted_hosts
        return (super()._location_sources(), None if trusted is None else tuple(trusted))

    def _allows_host(self, host: str) -> bool:
        # Flask sets it from TRUSTED_HOSTS before it refuses a host, so error handlers see it.
        trusted = self._native.trusted_hosts
        if trusted is None:
            return True
        from werkzeug.sansio.utils import host_is_trusted

        # Werkzeug checks the Host field, and ignores a target in absolute form.
        field = self._environ.get("HTTP_HOST")
        return all(host_is_trusted(each, trusted) for each in {host, field or host})


VIEWS = "unireq.flask_views"
"""The key of a weak reference to Flask's request, and of the views of its app by endpoint."""


class FlaskRequest(WerkzeugRequest):
    """A request that reads from a Flask request.

    Args:
        native: The `flask.Request`, or the `flask.request` proxy, for the current request.
    """

    __slots__ = ()

    def __init__(self, native: Request) -> None:
        if native.__class__ is not type(native):
            # A proxy (it shows the class of its object). Later it stands for another request.
            native = current_object(native)
        try:
            _ = native.environ
        except RuntimeError:
            # A proxy without a current request.
            native = current_object(native)
        super().__init__(native)

    @property
    def path_params(self) -> dict[str, Any]:
        """The path parameters of Werkzeug's router: `view_args`."""
        return dict(self._native.view_args or ())

    @property
    def route(self) -> str | None:
        """The rule that matched, after SCRIPT_NAME."""
        rule = self._native.url_rule
        return None if rule is None else self.root_path + _CONVERTER.sub(r"{\1}", rule.rule)

    def _find_view(self) -> Any:
        native, context = self._native, _current_context()
        rule = native.url_rule
        if rule is None:
            return None
        # The view is known to the app, and the app to the context of the request, which ends before
        # a stream does; `install` keeps what the app knows.
        if context is not None and context.request is native:
            return context.app.view_functions.get(rule.endpoint)
        kept: Any = self._environ.get(VIEWS)
        return kept[1].get(rule.endpoint) if kept is not None and kept[0]() is native else None

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

    def _make_native_response(self, response: unireq.Response) -> Any:
        return native_response(response, self.method)

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
        context = _current_context()
        # After the request it has no tokens; a task that outlives the request may still have it.
        return context.request if context and getattr(context, "_cv_tokens", True) else None


def _current_context() -> Any:
    flask = sys.modules.get("flask")
    if flask is None or not flask.has_request_context():
        return None
    return flask.globals.request_ctx


def current_object(proxy: Any) -> Any:
    """The current object of a Werkzeug proxy.

    Raises:
        unireq.UnknownNative: There is none, because no request is being handled.
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
