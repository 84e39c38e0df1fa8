"""How a request behaves as a Python object (API)."""

from __future__ import annotations

import contextlib
import copy
import inspect
import pickle
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, cast

import unireq
from unireq_conformance.inside.findings import CHECKS, FIELDS, Finding, finding, raises, same

_MAPPINGS: Final = ("headers", "cookies", "query_params")

_NAMES_ELSEWHERE: Final = {
    "GET": "query_params",
    "args": "query_params",
    "META": "headers",
    "COOKIES": "cookies",
    "user": "username",
    "remote_addr": "client",
    "session": "flask.session",
    "ctx": "state",
    "is_json": "content_type",
}
"""What frameworks call a thing, and what it is called here."""

_PARSED_BY_FRAMEWORKS: Final = (
    "cookies COOKIES GET args query_params headers url base_url values".split()
)


@CHECKS.of("API-004")
def _live_and_cached(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native)
    for name in _MAPPINGS:
        once = getattr(request, name) is getattr(request, name)
        yield from same(f"{name} is built once", True, once)
    params = request.path_params
    yield from same("path_params is a new dict", False, params is request.path_params)
    params["unireq-conformance"] = 1
    shared = "unireq-conformance" in request.path_params
    yield from same("path_params are the view's own", False, shared)
    if isinstance(native, dict):
        # Of any other object, nobody knows here how a router or a mount changes it.
        yield from _live(dict(cast("dict[str, Any]", native)))


def _live(native: dict[str, Any]) -> Iterator[Finding]:
    request = unireq.from_native(native)
    _ = request.url
    if "type" in native:
        native.update(root_path="/elsewhere", path_params={"a": 1}, method="PATCH")
        native.update(path="/elsewhere/%", raw_path=b"/elsewhere/%25")
        yield from same("path_params after routing", {"a": 1}, request.path_params)
    else:
        native.update(SCRIPT_NAME="/elsewhere", PATH_INFO="/%", REQUEST_METHOD="PATCH")
        native.update(RAW_URI="/elsewhere/%25", REQUEST_URI="/elsewhere/%25")
    yield from same("url after rewriting", "/elsewhere/%25", request.url.path)
    yield from same("root_path after mounting", "/elsewhere", request.root_path)
    yield from same("method after it was changed", "PATCH", request.method)


@CHECKS.of("API-005")
def _read_only(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native)
    for name in (*FIELDS, "username", "native", "state"):
        act = partial(setattr, request, name, None)
        yield from raises(f"request.{name} = ...", AttributeError, act)
    for name in _MAPPINGS:
        mapping: Any = getattr(request, name)
        acts: dict[str, Callable[[], object]] = {
            "[...] =": partial(mapping.__setitem__, "a", "b"),
            "del": partial(mapping.__delitem__, "a"),
            "update": partial(mapping.update, a="b"),
            "pop": partial(mapping.pop, "a", None),
            "popitem": mapping.popitem,
            "clear": mapping.clear,
            "setdefault": partial(mapping.setdefault, "a", "b"),
            "|=": partial(mapping.__ior__, {"a": "b"}),
        }
        for how, change in acts.items():
            yield from raises(f"{name} {how}", TypeError, change, "replace")


@CHECKS.of("API-006")
def _identity(native: Any) -> Iterator[Finding]:
    one, two = unireq.from_native(native), unireq.from_native(native)
    yield from same("request == itself", True, one == one)  # noqa: PLR0124
    yield from same("request == another view", False, one == two)
    yield from same("hash", True, hash(one) == object.__hash__(one))


@CHECKS.of("API-007")
def _redaction(native: Any) -> Iterator[Finding]:
    secret = "c1vz9qk3"  # noqa: S105  # it stands for one
    live = unireq.from_native(native)
    request = live.replace(
        url=f"/p?token={secret}",
        headers={
            "authorization": secret,
            "cookie": f"sid={secret}",
            "x-api-key": secret,
            "referer": f"https://a:{secret}@h/?token={secret}",
            "forwarded": f"for=192.0.2.1;secret={secret}",
            "x-a": "shown",
        },
    )
    shown = {name: repr(getattr(request, name)) for name in (*_MAPPINGS, "url")}
    shown["the diff"] = repr(unireq.diff(request, unireq.Request()))
    try:
        unireq.Request.from_dict({**request.to_dict(), "headers": {"Cookie": secret}})
    except ValueError as error:
        shown["an error"] = str(error)
    for name, text in {"request": repr(request), **shown}.items():
        yield from same(f"secret in repr of {name}", False, secret in text)
    for name, words in (
        ("headers", ("authorization", "x-a", "shown")),
        ("cookies", ("sid",)),
        ("query_params", ("token",)),
    ):
        for word in words:
            yield from same(f"{word!r} in repr of {name}", True, word in shown[name])
    for value in live.cookies.values():
        if len(value) > 12:  # long enough not to stand there by chance
            yield from same("a cookie in repr", False, value in repr(live.cookies) + repr(live))


@CHECKS.of("API-008")
def _other_names(native: Any) -> Iterator[Finding]:
    request: Any = unireq.from_native(native)
    for name, ours in _NAMES_ELSEWHERE.items():
        yield from raises(f"request.{name}", AttributeError, partial(getattr, request, name), ours)
    for name in ("form", "json"):
        method = getattr(request, name)
        for act in (lambda method=method: method.get("a"), lambda method=method: method["a"]):
            how = f"request.{name} as a mapping"
            yield from raises(how, (AttributeError, TypeError), act, f"request.a{name}()")
    yield from same("hasattr", False, hasattr(request, "unireq_conformance"))


@CHECKS.of("API-009")
def _no_foreign_errors(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native)
    for name in FIELDS:
        try:
            getattr(request, name)
        except Exception as error:  # noqa: BLE001  # that is what is looked for
            yield finding(name, "a value", f"{type(error).__name__}: {error}")


@CHECKS.of("API-010")
def _no_framework_parser(native: Any) -> Iterator[Finding]:
    facts = unireq.from_native(native).to_dict()
    for name in _PARSED_BY_FRAMEWORKS:
        with contextlib.suppress(Exception):  # the framework's own trouble
            value = getattr(native, name, None)
            if inspect.iscoroutine(value):
                # Of an async property; left alone it warns, which pytest may be told to raise.
                value.close()
    after = unireq.from_native(native).to_dict()
    yield from same("facts after the framework has parsed", facts, after)


@CHECKS.of("API-012")
def _state(native: Any) -> Iterator[Finding]:
    request, key = unireq.from_native(native), "unireq-conformance"
    facts, state = request.to_dict(), request.state
    yield from same("type of state", dict, type(state))
    state[key] = object()
    try:
        others = {"another request": unireq.from_native(native)}
        if isinstance(native, dict):
            source = cast("dict[str, Any]", native)
            others["a copy of the native request"] = unireq.from_native(dict(source))
            yield from same("key in the framework's own", False, key in (source.get("state") or ()))
        with contextlib.suppress(unireq.NoCurrentRequest):
            others["current_request()"] = unireq.current_request()
        for name, other in others.items():
            yield from same(f"state of {name} is the same", True, other.state is state)
        yield from same("to_dict()", facts, request.to_dict())
        twins = {
            "pickle": pickle.loads(pickle.dumps(request)),  # noqa: S301  # our own
            "copy": copy.copy(request),
            "detach": request.detach(body=False, username=False),
        }
        for name, twin in twins.items():
            yield from same(f"state of {name}", {}, twin.state)
            twin.state[key] = twin
            yield from same(f"diff of {name}", {}, unireq.diff(twin, copy.copy(twin)))
            yield from same(f"state of {name} is kept", True, twin.state.get(key) is twin)
            yield from same(f"state of copy of {name}", {}, copy.copy(twin).state)
    finally:
        del state[key]
