"""Whether cost grows in proportion to what a client sends: `python tests/benchmarks/growth.py`.

Valgrind counts the instructions of every attack (attacks.py) at n, 2n, 4n and 8n, all in one
process. A count is the same each time, on a busy machine too, so nothing here is a matter of luck.
From 4n to 8n four units are added where three were from n to 4n: in linear code that costs 1.33
times as much, in quadratic code 3.2 times. What it costs to begin, and to make the input, is in
neither.

The exit status is 1 if an attack costs more than that, and names it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.attacks import ATTACKS, Attack
from benchmarks.callgrind import count, counted, need_valgrind, settle

__all__ = ["SIZES", "complaints"]

SIZES = (500, 1_000, 2_000, 4_000)
STEEPEST = 1.75
"""How often the step to 8n may cost the steps to 4n: 1.33 is linear, 1.5 n log n, 3.2 quadratic.

Where a growing block of memory has to be copied, and where not, adds or takes up to .15."""
DEAREST = 3.0
"""How often an attack may cost its plain twin, where one is named."""


def growth(counts: Sequence[int]) -> float:
    """What the last step costs, in terms of the steps before it."""
    return (counts[3] - counts[2]) / max(counts[2] - counts[0], 1)


def complaints(found: Mapping[str, Sequence[int]], attacks: Sequence[Attack]) -> list[str]:
    """What is wrong with the counts, a line each; none where all is well."""
    wrong: list[str] = []
    for attack in attacks:
        counts = found[attack.name]
        # Where 8 times as much costs less than half as much again, most of it is the beginning.
        if counts[-1] > 1.5 * counts[0] and growth(counts) > STEEPEST:
            wrong.append(
                f"{attack.name}: the last step costs {growth(counts):.2f} times those before it;"
                f" linear is 1.33, at most {STEEPEST} is accepted"
            )
        plain = found.get(attack.plain or "")
        if plain and counts[-1] > DEAREST * plain[-1]:
            wrong.append(
                f"{attack.name}: costs {counts[-1] / plain[-1]:.1f} times {attack.plain};"
                f" at most {DEAREST} is accepted"
            )
    return wrong


def _count_here(names: Sequence[str]) -> None:
    attacks = [attack for attack in ATTACKS if attack.name in names]
    for attack in attacks:
        # What is imported or compiled once; and CPython makes code quicker that it has run often.
        for _ in range(10):
            attack.use(attack.make(120))
    settle()
    for attack in attacks:
        for size in SIZES:
            given = attack.make(size * attack.scale)
            counted(attack.use, given, attack.name, str(size))


def main() -> int:
    """Count and judge the attacks whose names begin so; the exit status."""
    need_valgrind()
    chosen = [a for a in ATTACKS if not sys.argv[1:] or a.name.startswith(tuple(sys.argv[1:]))]
    counts = count(__file__, "--child", *(attack.name for attack in chosen))
    found = {a.name: [counts[a.name, str(size)] for size in SIZES] for a in chosen}
    print("instructions for one more unit, and the last step beside those before it")
    for attack in chosen:
        *_, before, last = found[attack.name]
        each = (last - before) / (SIZES[3] - SIZES[2]) / attack.scale
        print(f"  {attack.name:32} {each:10.0f}  {growth(found[attack.name]):5.2f}")
    wrong = complaints(found, chosen)
    for line in wrong:
        print(f"not in proportion: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _count_here(sys.argv[2:])
    else:
        sys.exit(main())
