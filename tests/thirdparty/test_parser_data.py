"""What other parsers' own test messages are to unireq: the same, or another thing for a reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.built import DIST
from support.multipart_corners import CORNERS
from support.requirements import need
from thirdparty.parser_data import ARCHIVES, BEGIN, DIFFERENCES, END, fetch_all, same, to_markdown
from unireq_conformance.pages.marks import between_marks

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "multipart.md").read_text(encoding="utf-8")


def test_each_difference_is_a_decision_that_is_tested() -> None:
    assert set(DIFFERENCES.values()) <= set(CORNERS)
    for archive in ARCHIVES:
        assert f"| {archive.name} {archive.version} |" in PAGE
    for (archive_name, message), corner in DIFFERENCES.items():
        (row,) = [line for line in PAGE.splitlines() if f"| {archive_name} | `{message}` |" in line]
        assert f"[{corner}](#" in row


@pytest.mark.skipif(DIST is None, reason="fetches archives: nox -s packaging")
def test_what_differs_is_what_was_decided_and_the_page_tells_it() -> None:
    need(shutil.which("npm"), "npm is not installed: it comes with Node.js")
    found = fetch_all()
    sizes = {"python-multipart": 33, "Werkzeug": 6, "@fastify/busboy": 5}
    assert {name: len(several) for name, several in found.items()} == sizes
    everything = [(name, message) for name, several in found.items() for message in several]
    # There are messages of both kinds.
    assert len([m for _, m in everything if m.theirs is None]) > 5
    assert len([m for _, m in everything if m.theirs]) > 20
    assert {(name, m.name) for name, m in everything if not same(m)} == set(DIFFERENCES)
    assert between_marks(PAGE, BEGIN, END, to_markdown(found)) == PAGE
