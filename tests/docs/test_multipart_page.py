"""The page about forms decides every corner that is tested, and only those."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from support.multipart_corners import CORNERS
from unireq._body.limits import Limits

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "multipart.md").read_text(encoding="utf-8")
CORNER = re.compile(r"^### (?P<title>.+)$\n(?P<text>(?:(?!##).*\n?)*)", re.MULTILINE)


def test_the_corners_are_those_that_are_tested() -> None:
    assert [match["title"] for match in CORNER.finditer(PAGE)] == list(CORNERS)


def test_every_corner_says_something() -> None:
    assert all(len(match["text"].split()) > 10 for match in CORNER.finditer(PAGE))


def test_the_limits_are_those_that_a_form_has() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    # The others are about bodies of any type, and about JSON.
    others = {"body_size", "json_depth", "json_size", "decoded_size"}
    assert set(listed) == {*inspect.signature(Limits).parameters} - others
