"""The examples of pages that say a value beside a line give that value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("page", ["fields.md", "responses.md", "routes.md"])
def test_the_examples(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": "app"}
    told: list[tuple[str, Any, Any]] = []
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, page, "exec"), names)  # noqa: S102
        for line, value in re.findall(r"^(\S.*?) +# -> (.+)$", block, re.MULTILINE):
            told.append((line, eval(line, names), eval(value)))  # noqa: S307
    assert len(told) == text.count(" # -> ")
    assert [(line, found) for line, found, _ in told] == [(line, said) for line, _, said in told]
