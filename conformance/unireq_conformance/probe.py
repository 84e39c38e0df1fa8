"""The probe: what an app under test calls with each native request, and answers with.

    def make_app(probe):
        app = Flask(__name__)

        @app.route("/", defaults={"path": ""}, methods=probe.METHODS)
        @app.route("/<path:path>", methods=probe.METHODS)
        def anything(path):
            return Response(probe(request), headers=probe.fields)

        return app

In async code, where the body of a request is awaited, the app says
`await probe.answer(native_request)` instead.

An adapter that mounts framework-neutral handlers has the app mount those of the probe too:

    for path, handler in probe.handlers.items():
        app.add_url_rule(path, path, as_view(handler), methods=[*probe.METHODS, "HEAD"])

The answer is a JSON document of what unireq says of the request, which the kit compares with what
was sent.
"""

from __future__ import annotations

import json
import secrets
import traceback
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import unireq
from unireq_conformance.inside import check_all
from unireq_conformance.inside.bodies import ReadNative, aperform, perform
from unireq_conformance.inside.imports import watched
from unireq_conformance.inside.responding import make_handlers
from unireq_conformance.inside.sparing import begin

__all__ = ["Probe"]


class Probe:
    """Called with a native request, gives the bytes of the answer.

    Attributes:
        METHODS: The methods that an app should route to it.
        content_type: The media type of the answer.
        nonce: What the answers are marked with, so that another server's are noticed.
        handlers: Framework-neutral handlers, by the path that each is to be mounted at with all
            methods and HEAD; `<text>` at the end of one is a path parameter, a segment of text.
    """

    METHODS: ClassVar[list[str]] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    content_type: ClassVar[str] = "application/json"

    def __init__(
        self,
        nonce: str = "",
        *,
        target: str = "",
        login: Callable[[Any, str], None] | None = None,
        read_body: Callable[..., Any] | None = None,
    ) -> None:
        """Make a probe.

        Args:
            nonce: By default one that nobody else has.
            target: The name of the target, which the answers tell.
            login: Authenticates the native request it is given as the user whose name it is given,
                by the framework's own means; None where there are none.
            read_body: Reads the body of the native request it is given by the framework's own
                means: gives its bytes, or what can be awaited for them. Where the native request is
                a bare ASGI scope it is given unireq's `receive` too.
        """
        begin()
        self.nonce = nonce or secrets.token_hex(16)
        self.handlers: dict[str, Callable[..., Any]] = make_handlers(self.nonce)
        self._target = target
        self._login = login
        self._read_body = read_body

    def __call__(self, native: Any, early: Mapping[str, Any] | None = None) -> bytes:
        """The answer to `native`.

        Args:
            native: The framework's request.
            early: What `facts` gave for it in a middleware, before routing; None if there is none.
        """
        document = self._begin(native, early)
        body = perform(lambda: unireq.from_native(native), self._native_reader(native))
        return self._finish(native, document, body)

    async def answer(
        self, native: Any, early: Mapping[str, Any] | None = None, *, receive: Any = None
    ) -> bytes:
        """The same as calling it, for async code.

        Args:
            native: The framework's request.
            early: As above.
            receive: The connection's `receive`, where `native` is a bare ASGI scope.
        """

        def open_view() -> unireq.Request:
            if receive is None:
                return unireq.from_native(native)
            return unireq.from_asgi(native, receive)

        document = self._begin(native, early)
        body = await aperform(open_view, self._native_reader(native, receive))
        return self._finish(native, document, body)

    def _native_reader(self, native: Any, receive: Any = None) -> ReadNative | None:
        if (read_body := self._read_body) is None:
            return None
        if receive is None:
            return lambda: read_body(native)

        def read() -> Any:
            view: Any = unireq.from_asgi(native, receive)
            return read_body(native, view.receive)  # what an application below is given

        return read

    def _begin(self, native: Any, early: Mapping[str, Any] | None) -> dict[str, Any]:
        return {
            "nonce": self.nonce,
            "target": self._target,
            "unireq": self.facts(native),
            "derived": _derived(native),
            "early": None if early is None else dict(early),
        }

    def _finish(self, native: Any, document: dict[str, Any], body: Mapping[str, Any]) -> bytes:
        # What is about the body is not about the object, which is examined often enough.
        inside = {} if body else check_all(native, self._login)
        return json.dumps({**document, "inside": inside, "body": body}).encode("ascii")

    @staticmethod
    def facts(native: Any) -> dict[str, Any]:
        """The facts of `native`, or `{"error": traceback}`; never raises."""
        try:
            # It may be the first to read, and nothing is imported twice.
            with watched():
                facts = unireq.from_native(native).to_dict()
            json.dumps(facts)
        except Exception:  # noqa: BLE001  # whatever it is, it is what unireq answered
            return {"error": traceback.format_exc()}
        return facts


def _derived(native: Any) -> dict[str, Any]:
    try:
        request = unireq.from_native(native)
        headers, cookies, query = request.headers, request.cookies, request.query_params
        return {
            "url": str(request.url),
            "headers_all": {name: headers.getlist(name) for name in headers},
            "cookies": dict(cookies),
            "cookies_all": {name: cookies.getlist(name) for name in cookies},
            "query": dict(query),
            "query_lists": {name: query.getlist(name) for name in query},
            "absent": {
                name: getattr(request, name).getlist("x-unireq-absent")
                for name in ("headers", "cookies", "query_params")
            },
            "query_all": [list(pair) for pair in query.multi_items()],
            "session_hash": request.session_hash,
        }
    except Exception:  # noqa: BLE001  # as above
        return {"error": traceback.format_exc()}
