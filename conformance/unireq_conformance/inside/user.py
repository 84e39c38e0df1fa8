"""The user (USR).

Rule: a getter is set on a class that only the view being checked has. Set on the adapter's own
class it would answer for the requests of other threads too, and replace the one that the app set.
"""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import unireq
from unireq.adapter import NativeRequest, UsernameGetter
from unireq_conformance.inside.findings import CHECKS, Finding, finding, raises, same


def logged_in(native: Any, login: Callable[[Any, str], None]) -> Finding | None:
    """The check of USR-001: log a user in, and ask for the name."""
    try:
        early = unireq.from_native(native)
        login(native, "ada")
        found = same("username", "ada", unireq.from_native(native).username)
        live = same("username of a view that was made before", "ada", early.username)
        return next(chain(found, live), None)
    except Exception:  # noqa: BLE001  # whatever is raised is what was observed
        return finding("username", "ada", traceback.format_exc(limit=-4))


@CHECKS.of("USR-002")
def _no_username_from_fields(native: Any) -> Iterator[Finding]:
    yield from same("username", None, unireq.from_native(native).username)


@CHECKS.of("USR-003")
def _username_is_replaceable(native: Any) -> Iterator[Finding]:
    asked: list[object] = []

    def getter(given: object) -> str:
        asked.append(given)
        return "somebody"

    async def agetter(given: object) -> str:
        asked.append(given)
        return "somebody else"

    request = _asking(native, getter)
    yield from same("username", "somebody", request.username)
    request = _asking(native, agetter)
    yield from same("ausername()", "somebody else", _finish(request.ausername()))
    yield from same("ausername() where the last one declines", "somebody else", _declined(request))
    yield from same("username of nobody", None, _asking(native, lambda _: "").username)
    for given in asked:
        yield from same("what the getter is given", True, given is request.native)
    yield from raises("username", unireq.UnireqError, lambda: request.username, "ausername")


@CHECKS.of("USR-004")
def _username_is_never_sought_by_accident(native: Any) -> Iterator[Finding]:
    asked: list[object] = []

    def getter(given: object) -> str:
        asked.append(given)
        return "somebody"

    request = _asking(native, getter)
    acts: dict[str, Callable[[], object]] = {
        "repr": lambda: repr(request),
        "to_dict": request.to_dict,
        "diff": lambda: unireq.diff(request, request),
        "pickle": lambda: pickle.dumps(request),
        "copy": lambda: copy.copy(request),
        "deepcopy": lambda: copy.deepcopy(request),
    }
    for name, act in acts.items():
        act()
        if asked:
            yield finding(name, "the user is not looked for", "it was looked for")


@CHECKS.of("USR-005")
def _username_of_a_copy(native: Any) -> Iterator[Finding]:
    request = _asking(native, lambda _: "somebody")
    for name, twin in {
        "detach()": request.detach(body=False),
        "adetach()": _finish(request.adetach(body=False)),
    }.items():
        yield from same(f"username of {name}", "somebody", twin.username)
        yield from same(f"native of {name}", None, twin.native)
        told = twin.to_dict().get("username")
        yield from same(f"username of {name}, in to_dict()", "somebody", told)
        again = pickle.loads(pickle.dumps(twin))  # noqa: S301  # our own
        yield from same(f"username of {name}, from pickle", "somebody", again.username)
    for name, twin in {
        "detach(username=False)": request.detach(body=False, username=False),
        "adetach(username=False)": _finish(request.adetach(body=False, username=False)),
        "detach(username=False) of a copy with one": request.detach(body=False).detach(
            body=False, username=False
        ),
        "pickle": pickle.loads(pickle.dumps(request)),  # noqa: S301  # our own
        "copy": copy.copy(request),
    }.items():
        yield from same(f"username of {name}", None, twin.username)


def _declined(request: NativeRequest) -> object:
    """`ausername()` after one more getter, which knows nothing, was set."""
    type(request).set_username_getter(lambda _: None)
    return _finish(request.ausername())


def _asking(native: Any, getter: UsernameGetter) -> NativeRequest:
    """A view of `native`, of a class of its own, that finds the username by `getter`."""
    request = unireq.from_native(native)
    if not isinstance(request, NativeRequest):
        raise TypeError(f"expected a NativeRequest, got a {type(request).__name__}")
    kind = type(request)
    # Views are made in as many ways as there are adapters, so it is not made anew.
    own: Any = type(kind.__name__, (kind,), {"__slots__": ()})
    own.set_username_getter(getter)
    request.__class__ = own
    return request


def _finish(coroutine: Any) -> Any:
    """The result of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise RuntimeError("expected a coroutine that waits for nothing")
