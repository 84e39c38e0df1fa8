"""Layers inside a Flask app or a blueprint, run by Flask's hooks."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import unireq
from unireq import adapter
from unireq_flask._request import FlaskRequest
from unireq_flask._respond import native_response
from unireq_wsgi import CountedChunks, waits_in_background

if TYPE_CHECKING:
    from flask import Blueprint, Flask, Response

__all__ = ["Hooks"]


class _Run:
    """One request."""

    def __init__(self, layers: tuple[unireq.Middleware, ...], request: FlaskRequest) -> None:
        self.around = adapter.Around(layers, request, wait=waits_in_background, threads=False)
        self.ending = ExitStack()
        self.ending.callback(self.around.leave)
        self.ending.enter_context(adapter.request_context(request))
        self.error: BaseException | None = None
        self.headed = False

    def end(self, sent: unireq.Sent) -> None:
        with self.ending:
            adapter.finish(self.around.end(sent))


class Hooks:
    """Layers that run by the hooks of an app or a blueprint.

    Args:
        layers: The layers.
    """

    def __init__(self, layers: tuple[unireq.Middleware, ...]) -> None:
        self._layers = layers
        self._key = f"unireq.hooks.{id(self)}"

    def attach(self, app: Flask | Blueprint) -> None:
        """Add the hooks."""
        from flask import Flask

        app.before_request_funcs.setdefault(None, []).append(self._before)
        app.after_request_funcs.setdefault(None, []).append(self._after)
        app.teardown_request_funcs.setdefault(None, []).append(self._teardown)
        if isinstance(app, Flask):
            self._listen(app)
        else:
            app.record(lambda state: self._listen(state.app))

    def _listen(self, app: Any) -> None:
        from flask import got_request_exception

        got_request_exception.connect(self._failed, app)

    def _find(self) -> _Run | None:
        from flask import request

        return request.environ.get(self._key)

    def _before(self) -> Response | None:
        from flask import request

        own = FlaskRequest(request)
        run = request.environ[self._key] = _Run(self._layers, own)
        answer = adapter.finish(run.around.begin())
        return None if answer is None else native_response(answer, own.method)

    def _failed(self, sender: Any, exception: BaseException, **_: Any) -> None:
        if (run := self._find()) is not None:
            run.error = exception

    def _after(self, response: Response) -> Response:
        run = self._find()
        if run is None or run.headed:
            return response
        run.headed = True
        fields = [(name.lower(), value) for name, value in response.headers]
        head = unireq.ResponseHead(response.status_code, list(fields), run.error)
        adapter.finish(run.around.head(head))
        if head.replacement is not None:
            from flask import request

            response.close()
            response = native_response(head.replacement, request.method)
        if head.fields != fields:
            kept = response.headers.get("content-length")
            response.headers.clear()
            for name, value in head.fields:
                response.headers.add(name, value)
            if kept is not None:
                response.headers["content-length"] = kept
        self._watch(response, run)
        return response

    def _watch(self, response: Response, run: _Run) -> None:
        if not run.around.waits:
            run.end(unireq.Sent(None, complete=False, error=None))
            return
        if response.is_streamed and not response.direct_passthrough:
            chunks = CountedChunks(response.response)
            response.response = chunks
            response.call_on_close(lambda: run.end(chunks.sent))
            return
        # Not before: Werkzeug would read a stream to its end for its length.
        sent = unireq.Sent(response.calculate_content_length(), complete=True, error=None)
        response.call_on_close(lambda: run.end(sent))

    def _teardown(self, error: BaseException | None) -> None:
        run = self._find()
        if run is not None and not run.headed:
            run.end(unireq.Sent(None, complete=False, error=None))
