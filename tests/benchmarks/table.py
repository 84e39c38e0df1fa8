"""The table: a line for each question, with ratios, goals and controls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.exact import Row
from benchmarks.figures import TOLERANCE, Figure
from benchmarks.goals import goal_beside_peer

__all__ = [
    "LEGEND",
    "STACK_COLUMNS",
    "render",
    "render_native",
    "render_peer",
    "slower",
    "summary",
]

LEGEND = f"""\
ours/native     unireq as a part of the framework's own request, both asked the same
... whole       the same, the making of the framework's own request included on both sides
cross-web/ours  how many times as long cross-web takes
A/A             ours against ours, the worse of the two; more than {TOLERANCE:.1%} from 1: (?)
?               inconclusive: the control moved, so the figure says nothing
(<= ..) (>= ..) the goal
"""

_COLUMNS = (
    ("native", "outside", "ours/native"),
    ("native", "whole", "... whole"),
    ("cross-web", "outside", "cross-web/ours"),
    ("cross-web", "whole", "... whole"),
)
STACK_COLUMNS = (("native", "stack", "ours/native"), ("nothing", "stack", "ours/nothing"))
"""For the whole stack: beside a view that reads the same natively, and one that reads nothing."""


def render(figures: Iterable[Figure], columns: Sequence[tuple[str, str, str]] = _COLUMNS) -> str:
    """The figures of one subject and one example.

    Args:
        figures: What to show, a line for each operation.
        columns: What is a column: (kind, mode, title).
    """
    rows: dict[str, dict[tuple[str, str], Figure]] = {}
    name = ""
    for figure in figures:
        name = f"{figure.subject}, {figure.example}"
        rows.setdefault(figure.operation, {})[figure.kind, figure.mode] = figure
    wide = max(24, len(name))
    lines = [f"{name:{wide}}" + "".join(f"{title:>26}" for *_, title in columns) + f"{'A/A':>9}"]
    for operation, cells in rows.items():
        line = f"  {operation}".ljust(wide)
        line += "".join(f"{_cell(cells.get((kind, mode))):>26}" for kind, mode, _ in columns)
        worst = max((figure.control for figure in cells.values()), key=lambda c: abs(c - 1))
        lines.append(f"{line}{worst:9.3f}")
    return "\n".join(lines)


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return ""
    shown = f"{figure.ratio:.{3 if figure.mode == 'stack' else 2}f}"
    if figure.goal is not None:
        sign = ">=" if figure.kind == "cross-web" else "<="
        shown = f"{shown} ({sign} {figure.goal:.2f}) {figure.verdict}"
        return shown if figure.verdict != "inconclusive" else shown.replace(figure.verdict, "?")
    return f"{shown} ?" if figure.verdict else shown


def summary(figures: Iterable[Figure]) -> str:
    """How many goals are reached, and which are not."""
    held = [figure for figure in figures if figure.goal is not None]
    told = {
        verdict: [figure for figure in held if figure.verdict == verdict]
        for verdict in ("reached", "missed", "inconclusive")
    }
    lines = ["goals: " + ", ".join(f"{len(found)} {verdict}" for verdict, found in told.items())]
    for verdict in ("missed", "inconclusive"):
        for f in told[verdict]:
            side = "cross-web/ours" if f.kind == "cross-web" else f"ours/{f.kind}"
            lines.append(
                f"  {verdict}: {f.subject}, {f.example}, {f.operation}, {side} {f.mode}:"
                f" {f.ratio:.3f}, goal {f.goal}, A/A {f.control:.3f}"
            )
    return "\n".join(lines)


def slower(row: Row) -> bool:
    """Whether ours needs more than cross-web, where it should not."""
    goal = goal_beside_peer(row.subject, row.operation, row.mode)
    return goal is not None and row.to_peer is not None and row.to_peer < goal


def render_peer(rows: Iterable[Row]) -> str:
    """What cross-web needs beside ours, in instructions."""
    lines = [f"{'instructions':34}{'ours':>9}{'cross-web':>11}  cross-web/ours (goal: >= 1.00)"]
    held = 0
    missed = 0
    for row in rows:
        goal = goal_beside_peer(row.subject, row.operation, row.mode)
        if goal is None or row.to_peer is None:
            continue
        held += 1
        told = f"{row.to_peer:.2f}"
        if goal != 1:
            told += f" (>= {goal:.2f})"
        if slower(row):
            missed += 1
            told += " slower than cross-web"
        lines.append(f"  {row.name:32}{row.ours:9.0f}{row.peer:11.0f}  {told}")
    lines.append(f"slower than cross-web, beyond what is declared: {missed} of {held} rows")
    return "\n".join(lines)


def render_native(rows: Iterable[Row]) -> str:
    """What ours needs beside the framework's own request, in instructions."""
    lines = [f"{'instructions':34}{'ours':>9}{'native':>11}  ours/native"]
    for row in rows:
        if row.to_native is not None:
            line = f"  {row.name:32}{row.ours:9.0f}{row.native:11.0f}  {row.to_native:.3f}"
            lines.append(line)
    return "\n".join(lines)
