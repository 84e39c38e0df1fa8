"""The answer of an app that reads a request through cross-web.

Rule: what cross-web has is reported as it is asked for in its interface, and in the form of the
kit's own reports, so that the kit's checks can read it. A value that can't be had is the name of
the error that it raised. Nothing is made up for what it does not have. Of a form, a text is what
`form.get(name)` gives, by the names that the mapping has; what stands for a file is each
framework's own, and is left out. Text in place of bytes counts as its UTF-8.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from inspect import isawaitable
from typing import Any, Final

from unireq_conformance import content
from unireq_conformance.apps import NONCE_VARIABLE, TARGET_VARIABLE

__all__ = ["KINDS", "METHODS", "OFFERED", "TYPE", "aanswer", "answer"]

METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
KINDS: Final = ("int", "str", "path", "uuid")
TYPE: Final = "application/json"
OFFERED: Final = frozenset({"read", "body", "form"})
"""The steps with a body that there is something for in cross-web."""


def answer(request: Any) -> bytes:
    """The report on a request of cross-web in sync code."""
    try:
        aanswer(request).send(None)
    except StopIteration as done:  # nothing in it waits
        report: bytes = done.value
        return report
    raise AssertionError("expected a request whose members are not awaited")


async def aanswer(request: Any) -> bytes:
    """The same in async code."""
    read: dict[str, Callable[[], Any]] = {
        "method": lambda: request.method,
        # What looking up each name gives: every one of the mappings ignores case.
        "headers": lambda: {
            name.lower(): request.headers[name] for name in [*request.headers.keys()]
        },
        "spelled": lambda: sorted(set(request.headers.keys())),
        "path_params": lambda: {
            name: {"uuid": str(value)} if isinstance(value, uuid.UUID) else value
            for name, value in request.path_params.items()
        },
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
            "cookies_all": _changed(said["cookies"], lambda m: {n: [v] for n, v in m.items()}),
            "query_all": _changed(said["query"], lambda m: [list(pair) for pair in m.items()]),
        },
        "body": await _body(request),
        "inside": {
            "HDR-003": next(_look_ups(request), None),
            "API-009": next(_errors(said), None),
            # What was sent is judged; an environ changed by hand is asked of adapters alone.
            "HDR-018": None,
        },
    }
    return json.dumps(document).encode("ascii")


async def _body(request: Any) -> dict[str, Any]:
    """What came of each step that the request asks for, by its number and name."""
    found: dict[str, Any] = {}
    asked = (request.headers.get(content.PROBE_FIELD) or "").split(",")
    for number, step in enumerate(map(str.strip, asked), 1):
        if step in OFFERED:
            try:
                outcome = await _read(request, step)
            except Exception as error:  # noqa: BLE001  # it is what cross-web answered
                outcome = {"error": f"raises {type(error).__name__}"}
            found[f"{number}.{step}"] = outcome
    return found


async def _read(request: Any, step: str) -> dict[str, Any]:
    if step == "form":
        data = request.get_form_data()
    else:
        data = request.get_body() if hasattr(request, "get_body") else request.body
    if isawaitable(data):
        data = await data
    if step != "form":
        return content.octets(data.encode() if isinstance(data, str) else data)
    texts = {name: data.form.get(name) for name in data.form}
    return {"texts": [[name, value] for name, value in texts.items() if isinstance(value, str)]}


def _guarded(read: Callable[[], Any]) -> Any:
    try:
        value = read()
        json.dumps(value)
    except Exception as error:  # noqa: BLE001  # it is what cross-web answered
        return f"raises {type(error).__name__}"
    return value


def _changed(mapping: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
    return change(mapping) if isinstance(mapping, dict) else mapping


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
