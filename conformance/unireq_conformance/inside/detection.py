"""What `from_native` takes and what it leaves alone (API)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final, cast

import unireq
from unireq_conformance.inside.findings import CHECKS, Finding, raises, read_everything, same
from unireq_conformance.inside.imports import foreign_imports, watched

_NO_REQUESTS: Any = (None, {}, [], 1, "x", b"", object(), unireq.Headers({"type": "http"}), int)

_WRONG_BY_HAND: Final[dict[str, dict[str, Any]]] = {
    "scope['headers']": {"type": "http", "method": "GET", "path": "/", "headers": {"host": "h"}},
    "scope['method']": {"type": "http", "path": "/", "headers": []},
    "environ['REQUEST_METHOD']": {"REQUEST_METHOD": b"GET", "wsgi.version": (1, 0)},
}
"""What was meant to be a request, by where something else is expected."""


@CHECKS.of("API-003")
def _no_imports(native: Any) -> Iterator[Finding]:
    with watched():
        request = unireq.from_native(native)
        read_everything(request)
    foreign = ", ".join(foreign_imports(type(request).__module__))
    yield from same("imported by detection and reading", "", foreign)


class _Holder:
    """Has a scope or an environ, as the requests of unknown frameworks have."""

    def __init__(self, name: str, source: object) -> None:
        setattr(self, name, source)


@CHECKS.of("API-001")
def _detection(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native)
    itself = unireq.from_native(request) is request
    yield from same("from_native(request) is request", True, itself)
    again = unireq.from_native(native)
    yield from same("diff of two views", {}, unireq.diff(request, again))
    yield from same("type of two views", type(request), type(again))
    for name, known in (("scope", "type"), ("environ", "REQUEST_METHOD")):
        source = _source(native, name)
        if known in source:
            held = unireq.from_native(_Holder(name, source))
            yield from same(f"headers by .{name}", dict(request.headers), dict(held.headers))


def _source(native: object, name: str) -> dict[str, Any]:
    if isinstance(native, dict):
        return cast("dict[str, Any]", native)
    try:
        held = getattr(native, name, None)
    except Exception:  # noqa: BLE001  # Sanic's own server has a scope that raises
        held = None
    return cast("dict[str, Any]", held) if isinstance(held, dict) else {}


@CHECKS.of("API-002")
def _nothing_else(_: Any) -> Iterator[Finding]:
    for wrong in _NO_REQUESTS:
        yield from raises(
            f"from_native({wrong!r})",
            unireq.UnknownNative,
            partial(unireq.from_native, wrong),
            "expected",
            "got",
            "dapters",
        )
    for where, source in _WRONG_BY_HAND.items():
        act = partial(unireq.from_native, source)
        yield from raises(f"from_native: {where}", unireq.UnknownNative, act, where)


@CHECKS.of("API-011")
def _native(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native)
    yield from same("native is None", False, request.native is None)
    yield from same("native is the same each time", True, request.native is request.native)
    again = unireq.from_native(request.native)
    yield from same("native of a view of native", True, again.native is request.native)
    yield from same("diff of a view of native", {}, unireq.diff(request, again))
    yield from same("native when detached", None, request.replace().native)
