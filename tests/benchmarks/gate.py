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
import platform
import re
import sys
import sysconfig
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.callgrind import need_valgrind
from benchmarks.exact import Row, count_rows, least
from benchmarks.subjects import PACKAGES, SUBJECTS

__all__ = ["BESIDE_PEER", "Recorded", "judge", "ratios_of", "read", "versions_here"]

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
_OF_PYTHON = {"Python", "build of Python"}
_WHAT_TO_DO = """\
Mend what made it dearer. If the cost is meant, run `python tests/benchmarks/gate.py --update`,
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


@dataclass
class Judgement:
    """What makes the gate red and what does not, a line each; the packages that are dearer."""

    wrong: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    dearer: set[tuple[str, ...]] = field(default_factory=set)


def read() -> Recorded:
    """The ratios that are held to."""
    return Recorded(**json.loads(FILE.read_text(encoding="utf-8")))


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


def ratios_of(rows: Sequence[Row]) -> dict[str, float]:
    """What ours needs as a multiple of native, for each row that has a native side, by its name."""
    return {row.name: row.to_native for row in rows if row.to_native is not None}


def goal_beside_peer(row: Row) -> float:
    """What cross-web needs at least, as a multiple of ours; 0 where there is no goal."""
    if row.operation not in BESIDE_PEER or row.mode != "outside":
        return 0
    return _EXCEPTIONS.get((row.subject, row.operation), 1.0)


def slower_than_peer(rows: Sequence[Row]) -> dict[str, float]:
    """What cross-web needs as a multiple of ours, for each row that misses its goal beside it."""
    beside = {row: row.to_peer for row in rows if row.to_peer is not None}
    return {row.name: ratio for row, ratio in beside.items() if ratio < goal_beside_peer(row)}


def judge(rows: Sequence[Row], versions: Mapping[str, str], recorded: Recorded) -> Judgement:
    """Hold `rows`, counted with `versions`, to what is recorded, and beside cross-web."""
    found = Judgement()
    other = {name for name, here in versions.items() if here != recorded.versions.get(name)}
    for name in sorted(other):
        whose = "every row" if name in _OF_PYTHON else "its rows"
        found.told.append(
            f"{name} is {versions[name]}, and {recorded.versions.get(name)} in {FILE.name}:"
            f" {whose} may be {_margin({name}):.0%} up, not {MARGIN:.0%}"
        )
    ratios, behind = ratios_of(rows), slower_than_peer(rows)
    held: Counter[float] = Counter()
    for row in rows:
        margin = _margin(other & {*_OF_PYTHON, *row.packages})
        wrong: list[str] = []
        if (beside := behind.get(row.name)) is not None:
            goal = goal_beside_peer(row)
            accepted = goal * (1 - RESOLUTION)
            if known := recorded.slower_than_peer.get(row.name):
                accepted = min(accepted, known / (1 + margin))
            change = (
                f"{row.name}: slower than cross-web, which needs {beside:.3f} times as"
                f" much; the goal is {goal:.2f}"
            )
            if beside < accepted:
                wrong.append(f"{change}, and at least {accepted:.3f} is accepted")
            else:
                found.told.append(change)
        if (now := ratios.get(row.name)) is not None and (was := recorded.ratios.get(row.name)):
            held[margin] += 1
            change = f"{row.name}: ours/native was {was:.4g}, is {now:.4g}: {now / was - 1:+.1%}"
            if now > was * (1 + margin):
                wrong.append(f"{change}; at most {margin:+.0%} is accepted")
            elif now < was * (1 - margin):
                found.told.append(f"better: {change}")
        if wrong:
            found.wrong += wrong
            found.dearer.add(row.packages)
    for name in sorted(ratios.keys() ^ recorded.ratios.keys()):
        here, there = ("the run", FILE.name) if name in ratios else (FILE.name, "the run")
        found.wrong.append(f"{name}: {here} has this row, and {there} has not")
    found.told += [
        f"{number} ratios held to {margin:+.0%}" for margin, number in sorted(held.items())
    ]
    return found


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
    need_valgrind()
    versions = versions_here()
    rows = count_rows(SUBJECTS)
    if update:
        rows = least(rows, *(count_rows(SUBJECTS, layout) for layout in OTHER_LAYOUTS))
        several = (ratios_of(rows), slower_than_peer(rows))
        short = [{name: float(f"{ratio:.4g}") for name, ratio in each.items()} for each in several]
        text = json.dumps(asdict(Recorded(versions, *short)), indent=1)
        FILE.write_text(f"{text}\n", encoding="utf-8")
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
