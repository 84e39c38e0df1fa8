"""Findings: what a check inside the app says of an object that is not as a clause demands.

Rule: a finding is JSON-able whatever the object is, since it leaves the app in the report.
"""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Final, TypeAlias, cast

import unireq

Finding: TypeAlias = dict[str, Any]
"""`{"where": ..., "expected": ..., "observed": ...}`: an expectation that was not met."""

Find: TypeAlias = Callable[[Any], Iterator[Finding]]
"""Gives the findings of a native request; the first one counts."""

Read: TypeAlias = Callable[[Any], "Finding | None"]
"""Gives the finding of a native request, or None; never raises."""

FIELDS: Final = (
    "method scheme http_version host path root_path raw_path query_string url headers cookies"
    " query_params path_params route view_name client session_hash"
).split()
"""What can be read of every request without looking for a user."""


_SOURCES: Final = ("scope", "environ", "META")

SPARED: Final = threading.Event()
"""Set once the kit says that nobody asks for what checks inside find any more: they cost more than
all else that an app does. One process serves one app."""


class Checks(dict[str, Read]):
    """Checks by the id of the clause that they are of."""

    def of(self, clause: str) -> Callable[[Find], Find]:
        """Add the decorated function as the check of `clause`; what it raises is a finding too."""

        def add(find: Find) -> Find:
            def read(native: Any) -> Finding | None:
                try:
                    return next(find(native), None)
                except Exception:  # noqa: BLE001  # whatever is raised is what was observed
                    return finding(clause, "no error", traceback.format_exc(limit=-4))

            self[clause] = read
            return find

        return add


CHECKS: Final = Checks()
"""Every check in the app, by the id of its clause."""


def finding(where: str, expected: object, observed: object) -> Finding:
    """A finding at `where`; what JSON can't tell is shown as `repr` does."""
    told, seen = _plain(expected), _plain(observed)
    if told == seen:  # or the two would be judged to be equal
        told, seen = (f"{type(each).__name__}: {each!r}" for each in (expected, observed))
    return {"where": where, "expected": told, "observed": seen}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | type(None)) else repr(value)


def same(where: str, expected: object, observed: object) -> Iterator[Finding]:
    """A finding unless `observed` equals `expected`, and is of the same type."""
    if expected != observed or type(expected) is not type(observed):
        yield finding(where, expected, observed)


@contextmanager
def told(
    native: Any, scope: Mapping[str, Any], environ: Mapping[str, Any]
) -> Generator[None, None, None]:
    """While it lasts, the server has said otherwise: in the scopes and environs that `native` has.

    Most servers never say what an adapter must be ready for.
    """
    with ExitStack() as stack:
        for source in (native, *(_attribute(native, name) for name in _SOURCES)):
            if isinstance(source, dict):
                more = scope if "type" in source else environ
                stack.enter_context(_changed(cast("dict[str, Any]", source), more))
        yield


def _attribute(native: Any, name: str) -> object:
    try:
        return getattr(native, name, None)
    except Exception:  # noqa: BLE001  # Sanic's scope raises where there is none
        return None


@contextmanager
def _changed(source: dict[str, Any], more: Mapping[str, Any]) -> Generator[None, None, None]:
    before = {key: source[key] for key in more if key in source}
    source.update(more)
    try:
        yield
    finally:
        for key in more:
            del source[key]
        source.update(before)


def raises(
    where: str,
    kind: type[Exception] | tuple[type[Exception], ...],
    act: Callable[[], object],
    *words: str,
) -> Iterator[Finding]:
    """A finding unless `act()` raises `kind`, or one of several, with `words` in its message."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    expected = " or ".join(each.__name__ for each in kinds)
    try:
        result = act()
    except kinds as error:
        missing = [word for word in words if word not in str(error)]
        if missing:
            yield finding(where, f"a message with {', '.join(missing)}", str(error))
    except Exception as error:  # noqa: BLE001  # another error than the right one
        yield finding(where, expected, f"{type(error).__name__}: {error}")
    else:
        yield finding(where, expected, result)


def real_dict(name: str, value: object) -> Iterator[Finding]:
    """Findings unless `value`, called `name`, is a `dict` of `str` to `str` in all ways."""
    if not isinstance(value, dict):
        yield finding(name, "a dict", type(value).__name__)
        return
    mapping = cast("dict[str, object]", value)
    content = {key: mapping[key] for key in mapping}
    for key, item in content.items():
        yield from same(f"a name of {name}", str, type(key))
        yield from same(f"{name}[{key!r}]", str, type(item))
    yield from same(f"{name} as a dict", content, dict(mapping))
    yield from same(f"{name} == dict", True, mapping == content)
    yield from same(f"json.dumps({name})", json.dumps(content), json.dumps(mapping))
    yield from same(f"len({name})", len(content), len(mapping))
    yield from same(f"**{name}", content, dict(**mapping))


def read_everything(request: unireq.Request) -> dict[str, Any]:
    """Every field of `request` that can be read without looking for a user."""
    return {name: getattr(request, name) for name in FIELDS}
