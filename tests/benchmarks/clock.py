"""The clock: every case in every round, in an order that is shuffled anew each time.

A shared machine changes its speed from one second to the next, so a time says little, and the ratio
of two times of the same round says much. Nothing here is judged: see figures.py.
"""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable, Sequence
from time import perf_counter_ns
from typing import Any

from benchmarks.cases import Case, Key

__all__ = ["Round", "measure"]

Round = dict[Key, float]
"""Nanoseconds for each case of one round, what an empty call takes being subtracted."""

_SAMPLE = 250_000
"""Nanoseconds that a sample should take, about."""
_SEGMENT = 8
"""Arguments made at a time: few, so that they are still warm when they are used, as in a server."""
_REUSED = 256
"""The length of a segment of a reusable case, long because such calls are short."""
_FEWEST, _MOST = 8, 400
"""Segments in a sample: enough to leave out the disturbed ones; making arguments takes time too."""
_EMPTY = Case(Key("", "empty", ""), lambda: None, lambda _: None, reusable=True)


def measure(
    cases: Sequence[Case], rounds: int, seed: int, now: Callable[[], int] = perf_counter_ns
) -> list[Round]:
    """Time `cases`, `rounds` times.

    Args:
        cases: What to time; each is warmed up first.
        rounds: How often.
        seed: Of the order of the cases.
        now: The clock, in nanoseconds. That of the process stands still while others run, but it is
            slow to read: for cases that take long.
    """
    chosen = [(case, _segments(case, now)) for case in (*cases, _EMPTY)]
    shuffle = random.Random(seed).shuffle  # noqa: S311 (an order, not a secret)
    found: list[Round] = []
    gc.collect()
    if sys.implementation.name == "cpython":
        # What the imports left is never looked at again: collecting between rounds is quick.
        gc.freeze()
    gc.disable()
    try:
        for _ in range(rounds):
            shuffle(chosen)
            times = {case.key: _sample(case, segments, now) for case, segments in chosen}
            empty = times.pop(_EMPTY.key)
            found.append({key: time - empty for key, time in times.items()})
            gc.collect()
    finally:
        gc.enable()
        if sys.implementation.name == "cpython":
            gc.unfreeze()
    return found


def _segments(case: Case, now: Callable[[], int]) -> int:
    fastest = min(_sample(case, 2, now) for _ in range(10))
    length = _REUSED if case.reusable else _SEGMENT
    return max(_FEWEST, min(_MOST, round(_SAMPLE / (fastest * length))))


def _sample(case: Case, segments: int, now: Callable[[], int]) -> float:
    """Nanoseconds for one call of `case`: the lower quartile of `segments` segments.

    Other programs make segments slower, never faster: with the mean of all of them a control strays
    five times as far.
    """
    prepare, times = case.prepare, list[float]()
    arguments = [prepare() for _ in range(_SEGMENT)]
    if case.reusable:
        arguments *= _REUSED // _SEGMENT
    for number in range(segments):
        if number and not case.reusable:
            arguments = [prepare() for _ in range(_SEGMENT)]
        times.append(_time(case.run, arguments, now) / len(arguments))
    return sorted(times)[segments // 4]


def _time(run: Callable[[Any], Any], arguments: list[Any], now: Callable[[], int]) -> int:
    began = now()
    for argument in arguments:
        run(argument)
    return now() - began
