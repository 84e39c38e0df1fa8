"""Facts as data: dicts, copies, differences (SER)."""

from __future__ import annotations

import copy
import datetime
import decimal
import json
import pickle
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import unireq
from unireq_conformance.inside.findings import CHECKS, Finding, raises, same

_TYPED: Final[dict[str, Any]] = {
    "str": "a",
    "int": 10**30,
    "float": 0.1,
    "inf": float("inf"),
    "bool": True,
    "uuid": uuid.UUID(int=5),
    "date": datetime.date(2024, 2, 29),
    "datetime": datetime.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=datetime.timezone.utc),
    "decimal": decimal.Decimal("1.50"),
}
"""A path parameter of every type that is kept."""

_WRONG_FACTS: Final[tuple[tuple[str, Any], ...]] = (
    *(("unireq", 2), ("method", "get"), ("method", 1), ("scheme", "ftp"), ("http_version", "x")),
    *(("host", "a b"), ("path", None), ("path", "//a"), ("raw_path", "/something else")),
    *(("query_string", "\u20ac"), ("headers", [1]), ("headers", {"X": "upper"})),
    *(("headers", {"x": 1}), ("client", ["h", 0]), ("client", ["h", True]), ("client", "h")),
    *(("path_params", []), ("session_hash", "a b"), ("more", 1)),
)
_NO_FACTS: Final[tuple[Any, ...]] = (None, [], {}, "x")


@CHECKS.of("SER-001")
def _facts(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native)
    facts = request.to_dict()
    yield from same("to_dict()['unireq']", 1, facts["unireq"])
    again = unireq.Request.from_dict(json.loads(json.dumps(facts)))
    yield from same("diff", {}, unireq.diff(request, again))
    yield from same("to_dict() again", facts, again.to_dict())


class _Odd:
    """A value of a type that JSON can't tell."""


@CHECKS.of("SER-002")
def _types_of_path_parameters(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native).replace(path_params=_TYPED)
    again = unireq.Request.from_dict(json.loads(json.dumps(request.to_dict()))).path_params
    for name, value in _TYPED.items():
        yield from same(f"path_params[{name!r}]", value, again[name])
    odd = request.replace(path_params={"culprit": _Odd()})
    yield from raises("to_dict()", TypeError, odd.to_dict, "culprit")


@CHECKS.of("SER-003")
def _checked(native: Any) -> Iterator[Finding]:
    good = unireq.from_native(native).to_dict()
    for name, wrong in _WRONG_FACTS:
        act = partial(unireq.Request.from_dict, {**good, name: wrong})
        yield from raises(f"from_dict with {name} = {wrong!r}", (TypeError, ValueError), act)
    for wrong in _NO_FACTS:
        act = partial(unireq.Request.from_dict, wrong)
        yield from raises(f"from_dict({wrong!r})", (TypeError, ValueError), act)


@CHECKS.of("SER-004")
def _copies(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native)
    facts = request.to_dict()
    made: dict[str, unireq.Request] = {
        "pickle": pickle.loads(pickle.dumps(request)),  # noqa: S301  # our own
        "copy": copy.copy(request),
        "deepcopy": copy.deepcopy(request),
        "replace": request.replace(),
    }
    for name, twin in made.items():
        yield from same(f"type of {name}", unireq.Request, type(twin))
        yield from same(f"native of {name}", None, twin.native)
        yield from same(f"diff to {name}", {}, unireq.diff(request, twin))
    other = request.replace(method="PATCH", headers={"x-other": "1"})
    yield from same("method of replace()", "PATCH", other.method)
    yield from same("headers of replace()", {"x-other": "1"}, dict(other.headers))
    yield from same("facts of the original", facts, request.to_dict())


@CHECKS.of("SER-005")
def _difference(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native)
    nothing: Any = None
    yield from same("diff to itself", {}, unireq.diff(request, request))
    found = unireq.diff(request, request.replace(method="PATCH"))
    yield from same("diff to PATCH", {"method": (request.method, "PATCH")}, dict(found))
    found = unireq.diff(request, request.replace(headers={**request.headers, "x-more": "1"}))
    yield from same("diff to one header more", ["headers"], sorted(found))
    yield from raises("diff(request, None)", TypeError, partial(unireq.diff, request, nothing))
