"""What servers said reaches no terminal as it is."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from support.runs import FAILURE, make_run, target_record, verdict_record
from unireq_conformance.comparing.paper import UNICODE, Paper
from unireq_conformance.reports.terminal import failure_lines, render_end, render_targets
from unireq_conformance.verdict import Status

CONTROLS = "\x00\x07\t\x1b[2J\x7f\x9b\u202e\ud800"
ESCAPED = r"\x00\x07\t\x1b[2J\x7f\x9b\u202e\ud800"


@pytest.mark.parametrize("text", ["plain é", CONTROLS])
def test_control_characters_are_escaped(text: str) -> None:
    shown = ESCAPED if text == CONTROLS else text
    failure = replace(FAILURE, note=f"Traceback\n{text}", observed=text)
    verdict = verdict_record("HDR-003", Status.FAILS, failure=failure)
    assert f"    {shown}" in failure_lines(verdict, "a:x")
    run = make_run(target_record("a:x", verdict, error=text))
    said = io.StringIO()
    paper = Paper(Console(file=said, width=200, color_system=None), UNICODE)
    render_targets(run, paper)
    render_end(run, paper)
    assert f"not judged: {shown}\n" in said.getvalue()
    assert f"    {shown}\n" in said.getvalue()
    assert said.getvalue().replace("\n", "").isprintable()
