"""Runs made by hand, and suites as files, for tests of the kit's command line and reports."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest import mock

from unireq_conformance import cli
from unireq_conformance.clause import SPECS
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.runs import execute
from unireq_conformance.runs.record import (
    Circumstances,
    ClauseRecord,
    DeviationRecord,
    FailureRecord,
    Run,
    TargetRecord,
    VerdictRecord,
)
from unireq_conformance.verdict import Status

CIRCUMSTANCES = Circumstances("0.1.0", "3.11.7", "linux", 25, None)

FAILURE = FailureRecord("host", "a", ["b"], b"GET / HTTP/1.1\r\nHost: \xe9\r\n\r\n", "")

SUITE = """\
from unireq_conformance import AdapterSuite, Capability, Deviation, Refusal, wsgi

print("this must not get between the kit's own lines")


def make_app(probe):
    def app(environ, start_response):
        {change}
        body = probe(environ, probe.facts(environ))
        print("nor this")
        start_response("200 OK", [("content-type", "application/json")])
        return [body]

    return app


class TestMine(AdapterSuite):
    target = wsgi(make_app)
    unsupported = {{
        capability: "none here" for capability in Capability if capability is not Capability.EARLY
    }}
    deviations = [{deviation}]
"""


def write_suite(
    directory: Path, *, change: str = "pass", deviation: str = "", name: str = "mine"
) -> None:
    """Write the module `name` with the suite TestMine.

    `change` spoils `environ`, for an adapter that is wrong; `deviation` declares one.
    """
    text = SUITE.format(change=change, deviation=deviation)
    (directory / f"{name}.py").write_text(text, encoding="utf-8")


def command(cwd: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `unireq-conformance` in the directory `cwd`, in this process."""
    kept = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    encoding = variables.get("PYTHONIOENCODING", "utf-8")
    out, err = (TextIOWrapper(BytesIO(), encoding, newline="") for _ in range(2))
    before, path, here = set(sys.modules), sys.path[:], Path.cwd()
    os.chdir(cwd)
    try:
        with (
            mock.patch.dict(os.environ, {**kept, **variables}, clear=True),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            status = cli.main(arguments)
    except SystemExit as end:  # of the parser of arguments
        status = end.code if isinstance(end.code, int) else 1
    finally:
        os.chdir(here)
        sys.path[:] = path
        for name in set(sys.modules) - before:
            origin = getattr(sys.modules[name], "__file__", None)
            if origin and Path(origin).is_relative_to(cwd):
                del sys.modules[name]
        importlib.invalidate_caches()
    printed = []
    for stream in (out, err):
        stream.flush()
        printed.append(stream.buffer.getvalue().decode(encoding))  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(arguments, status, *printed)


def clause_record(clause_id: str, **changes: str) -> ClauseRecord:
    """The record of a registered clause, with some attributes changed."""
    return replace(execute._record(CLAUSES[clause_id]), **changes)


def verdict_record(clause_id: str, status: Status, **changes: Any) -> VerdictRecord:
    """A verdict, with a failure where there has to be one."""
    failure = FAILURE if status in {Status.FAILS, Status.STALE} else None
    return VerdictRecord(clause_id, status, **{"examples": 25, "failure": failure, **changes})


def target_record(name: str, *verdicts: VerdictRecord, **changes: Any) -> TargetRecord:
    """A target with these verdicts."""
    by_id = {verdict.clause: verdict for verdict in verdicts}
    return TargetRecord(name, **{"circumstances": CIRCUMSTANCES, "verdicts": by_id, **changes})


def make_run(*targets: TargetRecord, clauses: tuple[ClauseRecord, ...] = ()) -> Run:
    """A run with these targets, and with the clauses that their verdicts are about."""
    ids = dict.fromkeys(clause_id for target in targets for clause_id in target.verdicts)
    known = {clause_id: clause_record(clause_id) for clause_id in ids if clause_id in CLAUSES}
    known.update({clause.id: clause for clause in clauses})
    return Run(CIRCUMSTANCES, known, {target.name: target for target in targets}, SPECS[-1])


def deviation_record(clause_id: str) -> DeviationRecord:
    """A declared deviation."""
    return DeviationRecord(clause_id, "the server does it", b"GET / HTTP/1.1\r\n\r\n", {}, {})
