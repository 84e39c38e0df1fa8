"""Whether a request costs more than it did: `python tests/benchmarks/gate.py`.

Valgrind counts the instructions of every operation, of ours and of the framework's own request in
the same process (exact.py). The ratio of the two is the same on a busy machine. ratios.json holds
what it was. What is red is counted again with other layouts of the memory, and the least of each
side is judged: code that costs more does so in all of them. The exit status is 1 if

- a ratio is more than 3 % above the one in the file: `--update` writes the file anew, for a commit
  of its own that says what the cost is for;
- ours needs more than cross-web where it should not (`goal_beside_peer`), and the file does not
  have the row as one that is still to be mended;
- a row is missing, in the file or in the run.

A ratio depends on the framework and on Python, too, and on how Python was built. Where those are
not what the file says, the rows concerned are held to a wider margin, and the run says so: after
the release of a framework, the rows of the others still show within 3 % what the core costs. Update
the file then, from a commit that the gate passed before.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import re
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.callgrind import MISSING, available
from benchmarks.exact import Row, count_rows, least
from benchmarks.subjects import PACKAGES, SUBJECTS

__all__ = ["BESIDE_PEER", "FILE", "Recorded", "judge", "read", "versions_here"]

FILE = Path(__file__).with_name("ratios.json")
MARGIN = 0.03
"""How far a ratio may be above the recorded one."""
WIDE = 0.25
"""The same where the framework or the build of Python is another: another build of CPython 3.11
changed no ratio by more than 16 %."""
WIDEST = 1.0
"""The same where Python is another: CPython 3.12 and 3.13 changed a ratio of 3.11 by up to 88 %."""
RESOLUTION = 0.005
"""A difference from cross-web that is not seen: the layouts of the memory differ by more."""
OTHER_LAYOUTS = (1, 2)
"""How a row that is red is counted again; a row that is recorded was counted so, too."""
BESIDE_PEER = ("construct", "header", "headers", "cookies", "query", "path_params", "everything")
"""What cross-web has too: it is faster at none of these, outside the making of the request."""
# Sanic has parsed the fields before there is a request, and cross-web hands out what it made.
_EXCEPTIONS = {("Sanic", "header"): 0.80, ("Sanic", "headers"): 0.72}
_UPDATE = "python tests/benchmarks/gate.py --update"
_OF_PYTHON = {"Python", "build of Python"}
_WHAT_TO_DO = f"""\
Mend what made it dearer. If the cost is meant, run `{_UPDATE}`,
and commit tests/benchmarks/ratios.json by itself, with the reason."""


@dataclass(frozen=True)
class Recorded:
    """What ratios.json holds.

    Attributes:
        versions: What the ratios were counted with: {"Python": "3.11", "flask": "3.1.3", ...}, and
            "build of Python", its compiler, processor and options.
        ratios: ours / native, by the name of the row.
        slower_than_peer: cross-web / ours of the rows that miss their goal beside cross-web.
    """

    versions: Mapping[str, str]
    ratios: Mapping[str, float]
    slower_than_peer: Mapping[str, float]


@dataclass(frozen=True)
class Judgement:
    """What there is to say, a line each.

    Attributes:
        wrong: What makes the gate red.
        told: What does not.
        dearer: The packages of the subjects that need more than they may.
    """

    wrong: list[str]
    told: list[str]
    dearer: set[tuple[str, ...]]


def read() -> Recorded:
    """The ratios that are held to."""
    return Recorded(**json.loads(FILE.read_text(encoding="utf-8")))


def write(recorded: Recorded) -> None:
    """Hold to other ratios from now on."""
    FILE.write_text(json.dumps(asdict(recorded), indent=1) + "\n", encoding="utf-8")


def versions_here() -> dict[str, str]:
    """The versions that ratios depend on."""
    options: str = sysconfig.get_config_var("CONFIG_ARGS") or ""
    told = sorted(set(re.findall(r"--(?:enable|with|without)-[^\s'=]+", options)))
    packages = sorted({package for several in PACKAGES.values() for package in several})
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "build of Python": " ".join([platform.python_compiler(), platform.machine(), *told]),
        **{package: version(package) for package in packages},
    }


def goal_beside_peer(row: Row) -> float | None:
    """What cross-web needs at least, as a multiple of ours; None: no goal, or no cross-web."""
    if row.operation not in BESIDE_PEER or row.mode != "outside" or row.to_peer is None:
        return None
    return _EXCEPTIONS.get((row.subject, row.operation), 1.0)


def ratios_of(rows: Sequence[Row]) -> dict[str, float]:
    """What ours needs as a multiple of native, for each row that has a native side, by its name."""
    return {row.name: row.to_native for row in rows if row.to_native is not None}


def slower_than_peer(rows: Sequence[Row]) -> dict[str, float]:
    """What cross-web needs as a multiple of ours, for each row that misses its goal beside it."""
    return {
        row.name: row.to_peer
        for row in rows
        if row.to_peer is not None and row.to_peer < (goal_beside_peer(row) or 0)
    }


def judge(rows: Sequence[Row], versions: Mapping[str, str], recorded: Recorded) -> Judgement:
    """Hold `rows` to what is recorded, and beside cross-web.

    Args:
        rows: What was counted.
        versions: What it was counted with.
        recorded: What is held to.
    """
    wrong: list[str] = []
    other = {name for name, here in versions.items() if here != recorded.versions.get(name)}
    told = [
        f"{name} is {versions[name]}, and {recorded.versions.get(name)} in {FILE.name}:"
        f" {'every row' if name in _OF_PYTHON else 'its rows'} may be {_margin({name}):.0%} up,"
        f" not {MARGIN:.0%}"
        for name in sorted(other)
    ]
    dearer: set[tuple[str, ...]] = set()
    held: dict[float, int] = {}
    found = ratios_of(rows)
    behind = slower_than_peer(rows)
    for row in rows:
        margin = _margin(other & {*_OF_PYTHON, *row.packages})
        if row.name in behind:
            goal = goal_beside_peer(row) or math.inf
            known = recorded.slower_than_peer.get(row.name, math.inf)
            accepted = min(goal * (1 - RESOLUTION), known / (1 + margin))
            change = (
                f"{row.name}: slower than cross-web, which needs {behind[row.name]:.3f} times as"
                f" much; the goal is {goal:.2f}"
            )
            if behind[row.name] < accepted:
                wrong.append(f"{change}, and at least {accepted:.3f} is accepted")
                dearer.add(row.packages)
            else:
                told.append(change)
        if row.name not in found:
            continue
        now, was = found[row.name], recorded.ratios.get(row.name)
        if was is None:
            wrong.append(f"{row.name}: ours/native is {now:.4g}, and {FILE.name} has no such row")
            continue
        held[margin] = held.get(margin, 0) + 1
        change = f"{row.name}: ours/native was {was:.4g}, is {now:.4g}: {now / was - 1:+.1%}"
        if now > was * (1 + margin):
            wrong.append(f"{change}; at most {margin:+.0%} is accepted")
            dearer.add(row.packages)
        elif now < was * (1 - margin):
            told.append(f"better: {change}")
    wrong += [
        f"{name}: {FILE.name} has this row, and nothing was counted for it"
        for name in recorded.ratios
        if name not in found
    ]
    told += [f"{number} ratios held to {margin:+.0%}" for margin, number in sorted(held.items())]
    return Judgement(wrong, told, dearer)


def _margin(other: set[str]) -> float:
    """How far a ratio may be up if `other` are not of the recorded version."""
    if "Python" in other:
        return WIDEST
    return WIDE if other else MARGIN


def main() -> int:
    """Count and judge; the exit status."""
    parser = argparse.ArgumentParser(description="Hold what a request costs to ratios.json.")
    parser.add_argument("--update", action="store_true", help=f"write {FILE.name} anew")
    update = parser.parse_args().update
    if not available():
        print(MISSING, file=sys.stderr)
        return 2
    versions = versions_here()
    rows = count_rows(SUBJECTS)
    if update:
        rows = least(rows, *(count_rows(SUBJECTS, layout) for layout in OTHER_LAYOUTS))
        ratios = {name: float(f"{ratio:.4g}") for name, ratio in ratios_of(rows).items()}
        behind = {name: float(f"{ratio:.4g}") for name, ratio in slower_than_peer(rows).items()}
        write(Recorded(versions, ratios, behind))
    recorded = read()
    judgement = judge(rows, versions, recorded)
    for layout in OTHER_LAYOUTS:
        again = [name for name in SUBJECTS if PACKAGES[name] in judgement.dearer]
        if not again:
            break
        print("\n".join(judgement.wrong))
        print(f"counted again, the memory laid out otherwise: {', '.join(again)}", flush=True)
        rows = least(rows, count_rows(again, layout))
        judgement = judge(rows, versions, recorded)
    print("\n".join(judgement.told), flush=True)
    for line in judgement.wrong:
        print(f"wrong: {line}", file=sys.stderr)
    if judgement.wrong:
        print(_WHAT_TO_DO, file=sys.stderr)
    return 1 if judgement.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
