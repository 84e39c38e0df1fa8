"""install: the current request, layers and answers to errors, in a Flask app or a blueprint."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import unireq
from unireq import adapter
from unireq_flask._hooks import Hooks
from unireq_flask._request import VIEWS, FlaskRequest, current_object
from unireq_flask._respond import on_request_error
from unireq_wsgi import EXCHANGE, RequestMiddleware, WSGIRequest, note_whole_answer

if TYPE_CHECKING:
    from flask import Blueprint, Flask, Response

__all__ = ["install"]

_A = TypeVar("_A", bound="Flask | Blueprint")

_KEY = "unireq"
"""The key in `app.extensions`, and in the environ for the request that Flask has not adopted."""

_CONFIG = "unireq.flask_config"
"""The key in the environ of the app's configuration."""


def install(
    app: _A,
    *layers: unireq.Middleware,
    outermost: bool = True,
    proxies: unireq.TrustedProxies | None = None,
) -> _A:
    """Make `unireq.current_request()` work in `app`, keep bodies readable, and run `layers`.

    Then unireq and Flask (`request.form`, an extension) can both read a body, whichever reads it
    first, within `unireq.Limits`. An `Abort` or a `RequestError` that is raised below is answered;
    an error handler of the app for it has priority. Call it after adding all other WSGI middleware.
    Layers that the app has already are left where they are; others come around them.

    Args:
        app: The app; with `outermost=False` also a blueprint.
        layers: Layers made by `@unireq.middleware`; the first is outermost.
        outermost: Whether the layers are around everything, error pages included. False: they run
            by Flask's hooks (`before_request`, `after_request`), so in a blueprint for its views
            alone.
        proxies: Whose word counts for client, scheme and host: see `unireq.TrustedProxies`. Only
            with `outermost`.

    Raises:
        TypeError: A layer or `proxies` is something else, or `app` is a blueprint and `outermost`
            is true.
        ValueError: The app has another policy for proxies, or ProxyFix around it.
    """
    from flask import Flask

    adapter.checked_layers(layers, "install")
    if not outermost:
        if proxies is not None:
            raise ValueError("install: expected proxies with outermost=True alone, got both")
        Hooks(layers).attach(app)
        return app
    if not isinstance(app, Flask):
        raise TypeError(
            "install: expected a Flask app, got a"
            f" {type(app).__name__}, which can't be around its errors; pass outermost=False"
        )
    untyped: Any = app
    extensions: dict[str, Any] = untyped.extensions
    driver: _Driver | None = extensions.get(_KEY)
    if driver is None:
        driver = extensions[_KEY] = _Driver(app)
    if proxies is not None and _has_proxy_fix(driver.app):
        raise ValueError(
            "install: expected one policy for proxies, got TrustedProxies and Werkzeug's ProxyFix;"
            " remove one of them"
        )
    driver.proxies = adapter.merged_proxies(proxies, driver.proxies, "install")
    driver.layers = adapter.merged_layers(layers, driver.layers)
    return app


def _answer_errors(app: Flask) -> None:
    handlers = app.error_handler_spec[None][None]
    for kind in (unireq.Abort, unireq.RequestError):
        if kind not in handlers:
            app.register_error_handler(kind, on_request_error)
    # Flask asks no error handler about what an `after_request` function raises.
    otherwise = app.handle_exception

    def handle(error: Exception) -> Response:
        if not isinstance(error, (unireq.Abort, unireq.RequestError)):
            return otherwise(error)
        return app.finalize_request(on_request_error(error), from_error_handler=True)

    app.handle_exception = handle  # type: ignore[method-assign, assignment]


def _has_proxy_fix(app: Any) -> bool:
    from werkzeug.middleware.proxy_fix import ProxyFix

    seen: set[int] = set()
    while app is not None and id(app) not in seen:
        if isinstance(app, ProxyFix):
            return True
        seen.add(id(app))
        # What wraps an app mostly calls it so.
        app = getattr(app, "app", None) or getattr(app, "wsgi_app", None)
    return False


class _Driver(RequestMiddleware):
    """The layers around an app. Flask answers exceptions itself, or it was told to raise them."""

    answers: ClassVar[bool] = False
    at_once: ClassVar[bool] = True

    def __init__(self, app: Flask) -> None:
        from flask import globals as context_globals
        from flask import got_request_exception

        super().__init__(app.wsgi_app)
        self._config: Any = app.config
        self._views: Any = app.view_functions
        self._globals: Any = context_globals
        # Flask documents that middleware is added like this.
        app.wsgi_app = self  # type: ignore[method-assign]
        self._take_part(app)
        got_request_exception.connect(_note_error, app)
        _answer_errors(app)

    def _take_part(self, app: Any) -> None:
        # Not functions of `before_request`: Flask inspects each of them for each request.
        before, after = app.preprocess_request, app.process_response

        def preprocess(*args: Any) -> Any:
            self._adopt()
            return before(*args)

        def process(*args: Any) -> Any:
            response = after(*args)
            # Flask's responses are never lists, and its test client doesn't close them.
            if not response.is_streamed:
                note_whole_answer(self._find_native().environ)
            return response

        app.preprocess_request, app.process_response = preprocess, process

    def open(self, environ: dict[str, Any]) -> FlaskRequest:
        """Create the request: of a native request of its own, until Flask has one."""
        environ[_CONFIG] = self._config
        request = environ[_KEY] = _EarlyRequest(environ)
        return request

    def _find_native(self) -> Any:
        return current_object(self._globals.request)

    def _adopt(self) -> None:
        """Inside Flask, read from Flask's own request."""
        native = self._find_native()
        environ: dict[str, Any] = native.environ
        environ[VIEWS] = (weakref.ref(native), self._views)
        opened: FlaskRequest | None = environ.pop(_KEY, None)
        if opened is not None:
            opened.set_native(native)


class _EarlyRequest(FlaskRequest):
    """A request before Flask has made its own: the native one is made if something asks for it."""

    __slots__ = ()

    def __init__(self, environ: dict[str, Any]) -> None:
        WSGIRequest.__init__(self, environ)

    def _make(self) -> Any:
        from flask import Request

        environ: Any = self._environ
        native = Request(environ, populate_request=False)
        native.trusted_hosts = environ[_CONFIG].get("TRUSTED_HOSTS")
        self.set_native(native)
        return native

    def _take(self, native: Any) -> None:
        if not isinstance(native, dict):  # an environ, at first
            self.__class__ = FlaskRequest  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
            self._native = native

    _native = property(_make, _take)


# For who reads a message or a repr: it becomes one.
_EarlyRequest.__name__ = _EarlyRequest.__qualname__ = FlaskRequest.__name__


def _note_error(sender: Any, exception: BaseException, **_: Any) -> None:  # noqa: ARG001 (Flask's signature)
    from flask import request

    environ: dict[str, Any] = request.environ
    exchange = environ.get(EXCHANGE)
    if exchange is not None:
        exchange.error = exception
