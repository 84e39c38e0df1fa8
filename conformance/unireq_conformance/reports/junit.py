"""A run as JUnit XML, which CI services show as tests.

Rule: what fails the run is a failure here, and nothing else is; a target that was not judged is an
error. Each target is a testsuite, and each clause a testcase, named by its id, which stays. XML 1.0
holds no control character in any form, so those are written as Python escapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree import ElementTree

from unireq_conformance.comparing.values import harmless
from unireq_conformance.reports.terminal import failure_of
from unireq_conformance.runs.record import Run
from unireq_conformance.servers.target import Missing
from unireq_conformance.verdict import Status

__all__ = ["junit_of", "junit_of_refusal"]


def junit_of(
    run: Run,
    *,
    strict: bool = False,
    missing: Mapping[str, Missing] | None = None,
    files: Mapping[tuple[str, str], Path] | None = None,
) -> str:
    """The XML of `run`; the arguments are those of `terminal.render_end`."""
    root = ElementTree.Element("testsuites", name="unireq-conformance")
    for target in run.targets.values():
        suite = _suite(root, target.name)
        here = target.circumstances
        properties = {"specification": run.spec, "unireq": here.unireq, "python": here.python}
        listed = ElementTree.SubElement(suite, "properties")
        for key, value in {**properties, **target.versions}.items():
            ElementTree.SubElement(listed, "property", name=harmless(key), value=harmless(value))
        for verdict in target.verdicts.values():
            counts = run.counts(verdict, strict=strict)
            outcome = "failure" if counts else "skipped"
            if verdict.status is Status.PASSES:
                _add(suite, verdict.clause)
            elif verdict.failure is None:
                deviates = verdict.status is Status.DEVIATES
                said = "deviates as declared" if deviates else "unsupported"
                _add(suite, verdict.clause, outcome, f"{said}: {verdict.because}")
            else:
                lines = failure_of(run, target, verdict, strict=strict, files=files)
                _add(suite, verdict.clause, outcome, "\n".join(lines))
        if target.error:
            _add(suite, "judged", "error", target.error)
    for name, why in (missing or {}).items():
        _add(_suite(root, name), "judged", "skipped", f"not run: {why}")
    return _text(root)


def junit_of_refusal(targets: Iterable[str], message: str) -> str:
    """The XML of a run that came to nothing, with the reason as an error of each of `targets`."""
    root = ElementTree.Element("testsuites", name="unireq-conformance")
    for name in dict.fromkeys(targets):
        _add(_suite(root, name), "judged", "error", message)
    return _text(root)


def _suite(root: ElementTree.Element, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(root, "testsuite", name=harmless(name))


def _add(suite: ElementTree.Element, name: str, outcome: str = "", said: str = "") -> None:
    """Add a testcase: one that passes, or one whose `outcome` has the text `said`."""
    case = ElementTree.SubElement(suite, "testcase", classname=suite.attrib["name"], name=name)
    if outcome:
        lines = [harmless(line) for line in said.splitlines()]
        found = ElementTree.SubElement(case, outcome, message=lines[0] if lines else "")
        found.text = "\n".join(lines)


def _text(root: ElementTree.Element) -> str:
    for suite in root:
        suite.set("tests", str(len(suite.findall("testcase"))))
        for outcome in ("failure", "error", "skipped"):
            counted = outcome if outcome == "skipped" else f"{outcome}s"
            suite.set(counted, str(len(suite.findall(f"testcase/{outcome}"))))
    ElementTree.indent(root)
    # In ASCII, so that whatever takes the output can take it.
    document: bytes = ElementTree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return document.decode("ascii") + "\n"
