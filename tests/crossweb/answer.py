"""The answer of an app that reads a request through cross-web.

Rule: what cross-web has is reported as it is asked for in its interface, and in the form of the
kit's own reports, so that the kit's checks can read it. A value that can't be had is the name of
the error that it raised. Nothing is made up for what it does not have.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

from unireq_conformance.apps import NONCE_VARIABLE, TARGET_VARIABLE

__all__ = ["KINDS", "METHODS", "TYPE", "answer"]

METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
KINDS: Final = ("int", "str", "path", "uuid")
TYPE: Final = "application/json"


def answer(request: Any, body: dict[str, Any]) -> bytes:
    """The report on a request of cross-web, with what came of its body."""
    read: dict[str, Callable[[], Any]] = {
        "method": lambda: request.method,
        "headers": lambda: _headers(request),
        "spelled": lambda: sorted(set(request.headers.keys())),
        "path_params": lambda: {n: _plain(v) for n, v in request.path_params.items()},
        "client": lambda: [request.client_host, None],
        "url": lambda: request.url,
        # Sanic's give a list for `[]`, and text for `get`.
        "cookies": lambda: {name: request.cookies.get(name) for name in request.cookies},
        "indexed": lambda: {name: request.cookies[name] for name in request.cookies},
        "query": lambda: {name: request.query_params.get(name) for name in request.query_params},
    }
    said = {name: _guarded(value) for name, value in read.items()}
    facts = ("method", "headers", "spelled", "path_params", "client", "indexed")
    document = {
        "nonce": os.environ.get(NONCE_VARIABLE),
        "target": os.environ.get(TARGET_VARIABLE),
        "unireq": {name: said[name] for name in facts},
        "derived": {
            **{name: said[name] for name in ("url", "cookies", "query")},
            "cookies_all": _each(said["cookies"], lambda value: [value]),
            "query_all": _pairs(said["query"]),
        },
        "body": body,
        "inside": {
            "HDR-003": next(_look_ups(request), None),
            "API-009": next(_errors(said), None),
            # What was sent is judged; an environ changed by hand is asked of adapters alone.
            "HDR-018": None,
        },
    }
    return json.dumps(document).encode("ascii")


def _guarded(read: Callable[[], Any]) -> Any:
    try:
        value = read()
        json.dumps(value)
    except Exception as error:  # noqa: BLE001  # it is what cross-web answered
        return f"raises {type(error).__name__}"
    return value


def _headers(request: Any) -> dict[str, str]:
    """What looking up each name gives: every one of the mappings ignores case."""
    return {name.lower(): request.headers[name] for name in request.headers.keys()}  # noqa: SIM118


def _plain(value: Any) -> Any:
    return {"uuid": str(value)} if isinstance(value, uuid.UUID) else value


def _each(mapping: Any, change: Callable[[Any], Any]) -> Any:
    return {n: change(v) for n, v in mapping.items()} if isinstance(mapping, dict) else mapping


def _pairs(mapping: Any) -> Any:
    return [list(pair) for pair in mapping.items()] if isinstance(mapping, dict) else mapping


def _look_ups(request: Any) -> Iterator[dict[str, Any]]:
    headers = request.headers
    for name in list(headers.keys()):
        for spelt in (name.lower(), name.upper()):
            found = headers.get(spelt)
            if found != headers[name] or spelt not in headers:
                yield {"where": f"headers.{spelt}", "expected": headers[name], "observed": found}


def _errors(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, value in said.items():
        if isinstance(value, str) and value.startswith("raises "):
            yield {"where": name, "expected": "a value", "observed": value}
