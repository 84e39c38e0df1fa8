"""The table: a line for each question, with ratios, goals and controls."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.figures import TOLERANCE, Figure

__all__ = ["LEGEND", "render", "summary"]

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


def render(figures: Iterable[Figure]) -> str:
    """The figures of one subject and one example."""
    rows: dict[str, dict[tuple[str, str], Figure]] = {}
    name = ""
    for figure in figures:
        name = f"{figure.subject}, {figure.example}"
        rows.setdefault(figure.operation, {})[figure.kind, figure.mode] = figure
    lines = [f"{name:24}" + "".join(f"{title:>26}" for *_, title in _COLUMNS) + f"{'A/A':>9}"]
    for operation, cells in rows.items():
        line = f"  {operation:22}"
        line += "".join(f"{_cell(cells.get((kind, mode))):>26}" for kind, mode, _ in _COLUMNS)
        worst = max((figure.control for figure in cells.values()), key=lambda c: abs(c - 1))
        lines.append(f"{line}{worst:9.3f}")
    return "\n".join(lines)


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return ""
    shown = f"{figure.ratio:.2f}"
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
            side = "ours/native" if f.kind == "native" else "cross-web/ours"
            lines.append(
                f"  {verdict}: {f.subject}, {f.example}, {f.operation}, {side} {f.mode}:"
                f" {f.ratio:.3f}, goal {f.goal}, A/A {f.control:.3f}"
            )
    return "\n".join(lines)
