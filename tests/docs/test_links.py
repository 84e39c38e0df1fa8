"""Every link from one of our pages leads somewhere, and every page is in the index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import unireq.adapter
from support.pages import DOCS, REPOSITORY, read, rows

PAGES = [
    page
    for where in ("*.md", "docs/**/*.md", "conformance/*.md")
    for page in REPOSITORY.glob(where)
]
each_page = pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY))
)
# How a page that is also shown elsewhere, on an index, links to one of ours.
OURS = "https://github.com/unireq/unireq/blob/main/"

FENCE = re.compile(r"^(?P<fence>```+|~~~+).*?^(?P=fence)\s*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^\s)>]+)>?[^)]*\)")
REFERENCE = re.compile(r"^\[[^\]]+\]:\s+<?(\S+?)>?\s*$", re.MULTILINE)
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
ANCHOR = re.compile(r'<a id="([^"]+)"')
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def prose(page: Path) -> str:
    """The text of a page without its code blocks, where nothing is a link or a heading."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def targets(page: Path) -> list[str]:
    text = CODE.sub("", prose(page))
    found = [*LINK.findall(text), *REFERENCE.findall(text)]
    return [target for target in found if target.startswith(OURS) or not ELSEWHERE.match(target)]


def anchors(page: Path) -> set[str]:
    """The fragments that a page answers to, as GitHub and MkDocs both make them."""
    text = prose(page)
    made = set(ANCHOR.findall(text))
    for heading in HEADING.findall(text):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        made.add(re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", words)))
    return made


def broken(page: Path) -> list[str]:
    complaints = []
    for target in targets(page):
        path, _, fragment = target.partition("#")
        if path.startswith(OURS):
            file = REPOSITORY / path.removeprefix(OURS)
        else:
            file = (page.parent / path).resolve() if path else page
        if not file.exists():
            complaints.append(f"{target}: no such file")
        elif fragment and file.suffix == ".md" and fragment not in anchors(file):
            complaints.append(f"{target}: no such heading in {file.name}")
    return complaints


FILE = re.compile(r"(?<![\w/.-])(?:unireq|adapters|conformance|tests)/[\w/-]+(?:\.\w+)?")


@each_page
def test_every_file_that_is_named_exists(page: Path) -> None:
    # Of an adapter that others write, the page names files that are theirs.
    roots = [REPOSITORY, REPOSITORY / "tests" / "thirdparty" / "unireq-bottle"]
    named = FILE.findall(prose(page))
    assert [path for path in named if not any((root / path).exists() for root in roots)] == []


@each_page
def test_every_name_of_ours_exists(page: Path) -> None:
    # `unireq.adapters` is the group of entry points, `unireq.body` a key; errors stand alone.
    named = re.findall(r"`unireq\.(?!adapters?\b|body\b)(\w+)", prose(page))
    named += re.findall(r"`(Body(?:Con|Not|Too)\w+|IncompleteBody|MalformedBody)`", prose(page))
    assert [n for n in named if not hasattr(unireq, n) and not hasattr(unireq.adapter, n)] == []


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A `b` c!\n[ok](#a-b-c) [ok](page.md#a-b-c) [ok](https://example.org/x)\n"
        "```\n[in code](nowhere.md)\n```\n`[in code](nowhere.md)`\n"
        f"[ok]({OURS}README.md) [gone]({OURS}gone.md)\n"
        "[gone](gone.md) [heading](#nope)\n[ref]: gone-too.md\n",
        encoding="utf-8",
    )
    assert broken(page) == [
        f"{OURS}gone.md: no such file",
        "gone.md: no such file",
        "#nope: no such heading in page.md",
        "gone-too.md: no such file",
    ]


def test_every_page_is_in_the_index_and_that_in_the_readme() -> None:
    linked = {(DOCS / target.partition("#")[0]).resolve() for target in targets(DOCS / "index.md")}
    assert {*DOCS.rglob("*.md")} - {DOCS / "index.md"} - linked == set()
    assert "docs/index.md" in targets(REPOSITORY / "README.md")


def test_every_row_asks_and_answers() -> None:
    found = [row for part in read("index.md").split("\n## ")[1:] for row in rows(part)]
    assert len(found) > 20
    assert all(question.endswith("?") and "](" in answer for question, answer in found)


def test_every_module_of_the_core_is_on_the_map() -> None:
    table = rows(read("architecture.md").partition("## Who does what")[2])
    named = {name.rpartition("/")[2] for row in table for name in re.findall(r"`([\w/]+)`", row[0])}
    modules = {file.stem for file in (REPOSITORY / "unireq").rglob("*.py")}
    assert modules - named == set()
