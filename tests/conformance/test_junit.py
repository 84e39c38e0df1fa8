"""`unireq-conformance run --junit`: what CI services read."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

from support.runs import (
    CIRCUMSTANCES,
    FAILURE,
    clause_record,
    make_run,
    target_record,
    verdict_record,
)
from unireq_conformance.comparing.paper import UNICODE, Paper
from unireq_conformance.reports.junit import junit_of, junit_of_refusal
from unireq_conformance.reports.terminal import render_end, render_targets
from unireq_conformance.runs.record import Run
from unireq_conformance.servers.target import Missing
from unireq_conformance.verdict import Status

MISSING = Missing(("ghost",), "pip install ghost", "c:x needs ghost")
RUN = make_run(
    target_record(
        "a:x",
        verdict_record("HDR-001", Status.PASSES),
        verdict_record("HDR-003", Status.FAILS),
        verdict_record("HDR-009", Status.DEVIATES, because="it joins"),
        verdict_record("HDR-019", Status.FAILS),
        verdict_record("QRY-003", Status.STALE),
        verdict_record("USR-001", Status.UNSUPPORTED, because="no users"),
        versions={"x": "1.2"},
    ),
    target_record("b:x", verdict_record("HDR-001", Status.PASSES), error="it died\nof this"),
    # What is stale counts whatever the level.
    clauses=(clause_record("QRY-003", level="SHOULD"),),
)


def parse(text: str) -> list[ElementTree.Element]:
    """The testsuites, after a look at their counts."""
    assert text.isascii()
    suites = ElementTree.fromstring(text).findall("testsuite")  # noqa: S314  # our own
    for suite in suites:
        found = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
        found["skipped"] = "testcase/skipped"
        for name, path in found.items():
            assert suite.get(name) == str(len(suite.findall(path)))
        assert {case.get("classname") for case in suite.iter("testcase")} == {suite.get("name")}
    return suites


def outcomes(suite: ElementTree.Element) -> dict[str | None, list[tuple[str, str | None]]]:
    """What became of each testcase, with its message."""
    cases = suite.findall("testcase")
    found = {case.get("name"): [(part.tag, part.get("message")) for part in case] for case in cases}
    assert len(found) == len(cases)
    return found


def test_what_fails_the_run_is_a_failure_and_nothing_else_is() -> None:
    first, second, third = parse(junit_of(RUN, missing={"c:x": MISSING}))
    trailers = "HDR-019 Trailers (SHOULD) fails on a:x (counts only with --strict)"
    assert outcomes(first) == {
        "HDR-001": [],
        "HDR-003": [("failure", "HDR-003 Look-up in any case (MUST) fails on a:x")],
        "HDR-009": [("skipped", "deviates as declared: it joins")],
        "HDR-019": [("skipped", trailers)],
        "QRY-003": [("failure", "QRY-003 Pieces (SHOULD) stale on a:x")],
        "USR-001": [("skipped", "unsupported: no users")],
    }
    here = {"unireq": CIRCUMSTANCES.unireq, "python": CIRCUMSTANCES.python}
    found = {each.get("name"): each.get("value") for each in first.iter("property")}
    assert found == {"specification": "0.1", **here, "x": "1.2"}
    assert outcomes(second) == {"HDR-001": [], "judged": [("error", "it died")]}
    assert [each.text for each in second.iter("error")] == ["it died\nof this"]
    assert outcomes(third) == {"judged": [("skipped", "not run: c:x needs ghost")]}
    # And with --strict.
    first, _ = parse(junit_of(RUN, strict=True))
    found = {name: "".join(tag for tag, _ in parts) for name, parts in outcomes(first).items()}
    failing = dict.fromkeys(["HDR-003", "HDR-009", "HDR-019", "QRY-003"], "failure")
    assert found == {**failing, "HDR-001": "", "USR-001": "skipped"}


def test_a_failure_tells_what_the_terminal_tells() -> None:
    files = {("a:x", "HDR-003"): Path("kept/a.json")}
    first, _ = parse(junit_of(RUN, files=files))
    text = next(first.iter("failure")).text or ""
    assert '  expected:    "a"\n' in text
    assert r"    b'Host: \xe9\r\n'" in text
    assert text.endswith("  replay:      unireq-conformance replay kept/a.json")
    assert "    HDR 1/4 · QRY 0/1\n    fails: HDR-003, HDR-019\n" in on_a_terminal(RUN)


def test_a_refusal_is_an_error_of_each_target() -> None:
    suites = parse(junit_of_refusal(["a:x", "b:x", "a:x"], "expected this\ngot that"))
    assert [suite.get("name") for suite in suites] == ["a:x", "b:x"]
    assert [*map(outcomes, suites)] == [{"judged": [("error", "expected this")]}] * 2


def hostile(text: str, name: str = "a:x") -> Run:
    failure = replace(FAILURE, where=text, observed=text, note=text)
    failing = verdict_record("HDR-003", Status.FAILS, failure=failure)
    left_out = verdict_record("USR-001", Status.UNSUPPORTED, because=text)
    versions = {} if name == "a:x" else {text: text}
    target = target_record(name, failing, left_out, versions=versions, error=text)
    return make_run(target)


CONTROLS = "\x00\x07\t\x1b[2J\x7f\x9b\u202e\ud800"


def on_a_terminal(run: Run) -> str:
    said = StringIO()
    paper = Paper(Console(file=said, width=200, color_system=None), UNICODE)
    render_targets(run, paper)
    render_end(run, paper)
    return said.getvalue()


@example(CONTROLS)
@given(
    st.text(
        st.sampled_from("<>&\"']\x00\x08\t\n\r\x1b\x7f\x85\ud800\ufffe\uffff😀é ") | st.characters()
    )
)
def test_any_text_can_be_held_and_shown(text: str) -> None:
    parse(junit_of_refusal([text], text))
    (suite,) = parse(junit_of(hostile(text, text)))
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    assert suite.get("name") == plain
    assert set(outcomes(suite)) == {"HDR-003", "USR-001"} | ({"judged"} if text else set())
    for each in suite.iter():
        assert (each.text or "").replace("\n", "").isprintable()
    # Nor does any get to a terminal.
    shown = on_a_terminal(hostile(text))
    assert shown.replace("\n", "").isprintable()
    if text == CONTROLS:
        assert f"not judged: {plain}\n" in shown
        assert f"    {plain}\n" in shown
