"""What reading through unireq costs a whole server: `python tests/benchmarks/stack_cost.py`.

Two questions to each server of stack.py. Everything: does it answer as many requests when its view
reads everything through unireq as when it reads the same natively? A few: what does it lose when a
view that reads nothing begins to read method, path and one header field through unireq?

Valgrind counts the instructions, and these are held against the goals: two percent of a request are
less than a clock tells apart. `run.py` gives the times.

The exit status is 1 if a goal is missed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import process_time_ns
from typing import Any

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import unireq
from benchmarks.callgrind import MISSING, available, counted, run_counted, settle
from benchmarks.cases import Case, Key, expected_of, normal, sides_of
from benchmarks.clock import Round, measure
from benchmarks.examples import BROWSER, EXAMPLES, Example
from benchmarks.figures import Figure, ratio
from benchmarks.goals import goal_of
from benchmarks.stack import STACKS, Stack, raw_request
from benchmarks.subjects import SUBJECTS
from benchmarks.table import STACK_COLUMNS, render, summary

__all__ = ["asks_of", "check_stack", "print_counts", "time_stack"]

Ask = Callable[[Any], Any]

EVERYTHING, FEW = "everything", "a few"
NOTHING = Key("nothing", "nothing", "stack")
_BATCH = 2
"""Requests in one call that is timed."""
_WARM, _COUNTED = 100, 50
"""Requests before a case is counted; those that are counted."""


def asks_of(stack: Stack) -> dict[Key, Ask]:
    """What the view asks in each case."""
    sides = sides_of(SUBJECTS[stack.subject]())
    ours, native = sides["ours"][EVERYTHING], sides["native"][EVERYTHING]
    return {
        NOTHING: lambda request: None,
        Key("ours", EVERYTHING, "stack"): ours,
        Key("again", EVERYTHING, "stack"): ours,
        Key("native", EVERYTHING, "stack"): native,
        Key("ours", FEW, "stack"): _our_few,
        Key("again", FEW, "stack"): _our_few,
        Key("native", FEW, "stack"): _scope_few if stack.subject == "starlette" else _native_few,
    }


def _our_few(native: Any) -> Any:
    request = unireq.from_native(native)
    return request.method, request.path, request.get_header("user-agent")


def _native_few(request: Any) -> Any:
    return request.method, request.path, request.headers.get("user-agent")


def _scope_few(request: Any) -> Any:
    return request.method, request.scope["path"], request.headers.get("user-agent")


def check_stack(stack: Stack, asks: dict[Key, Ask], example: Example) -> None:
    """Send `example` in each case, and compare what the view reads with what was sent.

    Raises:
        AssertionError: A response is not "ok" with 200, or something else was read.
    """
    sent = expected_of(example, example.path_params)
    expected = {
        "nothing": None,
        EVERYTHING: sent[EVERYTHING],
        FEW: (example.method, example.path, sent["header"]),
    }
    for key, ask in asks.items():
        read: list[Any] = []

        def keep(request: Any, ask: Ask = ask, read: list[Any] = read) -> None:
            read.append(ask(request))

        stack.ask = keep
        response = stack.answer(raw_request(example), 2)
        where = f"{stack.name}, {example.name}, {key.who}, {key.operation}"
        if not response.startswith(b"HTTP/1.1 200 OK\r\n") or b"\nok" not in response:
            raise AssertionError(f"{where}: expected ok with 200, got {response!r}")
        got = [normal(key.operation, each) for each in read]
        if got != [expected[key.operation]] * 2:
            raise AssertionError(
                f"{where}: expected {expected[key.operation]!r} twice, got {got!r}"
            )


def time_stack(stack: Stack, example: Example, rounds: int, seed: int) -> list[Figure]:
    """The figures by the clock, without goals."""
    asks, raw = asks_of(stack), raw_request(example)
    check_stack(stack, asks, example)

    def case(key: Key, ask: Ask) -> Case:
        def run(raw: bytes) -> None:
            stack.ask = ask
            stack.answer(raw, _BATCH)

        return Case(key, lambda: raw, run, reusable=False)

    cases = [case(*each) for each in asks.items()]
    # The times of a server's threads count together, and other programs' don't.
    times = measure(cases, rounds, seed, process_time_ns)
    return figures_of_stack(stack.name, example.name, times, judged=False)


def count_stack(name: str) -> list[Figure]:
    """The figures of both examples by instructions, counted in a process of its own; with goals.

    Args:
        name: A key of STACKS.

    Raises:
        RuntimeError: Valgrind or its program failed.
    """
    printed, counts = run_counted(__file__, "--child", name)
    stack, *keys = json.loads(printed)
    if len(keys) != len(counts):
        raise RuntimeError(f"{name}: expected {len(keys)} counts, got {len(counts)}")
    found: dict[str, list[Round]] = {}
    for (example, *key), count in zip(keys, counts, strict=True):
        found.setdefault(example, [{}])[0][Key(*key)] = count
    figures = (figures_of_stack(stack, *each, judged=True) for each in found.items())
    return [figure for each in figures for figure in each]


def print_counts(names: Iterable[str]) -> list[Figure]:
    """Count the stacks, print their tables, and which goals are reached.

    Args:
        names: Keys of STACKS.
    """
    figures: list[Figure] = []
    for name in names:
        found = count_stack(name)
        for example in EXAMPLES:
            chosen = [figure for figure in found if figure.example == example]
            print(render(chosen, STACK_COLUMNS), flush=True)
        figures += found
    print(summary(figures))
    return figures


def figures_of_stack(
    stack: str, example: str, rounds: Sequence[Round], *, judged: bool
) -> list[Figure]:
    """The figures of `rounds`, which are times or counts.

    Args:
        stack: The stack's name.
        example: The example's.
        rounds: What was measured.
        judged: Whether to hold the figures against their goals.
    """
    figures: list[Figure] = []
    for operation in (EVERYTHING, FEW):
        ours = Key("ours", operation, "stack")
        control = ratio(rounds, ours._replace(who="again"), ours)
        for kind, other in (("native", ours._replace(who="native")), ("nothing", NOTHING)):
            where = (stack, example, kind, operation, "stack")
            goal = goal_of(*where) if judged else None
            figures.append(Figure(*where, ratio(rounds, ours, other), control, goal))
    return figures


def _count_here(name: str) -> list[Any]:
    """Count every case in this process; the name of the stack, and which cases they are."""
    stack = STACKS[name]()
    asks = asks_of(stack)
    for example in EXAMPLES.values():
        check_stack(stack, asks, example)
    for ask in asks.values():
        # CPython makes code quicker that it has run often.
        stack.ask = ask
        stack.answer(raw_request(BROWSER), _WARM)
    settle()
    keys: list[tuple[str, ...]] = []
    for example in EXAMPLES.values():
        raw = raw_request(example)
        for key, ask in asks.items():
            stack.ask = ask
            # And slower again when something else has run there since.
            stack.answer(raw, _WARM)
            counted(lambda raw: stack.answer(raw, _COUNTED), raw)
            keys.append((example.name, *key))
    return [stack.name, *keys]


def main() -> int:
    """Count and judge; the exit status."""
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(_count_here(sys.argv[2])))
        return 0
    if not available():
        print(MISSING, file=sys.stderr)
        return 2
    figures = print_counts(sys.argv[1:] or STACKS)
    return any(figure.verdict == "missed" for figure in figures)


if __name__ == "__main__":
    sys.exit(main())
