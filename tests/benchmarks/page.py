"""Measures what unireq costs, and writes docs/performance.md: `nox -s bench`, about half an hour.

Instructions are counted by valgrind: of requests alone, held by gate.py to ratios.json, and of
whole servers (stack.py). Time is given as ratios: every side is asked in each round, in an order
that changes, and the median of the rounds' ratios is told. Ours is asked twice: where it is not as
quick as itself, the ratio is marked `?`. Bytes are counted by tracemalloc.

What was measured is kept in figures.json, so that the page follows its text and ratios.json:
`python tests/benchmarks/page.py --text` writes it anew, and measures nothing.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import random
import sys
import tracemalloc
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from textwrap import fill
from time import perf_counter_ns
from typing import Any

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.callgrind import need_valgrind
from benchmarks.cases import Case, Key, cases_of, check
from benchmarks.exact import Row, count_rows
from benchmarks.examples import EXAMPLES, Example
from benchmarks.gate import BESIDE_PEER, ratios_of, read
from benchmarks.stack import STACKS, count_stack
from benchmarks.subjects import FRAMEWORKS, SUBJECTS, Subject, our_operations

Table = Mapping[str, Mapping[str, str]]
"""Cells by row and column."""

_HERE = Path(__file__).parent
_FIGURES = _HERE / "figures.json"
_PAGE = _HERE.parents[1] / "docs" / "performance.md"
_MEASURED = """
unireq cross-web starlette flask werkzeug django sanic multidict
uvicorn httptools uvloop h11 gunicorn
""".split()

ROUNDS = 100
TOLERANCE = 0.015
"""How far our time may be from itself."""
_EMPTY = Case(Key("", "", ""), lambda: None, lambda _: None)

# What unireq set out to reach in time, by framework: construct, the browser's headers, everything
# with the making of the request (the browser's, the minimal), the same of cross-web's to ours.
_GOALS = {
    "Starlette": (0.50, 0.95, 0.48, 0.65, 2.5),
    "Flask": (0.09, 0.31, 0.26, 0.48, 4.5),
    "Django WSGI": (0.07, 0.15, 0.25, 0.43, 4.8),
    "Django ASGI": (0.04, 0.20, 0.41, 0.50, 2.8),
    "Sanic": (0.11, 2.00, 0.78, 1.45, 2.2),
}
# In instructions of whole servers: the browser's everything to native, a few to nothing.
_SERVER_GOALS = {
    "Starlette on uvicorn": (1.0, 1.05),
    "Starlette on uvicorn, all Python": (1.0, 1.05),
    "Flask on gunicorn": (1.0, 1.02),
    "Django on gunicorn": (1.0, 1.02),
    "Django on uvicorn": (1.0, 1.05),
    # Sanic has parsed the fields before there is a request, for every view.
    "Sanic": (1.01, 1.05),
}
_WHOLE, _PEERS_WHOLE = "everything, whole", "cross-web / unireq: everything, whole"
_SERVERS = {
    "everything: unireq / native": (("ours", "everything"), ("native", "everything")),
    "a few: unireq / native": (("ours", "a few"), ("native", "a few")),
    "a few: unireq / nothing": (("ours", "a few"), ("nobody", "nothing")),
}


def page_of(figures: Mapping[str, Any], ratios: Mapping[str, float]) -> str:
    """The page.

    Args:
        figures: What `_measure` found, or figures.json holds.
        ratios: Instructions of ours / native, as ratios.json holds them.
    """
    versions = ", ".join(f"{name} {number}" for name, number in figures["versions"].items())
    instructions: dict[str, dict[str, str]] = {}
    for name, ratio in ratios.items():
        subject, example, operation = name.split(", ", 2)
        if subject in ("ASGI", "WSGI"):
            operation = operation.removesuffix(", whole")
        cell = f"**{ratio:.2f}**" if ratio > 1 else f"{ratio:.2f}"
        instructions.setdefault(f"{subject}, {example}", {})[operation] = cell
    return (
        (_HERE / "page.md")
        .read_text(encoding="utf-8")
        .format(
            versions=fill(f"Measured with {versions}.", 100, break_on_hyphens=False),
            rounds=figures["rounds"],
            tolerance=f"{TOLERANCE:.1%}",
            instructions=_table("request", instructions),
            **{
                name: _table("request" if name != "servers" else "server, request", figures[name])
                for name in ("time", "peer", "servers", "memory")
            },
        )
    )


def _table(corner: str, cells: Table) -> str:
    columns = list(dict.fromkeys(column for row in cells.values() for column in row))
    lines = [[corner, *columns], ["---"] * (len(columns) + 1)]
    lines += [[row, *(found.get(name, "") for name in columns)] for row, found in cells.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _measure(rounds: int, rows: Iterable[Row]) -> dict[str, Any]:
    """Everything that the page needs, beside the ratios of `rows`."""
    peer: dict[str, dict[str, str]] = {}
    for row in rows:
        if row.to_peer is not None and row.mode == "outside" and row.operation in BESIDE_PEER:
            cell = f"{row.to_peer:.2f}" if row.to_peer >= 1 else f"**{row.to_peer:.2f}**"
            peer.setdefault(f"{row.subject}, {row.example}", {})[row.operation] = cell
    servers: dict[str, dict[str, str]] = {}
    for row_name, counts in (row for name in STACKS for row in count_stack(name).items()):
        servers[row_name] = {
            column: _cell(counts[above] / counts[below], 3, _server_goal(row_name, column))
            for column, (above, below) in _SERVERS.items()
        }
    # A process for each: Sanic and Django refuse to be set up twice.
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        found = pool.starmap(_measure_framework, ((name, rounds) for name in FRAMEWORKS), 1)
    return {
        "versions": {platform.python_implementation(): platform.python_version()}
        | {name: version(name) for name in _MEASURED},
        "rounds": rounds,
        "time": {row: cells for timed, _ in found for row, cells in timed.items()},
        "peer": peer,
        "servers": servers,
        "memory": {row: cells for _, kept in found for row, cells in kept.items()},
    }


def _measure_framework(name: str, rounds: int) -> tuple[Table, Table]:
    """Time and memory of both examples."""
    subject = SUBJECTS[name]()
    timed: dict[str, dict[str, str]] = {}
    kept: dict[str, dict[str, str]] = {}
    for example in EXAMPLES.values():
        check(subject, example)
        row = f"{subject.name}, {example.name}"
        timed[row] = _times_of(subject, example, rounds)
        kept[row] = {title: f"{size:,}" for title, size in kept_by(subject, example).items()}
    return timed, kept


# Time.


def _times_of(subject: Subject, example: Example, rounds: int) -> dict[str, str]:
    asked = {Key("ours", name, "outside"): name for name in BESIDE_PEER}
    asked[Key("ours", "everything", "whole")] = _WHOLE
    cases = [each for each in cases_of(subject, example) if each.key._replace(who="ours") in asked]
    cells: dict[str, str] = {}
    for key, (to_native, to_peer, doubt) in ratios_of_times(cases, rounds).items():
        name = asked[key]
        cells[name] = _cell(to_native, 2, _goal(subject.name, example.name, name)) + doubt
        if name == _WHOLE and to_peer is not None:
            goal = _goal(subject.name, example.name, _PEERS_WHOLE)
            cells[_PEERS_WHOLE] = _cell(to_peer, 2, goal, at_least=True) + doubt
    return cells


def ratios_of_times(
    cases: Sequence[Case], rounds: int, calls: int = 8, batches: int = 20
) -> dict[Key, tuple[float, float | None, str]]:
    """By our keys: ours / native, cross-web / ours, and " ?" if ours differs from itself.

    Args:
        cases: What is timed.
        rounds: How often every case is timed, in an order that changes.
        calls: How many calls are timed together: few, so that their arguments are still warm, as
            in a server.
        batches: How many such batches a round has. The lower quartile counts: other programs make
            some slower.
    """
    ours = [case for case in cases if case.key.who == "ours"]
    chosen = [*cases, *(each._replace(key=each.key._replace(who="again")) for each in ours)]
    found: list[dict[Key, float]] = []
    gc.disable()
    try:
        for _ in range(rounds):
            random.shuffle(chosen)
            # What a call takes that does nothing, by itself too short to be timed.
            empty = _nanoseconds(_EMPTY, 256, batches)
            found.append({case.key: _nanoseconds(case, calls, batches) - empty for case in chosen})
            gc.collect()
    finally:
        gc.enable()

    def ratio(above: Key, below: Key) -> float:
        return median(times[above] / times[below] for times in found)

    ratios: dict[Key, tuple[float, float | None, str]] = {}
    for key, *_ in ours:
        native, peer, again = (key._replace(who=who) for who in ("native", "cross-web", "again"))
        doubt = " ?" if abs(ratio(again, key) - 1) > TOLERANCE else ""
        beside_peer = ratio(peer, key) if peer in found[0] else None
        ratios[key] = ratio(key, native), beside_peer, doubt
    return ratios


def _nanoseconds(case: Case, calls: int, batches: int) -> float:
    """Of one call."""
    times, run = list[int](), case.run
    for _ in range(batches):
        arguments = [case.prepare() for _ in range(calls)]
        begun = perf_counter_ns()
        for argument in arguments:
            run(argument)
        times.append(perf_counter_ns() - begun)
    return sorted(times)[batches // 4] / calls


def _goal(subject: str, example: str, name: str) -> float | None:
    construct, headers, browser, minimal, peer = _GOALS[subject]
    goals = {"construct": construct, _WHOLE: minimal}
    if example == "browser":
        goals |= {"headers": headers, _WHOLE: browser, _PEERS_WHOLE: peer}
    return goals.get(name)


def _server_goal(row: str, column: str) -> float | None:
    server, _, example = row.rpartition(", ")
    everything, few = _SERVER_GOALS[server]
    if column.endswith("nothing"):
        return few
    return everything if (column[:3], example) == ("eve", "browser") else None


def _cell(ratio: float, digits: int, goal: float | None, *, at_least: bool = False) -> str:
    """The ratio, and its goal if it misses that."""
    told = f"{ratio:.{digits}f}"
    if goal is None or (ratio >= goal if at_least else ratio <= goal):
        return told
    return f"{told} (goal {goal:.2f})"


# Memory.


def kept_by(subject: Subject, example: Example, requests: int = 1_000) -> dict[str, int]:
    """Bytes of each request: unread; added when everything is read natively; by us instead.

    What was read is let go; what stays is what the request itself keeps, so that it need not read
    again.
    """
    ask_native = subject.sides()["native"]["everything"]
    ask_ours = our_operations(lambda request: request)["everything"]

    def read_native(native: Any) -> Any:
        ask_native(native)
        return native

    def read_ours(native: Any) -> Any:
        request = subject.ours(native)
        ask_ours(request)
        return request

    for read_all in (read_native, read_ours):
        _kept(subject, example, read_all, 10)  # what is made once for all requests
    unread, native = _kept(subject, example, read_native, requests)
    ours = _kept(subject, example, read_ours, requests)[1]
    return {
        "framework, unread": unread,
        "added by native reading": native,
        "added by unireq": ours,
    }


def _kept(
    subject: Subject, example: Example, read_all: Callable[[Any], Any], requests: int
) -> tuple[int, int]:
    """Bytes of each request: before it is read, and in addition afterwards."""
    held: list[Any] = [None] * requests
    sizes: list[int] = []

    def measure() -> None:
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    try:
        measure()
        for at in range(requests):
            held[at] = subject.construct(subject.fresh(example))
        measure()
        for at in range(requests):
            held[at] = read_all(held[at])
        measure()
    finally:
        tracemalloc.stop()
    begun, made, read_too = sizes
    return round((made - begun) / requests), round((read_too - made) / requests)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description="Write docs/performance.md.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of the times ({ROUNDS})")
    parser.add_argument("--text", action="store_true", help="measure nothing, read figures.json")
    parser.add_argument("--print", action="store_true", help="measure, print it, and write nothing")
    options = parser.parse_args()
    if options.text:
        figures = json.loads(_FIGURES.read_text(encoding="utf-8"))
    else:
        need_valgrind()
        rows = count_rows(SUBJECTS)
        figures = _measure(options.rounds, rows)
        if options.print:
            print(page_of(figures, ratios_of(rows)))
            return
    page = page_of(figures, read().ratios)
    _FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    _PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
