"""A run in the terminal: each target when it ends, then failures, then the verdict as last line.

Rule: the text says the same with and without colours. Control characters in what servers said do
not reach the terminal.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from unireq_conformance.clause import Expectation, Level
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.comparing.paper import ASCII, BAD, BOLD, GOOD, ODD, Paper
from unireq_conformance.comparing.values import harmless
from unireq_conformance.reports.counts import counting, summary
from unireq_conformance.runs.record import Run, TargetRecord, VerdictRecord
from unireq_conformance.servers.target import Missing
from unireq_conformance.verdict import Failure, Status, Verdict, describe

__all__ = ["failure_lines", "failure_of", "render_end", "render_targets", "write_verdict"]

_SAID: Final = {
    Status.FAILS: "fails",
    Status.STALE: "stale",
    Status.DEVIATES: "deviates as declared",
    Status.UNSUPPORTED: "unsupported",
}


def failure_lines(
    verdict: VerdictRecord, target: str, level: str = "", kept: Path | None = None
) -> list[str]:
    """The text of `failure.describe` for `verdict`, without control characters.

    `level` is that of the clause, where the verdict is by another number of the specification;
    `kept` is the failure file.
    """
    clause, failure = CLAUSES[verdict.clause], None
    if level:
        clause = replace(clause, level=Level(level))
    if (found := verdict.failure) is not None:
        expectation = Expectation(found.where, found.expected, found.observed)
        failure = Failure(expectation, None, found.octets, found.note)
    whole = Verdict(clause, verdict.status, because=verdict.because, failure=failure)
    command = "" if kept is None else shlex.join(["unireq-conformance", "replay", str(kept)])
    return [harmless(line) for line in describe(whole, target, command).splitlines()]


def failure_of(
    run: Run,
    target: TargetRecord,
    verdict: VerdictRecord,
    *,
    strict: bool,
    files: Mapping[tuple[str, str], Path] | None,
) -> list[str]:
    """What is told of a `verdict` of `run` that has a failure; the arguments as in `render_end`."""
    kept = (files or {}).get((target.name, verdict.clause))
    lines = failure_lines(verdict, target.name, run.clauses[verdict.clause].level, kept)
    if not run.counts(verdict, strict=strict):
        lines[0] += " (counts only with --strict)"
    return lines


def render_targets(run: Run, paper: Paper, *, strict: bool = False) -> None:
    """Write the results of the targets of `run` on `paper`; `strict` as in `render_end`."""
    bad = {target.name for target, _ in counting(run, strict=strict)}
    for target in run.targets.values():
        good = not target.error and target.name not in bad
        mark = paper.marks.right if good else paper.marks.wrong
        versions = ", ".join(f"{name} {version}" for name, version in target.versions.items())
        paper.prose(
            f"{mark} ", f"{target.name}  {harmless(versions)}", BOLD if good else f"{BOLD} {BAD}"
        )
        _write_areas(run, target, paper)
        for status, said in _SAID.items():
            if ids := [v.clause for v in target.verdicts.values() if v.status is status]:
                paper.prose(f"    {said}: ", ", ".join(ids), "" if status.good else BAD)
        for number, line in enumerate(target.error.splitlines()):
            paper.prose("      " if number else "    not judged: ", harmless(line), BAD)


def _write_areas(run: Run, target: TargetRecord, paper: Paper) -> None:
    judged, passing = Counter[str](), Counter[str]()
    for verdict in target.verdicts.values():
        area = run.clauses[verdict.clause].area
        judged[area] += verdict.status is not Status.UNSUPPORTED
        passing[area] += verdict.status is Status.PASSES
    lines: list[str] = []
    separator = " | " if paper.marks is ASCII else " · "
    for area in +judged:
        told = f"{area} {passing[area]}/{judged[area]}"
        if lines and len(joined := f"{lines[-1]}{separator}{told}") <= paper.width - 4:
            lines[-1] = joined
        else:
            lines.append(told)
    for line in lines:
        paper.whole_line(f"    {line}")


def render_end(
    run: Run,
    paper: Paper,
    *,
    strict: bool = False,
    missing: Mapping[str, Missing] | None = None,
    files: Mapping[tuple[str, str], Path] | None = None,
) -> None:
    """Write the failures of `run` and the verdict on `paper`.

    Args:
        run: A run that was made here.
        paper: Where to write.
        strict: Whether SHOULD clauses and declared deviations count.
        missing: The targets that could not run, by name.
        files: The failure files, by target and clause.
    """
    for each in (missing or {}).values():
        paper.prose("- ", f"not run: {each}")
    paper.blank()
    for target in run.targets.values():
        for verdict in target.verdicts.values():
            if verdict.failure is not None:
                head, *rest = failure_of(run, target, verdict, strict=strict, files=files)
                color = BAD if run.counts(verdict, strict=strict) else ODD
                paper.whole_line(head, f"{BOLD} {color}")
                for line in rest:
                    paper.whole_line(line)
                paper.blank()
    bad = counting(run, strict=strict) or any(target.error for target in run.targets.values())
    write_verdict(paper, summary(run, strict=strict), good=not bad)


def write_verdict(paper: Paper, text: str, *, good: bool) -> None:
    """Write the last line."""
    mark = paper.marks.right if good else paper.marks.wrong
    paper.whole_line(f"{mark} {text}", f"{BOLD} {GOOD if good else BAD}")
