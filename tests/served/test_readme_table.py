"""The README's table of native disagreements is what a run says today."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support.requirements import need
from unireq_conformance.comparing.answers import Failure, Round, ask
from unireq_conformance.comparing.request_file import DEFAULT_REQUEST
from unireq_conformance.pages import readme
from unireq_conformance.pages.__main__ import written
from unireq_conformance.pages.marks import CannotWrite
from unireq_conformance.servers.targets import usual_targets

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_table_is_what_a_run_says(monkeypatch: pytest.MonkeyPatch) -> None:
    need(sys.platform != "win32", "elsewhere the usual server for WSGI is another one")
    for target in usual_targets():
        need(target.missing() is None, str(target.missing()))
    answered = ask(usual_targets(), DEFAULT_REQUEST.data)
    monkeypatch.setattr(readme, "ask", lambda *_: answered)
    stale = "the table is stale: python -m unireq_conformance.pages README.md"
    assert README.read_text(encoding="utf-8") == written(README), stale
    # Nor is a row that all agree on.
    monkeypatch.setattr(readme, "ROWS", (*readme.ROWS, "headers['host']"))
    with pytest.raises(CannotWrite, match=r"one answer for headers\['host'\]; choose other rows"):
        written(README)


def test_half_a_run_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    targets = tuple(usual_targets())
    failures = tuple(Failure(target, "refused", "it was asleep") for target in targets)
    monkeypatch.setattr(readme, "ask", lambda *_: Round(targets, (), failures))
    with pytest.raises(CannotWrite, match="starlette:uvicorn-h11: it was asleep"):
        written(README)
