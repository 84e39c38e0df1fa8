"""docs/performance.md and its charts, made of the figures of a run: see write_page.py.

Whatever is slower than native, and every goal that is missed, needs a reason (reasons.py). What is
hand-written otherwise is in page.md and other_pythons.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import NamedTuple, TypeVar

from benchmarks.chart import Bar, Ratio, chart
from benchmarks.exact import Row
from benchmarks.examples import EXAMPLES
from benchmarks.figures import TOLERANCE, Figure
from benchmarks.goals import BESIDE_PEER, goal_beside_peer
from benchmarks.memory_per_request import Kept
from benchmarks.reasons import reason_for
from benchmarks.subjects import TIMED
from benchmarks.table import slower

__all__ = ["Measured", "charts_of", "page_of", "unexplained"]

_K = TypeVar("_K")

_HERE = Path(__file__).parent
_BARE = {"ASGI", "WSGI"}
_TITLES = {"header": "one header", "path_params": "path parameters"}
_SERVERS = {
    ("everything", "native"): "everything: unireq / native",
    ("a few", "native"): "a few: unireq / native",
    ("a few", "nothing"): "a few: unireq / nothing",
}
_HOW = ("instructions", "time")


@dataclass(frozen=True)
class Measured:
    """What the page is made of.

    Attributes:
        versions: What was measured, and the Python that it was measured with.
        rounds: Of the times.
        timed: By the clock: requests alone, and whole servers.
        counted: By instructions: whole servers.
        rows: By instructions: requests alone.
        memory: What each framework keeps of each request: {"Flask, browser": ...}.
    """

    versions: Mapping[str, str]
    rounds: int
    timed: Sequence[Figure]
    counted: Sequence[Figure]
    rows: Sequence[Row]
    memory: Mapping[str, Kept]


class _Goal(NamedTuple):
    """A ratio, and what it should be; `operation` is as `reason_for` takes it."""

    subject: str
    operation: str
    name: str
    sides: str
    goal: str
    ratio: float
    verdict: str


_Slower = dict[tuple[str, str, str], dict[tuple[str, str], Ratio]]
"""By (subject, operation, mode): the ratios by ("instructions" or "time", example)."""


def unexplained(measured: Measured) -> list[str]:
    """What is slower than native or its goal, and has no reason."""
    asked = {(subject, _asked(*rest)) for subject, *rest in _slower_than_native(measured)}
    asked |= {
        (goal.subject, goal.operation) for goal in _goals(measured) if goal.verdict == "missed"
    }
    return [", ".join(key) for key in sorted(asked) if reason_for(*key) is None]


def charts_of(measured: Measured) -> dict[str, str]:
    """The charts, by the names of their files."""
    charts: dict[str, str] = {}
    for example in EXAMPLES:
        bars = [
            Bar(each.subject, _title(each.operation), _ratio(each))
            for each in _asked_in_a_view(measured)
            if each.example == example
        ]
        title = f"The {example} request: time through unireq / natively"
        charts[f"{example}.svg"] = chart(title, bars)
    bars = [
        Bar(each.subject, each.example, _ratio(each))
        for each in measured.counted
        if (each.operation, each.kind) == ("everything", "native")
    ]
    title = "Whole servers, all of the request read: instructions through unireq / natively"
    charts["servers.svg"] = chart(title, bars)
    return charts


def page_of(measured: Measured) -> str:
    """The page."""
    goals = _goals(measured)
    verdicts = [goal.verdict for goal in goals]
    score = ", ".join(f"{verdicts.count(v)} {v}" for v in ("reached", "missed", "inconclusive"))
    doubtful = [f"{g.name} ({g.sides})" for g in goals if g.verdict == "inconclusive"]
    versions = ", ".join(f"{name} {number}" for name, number in measured.versions.items())
    text = (_HERE / "page.md").read_text(encoding="utf-8")
    return text.format(
        versions=_wrapped(f"Measured with {versions}."),
        rounds=measured.rounds,
        tolerance=f"{TOLERANCE:.1%}",
        timed=_timed_table(measured),
        peer=_peer_table(measured.rows),
        servers=_servers_table(measured.counted),
        memory=_memory_table(measured.memory),
        pythons=(_HERE / "other_pythons.md").read_text(encoding="utf-8").strip(),
        slower=_slower_table(_slower_than_native(measured)),
        score=score,
        missed=_missed_table(goal for goal in goals if goal.verdict == "missed"),
        inconclusive=_wrapped(f"Inconclusive: {'; '.join(doubtful) or 'none'}."),
    )


def _wrapped(text: str) -> str:
    return fill(text, 100, break_long_words=False, break_on_hyphens=False)


# What there is to say.


def _slower_than_native(measured: Measured) -> _Slower:
    """What takes more than native in either request, by instructions or by time."""
    found: _Slower = {}
    for row in measured.rows:
        if row.to_native is not None:
            cells = found.setdefault((row.subject, row.operation, row.mode), {})
            cells["instructions", row.example] = Ratio(row.to_native)
    for how, figures in zip(_HOW, (measured.counted, measured.timed), strict=True):
        for each in figures:
            key = (each.subject, each.operation, each.mode)
            # What is timed and not counted is the sum of two operations that are counted.
            if each.kind == "native" and (key in found or each.mode == "stack"):
                cells = found.setdefault(key, {})
                cells[how, each.example] = _ratio(each)
    return {
        key: cells
        for key, cells in found.items()
        if any(cell.value > 1 and not cell.doubtful for cell in cells.values())
    }


def _goals(measured: Measured) -> list[_Goal]:
    """Every goal: of a request by time; of whole servers and beside cross-web by instructions."""
    found: list[_Goal] = []
    for each in (*measured.timed, *measured.counted):
        if each.goal is not None:
            by_peer = each.kind == "cross-web"
            sides = "cross-web / unireq" if by_peer else f"unireq / {each.kind}"
            found.append(
                _Goal(
                    subject=each.subject,
                    operation=each.operation + (", beside nothing" * (each.kind == "nothing")),
                    name=_goal_name(each),
                    sides=f"{sides}, {'instructions' if each.mode == 'stack' else 'time'}",
                    goal=f"{'≥' if by_peer else '≤'} {each.goal:.2f}",
                    ratio=each.ratio,
                    verdict=each.verdict,
                )
            )
    for row in measured.rows:
        least = goal_beside_peer(row.subject, row.operation, row.mode)
        if least is not None and row.to_peer is not None:
            found.append(
                _Goal(
                    subject=row.subject,
                    operation=row.operation,
                    name=_goal_name(row),
                    sides="cross-web / unireq, instructions",
                    goal=f"≥ {least:.2f}",
                    ratio=row.to_peer,
                    verdict="missed" if slower(row) else "reached",
                )
            )
    return found


def _goal_name(each: Figure | Row) -> str:
    return f"{each.subject}, {each.example}, {_name(each.operation, each.subject, each.mode)}"


def _asked_in_a_view(measured: Measured) -> list[Figure]:
    """Times of what a view asks, in order; a bare scope or environ is no request of a framework."""
    chosen = [
        each
        for each in measured.timed
        if (each.kind, each.mode) == ("native", "outside") and each.subject not in _BARE
    ]
    subjects = list(dict.fromkeys(each.subject for each in chosen))
    return sorted(chosen, key=lambda e: (subjects.index(e.subject), TIMED.index(e.operation)))


def _ratio(figure: Figure) -> Ratio:
    return Ratio(figure.ratio, figure.verdict == "inconclusive")


def _asked(operation: str, mode: str) -> str:
    return f"{operation}, second" if mode == "second" else operation


# Tables.


def _timed_table(measured: Measured) -> str:
    cells = (
        (f"{each.subject}, {each.example}", each.operation, str(_ratio(each)))
        for each in _asked_in_a_view(measured)
    )
    return _pivot("request", {name: _title(name) for name in TIMED}, cells)


def _peer_table(rows: Iterable[Row]) -> str:
    cells = (
        (
            f"{row.subject}, {row.example}",
            row.operation,
            f"{row.to_peer:.2f}" if row.to_peer >= 1 else f"**{row.to_peer:.2f}**",
        )
        for row in rows
        if row.to_peer is not None and row.mode == "outside"
    )
    return _pivot("request", {name: _title(name) for name in BESIDE_PEER}, cells)


def _servers_table(counted: Iterable[Figure]) -> str:
    cells = (
        (f"{each.subject}, {each.example}", (each.operation, each.kind), f"{each.ratio:.3f}")
        for each in counted
    )
    return _pivot("server, request", _SERVERS, cells)


def _memory_table(memory: Mapping[str, Kept]) -> str:
    titles = ("request", "framework, unread", "added by native reading", "added by unireq")
    lines = ((name, *(f"{size:,}" for size in kept)) for name, kept in memory.items())
    return _table(titles, lines)


def _slower_table(found: _Slower) -> str:
    """A line for each operation and reason, with all whom the reason is about."""
    lines: dict[tuple[str, str], dict[str, list[str]]] = {}
    for (subject, operation, mode), cells in found.items():
        why = reason_for(subject, _asked(operation, mode)) or ""
        line = lines.setdefault((_name(operation, subject, mode), why), {how: [] for how in _HOW})
        for how in _HOW:
            told = [str(cells[how, example]) for example in EXAMPLES if (how, example) in cells]
            if told:
                line[how].append(f"{subject} {' / '.join(told)}")
    operations = list(dict.fromkeys(operation for operation, _ in lines))
    return _table(
        ("operation", *(f"{how}, {' / '.join(EXAMPLES)}" for how in _HOW), "why"),
        (
            (operation, *("<br>".join(line[how]) for how in _HOW), why)
            for (operation, why), line in sorted(
                lines.items(), key=lambda line: operations.index(line[0][0])
            )
        ),
    )


def _missed_table(missed: Iterable[_Goal]) -> str:
    return _table(
        ("request", "ratio", "goal", "is", "why"),
        (
            (each.name, each.sides, each.goal, f"{each.ratio:.4f}", reason_for(*each[:2]) or "")
            for each in missed
        ),
    )


def _title(operation: str) -> str:
    return _TITLES.get(operation, operation)


def _name(operation: str, subject: str, mode: str) -> str:
    told = {"second": ", second", "stack": ", whole server", "outside": ""}
    return _title(operation) + told.get(mode, "" if subject in _BARE else ", whole")


def _pivot(corner: str, columns: Mapping[_K, str], cells: Iterable[tuple[str, _K, str]]) -> str:
    """A table of (line, column, text), in the order in which the lines come."""
    lines: dict[str, dict[_K, str]] = {}
    for line, column, text in cells:
        lines.setdefault(line, {})[column] = text
    return _table(
        (corner, *columns.values()),
        ((line, *(found.get(column, "") for column in columns)) for line, found in lines.items()),
    )


def _table(titles: Sequence[str], lines: Iterable[Iterable[str]]) -> str:
    rows = (titles, ["---"] * len(titles), *lines)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
