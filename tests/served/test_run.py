"""`unireq-conformance run`: names, exit statuses, reports, and that nothing is left running."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from support.requirements import need
from support.runs import (
    clause_record,
    command,
    make_run,
    target_record,
    verdict_record,
    write_suite,
)
from support.started import Start, linux, marked, wait_for
from unireq_conformance import clauses as registry
from unireq_conformance import cli
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.commands.run import PROFILES
from unireq_conformance.deviations import deviations_of
from unireq_conformance.judge import Effort
from unireq_conformance.runs import execute, failures, names, worker
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.pool import Event
from unireq_conformance.runs.record import Run, read_run
from unireq_conformance.servers.targets import TARGETS, UNSUPPORTED, OnServer, Target
from unireq_conformance.suite import Capability
from unireq_conformance.verdict import Status

SPOILED = "environ['QUERY_STRING'] = environ['QUERY_STRING'].replace('=', '%3D')"
# waitress joins with a comma and a space; the witness shows it.
REAL = (
    "Deviation('HDR-009', because='waitress', witness=b'GET / HTTP/1.1\\r\\nHost: h\\r\\n"
    "Cookie: a=1\\r\\nCookie: b=2\\r\\n\\r\\n', specified={'headers.cookie': 'a=1; b=2'},"
    " observed={'headers.cookie': 'a=1, b=2'})"
)
# An app of this kind refuses what is not ASCII.
REFUSING = """if any(not str(v).isascii() for k, v in environ.items() if k[:5] == "HTTP_"):
            start_response("400 Bad Request", [])
            return [b""]"""
REFUSAL = (
    "Refusal(b'GET / HTTP/1.1\\r\\nHost: h\\r\\nX: \\xe9\\r\\n\\r\\n', 'waitress',"
    " of=lambda request: 'obs-text' in request.features)"
)


def read(path: Path) -> Run:
    return read_run(path.read_bytes(), str(path))


# What is meant by a name.


def test_names_and_patterns_mean_what_they_say() -> None:
    flask = [name for name in TARGETS if name.startswith("flask:")]
    need(not any(TARGETS[name].missing() for name in flask), "flask and its servers")
    assert names.choose_targets(["flask:*"]).names == flask
    assert names.choose_targets(["flask:waitress", "flask:*"]).names == [
        "flask:waitress",
        *(name for name in flask if name != "flask:waitress"),
    ]
    assert names.choose_targets(["my.tests:TestMine"]).names == ["my.tests:TestMine"]


def test_all_means_those_that_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    ghost = Target(
        "ghost:waitress", OnServer("waitress", "a:b"), distributions=("ghost",), extra="ghost"
    )
    here = Target("here:waitress", OnServer("waitress", "a:b"))
    monkeypatch.setattr(names, "TARGETS", {each.name: each for each in (ghost, here)})
    for typed in ("ghost:waitress", "ghost:*"):
        with pytest.raises(Unusable, match=r'not installed here: pip install "unireq\[ghost\]"'):
            names.choose_targets([typed])
    choice = names.choose_targets(["all"])
    assert choice.names == ["here:waitress"]
    assert 'pip install "unireq[ghost]"' in str(choice.missing["ghost:waitress"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "TARGET"),
        (["run", "flask:gunicron"], "got 'flask:gunicron'; the targets are:\n  starlette:"),
        (["run", "nothing:*"], "got 'nothing:*'; the targets are:"),
        (["run", "flask:gunicorn", "--clause", "HDR-0003"], "did you mean HDR-003"),
        (["run", "flask:gunicorn", "--clause", "7"], "ids have the form HDR-003"),
        (["run", "flask:gunicorn", "--spec", "0.9"], "--spec: expected a number of the specif"),
        (["run", "flask:gunicorn", "--spec", ""], "(0.1), got ''; give one of these, or install"),
        (["run", "flask:gunicorn", "--examples", "0"], "a number from 1 to 1000000, got '0'"),
        (["run", "flask:gunicorn", "--seed", "-1"], "--seed"),
        (["run", "flask:gunicorn", "--profile", "slow"], "invalid choice"),
        (["run", "flask:gunicorn", "--json", "no/where/a.json"], "create the directory"),
        (["run", "flask:gunicorn", "--junit", "no/where/a.xml"], "--junit: expected a file in an"),
        (["run", "flask:gunicorn", "--json", "-", "--junit", "-"], "only one can be printed"),
    ],
)
def test_what_cannot_be_used(
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Not the processes: they are started by threads, where a failure would be waited for.
    monkeypatch.setattr(execute, "execute", lambda *_, **__: pytest.fail("it was started"))
    try:
        status = cli.main(arguments)
    except SystemExit as exit_:  # argparse's own way
        status = int(str(exit_.code))
    captured = capsys.readouterr()
    assert (status, captured.out) == (2, "")
    assert said in captured.err


@pytest.mark.parametrize(
    ("module", "target", "said"),
    [
        (None, "mine:TestMine", "expected a module that can be imported from "),
        ("1 / 0\n", "mine:TestMine", "ZeroDivisionError"),
        ("class TestOther: pass\n", "mine:TestMine", "it has TestOther"),
        ("TestMine = 3\n", "mine:TestMine", "expected a subclass of AdapterSuite, got 3"),
        (
            "from unireq_conformance import AdapterSuite\n",
            "mine:AdapterSuite",
            "got AdapterSuite itself",
        ),
    ],
)
def test_a_suite_that_is_none(module: str | None, target: str, said: str, tmp_path: Path) -> None:
    if module is not None:
        (tmp_path / "mine.py").write_text(module, encoding="utf-8")
    done = command(tmp_path, "run", target, "--junit", "run.xml")
    assert (done.returncode, done.stdout) == (2, "")
    # And not what an earlier run has left.
    assert f'<testsuite name="{target}" tests="1" failures="0" errors="1"' in (
        tmp_path / "run.xml"
    ).read_text("ascii")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


# What is found.


def test_a_good_adapter(tmp_path: Path) -> None:
    write_suite(tmp_path)
    clauses = ["--clause", "QRY-003", "--clause", "qry-001", "--clause", "USR-001"]
    done = command(tmp_path, "run", "mine:TestMine", *clauses, "--json", "run.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    ascii_only = command(tmp_path, "run", "mine:TestMine", *clauses, PYTHONIOENCODING="ascii")
    assert ascii_only.stdout.isascii()
    assert "    QRY 2/2" in ascii_only.stdout.splitlines()
    printed = command(tmp_path, "run", "mine:TestMine", *clauses, "--junit", "-").stdout
    assert 'name="mine:TestMine" tests="3" failures="0" errors="0" skipped="1">' in printed
    assert printed.endswith("</testsuites>\n")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("✓ mine:TestMine  waitress ")
    assert lines[1:3] == ["    QRY 2/2", "    unsupported: USR-001"]
    assert lines[-1] == "✓ conforms: 1 target, 3 clauses: 2 pass, 1 unsupported"
    run = read(tmp_path / "run.json")
    assert list(run.clauses) == ["QRY-001", "QRY-003", "USR-001"]
    verdicts = run.targets["mine:TestMine"].verdicts
    assert [verdict.status.value for verdict in verdicts.values()] == [
        "passes",
        "passes",
        "unsupported",
    ]
    assert verdicts["QRY-001"].examples > 0
    assert verdicts["USR-001"].because == "none here"
    # Nothing else is left where it was called.
    left = {path.name for path in tmp_path.iterdir()} - {"__pycache__"}
    assert left == {"mine.py", "run.json"}


def test_a_wrong_adapter(tmp_path: Path) -> None:
    write_suite(tmp_path, change=SPOILED)
    done = command(tmp_path, "run", "mine:TestMine", "--clause", "QRY-006", "--json", "-")
    assert done.returncode == 1
    assert done.stderr.startswith("unireq-conformance: FAILED on 1 of 1: 1 target, 1 clause: ")
    document = json.loads(done.stdout)
    (verdict,) = document["targets"][0]["verdicts"]
    assert verdict["verdict"] == "fails"
    assert verdict["failure"]["where"].startswith("query_")

    # Failures that can't be kept are told all the same.
    arguments = ("run", "mine:TestMine", "--clause", "QRY-006")
    unkept = command(tmp_path, *arguments, "--failures", "mine.py")
    assert unkept.returncode == 1
    assert "--failures: expected a writable directory, got mine.py" in unkept.stderr
    assert "(MUST) fails on mine:TestMine" in unkept.stdout

    again = command(tmp_path, *arguments)
    assert again.returncode == 1
    lines = again.stdout.splitlines()
    assert lines[0].startswith("✗ mine:TestMine")
    assert "    fails: QRY-006" in lines
    assert any(line.startswith("QRY-006 ") and "(MUST) fails on mine" in line for line in lines)
    file = ".unireq-conformance/mine-TestMine.QRY-006.json"
    assert f"  replay:      unireq-conformance replay {file}" in lines
    assert (tmp_path / file).is_file()
    assert (tmp_path / ".unireq-conformance" / ".gitignore").read_text("ascii") == "*\n"


def test_a_report_tells_of_each_suite_which_it_is_and_what_it_judged(tmp_path: Path) -> None:
    # Two whose names differ in what a file's name can hardly hold.
    suites = ("eins", "äöü")
    for name in suites:
        write_suite(tmp_path, change=SPOILED, name=name)
        with (tmp_path / f"{name}.py").open("a", encoding="utf-8") as file:
            file.write(
                f"    distributions = ['hypothesis', '{'h11' if name == 'eins' else 'rich'}']\n"
            )
    targets = [f"{name}:TestMine" for name in suites]
    done = command(tmp_path, "run", *targets, "--clause", "QRY-006", "--json", "run.json")
    assert done.returncode == 1, done.stderr
    run = read(tmp_path / "run.json")
    found = {name: list(target.versions) for name, target in run.targets.items()}
    assert found == {
        "eins:TestMine": ["hypothesis", "h11", "waitress"],
        "äöü:TestMine": ["hypothesis", "rich", "waitress"],
    }
    kept = sorted((tmp_path / ".unireq-conformance").glob("*.json"))
    assert [json.loads(path.read_text("ascii"))["target"] for path in kept] == targets


def test_each_target_has_failure_files_of_its_own() -> None:
    given = [*TARGETS, "a.b:C", "a:b_C", "a_b:C", "django.wsgi:gunicorn", "ä:T", "ö:T", "a:Té"]
    made = {failures._as_name(name) for name in given}
    assert len(made) == len(given)
    assert not any(re.search(r"[^\w.-]", name) for name in made)


@pytest.mark.parametrize(
    ("change", "deviation", "clause"),
    [("pass", REAL, "HDR-009"), (REFUSING, REFUSAL, "HDR-006")],
    ids=["deviation", "refusal"],
)
def test_a_declared_deviation_counts_only_strictly(
    change: str, deviation: str, clause: str, tmp_path: Path
) -> None:
    write_suite(tmp_path, change=change, deviation=deviation)
    arguments = ["run", "mine:TestMine", "--clause", clause, "--json", "run.json"]
    done = command(tmp_path, *arguments)
    assert done.returncode == 0, done.stdout
    assert f"    deviates as declared: {clause}" in done.stdout.splitlines()
    *_, declared = read(tmp_path / "run.json").targets["mine:TestMine"].deviations
    assert declared.clause == ("*" if deviation == REFUSAL else clause)
    assert declared.because == "waitress"
    strict = command(tmp_path, *arguments, "--strict")
    assert strict.returncode == 1
    assert strict.stdout.splitlines()[-1].startswith("✗ FAILED on 1 of 1: ")


def test_a_worker_that_dies_is_no_verdict_and_hides_no_other(tmp_path: Path) -> None:
    write_suite(tmp_path, change="__import__('os')._exit(7)")
    write_suite(tmp_path, change="raise RuntimeError('broken')", name="broken")
    write_suite(tmp_path, name="good")
    names = [f"{name}:TestMine" for name in ("mine", "broken", "good")]
    files = ("--json", "run.json", "--junit", "run.xml")
    done = command(tmp_path, "run", *names, "--clause", "QRY-003", *files)
    assert done.returncode == 2
    assert '<error message="its worker ended with status 7' in (tmp_path / "run.xml").read_text()
    assert "not judged: its worker ended with status 7" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("✗ NO VERDICT on 2: ")
    died, broken, good = read(tmp_path / "run.json").targets.values()
    assert "status 7" in died.error
    assert not broken.verdicts
    assert "expected GET / to be answered" in broken.error
    assert [verdict.status for verdict in good.verdicts.values()] == [Status.PASSES]


@pytest.mark.skipif(sys.platform == "win32", reason="takes a program that POSIX has")
def test_a_worker_that_is_not_understood_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Whatever else runs in its place, or if none can be started.
    monkeypatch.chdir(tmp_path)
    for program, said in (("/bin/echo", "JSONDecodeError"), ("/no", "FileNotFound")):
        monkeypatch.setattr(sys, "executable", program)
        assert cli.main(["run", "mine:TestMine", "--clause", "QRY-003"]) == 2
        assert said in capsys.readouterr().out


def test_a_failure_shows_what_the_app_printed(tmp_path: Path) -> None:
    broken = "if environ['QUERY_STRING']: raise LookupError('too' + 3000 * ' long')"
    write_suite(tmp_path, change=broken)
    done = command(tmp_path, "run", "mine:TestMine", "--clause", "QRY-003")
    assert done.returncode == 1
    assert '"refused: 500"' in done.stdout
    assert "    the app printed:" in done.stdout.splitlines()
    assert "Traceback" in done.stdout
    assert "LookupError: too long" in done.stdout
    assert " more characters)" in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 400
    (file,) = (tmp_path / ".unireq-conformance").glob("*.json")
    assert "LookupError: too long" in json.loads(file.read_text("ascii"))["note"]


@pytest.mark.parametrize("before", ["    def app(", "        body = "])
def test_an_app_that_does_not_start_shows_its_traceback(before: str, tmp_path: Path) -> None:
    write_suite(tmp_path)
    path = tmp_path / "mine.py"
    start, _, end = path.read_text("utf-8").partition(before)
    indent = before[: -len(before.lstrip())]
    fail = f"{indent}raise LookupError('no such app')\n"
    path.write_text(start + fail + before + end, "utf-8")
    done = command(tmp_path, "run", "mine:TestMine", "--clause", "QRY-003")
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert any(line.startswith("    not judged: mine:TestMine: ") for line in lines)
    assert "      Traceback (most recent call last):" in lines
    assert "      LookupError: no such app" in lines


def test_targets_are_told_of_as_they_end_in_the_order_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story = ["c found", "b found", "b ended", "a found", "a ended", "c failed"]
    told: list[str] = []

    def work(jobs: Any, *, size: int) -> Iterator[Event]:
        assert [job.target for job in jobs] == ["a", "b", "c"]
        for line in story:
            target, kind = line.split()
            data = {"found": {"versions": {}, "deviations": []}, "failed": {"message": "gone"}}
            told.append(line)
            yield Event(target, kind, data.get(kind, {}))

    monkeypatch.setattr(execute, "work", work)
    executed = execute.execute(
        ["a", "b", "c"], [], Effort(), size=3, finished=lambda run: told.append(*run.targets)
    )
    assert told == [*story[:5], "a", "b", story[5], "c"]
    assert {name: each.error for name, each in executed.run.targets.items()} == {
        "a": "",
        "b": "",
        "c": "gone",
    }


def test_a_registered_target_runs_the_checks_inside_its_app(tmp_path: Path) -> None:
    need(TARGETS["asgi:uvicorn-h11"].missing() is None, str(TARGETS["asgi:uvicorn-h11"].missing()))
    ids = ["HDR-001", "CLI-002", "USR-001", "PTH-010", "CLI-003"]
    clauses = [word for clause_id in ids for word in ("--clause", clause_id)]
    done = command(tmp_path, "run", "asgi:uvicorn-h11", *clauses, "--json", "-")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    (target,) = document["targets"]
    assert {v["clause"]: v["verdict"] for v in target["verdicts"]} == {
        "HDR-001": "passes",
        "PTH-010": "unsupported",
        "CLI-002": "passes",
        "CLI-003": "passes",
        "USR-001": "passes",
    }
    assert set(target["versions"]) == {"uvicorn", "h11"}


def test_the_full_profile_draws_others_each_time_and_tells_from_what(tmp_path: Path) -> None:
    write_suite(tmp_path)
    arguments = ["run", "mine:TestMine", "--clause", "QRY-003", "--profile", "full", "--json", "-"]
    efforts = [json.loads(command(tmp_path, *arguments).stdout)["effort"] for _ in range(2)]
    assert [effort["examples"] for effort in efforts] == [PROFILES["full"].examples] * 2
    assert efforts[0]["seed"] != efforts[1]["seed"]
    fixed = json.loads(command(tmp_path, *arguments, "--seed", "7", "--examples", "3").stdout)
    assert fixed["effort"] == {"examples": 3, "seed": 7}


# What counts.


@pytest.mark.parametrize(
    ("level", "status", "counts", "strictly"),
    [
        ("MUST", Status.PASSES, False, False),
        ("MUST", Status.FAILS, True, True),
        ("SHOULD", Status.FAILS, False, True),
        ("MUST", Status.DEVIATES, False, True),
        ("SHOULD", Status.STALE, True, True),
        ("MUST", Status.UNSUPPORTED, False, False),
    ],
)
def test_what_makes_a_run_fail(level: str, status: Status, counts: bool, strictly: bool) -> None:
    verdict = verdict_record("HDR-003", status)
    run = make_run(target_record("a:b", verdict), clauses=(clause_record("HDR-003", level=level),))
    assert [run.counts(verdict, strict=strict) for strict in (False, True)] == [counts, strictly]


# The number of the specification.


def test_a_newer_clause_is_not_of_an_older_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "SPECS", ("0.1", "0.2"))
    monkeypatch.setitem(CLAUSES, "HDR-003", replace(CLAUSES["HDR-003"], since="0.2"))
    said = (
        "--clause: expected a clause of the specification 0.1, got HDR-003, which is there since"
        " 0.2; leave it out, or give a newer --spec"
    )
    with pytest.raises(Unusable, match=re.escape(said)):
        names.choose_clauses(["hdr-003"], "0.1")
    assert [each.id for each in names.choose_clauses(["hdr-003"], "0.2")] == ["HDR-003"]


def test_a_suite_with_a_number_of_its_own_is_not_judged_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_suite(tmp_path)
    with (tmp_path / "mine.py").open("a", encoding="utf-8") as file:
        file.write("    spec = '0.1'\n")
    done = command(tmp_path, "run", "mine:TestMine", "--clause", "QRY-003", "--json", "-")
    assert json.loads(done.stdout)["spec"] == "0.1", done.stderr
    monkeypatch.setattr(names, "SPECS", ("0.1", "0.2"))
    mine = replace(next(iter(TARGETS.values())), name="mine:TestMine", spec="0.1")
    for asked in ("0.1", "0.2"):
        names.check_spec(mine, asked)
    names.check_spec(replace(mine, spec=None), None)
    monkeypatch.setattr(worker, "find_target", lambda _: mine)
    job: Any = {"target": mine.name, "clauses": [], "request": None, "spec": None}
    with pytest.raises(Unusable) as error:
        worker._work(job, mock.Mock())
    assert str(error.value) == (
        "mine:TestMine: expected a run by its `spec`, the specification 0.1, got one by the newest,"
        " 0.2; a run has one number: add --spec 0.1, or --spec 0.2 to try the newest"
    )


# Registered targets.


def test_what_registered_targets_lack_is_among_the_features() -> None:
    assert set(UNSUPPORTED) <= {capability.name for capability in Capability}
    frameworks = {target.framework for target in TARGETS.values()}
    for reasons in UNSUPPORTED.values():
        assert set(reasons) <= frameworks
        assert all(reasons.values())


@pytest.mark.parametrize("name", TARGETS)
def test_a_registered_target_has_its_deviations(name: str) -> None:
    target = TARGETS[name]
    assert list(target.deviations) == deviations_of(name)
    # Nobody's clause about Unix sockets is left out where there can be one.
    assert ("UNIX_SOCKET" in target.unsupported) is (not target.driver.unix_socket)


# The ways to end early. Whatever happens, no process is left.


@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_is_ended_while_it_works(number: int, started: Start) -> None:
    chosen = ["asgi:uvicorn-h11", "wsgi:waitress"]
    for name in chosen:
        need(TARGETS[name].missing() is None, str(TARGETS[name].missing()))
    process, mark = started("run", *chosen, "--examples", "100000")
    wait_for(lambda: any("servers.launch" in line for line in marked(mark).values()))
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    out, err = process.communicate(timeout=60)
    wait_for(lambda: not marked(mark))
    assert out == b""
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert err == b"unireq-conformance: interrupted; all servers were stopped\n"
