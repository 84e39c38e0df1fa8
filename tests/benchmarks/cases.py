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
from benchmarks.subjects import FEW, PARTS, Ask, Subject

__all__ = ["Case", "Key", "cases_of", "check", "expected_of", "normal"]


class Key(NamedTuple):
    """Which case: `who` is "ours", "native" or "cross-web"."""

    who: str
    operation: str
    mode: str


class Case(NamedTuple):
    """Something to measure: `run`, on what `prepare` makes."""

    key: Key
    prepare: Callable[[], Any]
    run: Ask


def cases_of(subject: Subject, example: Example) -> list[Case]:
    """Every case of `subject` for `example`."""
    construct, sides = subject.construct, subject.sides()

    def fresh() -> Any:
        return subject.fresh(example)

    def made() -> Any:
        return construct(subject.fresh(example))

    def after(ask: Ask) -> Ask:
        return lambda source: ask(construct(source))

    cases = [Case(Key("native", "construct", "outside"), fresh, construct)]
    for who, operations in sides.items():
        bare = subject.bare and who == "ours"
        for name, run in operations.items():
            if name == "a few":  # only of whole servers: stack.py
                continue
            if name == "construct" or not subject.bare:
                cases.append(Case(Key(who, name, "outside"), fresh if bare else made, run))
            if name != "construct":
                whole = run if bare else after(run)
                cases.append(Case(Key(who, name, "whole"), fresh, whole))
    first = subject.ours if subject.bare else after(subject.ours)
    for who, make, ask in (
        ("ours", first, lambda request: request.url),
        ("native", construct, sides["native"]["url"]),
    ):

        def asked(make: Ask = make, ask: Ask = ask) -> Any:
            request = make(fresh())
            ask(request)
            return request

        cases.append(Case(Key(who, "url", "second"), asked, ask))
    return cases


def check(subject: Subject, example: Example) -> None:
    """Ask every side everything, each on a request of its own, and compare with what was sent.

    Raises:
        AssertionError: A side gives something else; the message says which, and what.
    """
    for who, operations in subject.sides().items():
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
        "method": example.method,
        "path": example.path,
        "headers": example.headers,
        "cookies": example.cookies,
        "query": example.query,
        "path_params": path_params,
        "client": PEER[0],
    }
    alone = {
        **asked,
        "header": example.headers["user-agent"],
        "url": f"http://{example.headers['host']}{example.target}",
        "host": example.headers["host"],
    }
    return {**alone, "everything": asked, "a few": {part: alone[part] for part in FEW}}


def normal(name: str, result: Any) -> Any:
    """`result` without the differences that are the frameworks' own: types, case of names."""
    match name:
        case "headers":
            return {field.lower(): value for field, value in result.items()}
        case "cookies" | "query":
            # `get` and not `items`: where a mapping holds lists, it gives one value.
            return {key: result.get(key) for key in result}
        case "path_params":
            return dict(result)
        case "client":
            return result if isinstance(result, str) else result[0]
        case "url":
            return str(result)
        case "everything" | "a few":
            parts = PARTS if name == "everything" else FEW
            return {part: normal(part, got) for part, got in zip(parts, result, strict=True)}
        case _:
            return result
