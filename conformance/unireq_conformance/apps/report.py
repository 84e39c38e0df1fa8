"""The answer of every probe app: what unireq says about a request, and what its framework says.

Rule: nothing that goes wrong while reading a request may hide anything else. A native attribute
that raises is reported in its own place; so is a failure of unireq, with its traceback. The answer
is ASCII JSON, lone surrogates included, so that every server carries it unchanged.
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, cast

import unireq
from unireq_conformance.apps import (
    INSIDE_VARIABLE,
    NONCE_VARIABLE,
    REPORT_FIELD,
    TARGET_VARIABLE,
)
from unireq_conformance.inside.bodies import aperform, perform
from unireq_conformance.inside.responding import make_handlers

HANDLERS: Final = make_handlers(os.environ.get(NONCE_VARIABLE, ""))
"""What an app mounts by its adapter's `as_view`, by path."""

HANDLER_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_WITHOUT_CONTENT: Final = frozenset({"HEAD", "CONNECT"})  # RFC 9110 section 6.4.1

NativeView = Mapping[str, Callable[[], Any]]
"""Name of a native attribute, and how an ordinary user reads it."""


def facts(native: Any) -> dict[str, Any]:
    """Return `unireq.from_native(native).to_dict()`, or `{"error": traceback}`; never raises."""
    try:
        return unireq.from_native(native).to_dict()
    except Exception:  # noqa: BLE001  # whatever it is, it is what unireq answered
        return {"error": traceback.format_exc()}


def report(
    native: Any,
    native_view: NativeView,
    early: Mapping[str, Any] | None,
    login: Callable[[Any, str], None] | None = None,
    read_body: Callable[[Any], Any] | None = None,
) -> bytes:
    """Return the JSON document that a probe app answers with.

    Args:
        native: the framework's own request, environ or scope.
        native_view: how the framework's documentation reads it.
        early: the `facts` of the same request, taken before routing.
        login: authenticates the native request as the user whose name it is given.
        read_body: reads its body by the framework's own means.

    The document has the keys "nonce" and "target" (from the environment of the process), "unireq"
    (the facts), "derived" (what unireq computes from them), "native" and "early"; "body" (what came
    of the steps that the request asks for); and "inside" (what the checks inside the app found) if
    the environment asks for it and the request asks for no steps.
    """
    document = _begin(native, native_view, early)
    read_native = None if read_body is None else partial(read_body, native)
    body = perform(lambda: unireq.from_native(native), read_native)
    return _finish(native, document, body, login)


async def areport(
    native: Any,
    native_view: NativeView,
    early: Mapping[str, Any] | None,
    login: Callable[[Any, str], None] | None = None,
    read_body: Callable[..., Any] | None = None,
    receive: Any = None,
) -> bytes:
    """The same as `report`, for async code; `receive` is that of a bare ASGI scope.

    There `read_body` is given the `receive` that unireq has for an application below too.
    """

    def open_view() -> unireq.Request:
        if receive is None:
            return unireq.from_native(native)
        return unireq.from_asgi(native, receive)

    document = _begin(native, native_view, early)

    def read_native() -> Any:
        if read_body is None:
            raise LookupError("the app has no `read_body`")
        if receive is None:
            return read_body(native)
        view: Any = open_view()
        return read_body(native, view.receive)

    return _finish(native, document, await aperform(open_view, read_native), login)


def _begin(native: Any, native_view: NativeView, early: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "nonce": os.environ.get(NONCE_VARIABLE),
        "target": os.environ.get(TARGET_VARIABLE),
        "unireq": facts(native),
        "derived": _derived(native),
        "native": {name: _guarded(read) for name, read in native_view.items()},
        "early": early,
    }


def _finish(
    native: Any,
    document: dict[str, Any],
    body: Mapping[str, Any],
    login: Callable[[Any, str], None] | None,
) -> bytes:
    document["body"] = body
    if os.environ.get(INSIDE_VARIABLE) and not body:
        from unireq_conformance.inside import check_all

        document["inside"] = check_all(native, login)
    for name in ("unireq", "early"):
        try:
            json.dumps(document[name])
        except (TypeError, ValueError):
            document[name] = {"error": "to_dict() is not JSON-able:\n" + traceback.format_exc()}
    return json.dumps(document).encode("ascii")


def answer(method: str, body: bytes) -> tuple[list[tuple[str, str]], bytes]:
    """Return the header fields and the content that carry a report in the answer to `method`.

    The report moves into `REPORT_FIELD` where a response can have no content.
    """
    fields = [("content-type", "application/json")]
    if method.upper() in _WITHOUT_CONTENT:
        fields.append((REPORT_FIELD, body.decode("ascii")))
        body = b""
    fields.append(("content-length", str(len(body))))
    return fields, body


def _derived(native: Any) -> dict[str, Any]:
    def request() -> Any:
        return unireq.from_native(native)

    return {
        "url": _guarded(lambda: str(request().url)),
        "cookies": _guarded(lambda: request().cookies),
        "cookies_all": _guarded(lambda: _lists(request().cookies)),
        "query": _guarded(lambda: request().query_params),
        "query_all": _guarded(lambda: list(request().query_params.multi_items())),
        "query_lists": _guarded(lambda: _lists(request().query_params)),
        "absent": _guarded(lambda: _absent(request())),
        "headers_all": _guarded(lambda: _lists(request().headers)),
        "session_hash": _guarded(lambda: request().session_hash),
    }


def _absent(request: Any) -> dict[str, list[str]]:
    """What `getlist` gives where nothing was sent."""
    names = ("headers", "cookies", "query_params")
    return {name: getattr(request, name).getlist("x-unireq-absent") for name in names}


def _lists(mapping: Any) -> dict[str, list[str]]:
    return {name: mapping.getlist(name) for name in mapping}


def _guarded(read: Callable[[], Any]) -> Any:
    try:
        return _plain(read())
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
