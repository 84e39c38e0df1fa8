"""Figures: what the rounds say, held against a control and a goal.

A figure is the median of the ratios of all rounds. Its control times our side against itself in the
same rounds: where that is not 1, give or take 1.5 %, the figure says nothing, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from benchmarks.cases import Key
from benchmarks.clock import Round
from benchmarks.goals import goal_of

__all__ = ["TOLERANCE", "Figure", "figures_of", "ratio"]

TOLERANCE = 0.015
"""How far a control may be from 1."""


@dataclass(frozen=True)
class Figure:
    """One ratio.

    Attributes:
        kind: "native": ours / native; "cross-web": cross-web / ours.
        mode: "outside" the making of the native request, or the "whole".
        control: The ratio of our side to itself.
        goal: What the ratio should be at most ("native") or at least ("cross-web").
    """

    subject: str
    example: str
    kind: str
    operation: str
    mode: str
    ratio: float
    control: float
    goal: float | None = None

    @property
    def verdict(self) -> str:
        """One of "reached", "missed", "inconclusive"; without a goal "" or "inconclusive"."""
        if abs(self.control - 1) > TOLERANCE:
            return "inconclusive"
        if self.goal is None:
            return ""
        reached = self.ratio >= self.goal if self.kind == "cross-web" else self.ratio <= self.goal
        return "reached" if reached else "missed"

    def to_json(self) -> dict[str, Any]:
        """The figure with its verdict, JSON-able."""
        return {**asdict(self), "verdict": self.verdict}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Figure:
        """The figure that `to_json` told."""
        return cls(**{name: value for name, value in told.items() if name != "verdict"})


def ratio(rounds: Sequence[Round], above: Key, below: Key) -> float:
    """The median of `above` / `below` over the rounds."""
    return median(times[above] / times[below] for times in rounds)


def figures_of(subject: str, example: str, rounds: Sequence[Round]) -> list[Figure]:
    """Every figure that `rounds` have the cases for."""
    keys = rounds[0].keys()
    figures: list[Figure] = []
    for key in keys:
        if key.who != "ours":
            continue
        control = ratio(rounds, key._replace(who="again"), key)
        for kind in ("native", "cross-web"):
            other = key._replace(who=kind)
            if other in keys:
                found = ratio(rounds, *((key, other) if kind == "native" else (other, key)))
                where = (subject, example, kind, key.operation, key.mode)
                figures.append(Figure(*where, found, control, goal_of(*where)))
    return figures
