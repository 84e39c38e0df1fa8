"""A run in the terminal: each target when it ends, then failures, then the verdict as last line.

Rule: the text says the same with and without colours. Control characters in what servers said do
not reach the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from unireq_conformance.clause import Expectation, Level
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.comparing.paper import ASCII, BAD, BOLD, GOOD, ODD, Paper
from unireq_conformance.reports.commands import replay_command
from unireq_conformance.reports.counts import by_area, counting, summary
from unireq_conformance.runs.record import Run, TargetRecord, VerdictRecord
from unireq_conformance.servers.target import Missing
from unireq_conformance.verdict import Failure, Status, Verdict, describe

__all__ = ["failure_lines", "harmless", "render_end", "render_targets"]


def failure_lines(
    verdict: VerdictRecord, target: str, replay: str = "", level: str = ""
) -> list[str]:
    """The text of `failure.describe` for `verdict`, without control characters.

    Args:
        verdict: Of a registered clause.
        target: See `describe`.
        replay: See `describe`.
        level: Of the clause, where the verdict is by another number of the specification.
    """
    failure, clause = verdict.failure, CLAUSES[verdict.clause]
    whole = Verdict(
        replace(clause, level=Level(level)) if level else clause,
        verdict.status,
        because=verdict.because,
        failure=None
        if failure is None
        else Failure(
            Expectation(failure.where, failure.expected, failure.observed),
            None,
            failure.octets,
            failure.note,
        ),
    )
    return [harmless(line) for line in describe(whole, target, replay).splitlines()]


def render_targets(run: Run, paper: Paper, *, strict: bool = False) -> None:
    """Write the results of the targets of `run` on `paper`; `strict` as in `render_end`."""
    page = _Page(run, paper, strict=strict)
    for target in run.targets.values():
        page.write_target(target)


def render_end(
    run: Run,
    paper: Paper,
    *,
    strict: bool = False,
    missing: Iterable[Missing] = (),
    files: Mapping[tuple[str, str], Path] | None = None,
) -> None:
    """Write the failures of `run` and the verdict on `paper`.

    Args:
        run: A run that was made here.
        paper: Where to write.
        strict: Whether SHOULD clauses and declared deviations count.
        missing: The targets that could not run.
        files: The failure files, by target and clause.
    """
    page = _Page(run, paper, strict=strict)
    for each in missing:
        paper.prose("- ", f"not run: {each}")
    paper.blank()
    for target in run.targets.values():
        for verdict in target.verdicts.values():
            if verdict.failure is not None:
                path = (files or {}).get((target.name, verdict.clause))
                page.write_failure(target, verdict, path)
    page.write_verdict()


class _Page:
    def __init__(self, run: Run, paper: Paper, *, strict: bool) -> None:
        self._run = run
        self._paper = paper
        self._strict = strict
        self._bad = counting(run, strict=strict)

    def write_target(self, target: TargetRecord) -> None:
        paper, marks = self._paper, self._paper.marks
        good = not target.error and target.name not in {bad.name for bad, _ in self._bad}
        versions = ", ".join(f"{name} {version}" for name, version in target.versions.items())
        mark = marks.right if good else marks.wrong
        paper.prose(f"{mark} ", f"{target.name}  {versions}", BOLD if good else f"{BOLD} {BAD}")
        separator = " | " if marks is ASCII else " · "
        counts = by_area(self._run, target).items()
        areas = [f"{area} {n.passes}/{n.judged}" for area, n in counts if n.judged]
        if areas:
            lines = [areas[0]]
            for area in areas[1:]:
                joined = f"{lines[-1]}{separator}{area}"
                if len(joined) <= paper.width - 4:
                    lines[-1] = joined
                else:
                    lines.append(area)
            paper.hang("    ", lines)
        for status, said in _SAID.items():
            ids = [v.clause for v in target.verdicts.values() if v.status is status]
            if ids:
                style = BAD if status in {Status.FAILS, Status.STALE} else ""
                paper.prose(f"    {said}: ", ", ".join(ids), style)
        if target.error:
            for number, line in enumerate(target.error.splitlines()):
                paper.prose("    not judged: " if number == 0 else "      ", harmless(line), BAD)

    def write_failure(
        self, target: TargetRecord, verdict: VerdictRecord, path: Path | None
    ) -> None:
        command = "" if path is None else replay_command(path)
        level = self._run.clauses[verdict.clause].level
        head, *rest = failure_lines(verdict, target.name, command, level)
        counts = self._run.counts(verdict, strict=self._strict)
        more = "" if counts else " (counts only with --strict)"
        self._paper.whole_line(head + more, f"{BOLD} {BAD if counts else ODD}")
        for line in rest:
            self._paper.whole_line(line)
        self._paper.blank()

    def write_verdict(self) -> None:
        good = not self._bad and not any(target.error for target in self._run.targets.values())
        mark = self._paper.marks.right if good else self._paper.marks.wrong
        text = f"{mark} {summary(self._run, strict=self._strict)}"
        self._paper.whole_line(text, f"{BOLD} {GOOD if good else BAD}")


_SAID = {
    Status.FAILS: "fails",
    Status.STALE: "stale",
    Status.DEVIATES: "deviates as declared",
    Status.UNSUPPORTED: "unsupported",
}


def harmless(line: str) -> str:
    """`line` with everything escaped that is not printable."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
