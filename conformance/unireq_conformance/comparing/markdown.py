"""The disagreements as a Markdown table, for pages that show the problem.

Rule: the same request and the same versions of everything give the same text, on any day: no ports,
no versions, no times.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final

from unireq_conformance.comparing.compare import Comparison
from unireq_conformance.comparing.groups import Absent, group_of
from unireq_conformance.comparing.labels import Crowd, make_labels
from unireq_conformance.comparing.native import Row
from unireq_conformance.comparing.request_file import RawRequest
from unireq_conformance.comparing.values import shorten, show

_LIMIT: Final = 48
"""Most characters of a cell, unless the values part later."""


def to_markdown(
    comparison: Comparison, request: RawRequest, only: Container[str] | None = None
) -> str:
    """Return the request, and below it one row for everything that frameworks disagree on.

    `only` names the rows that are wanted, such as `"query['tag']"`; None means all.
    """
    targets = [answer.target for answer in comparison.round.answers]
    crowd = Crowd(targets, make_labels(targets))
    rows = [row for row in comparison.disagreements if only is None or name_of(row) in only]
    columns = comparison.columns(rows)
    table = [
        ["", *(", ".join(crowd.labels(names)) for names in columns), "unireq"],
        ["---"] * (len(columns) + 2),
        *(_cells(row, columns) for row in rows),
    ]
    lines = [f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in table]
    return "\n".join(["```http", *_request_lines(request.data), "```", "", *lines, ""])


def name_of(row: Row) -> str:
    """Return the name of a row: the field, and the key in brackets where there is one."""
    return row.field if row.key is None else f"{row.field}[{show(row.key)}]"


def _request_lines(data: bytes) -> list[str]:
    # Bytes beyond ASCII as escapes: the page is UTF-8, the request need not be.
    text = data.decode("ascii", "backslashreplace").rstrip("\r\n")
    return text.replace("\r\n", "\n").split("\n")


def _cells(row: Row, columns: Sequence[Sequence[str]]) -> list[str]:
    said = [group_of(row.native, names[0]).value for names in columns]
    said += [group.value for group in row.unireq]
    texts = shorten([show(value) for value in said], _LIMIT, counted=False)
    codes = [
        text if isinstance(value, Absent) else _code(text)
        for value, text in zip(said, texts, strict=True)
    ]
    return [_code(name_of(row)), *codes[: len(columns)], ", ".join(codes[len(columns) :])]


def _code(text: str) -> str:
    """Return `text` as a code span in a table cell (GitHub Flavored Markdown 4.10, 6.3)."""
    fence = "`"
    while fence in text:
        fence += "`"
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}".replace("|", "\\|")
