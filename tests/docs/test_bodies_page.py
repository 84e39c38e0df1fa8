"""The pages about bodies say what the tests declare: servers, limits, corners of forms."""

from __future__ import annotations

import inspect
import re

import unireq
from bodies.servers import BY_NAME
from bodies.test_cut import HIDDEN, NOT_CALLED, TOLD
from bodies.test_memory import FRAMINGS, HELD, WAYS, decodes
from support.multipart_corners import CORNERS
from support.pages import read, rows

TEXT = read("bodies.md")


def test_clients_that_go() -> None:
    """What is not as it should be has its reason there; test_cut finds the rest of the table."""
    assert list(TOLD) == list(BY_NAME)
    for by_length, in_chunks, why in TOLD.values():
        assert {by_length, in_chunks} <= {"IncompleteBody", NOT_CALLED, HIDDEN}
        assert by_length != HIDDEN
        assert why or by_length == in_chunks == "IncompleteBody"


def test_memory() -> None:
    """Of each server, and of none but one, it says at most 64 MiB."""
    table = {row[0].strip("`"): row[1:] for row in rows(TEXT.partition("MiB above idle")[2])}
    assert list(table) == list(BY_NAME)
    for name, cells in table.items():
        for cell, framing in zip(cells, FRAMINGS * len(WAYS), strict=True):
            assert cell.isdecimal() is decodes(name, framing), name
            assert not cell.isdecimal() or (int(cell) <= 64) is (name != HELD), name


def test_how_many_servers() -> None:
    assert f"{len(BY_NAME)} combinations of framework and server" in TEXT


def test_limits() -> None:
    defaults = {n: p.default for n, p in inspect.signature(unireq.Limits).parameters.items()}
    units = {"MiB": 1024 * 1024, "": 1}

    def number(cell: str) -> int | None:
        if cell == "`None`":
            return None
        digits, _, unit = cell.partition(" ")
        return int(digits.replace(",", "")) * units[unit]

    found = rows(TEXT.partition("## Limits")[2])
    assert {name.strip("`"): number(cell) for name, cell, _ in found} == defaults


def test_multipart() -> None:
    """Its page decides every corner that is tested, and only those."""
    page = read("multipart.md")
    corners = re.findall(r"^### (.+)$\n((?:(?!##).*\n?)*)", page, re.MULTILINE)
    assert [title for title, _ in corners] == list(CORNERS)
    assert all(len(text.split()) > 10 for _, text in corners)
    # The others are about bodies of any type, and about JSON.
    others = {"body_size", "json_depth", "json_size", "decoded_size"}
    listed = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert set(listed) == {*inspect.signature(unireq.Limits).parameters} - others
