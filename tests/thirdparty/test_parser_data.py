"""What other parsers' own test messages are to unireq: the same, or another thing for a reason."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.built import DIST
from support.multipart_corners import CORNERS
from support.requirements import need
from thirdparty.parser_data import (
    ARCHIVES,
    BEGIN,
    DIFFERENCES,
    END,
    Message,
    messages,
    same,
    to_markdown,
)
from unireq_conformance.pages.marks import between_marks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "multipart.md"

needs_archives = pytest.mark.skipif(DIST is None, reason="fetches archives: nox -s packaging")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Message]]]:
    """The messages of each archive, by its name."""
    need(shutil.which("npm"), "npm is not installed: it comes with Node.js")
    directory = tmp_path_factory.mktemp("archives")
    yield {archive.name: messages(archive, directory) for archive in ARCHIVES}
    shutil.rmtree(directory)


def test_each_difference_is_a_decision_that_is_tested() -> None:
    assert set(DIFFERENCES.values()) <= set(CORNERS)
    page = PAGE.read_text(encoding="utf-8")
    for archive in ARCHIVES:
        assert f"| {archive.name} {archive.version} |" in page
    for (archive_name, message), corner in DIFFERENCES.items():
        (row,) = [line for line in page.splitlines() if f"| {archive_name} | `{message}` |" in line]
        assert f"[{corner}](#" in row


@needs_archives
def test_there_are_messages_of_both_kinds(found: dict[str, list[Message]]) -> None:
    assert {name: len(several) for name, several in found.items()} == {
        "python-multipart": 33,
        "Werkzeug": 6,
        "@fastify/busboy": 5,
    }
    everything = [message for several in found.values() for message in several]
    assert len([m for m in everything if m.theirs is None]) > 5
    assert len([m for m in everything if m.theirs]) > 20


@needs_archives
def test_what_differs_is_what_was_decided(found: dict[str, list[Message]]) -> None:
    differing = {
        (name, message.name)
        for name, several in found.items()
        for message in several
        if not same(message)
    }
    assert differing == set(DIFFERENCES)


@needs_archives
def test_the_page_tells_of_them(found: dict[str, list[Message]]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert between_marks(text, BEGIN, END, to_markdown(found)) == text
