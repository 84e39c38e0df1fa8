"""The cases: every question to every side, as what can be measured; and whether they agree.

`outside` asks a native request that was made before: what unireq costs in a handler. `whole` makes
the native request too: what a request costs from the server's hands on. `second` asks a request
that was asked the same before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import unireq
from benchmarks.examples import PEER, Example
from benchmarks.subjects import Subject, our_operations

__all__ = ["Case", "Key", "cases_of", "check", "expected_of", "normal", "sides_of"]


class Key(NamedTuple):
    """Which case: `who` is "ours", "native" or "cross-web"."""

    who: str
    operation: str
    mode: str


class Case(NamedTuple):
    """Something to measure.

    Attributes:
        prepare: Makes the argument of `run`; not measured.
        run: What is measured.
    """

    key: Key
    prepare: Callable[[], Any]
    run: Callable[[Any], Any]


def sides_of(subject: Subject) -> dict[str, dict[str, Callable[[Any], Any]]]:
    """The operations of each side of `subject`: {"ours": {"headers": ...}, ...}."""
    sides = {"ours": our_operations(subject.ours), "native": subject.native}
    return {**sides, "cross-web": subject.peer} if subject.peer else sides


def cases_of(subject: Subject, example: Example) -> list[Case]:
    """Every case of `subject` for `example`."""
    construct = subject.construct

    def fresh() -> Any:
        return subject.fresh(example)

    def made() -> Any:
        return construct(subject.fresh(example))

    cases = [Case(Key("native", "construct", "outside"), fresh, construct)]
    for who, operations in sides_of(subject).items():
        bare = subject.bare and who == "ours"
        for name, run in operations.items():
            if name == "construct":
                cases.append(Case(Key(who, name, "outside"), fresh if bare else made, run))
                continue
            if not subject.bare:
                cases.append(Case(Key(who, name, "outside"), made, run))
            whole = run if bare else _after(construct, run)
            cases.append(Case(Key(who, name, "whole"), fresh, whole))
    first = subject.ours if subject.bare else _after(construct, subject.ours)
    for who, make in (("ours", first), ("native", construct)):
        ask = _url if who == "ours" else subject.native["url"]
        cases.append(Case(Key(who, "url", "second"), _asked(fresh, make, ask), ask))
    return cases


def _url(request: unireq.Request) -> Any:
    return request.url


def _asked(
    fresh: Callable[[], Any], make: Callable[[Any], Any], ask: Callable[[Any], Any]
) -> Callable[[], Any]:
    def prepare() -> Any:
        request = make(fresh())
        ask(request)
        return request

    return prepare


def _after(construct: Callable[[Any], Any], ask: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda source: ask(construct(source))


def check(subject: Subject, example: Example) -> None:
    """Ask every side everything, each on a request of its own, and compare with what was sent.

    Raises:
        AssertionError: A side gives something else; the message says which, and what.
    """
    for who, operations in sides_of(subject).items():
        # An environ says nothing of a router.
        unrouted = who == "ours" and subject.ours is unireq.from_wsgi
        expected = expected_of(example, {} if unrouted else example.path_params)
        for name, run in operations.items():
            if name == "construct":
                continue
            source = subject.fresh(example)
            if not (subject.bare and who == "ours"):
                source = subject.construct(source)
            got = normal(name, run(source))
            if got != expected[name]:
                raise AssertionError(
                    f"{subject.name}, {example.name}, {who}, {name}:"
                    f" expected {expected[name]!r}, got {got!r}"
                )


def expected_of(example: Example, path_params: dict[str, Any]) -> dict[str, Any]:
    """What each operation gives for `example`, after `normal`."""
    asked: dict[str, Any] = {
        "headers": example.headers,
        "cookies": example.cookies,
        "query": example.query,
        "path_params": path_params,
        "client": PEER[0],
    }
    return {
        **asked,
        "header": example.headers["user-agent"],
        "url": f"http://{example.headers['host']}{example.target}",
        "host": example.headers["host"],
        "everything": {**asked, "method": example.method, "path": example.path},
    }


_EVERYTHING = ("method", "path", "headers", "cookies", "query", "path_params", "client")
"""The order in which "everything" gives what it asked for."""


def normal(name: str, result: Any) -> Any:
    """`result` without the differences that are the frameworks' own: types, case of names."""
    if name == "headers":
        return {field.lower(): value for field, value in result.items()}
    if name in ("cookies", "query"):
        # `get` and not `items`: where a mapping holds lists, it gives one value.
        return {key: result.get(key) for key in result}
    if name == "path_params":
        return dict(result)
    if name == "client":
        return result if isinstance(result, str) else result[0]
    if name == "url":
        return str(result)
    if name == "everything":
        return {part: normal(part, got) for part, got in zip(_EVERYTHING, result, strict=True)}
    return result
