"""The page about bodies has the tables that the tests have, and the limits that there are."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import unireq
from bodies.cut import to_markdown
from bodies.measure_memory import BEGIN, END, GOAL, HELD, MEASURED, WAYS, decodes, why
from bodies.messages import CHUNKED, LENGTH
from bodies.servers import BY_NAME, TARGETS
from unireq_conformance.pages.marks import between_marks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bodies.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_clients_that_go() -> None:
    begin, end = "<!-- begin: cut -->", "<!-- end: cut -->"
    page = between_marks(TEXT, begin, end, to_markdown(BY_NAME))
    assert page == TEXT, "the table is stale: python tests/bodies/cut.py docs/bodies.md"


def test_memory() -> None:
    table = TEXT.partition(BEGIN)[2].partition(END)[0]
    rows = re.findall(r"^\| `(\S+)` \| (.+) \|(.*) \|$", table, re.MULTILINE)
    assert [name for name, _, _ in rows] == list(MEASURED) == list(BY_NAME)
    for name, cells, said in rows:
        assert said.strip() == why(name)
        framings = [framing for _ in WAYS for framing in (LENGTH, CHUNKED)]
        for cell, framing in zip(cells.split(" | "), framings, strict=True):
            assert cell.isdecimal() is decodes(name, framing), name
            assert not cell.isdecimal() or (int(cell) <= GOAL) is (name != HELD), name


def test_how_many_servers() -> None:
    assert f"{len(TARGETS)} combinations of framework and server" in TEXT


def test_limits() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (\S.*?) \|", TEXT, re.MULTILINE))
    defaults = {n: p.default for n, p in inspect.signature(unireq.Limits).parameters.items()}
    units = {"MiB": 1024 * 1024, "": 1}

    def number(cell: str) -> int | None:
        if cell == "`None`":
            return None
        digits, _, unit = cell.partition(" ")
        return int(digits.replace(",", "")) * units[unit]

    assert {name: number(cell) for name, cell in rows.items()} == defaults


def test_errors() -> None:
    for name in ("BodyNotRead", "BodyConsumed", "IncompleteBody", "MalformedBody"):
        assert issubclass(getattr(unireq, name), unireq.UnireqError)
        assert f"`{name}`" in TEXT


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`?((?:unireq|adapters|tests)/[\w/]+(?:\.py)?)", TEXT)
    assert len(named) > 10
    for path in named:
        assert (PAGE.parents[1] / path).exists(), path
