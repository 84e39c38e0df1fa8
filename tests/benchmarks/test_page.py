"""docs/performance.md is of the versions that ratios.json is of, and gives its reasons."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks.exact import Row
from benchmarks.figures import Figure
from benchmarks.gate import read
from benchmarks.page import Measured, page_of, unexplained

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "performance.md").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"


def test_the_page_is_of_the_versions_that_the_ratios_are_of() -> None:
    (line,) = re.findall(r"^Measured with (.*?)\.\n\n", PAGE, re.MULTILINE | re.DOTALL)
    told = dict(each.rsplit(" ", 1) for each in " ".join(line.split()).split(", "))
    told["Python"] = ".".join(told.pop("CPython", "").split(".")[:2])
    counted = {name: each for name, each in read().versions.items() if name != "build of Python"}
    stale = "the page is stale: python tests/benchmarks/write_page.py docs"
    assert {name: told.get(name) for name in counted} == counted, stale


def test_every_chart_is_there_and_says_what_it_shows() -> None:
    charts = re.findall(r"!\[(.+)\]\((performance/\w+\.svg)\)", PAGE)
    assert {name for _, name in charts} == {
        file.relative_to(DOCS).as_posix() for file in (DOCS / "performance").iterdir()
    }
    for _, name in charts:
        root = ET.parse(DOCS / name).getroot()  # noqa: S314 (ours)
        assert root.tag == f"{SVG}svg"
        assert root.findtext(f"{SVG}title")
        assert root.findtext(f"{SVG}desc")


def test_what_is_slower_needs_a_reason_and_a_goal_that_is_missed_too() -> None:
    row = Row("Flask", (), "browser", "header", "outside", ours=2, native=1, peer=3)
    everything = Figure("Flask", "browser", "native", "everything", "whole", 0.5, 1, 0.2)
    measured = Measured({"CPython": "3.11.7"}, 100, [everything], [], [row], {})
    assert unexplained(measured) == []
    lines = page_of(measured).splitlines()
    assert any(line.startswith("| one header | Flask 2.00 |  | native looks up") for line in lines)
    assert any("| ≤ 0.20 | 0.5000 | the largest part is" in line for line in lines)
    unknown = [replace(row, operation="colour"), replace(row, operation="taste", native=3)]
    dearer = replace(everything, operation="smell")
    measured = replace(measured, rows=unknown, timed=[dearer])
    assert unexplained(measured) == ["Flask, colour", "Flask, smell"]
    measured = replace(measured, timed=[replace(dearer, control=1.1)])
    assert unexplained(measured) == ["Flask, colour"]
