"""docs/compare.md describes the options, the exit statuses and the JSON that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from unireq_conformance import cli
from unireq_conformance.comparing.answers import FailureKind, Round
from unireq_conformance.comparing.compare import Comparison, Verdict
from unireq_conformance.comparing.document import SCHEMA, to_document
from unireq_conformance.comparing.request_file import DEFAULT_REQUEST

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "compare.md").read_text(encoding="utf-8")
DOCUMENT = to_document(Comparison(Round((), (), ())), DEFAULT_REQUEST)


def row(key: str) -> str:
    (found,) = re.findall(rf"^\| `{key}` \| (.*) \|$", PAGE, re.MULTILINE)
    return str(found)


def test_every_key_of_the_document_is_described() -> None:
    described = re.findall(r"^\| `(\w+)` \| ", PAGE.split("## The JSON")[1], re.MULTILINE)
    assert described == list(DOCUMENT)
    for key in ("request", "versions", "native", "unireq"):
        assert [name for name in DOCUMENT[key] if f"`{name}`" not in row(key)] == []
    assert row("schema") == str(SCHEMA)
    assert [word for word in get_args(Verdict) if f'`"{word}"`' not in row("verdict")] == []
    assert [word for word in get_args(FailureKind) if f'`"{word}"`' not in row("failures")] == []


def test_every_option_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["compare", "--help"])
    options = re.findall(r"^  (--[a-z-]+(?: [A-Z]+)?)", capsys.readouterr().out, re.MULTILINE)
    assert re.findall(r"^\| `(--[^`]+)` \|", PAGE, re.MULTILINE) == options


def test_every_exit_status_is_described() -> None:
    described = re.findall(r"^\| ([0-9]+) \|", PAGE, re.MULTILINE)
    statuses = {0, 1, cli.UNUSABLE, cli.INTERRUPTED, cli.BROKEN_PIPE}
    assert described == [str(status) for status in sorted(statuses)]
