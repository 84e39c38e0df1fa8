"""The cases: every question to every side, as something that can be timed; and whether they agree.

`outside` asks a native request that was made before: what unireq costs in a handler. `whole` makes
the native request too: what a request costs from the server's hands on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import unireq
from benchmarks.examples import PEER, Example
from benchmarks.subjects import OPERATIONS, Subject, our_operations

__all__ = ["Case", "Key", "cases_of", "check", "sides_of"]


class Key(NamedTuple):
    """Which case: `who` is "ours", "again" (ours once more, for A/A), "native" or "cross-web"."""

    who: str
    operation: str
    mode: str


class Case(NamedTuple):
    """Something to time.

    Attributes:
        prepare: Makes the argument of `run`; not timed.
        run: What is timed.
        reusable: Whether `run` leaves its argument as it was, so that it may have it again.
    """

    key: Key
    prepare: Callable[[], Any]
    run: Callable[[Any], Any]
    reusable: bool


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

    def add(key: Key, prepare: Callable[[], Any], run: Callable[[Any], Any]) -> None:
        # Construction reads the source and leaves it as it was; the rest fills caches.
        cases.append(Case(key, prepare, run, reusable=key.operation == "construct"))

    cases: list[Case] = []
    add(Key("native", "construct", "outside"), fresh, construct)
    if subject.bare:
        for who in ("ours", "again"):
            add(Key(who, "construct", "outside"), fresh, subject.ours)
    for who, operations in sides_of(subject).items():
        for twin in (who, "again") if who == "ours" else (who,):
            if not subject.bare:
                if "construct" in operations:
                    add(Key(twin, "construct", "outside"), made, operations["construct"])
                for name in OPERATIONS:
                    add(Key(twin, name, "outside"), made, operations[name])
            for name in OPERATIONS:
                run = operations[name]
                if not (subject.bare and who == "ours"):
                    run = _after(construct, run)
                add(Key(twin, name, "whole"), fresh, run)
    return cases


def _after(construct: Callable[[Any], Any], ask: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda source: ask(construct(source))


def check(subject: Subject, example: Example) -> None:
    """Ask every side everything, each on a request of its own, and compare with what was sent.

    Raises:
        AssertionError: A side gives something else; the message says which, and what.
    """
    expected: dict[str, Any] = {
        "header": example.headers["user-agent"],
        "headers": example.headers,
        "cookies": example.cookies,
        "query": example.query,
    }
    for who, operations in sides_of(subject).items():
        # An environ says nothing of a router.
        params = {} if who == "ours" and subject.ours is unireq.from_wsgi else example.path_params
        expected["everything"] = (
            example.method,
            example.path,
            example.headers,
            example.cookies,
            example.query,
            params,
            PEER[0],
        )
        for name in OPERATIONS:
            source = subject.fresh(example)
            if not (subject.bare and who == "ours"):
                source = subject.construct(source)
            got = _normal(name, operations[name](source))
            if got != expected[name]:
                raise AssertionError(
                    f"{subject.name}, {example.name}, {who}, {name}:"
                    f" expected {expected[name]!r}, got {got!r}"
                )


def _normal(name: str, result: Any) -> Any:
    """`result` without the differences that are the frameworks' own: types, case of names."""
    if name == "headers":
        return {field.lower(): value for field, value in result.items()}
    if name in ("cookies", "query"):
        # `get` and not `items`: where a mapping holds lists, it gives one value.
        return {key: result.get(key) for key in result}
    if name == "everything":
        method, path, headers, cookies, query, params, client = result
        return (
            method,
            path,
            _normal("headers", headers),
            _normal("cookies", cookies),
            _normal("query", query),
            dict(params),
            client if isinstance(client, str) else client[0],
        )
    return result
