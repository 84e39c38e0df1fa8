"""`unireq-conformance run`: names, exit statuses, reports, and that nothing is left running."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from support.requirements import need
from support.runs import SUITE, command, write_suite
from unireq_conformance import clauses as registry
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.commands import PROFILES
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
FROM_KIT = "from unireq_conformance import AdapterSuite\n"


def read(path: Path) -> Run:
    return read_run(path.read_bytes(), str(path))


# What is meant by a name.


def test_names_and_patterns_mean_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    flask = [name for name in TARGETS if name.startswith("flask:")]
    need(not any(TARGETS[name].missing() for name in flask), "flask and its servers")
    assert names.choose_targets(["flask:*"]).names == flask
    last, *others = flask[::-1]
    assert names.choose_targets([last, "flask:*"]).names == [last, *others[::-1]]
    assert names.choose_targets(["my.tests:TestMine"]).names == ["my.tests:TestMine"]
    # All means those that are installed.
    server = OnServer("waitress", "a:b")
    ghost = Target("ghost:waitress", server, distributions=("ghost",), extra="ghost")
    here = Target("here:waitress", server)
    monkeypatch.setattr(names, "TARGETS", {each.name: each for each in (ghost, here)})
    for typed in ("ghost:waitress", "ghost:*"):
        with pytest.raises(Unusable, match=r'not installed here: pip install "unireq\[ghost\]"'):
            names.choose_targets([typed])
    choice = names.choose_targets(["all"])
    assert choice.names == ["here:waitress"]
    assert 'pip install "unireq[ghost]"' in str(choice.missing["ghost:waitress"])


@pytest.mark.parametrize(
    ("module", "target", "said"),
    [
        (None, "mine:TestMine", "expected a module that can be imported from "),
        ("1 / 0\n", "mine:TestMine", "ZeroDivisionError"),
        ("class TestOther: pass\n", "mine:TestMine", "it has TestOther"),
        ("TestMine = 3\n", "mine:TestMine", "expected a subclass of AdapterSuite, got 3"),
        (FROM_KIT, "mine:AdapterSuite", "got AdapterSuite itself"),
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
    arguments = ["run", "mine:TestMine"]
    for clause in ("QRY-003", "qry-001", "USR-001"):
        arguments += ["--clause", clause]
    done = command(tmp_path, *arguments, "--json", "run.json")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines = done.stdout.splitlines()
    assert lines[0].startswith("✓ mine:TestMine  waitress ")
    assert lines[1:3] == ["    QRY 2/2", "    unsupported: USR-001"]
    assert lines[-1] == "✓ conforms: 1 target, 3 clauses: 2 pass, 1 unsupported"
    run = read(tmp_path / "run.json")
    verdicts = run.targets["mine:TestMine"].verdicts
    found = {verdict.clause: verdict.status.value for verdict in verdicts.values()}
    assert found == {"QRY-001": "passes", "QRY-003": "passes", "USR-001": "unsupported"}
    assert list(found) == list(run.clauses)
    assert verdicts["QRY-001"].examples > 0
    assert verdicts["USR-001"].because == "none here"
    # Nothing else is left where it was called.
    left = {path.name for path in tmp_path.iterdir()} - {"__pycache__"}
    assert left == {"mine.py", "run.json"}

    ascii_only = command(tmp_path, *arguments, PYTHONIOENCODING="ascii")
    assert ascii_only.stdout.isascii()
    assert "    QRY 2/2" in ascii_only.stdout.splitlines()
    printed = command(tmp_path, *arguments, "--junit", "-").stdout
    assert 'name="mine:TestMine" tests="3" failures="0" errors="0" skipped="1">' in printed
    assert printed.endswith("</testsuites>\n")


def test_wrong_adapters(tmp_path: Path) -> None:
    # Two whose names differ in what a file's name can hardly hold.
    suites = {"eins": "h11", "äöü": "rich"}
    for name, distribution in suites.items():
        write_suite(tmp_path, change=SPOILED, name=name)
        with (tmp_path / f"{name}.py").open("a", encoding="utf-8") as file:
            file.write(f"    distributions = ['hypothesis', '{distribution}']\n")
    targets = [f"{name}:TestMine" for name in suites]
    arguments = ["run", *targets, "--clause", "QRY-006"]
    done = command(tmp_path, *arguments, "--json", "run.json")
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("✗ eins:TestMine")
    assert "    fails: QRY-006" in lines
    assert any(line.startswith("QRY-006 ") and "(MUST) fails on eins" in line for line in lines)
    assert lines[-1].startswith("✗ FAILED on 2 of 2: 2 targets, 1 clause: ")
    # A report tells of each suite which it is.
    run = read(tmp_path / "run.json")
    found = {name: list(target.versions) for name, target in run.targets.items()}
    versions = {f"{k}:TestMine": ["hypothesis", v, "waitress"] for k, v in suites.items()}
    assert found == versions
    # And each failure is kept.
    kept = tmp_path / ".unireq-conformance"
    files = sorted(kept.glob("*.json"))
    assert [json.loads(path.read_text("ascii"))["target"] for path in files] == targets
    file = ".unireq-conformance/eins-TestMine.QRY-006.json"
    assert f"  replay:      unireq-conformance replay {file}" in lines
    assert (tmp_path / file) in files
    assert (kept / ".gitignore").read_text("ascii") == "*\n"

    # Failures that can't be kept are told all the same.
    unkept = command(tmp_path, *arguments, "--json", "-", "--failures", "eins.py")
    assert unkept.returncode == 1
    assert "--failures: expected a writable directory, got eins.py" in unkept.stderr
    assert "unireq-conformance: FAILED on 2 of 2: 2 targets, 1 clause: " in unkept.stderr
    (verdict,) = json.loads(unkept.stdout)["targets"][0]["verdicts"]
    assert verdict["verdict"] == "fails"
    assert verdict["failure"]["where"].startswith("query_")


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


def test_who_cannot_be_judged_hides_no_other(tmp_path: Path) -> None:
    write_suite(tmp_path, change="__import__('os')._exit(7)")
    write_suite(tmp_path, change="raise RuntimeError('broken')", name="broken")
    write_suite(tmp_path, name="good")
    # One whose app does not even start.
    unstarted, before = SUITE.format(change="pass", deviation=""), "    def app("
    unstarted = unstarted.replace(before, f"    raise LookupError('no such app')\n{before}")
    (tmp_path / "unstarted.py").write_text(unstarted, "utf-8")
    names = [f"{name}:TestMine" for name in ("mine", "broken", "good", "unstarted")]
    files = ("--json", "run.json", "--junit", "run.xml")
    done = command(tmp_path, "run", *names, "--clause", "QRY-003", *files)
    assert done.returncode == 2
    assert '<error message="its worker ended with status 7' in (tmp_path / "run.xml").read_text()
    lines = done.stdout.splitlines()
    assert lines[-1].startswith("✗ NO VERDICT on 3: ")
    assert any(line.startswith("    not judged: unstarted:TestMine: ") for line in lines)
    for said in ("RuntimeError: broken", "LookupError: no such app"):
        assert f"      {said}" in lines
    assert lines.count("      Traceback (most recent call last):") == 2
    died, broken, good, _ = read(tmp_path / "run.json").targets.values()
    assert "status 7" in died.error
    assert not broken.verdicts
    assert "expected GET / to be answered" in broken.error
    assert [verdict.status for verdict in good.verdicts.values()] == [Status.PASSES]


@pytest.mark.skipif(sys.platform == "win32", reason="takes a program that POSIX has")
def test_a_worker_that_is_not_understood_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever else runs in its place, or if none can be started.
    for program, said in (("/bin/echo", "JSONDecodeError"), ("/no", "FileNotFound")):
        monkeypatch.setattr(sys, "executable", program)
        done = command(tmp_path, "run", "mine:TestMine", "--clause", "QRY-003")
        assert done.returncode == 2
        assert said in done.stdout


def test_a_failure_shows_what_the_app_printed(tmp_path: Path) -> None:
    broken = "if environ['QUERY_STRING']: raise LookupError('too' + 3000 * ' long')"
    write_suite(tmp_path, change=broken)
    done = command(tmp_path, "run", "mine:TestMine", "--clause", "QRY-003")
    assert done.returncode == 1
    for said in ('"refused: 500"', "    the app printed:\n", "Traceback", " more characters)"):
        assert said in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 400
    (file,) = (tmp_path / ".unireq-conformance").glob("*.json")
    assert "LookupError: too long" in json.loads(file.read_text("ascii"))["note"]


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
    assert [each.error for each in executed.run.targets.values()] == ["", "", "gone"]


def test_a_registered_target_runs_the_checks_inside_its_app(tmp_path: Path) -> None:
    need(TARGETS["asgi:uvicorn-h11"].missing() is None, str(TARGETS["asgi:uvicorn-h11"].missing()))
    ids = ["HDR-001", "CLI-002", "USR-001", "PTH-010", "CLI-003"]
    clauses = [word for clause_id in ids for word in ("--clause", clause_id)]
    done = command(tmp_path, "run", "asgi:uvicorn-h11", *clauses, "--json", "-")
    assert done.returncode == 0, done.stderr
    (target,) = json.loads(done.stdout)["targets"]
    found = {v["clause"]: v["verdict"] for v in target["verdicts"]}
    assert found == {**dict.fromkeys(ids, "passes"), "PTH-010": "unsupported"}
    assert set(target["versions"]) == {"uvicorn", "h11"}


def test_the_full_profile_draws_others_each_time_and_tells_from_what(tmp_path: Path) -> None:
    write_suite(tmp_path)
    arguments = ["run", "mine:TestMine", "--clause", "QRY-003", "--profile", "full", "--json", "-"]
    efforts = [json.loads(command(tmp_path, *arguments).stdout)["effort"] for _ in range(2)]
    assert [effort["examples"] for effort in efforts] == [PROFILES["full"]] * 2
    assert efforts[0]["seed"] != efforts[1]["seed"]
    fixed = json.loads(command(tmp_path, *arguments, "--seed", "7", "--examples", "3").stdout)
    assert fixed["effort"] == {"examples": 3, "seed": 7}


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


def test_what_registered_targets_lack_and_how_they_deviate() -> None:
    assert set(UNSUPPORTED) <= {capability.name for capability in Capability}
    frameworks = {target.framework for target in TARGETS.values()}
    for reasons in UNSUPPORTED.values():
        assert set(reasons) <= frameworks
        assert all(reasons.values())
    for name, target in TARGETS.items():
        assert list(target.deviations) == deviations_of(name)
        # Nobody's clause about Unix sockets is left out where there can be one.
        assert ("UNIX_SOCKET" in target.unsupported) is (not target.driver.unix_socket), name
