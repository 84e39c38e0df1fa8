"""The examples of the page about fields give what stands beside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "fields.md"


def test_the_examples() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    told: list[tuple[str, Any, Any]] = []
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, PAGE.name, "exec"), names)  # noqa: S102
        for line, value in re.findall(r"^(\S.*?) +# -> (.+)$", block, re.MULTILINE):
            told.append((line, eval(line, names), eval(value)))  # noqa: S307
    assert len(told) == text.count(" # -> ")
    assert [(line, found) for line, found, _ in told] == [(line, said) for line, _, said in told]
