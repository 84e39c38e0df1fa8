"""A comparison for the terminal.

Rule: it reads the same without colour as with it, from 40 columns up. Everybody stands side by
side where the columns are wide enough, else there is a block for each thing they disagree on, with
one line for each answer. The verdict is the last line, and the whole of it.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from typing import Final

from rich import box
from rich.table import Column, Table
from rich.text import Text

import unireq
from unireq_conformance.comparing.compare import Comparison
from unireq_conformance.comparing.groups import Group, group_of
from unireq_conformance.comparing.labels import Crowd, make_labels
from unireq_conformance.comparing.native import COUNTERPARTS, Row
from unireq_conformance.comparing.paper import ASCII, BAD, BOLD, GOOD, ODD, PLAIN, Paper
from unireq_conformance.comparing.request_file import RawRequest
from unireq_conformance.comparing.values import fold, harmless

_FIRST_COLUMN: Final = 15
_NARROWEST: Final = 21
"""Fewest cells that a column of values may have."""

_WIDEST: Final = 44

_LINES: Final = 6
"""About how many lines a value may take before it is shortened."""

_REQUEST_LINES: Final = 40


def render(comparison: Comparison, request: RawRequest, paper: Paper) -> None:
    """Write `comparison` of the answers to `request` on `paper`."""
    _Page(comparison, request, paper).write()


class _Page:
    def __init__(self, comparison: Comparison, request: RawRequest, paper: Paper) -> None:
        self._comparison = comparison
        self._request = request
        self._paper = paper
        self._marks = paper.marks
        self._answered = [answer.target for answer in comparison.round.answers]
        self._labels = make_labels(comparison.round.targets)
        self._crowd = Crowd(self._answered, self._labels)

    def write(self) -> None:
        self._write_request()
        self._write_targets()
        if len(self._answered) > 1:
            self._write_disagreements()
            self._write_agreements()
        self._write_failures()
        good = self._comparison.verdict == "identical"
        mark = self._marks.right if good else self._marks.wrong
        style = f"{BOLD} {GOOD if good else BAD}"
        self._paper.whole_line(f"{mark} {self._comparison.summary}", style)

    # What was asked, and whom.

    def _write_request(self) -> None:
        data, port = self._request.data, self._comparison.round.client_port
        sent = "not sent" if port is None else f"the same to each, from port {port}"
        self._paper.heading(f"{self._request.source}, {len(data):,} bytes, {sent}")
        for note in self._request.notes:
            self._paper.prose("  note: ", note, ODD)
        lines = data.removesuffix(b"\r\n\r\n").split(b"\r\n")
        for line in lines[:_REQUEST_LINES]:
            (text,) = self._paper.shorten(
                [harmless(line.decode("ascii", "backslashreplace"))], self._paper.width * _LINES
            )
            self._paper.quote("  ", text)
        if more := lines[_REQUEST_LINES:]:
            self._paper.prose("  ", f"{self._marks.dots} {len(more):,} more lines")
        self._paper.blank()

    def _write_targets(self) -> None:
        self._paper.heading(f"Python {platform.python_version()}, unireq {unireq.__version__}, and")
        width = max((len(label) for label in self._labels.values()), default=0)
        for target in self._comparison.round.targets:
            versions = ", ".join(f"{name} {version}" for name, version in target.versions.items())
            good = target in self._answered
            mark, style = (self._marks.right, PLAIN) if good else (self._marks.wrong, BAD)
            says = versions if good else "no answer, see below"
            self._listing(mark, self._labels[target.name], says, style, width)
        self._paper.blank()

    # What they disagree on: side by side, or one below the other.

    def _write_disagreements(self) -> None:
        rows = [row for row in self._comparison.rows if not row.plain]
        if not rows:
            return
        same, other = self._marks.same, self._marks.other
        self._paper.heading(f"What they differ on ({same} as in unireq, {other} otherwise)")
        columns = self._comparison.columns(rows)
        left = self._paper.width - _FIRST_COLUMN - 1
        width = min(left // (len(columns) + 1) - 1, _WIDEST)
        if width >= _NARROWEST:
            self._write_table(rows, columns, width)
        else:
            for row in rows:
                self._write_block(row)
        self._paper.blank()

    def _write_table(self, rows: Sequence[Row], columns: list[list[str]], width: int) -> None:
        names = [", ".join(self._crowd.labels(column)) for column in columns]
        table = Table(
            Column("", width=_FIRST_COLUMN, no_wrap=True),
            *(Column(Text(f"  {name}"), width=width, no_wrap=True) for name in [*names, "unireq"]),
            box=box.ASCII if self._marks is ASCII else box.SIMPLE_HEAD,
            show_edge=False,
            padding=(0, 1, 0, 0),
            pad_edge=False,
        )
        for row in rows:
            key = [f" {part}" for part in fold(self._key(row), _FIRST_COLUMN - 1) if part]
            native = [group_of(row.native, names[0]) for names in columns]
            several = len(row.unireq) > 1
            ours = [f"{self._crowd.name(g.targets)}: " if several else "" for g in row.unireq]
            said = self._said(row, native, (width - 2) * _LINES)
            cells = [
                Text(f"{mark} " + "\n  ".join(fold(who + text, width - 2)), style)
                for who, ((mark, style), text) in zip([""] * len(native) + ours, said, strict=True)
            ]
            unireq_says = Text("\n").join(cells[len(native) :])
            name = Text("\n".join([row.field, *key]), BOLD)
            table.add_row(name, *cells[: len(native)], unireq_says)
        self._paper.console.print(table)

    def _write_block(self, row: Row) -> None:
        mark = self._marks.same if row.agrees else self._marks.other
        self._paper.blank()
        self._paper.whole_line(f"{mark} {row.field}{self._key(row)}", BOLD)
        width = min(26, self._paper.width // 3)
        names = [self._crowd.name(found.targets) for found in row.native]
        names += [f"unireq, {self._crowd.name(found.targets)}" for found in row.unireq]
        said = self._said(row, row.native, self._paper.width_beside(width) * _LINES)
        for name, ((mark, style), text) in zip(names, said, strict=True):
            self._paper.entry(mark, name, width, text, style)

    def _said(
        self, row: Row, native: Sequence[Group], limit: int
    ) -> list[tuple[tuple[str, str], str]]:
        """What is said of `row`, natively and then in unireq, each with a mark and a style."""
        marks = self._marks
        heads = [
            (marks.same, PLAIN) if row.is_unireq(found.value) else (marks.other, ODD)
            for found in native
        ]
        ours = (marks.right, GOOD) if len(row.unireq) == 1 else (marks.wrong, BAD)
        heads += [ours] * len(row.unireq)
        return list(zip(heads, self._show_all([*native, *row.unireq], limit), strict=True))

    # What they agree on.

    def _write_agreements(self) -> None:
        everybody = self._crowd.name(target.name for target in self._answered)
        same = {
            field: [row for row in rows if row.plain]
            for field, rows in self._comparison.native.items()
            if not rows or any(row.plain for row in rows)
        }
        if same:
            self._paper.heading(f"The same in {everybody}, and in unireq")
            for field, rows in same.items():
                said = "\n".join(self._plainly(row) for row in rows if row.native)
                self._listing(self._marks.same, field, said or "(none)")
            self._paper.blank()
        self._paper.heading(f"What else unireq says, on {everybody}")
        seen = {COUNTERPARTS[row.field] for row in self._comparison.rows if len(row.unireq) > 1}
        for field, groups in self._comparison.fields.items():
            differs = len(groups) > 1 and field not in seen
            if not differs and field in COUNTERPARTS.values():
                continue  # it stands beside what the frameworks say
            mark, style = (self._marks.wrong, BAD) if differs else (self._marks.right, PLAIN)
            texts = self._show_all(groups, 3 * self._paper.width)
            for found, text in zip(groups, texts, strict=True):
                some = len(found.targets) < len(self._answered)
                who = f"{self._crowd.name(found.targets)}: " if some else ""
                self._listing(mark, field, who + text, style)
        self._paper.blank()

    def _plainly(self, row: Row) -> str:
        (value,) = self._show_all(row.native, 3 * self._paper.width)
        return value if row.key is None else f"{self._paper.show(row.key)}: {value}"

    # What went wrong.

    def _write_failures(self) -> None:
        wrong = f"{self._marks.wrong} "
        for name, error in self._comparison.errors.items():
            self._paper.prose(wrong, f"unireq failed on {self._labels[name]}:", BAD)
            self._quote(error.rstrip().splitlines())
        for found in self._comparison.contradictions:
            there, here = self._paper.show(found.in_process), self._paper.show(found.from_facts)
            text = (
                f"{found.name} on {self._labels[found.target]}: {there}, but its facts say {here}"
            )
            self._paper.prose(wrong, text, BAD)
        for failure in self._comparison.round.failures:
            name = failure.target.name
            self._paper.prose(wrong, f"{name}: {failure.reason.removeprefix(f'{name} ')}", BAD)
            self._quote(failure.log)

    def _quote(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._paper.quote("    | ", harmless(line))

    # How it is put.

    def _key(self, row: Row) -> str:
        return "" if row.key is None else f"[{self._paper.show(row.key)}]"

    def _show_all(self, groups: Sequence[Group], limit: int) -> list[str]:
        return self._paper.show_all([found.value for found in groups], limit)

    def _listing(
        self, mark: str, name: str, text: str, style: str = PLAIN, width: int = _FIRST_COLUMN
    ) -> None:
        self._paper.entry(mark, name, min(width, self._paper.width // 3), text, style)
