"""Every case in instructions instead of time: the same each time, within a fraction of a percent.

Subjects of the same packages are counted in one process under valgrind (callgrind.py). Each case
has run often before it is counted, because CPython makes code quicker that has; its arguments are
made before, and what the loop takes is subtracted.

CPython's caches go by where names lie in memory. Another checkout, or another version of any
package, moves them, and a case may cost 2 % more by that alone. Several layouts tell: `least` of
them is what the code needs.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, product
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    # Whatever is imported after these lies elsewhere.
    _MOVED = [type(f"Moved{n}", (), {f"name{n}": n}) for n in range(40 * int(sys.argv[1]))]
    _LOOKED_UP = [getattr(moved, f"name{n}") for n, moved in enumerate(_MOVED)]

from benchmarks.callgrind import count, counted, settle
from benchmarks.cases import cases_of, check
from benchmarks.examples import EXAMPLES
from benchmarks.subjects import PACKAGES, SUBJECTS

__all__ = ["Row", "count_rows", "least"]

_WARM = 30
"""Calls before a case is counted."""
_CALLS, _TIMES = 10, 2
"""Calls that are counted together, and how often: the least counts, as some have to find memory."""


@dataclass(frozen=True)
class Row:
    """Instructions of one call, for each side that has the operation.

    Attributes:
        subject: The name of the subject.
        packages: What its native side consists of.
        example: "browser" or "minimal".
        operation: What was asked.
        mode: "outside" the making of the native request, the "whole", or the "second" time.
    """

    subject: str
    packages: tuple[str, ...]
    example: str
    operation: str
    mode: str
    ours: float
    native: float | None
    peer: float | None

    @property
    def name(self) -> str:
        """Such as "Flask, browser, everything, whole"; "outside" is not said."""
        parts = (self.subject, self.example, self.operation, self.mode)
        return ", ".join(part for part in parts if part != "outside")

    @property
    def to_native(self) -> float | None:
        """What ours needs, as a multiple of native: ours / native."""
        return None if self.native is None else self.ours / self.native

    @property
    def to_peer(self) -> float | None:
        """What cross-web needs, as a multiple of ours: cross-web / ours."""
        return None if self.peer is None else self.peer / self.ours


def count_rows(names: Iterable[str], layout: int = 0) -> list[Row]:
    """The rows of the subjects, those of the same packages together.

    Args:
        names: Keys of SUBJECTS.
        layout: Another number moves objects in memory.

    Raises:
        RuntimeError: Valgrind or its program failed.
    """
    together: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        together.setdefault(PACKAGES[name], []).append(name)
    # Valgrind runs each on one processor.
    with ThreadPoolExecutor(2) as pool:
        counted_there = pool.map(partial(_count_there, layout), together.values())
        return list(chain.from_iterable(counted_there))


def least(*layouts: Iterable[Row]) -> list[Row]:
    """Each row with the least that each side needed.

    Args:
        layouts: What `count_rows` found, of some subjects or of all.
    """
    found: dict[str, Row] = {}
    for row in chain.from_iterable(layouts):
        other = vars(found.get(row.name, row))
        sides = {side: vars(row)[side] for side in ("ours", "native", "peer")}
        fewest = {side: n and min(n, other[side]) for side, n in sides.items()}
        found[row.name] = replace(row, **fewest)
    return list(found.values())


def _count_there(layout: int, names: list[str]) -> list[Row]:
    """The rows of some subjects, counted in a process of its own."""
    counts = count(__file__, str(layout), *names)
    loop = counts.pop(("the loop alone",))
    found = {name: (needed - loop) / _CALLS for name, needed in counts.items()}
    return [
        Row(
            *(subject, PACKAGES[name], example, operation, mode, ours),
            native=found.get((name, subject, example, "native", operation, mode)),
            peer=found.get((name, subject, example, "cross-web", operation, mode)),
        )
        for (name, subject, example, who, operation, mode), ours in found.items()
        if who == "ours"
    ]


def _count_here(names: list[str]) -> None:
    """Count the loop alone and every case, in this process."""
    subjects = {name: SUBJECTS[name]() for name in names}
    for subject, example in product(subjects.values(), EXAMPLES.values()):
        check(subject, example)
    settle()
    _count(lambda: None, callable, "the loop alone")
    for (name, subject), example in product(subjects.items(), EXAMPLES.values()):
        for key, prepare, run in cases_of(subject, example):
            # The rest is the sum of the construction and of what is asked outside.
            if key.mode != "whole" or subject.bare or key.operation == "everything":
                _count(prepare, run, name, subject.name, example.name, *key)


def _count(prepare: Callable[[], Any], run: Callable[[Any], Any], *name: str) -> None:
    # `map` calls from C: a loop in Python would itself be quicker the more often it has run.
    def use(arguments: list[Any]) -> None:
        deque(map(run, arguments), maxlen=0)

    use([prepare() for _ in range(_WARM)])
    for _ in range(_TIMES):
        counted(use, [prepare() for _ in range(_CALLS)], *name)


if __name__ == "__main__":
    _count_here(sys.argv[2:])
