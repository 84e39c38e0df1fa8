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

What else an app has, by what its adapter can do, is said at `suite.Capability`.

The answer is a JSON document of what unireq says of the request, which the kit compares with what
was sent. It is ASCII, so every server carries it unchanged.

Rule: nothing that goes wrong while reading a request may hide anything else. Where a native
attribute or a part of unireq raises, that place of the document has the error.
"""

from __future__ import annotations

import json
import os
import secrets
import traceback
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, TypeAlias, cast

import unireq
from unireq import adapter
from unireq_conformance.apps import INSIDE_VARIABLE, NONCE_VARIABLE, REPORT_FIELD, TARGET_VARIABLE
from unireq_conformance.inside import check_all
from unireq_conformance.inside.bodies import ReadNative, aperform, perform
from unireq_conformance.inside.fields import field_readers
from unireq_conformance.inside.findings import SPARED
from unireq_conformance.inside.imports import watched
from unireq_conformance.inside.layers import (
    Answered,
    Records,
    achunks,
    chunks,
    is_layered,
    make_layers,
)
from unireq_conformance.inside.responding import make_handlers
from unireq_conformance.layers import STREAM_FIELDS
from unireq_conformance.proxies import ALLOWED, PROXIES_FIELD, TRUSTED

__all__ = ["NativeView", "Probe", "carry", "derived", "routed"]

NativeView: TypeAlias = Mapping[str, Callable[[], Any]]
"""The name of a native attribute, and how the framework's documentation reads it."""

_WITHOUT_CONTENT: Final = frozenset({"HEAD", "CONNECT"})  # RFC 9110 6.4.1


class Probe:
    """Called with a native request, gives the bytes of the answer.

    Attributes:
        METHODS: The methods that an app should route to it.
        content_type: The media type of the answer.
        nonce: What the answers are marked with, so that another server's are noticed.
        handlers: Framework-neutral handlers, by the path that each is to be mounted at with all
            methods and HEAD; `<text>` at the end of one is a path parameter, a segment of text.
        layers: Layers to be installed around the app, the first outermost.
        reading: Layers that want the body read, to be installed around what answers at `/reading`.
        proxies: The `proxies` of the app's `install`, for requests that layers are told of.
        allowed_hosts: Its `allowed_hosts`.
        stream_fields: The header fields of the stream at `/stream`; some are repeated.
        Answered: The exception that an error handler of the app answers, by status 500.
    """

    Answered: ClassVar[type[Exception]] = Answered
    stream_fields: ClassVar[tuple[tuple[str, str], ...]] = STREAM_FIELDS

    METHODS: ClassVar[list[str]] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    content_type: ClassVar[str] = "application/json"

    def __init__(
        self,
        nonce: str = "",
        *,
        target: str = "",
        login: Callable[[Any, str], None] | None = None,
        read_body: Callable[..., Any] | None = None,
        inside: bool = True,
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
            inside: Whether to make the checks inside the app.
        """
        SPARED.clear()
        self.nonce = nonce or secrets.token_hex(16)
        self._records = Records()
        self.handlers: dict[str, Callable[..., Any]] = make_handlers(
            self.nonce, self._records, login
        )
        self.layers, self.reading = make_layers(self._records)
        self.proxies = unireq.TrustedProxies(**TRUSTED)
        self.allowed_hosts = ALLOWED
        self._target = target
        self._login = login
        self._read_body = read_body
        self._inside = inside

    @classmethod
    def of_process(
        cls,
        login: Callable[[Any, str], None] | None = None,
        read_body: Callable[..., Any] | None = None,
    ) -> Probe:
        """The probe of an app that has a process to itself, as the environment describes it."""
        env = os.environ
        return cls(
            env.get(NONCE_VARIABLE, ""),
            target=env.get(TARGET_VARIABLE, ""),
            login=login,
            read_body=read_body,
            inside=bool(env.get(INSIDE_VARIABLE)),
        )

    def __call__(
        self,
        native: Any,
        early: Mapping[str, Any] | None = None,
        native_view: NativeView | None = None,
        *,
        injected: unireq.Request | None = None,
    ) -> bytes:
        """The answer to `native`.

        Args:
            native: The framework's request.
            early: What `facts` gave for it in a middleware, before routing; None if there is none.
            native_view: What the framework says of the request, to be shown beside unireq.
            injected: What the adapter's `inject` gave the view; None where it has not injected.
        """
        document = self._begin(native, early, native_view, injected)
        body = perform(lambda: unireq.from_native(native), self._native_reader(native))
        return self._finish(native, document, body)

    async def answer(
        self,
        native: Any,
        early: Mapping[str, Any] | None = None,
        native_view: NativeView | None = None,
        *,
        receive: Any = None,
        injected: unireq.Request | None = None,
    ) -> bytes:
        """The same as calling it, for async code.

        Where `native` is a bare ASGI scope, `receive` is that of the connection.
        """

        def open_view() -> unireq.Request:
            if receive is None:
                return unireq.from_native(native)
            return unireq.from_asgi(native, receive)

        document = self._begin(native, early, native_view, injected)
        body = await aperform(open_view, self._native_reader(native, receive))
        return self._finish(native, document, body)

    def respond(self, native: Any) -> unireq.Response:
        """What a native view answers `native` with; what it raises the view must let through."""
        return adapter.make_response(self.handlers["/respond"](unireq.from_native(native)))

    chunks = staticmethod(chunks)
    achunks = staticmethod(achunks)

    def _native_reader(self, native: Any, receive: Any = None) -> ReadNative | None:
        if (read_body := self._read_body) is None:
            return None
        if receive is None:
            return lambda: read_body(native)

        def read() -> Any:
            view: Any = unireq.from_asgi(native, receive)
            # What an application below is given, which is what it has if there are layers.
            return read_body(native, receive if is_layered(view) else view.receive)

        return read

    def _begin(
        self,
        native: Any,
        early: Mapping[str, Any] | None,
        native_view: NativeView | None,
        injected: unireq.Request | None,
    ) -> dict[str, Any]:
        return {
            "nonce": self.nonce,
            "target": self._target,
            "unireq": self.facts(native),
            "derived": derived(native),
            "native": {name: _guarded(read) for name, read in (native_view or {}).items()},
            "early": None if early is None else dict(early),
            "current": _current(),
            "injected": None if injected is None else _guarded(injected.to_dict),
            "layered": self._note_view(native),
        }

    def _note_view(self, native: Any) -> bool:
        """Note what the view sees, if there are layers; whether there are."""
        try:
            request = unireq.from_native(native)
            layered = is_layered(request)
        except Exception:  # noqa: BLE001  # the facts tell
            return False
        # May raise, as it is told to.
        self._records.note_view(request)
        return layered

    def _finish(self, native: Any, document: dict[str, Any], body: Mapping[str, Any]) -> bytes:
        document["body"] = body
        # What is about the body is not about the object, which is examined often enough.
        if self._inside and not body and not document["layered"]:
            document["inside"] = check_all(native, self._login)
        return json.dumps(document).encode("ascii")

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


def carry(method: str, answer: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """The header fields and the content of the response to `method` that carries a probe's answer.

    A response that can have no content carries it in a field.
    """
    fields = [("content-type", Probe.content_type)]
    if method.upper() in _WITHOUT_CONTENT:
        fields.append((REPORT_FIELD, answer.decode("ascii")))
        answer = b""
    fields.append(("content-length", str(len(answer))))
    return fields, answer


def routed(path: str) -> tuple[str, dict[str, str]]:
    """The route of a path, and what it finds there: as much of a router as the handlers need."""
    first, slash, text = path[1:].partition("/")
    return (f"/{first}/<text>", {"text": text}) if slash and text else (path, {})


def derived(native: Any) -> dict[str, Any]:
    """What follows from the facts of `native`; never raises."""

    def of_native(read: Callable[[Any], Any]) -> Any:
        return read(unireq.from_native(native))

    return {name: _guarded(of_native, read) for name, read in _DERIVED.items()}


def _forwarded(request: Any) -> Any:
    """What the proxies say that the request names as trusted; None where it names none."""
    policy = request.get_header(PROXIES_FIELD.lower())
    if policy is None:
        return None
    found = request.forwarded(unireq.TrustedProxies(**json.loads(policy)))
    hosts = [None if each is None else each.host for each in (found.peer, *found.chain)]
    return {**found._asdict(), "peer": hosts[0], "chain": hosts[1:]}


def _current() -> Any:
    """The facts of the request that is current; None where none is."""
    try:
        current = unireq.current_request()
    except unireq.NoCurrentRequest:
        return None
    return _guarded(current.to_dict)


def _absent(request: Any) -> dict[str, list[str]]:
    """What `getlist` gives where nothing was sent."""
    names = ("headers", "cookies", "query_params")
    return {name: getattr(request, name).getlist("x-unireq-absent") for name in names}


def _lists(mapping: Any) -> dict[str, list[str]]:
    return {name: mapping.getlist(name) for name in mapping}


def _fields(request: Any) -> dict[str, Any]:
    return {name: _guarded(read) for name, read in field_readers(request).items()}


_DERIVED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "url": lambda request: str(request.url),
    "cookies": lambda request: request.cookies,
    "cookies_all": lambda request: _lists(request.cookies),
    "query": lambda request: request.query_params,
    "query_all": lambda request: list(request.query_params.multi_items()),
    "query_lists": lambda request: _lists(request.query_params),
    "absent": _absent,
    "headers_all": lambda request: _lists(request.headers),
    "forwarded": _forwarded,
    "session_hash": lambda request: request.session_hash,
    "fields": _fields,
}


def _guarded(read: Callable[..., Any], *given: Any) -> Any:
    try:
        return _plain(read(*given))
    except Exception as error:  # noqa: BLE001  # the framework's own answer
        return {"error": f"{type(error).__name__}: {error}"}


def _plain(value: Any) -> Any:
    """Return `value` as JSON can hold it.

    Bytes become ISO-8859-1 text; strings of a subclass, plain strings with their content; what
    JSON does not know, what `str` makes of it.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, Mapping):
        mapping = cast("Any", value)
        return {str(key): _plain(item) for key, item in mapping.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("Any", value)]
    return str(value)
