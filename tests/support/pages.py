"""What our pages show: blocks of code, each with a mark before it, and tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

__all__ = ["DOCS", "REPOSITORY", "blocks", "read", "rows", "run"]

REPOSITORY: Final = Path(__file__).resolve().parents[2]
DOCS: Final = REPOSITORY / "docs"


def read(page: str) -> str:
    """The text of a page of docs, or of "../README.md"."""
    return (DOCS / page).read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> dict[str, str]:
    """The blocks marked `<!-- kind: name -->`, by their names; of `<!-- kind -->` it is ""."""
    mark = rf"^<!-- {kind}(?:: (\S+))? -->\n```\w+\n(.*?)^```$"
    return dict(re.findall(mark, read(page), re.MULTILINE | re.DOTALL))


def rows(text: str) -> list[list[str]]:
    r"""The cells of the first table in `text`, below its head; `\|` is no end of a cell."""
    table = re.search(r"^\|.*\n\| ?-.*\n((?:\|.*\n)*)", text, re.MULTILINE)
    assert table is not None, text[:200]
    found = [re.split(r"(?<!\\)\|", line)[1:-1] for line in table[1].splitlines()]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in found]


def run(page: str, code: str, /, **given: Any) -> dict[str, Any]:
    """Run a block of `page` with the names `given`; what there is then."""
    exec(compile(code, page, "exec"), given)  # noqa: S102 (our own pages)
    return given
