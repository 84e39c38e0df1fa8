"""The commands, as far as they go without servers."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from support.runs import command
from unireq_conformance.clause import AREAS
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.commands import compare, run
from unireq_conformance.deviations import DEVIATIONS

# Arguments that can't be used: exit status 2, a message on standard error, no server, no file.


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("", "required: command"),
        ("none", "invalid choice"),
        ("compare --file nowhere.http", "nowhere.http: expected a file with a request"),
        (f"compare --file {os.devnull}", "expected a request, got no bytes"),
        ("compare --target flask", "expected one of these names, got 'flask':\n  star"),
        ("compare --width 39", "expected a number from 40 to 1000, got '39'"),
        ("compare --width wide", "expected a number from 40 to 1000, got 'wide'"),
        ("compare --json - --markdown -", "got it for --json and --markdown"),
        ("compare --json no/a.json", "--json: expected a file in an existing directory"),
        ("run", "TARGET"),
        ("run flask:gunicron", "got 'flask:gunicron'; the targets are:\n  starlette:"),
        ("run nothing:*", "got 'nothing:*'; the targets are:"),
        ("run flask:gunicorn --clause HDR-0003", "did you mean HDR-003"),
        ("run flask:gunicorn --clause 7", "ids have the form HDR-003"),
        ("run flask:gunicorn --spec 0.9", "--spec: expected a number of the specif"),
        ("run flask:gunicorn --spec=", "(0.1), got ''; give one of these, or install"),
        ("run flask:gunicorn --examples 0", "a number from 1 to 1000000, got '0'"),
        ("run flask:gunicorn --seed -1", "--seed"),
        ("run flask:gunicorn --profile slow", "invalid choice"),
        ("run flask:gunicorn --json no/where/a.json", "create the directory"),
        ("run flask:gunicorn --junit no/where/a.xml", "--junit: expected a file in an"),
        ("run flask:gunicorn --json - --junit -", "only one can be printed"),
        ("list --area XYZ", "got 'XYZ':\n  HDR  Header fields\n"),
        ("explain HDR-03", "the id of a clause, got 'HDR-03'; did you mean HDR-013, HDR-003"),
        ("explain CKE003", "the id of a clause, got 'CKE003'; did you mean CKE-003"),
        ("explain zzz", "expected the id of a clause, got 'zzz'; ids have the form"),
        ("matrix nowhere.json --html m.html", "nowhere.json: expected the JSON of a run, got No"),
        ("matrix a.json", "expected --html FILE, --badge FILE or --json FILE, got none"),
        ("matrix a.json --html - --json -", "only one can be"),
        ("new Bottle --wsgi", "a letter first, no keyword of Python), got 'Bottle'; give"),
        ("new 2bottle --wsgi", "got '2bottle'"),
        ("new bottle- --wsgi", "got 'bottle-'"),
        ("new class --wsgi", "got 'class'"),
        ("new flaské --wsgi", "got 'flaské'"),
        ("new unireq-bottle --wsgi", "framework's name alone, got 'unireq-bottle'; give bottle"),
        ("new flask --wsgi", "an adapter, got 'flask': the module unireq_flask is installed"),
        ("new acme", "what acme runs on, got no option; give one of\n  --asgi  it runs on"),
        ("new acme --asgi --wsgi", "got --asgi and --wsgi; give one of\n"),
        ("new acme --asgi --into full", "or empty directory, got full, a directory that is not"),
        ("new acme --asgi --into full/file", "got full/file, a file; give another one"),
        ("new acme --asgi --into full/file/below", "got full/file/below: Not a directory;"),
    ],
)
def test_what_cannot_be_used(
    arguments: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "full" / "file"
    file.parent.mkdir()
    file.write_text("mine")
    monkeypatch.setattr(compare, "ask", lambda *_: pytest.fail("asked"))
    # Not the processes: they are started by threads, where a failure would be waited for.
    monkeypatch.setattr(run, "execute", lambda *_, **__: pytest.fail("it was started"))
    done = command(tmp_path, *arguments.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert [*tmp_path.rglob("*")] == [file.parent, file]
    assert file.read_text() == "mine"


def test_an_empty_directory_will_do(tmp_path: Path) -> None:
    arguments = ("new", "my-acme", "--asgi")
    done = command(tmp_path, *arguments, "--into", ".")
    assert done.stdout.startswith("Next: pip install"), done.stderr
    assert (tmp_path / "unireq_my_acme" / "py.typed").is_file()
    again = command(tmp_path, *arguments, "--into", ".")
    assert "got ., a directory that is not empty" in again.stderr
    assert command(tmp_path, *arguments).returncode == 0
    # Each word of the templates has become the framework's.
    for file in (tmp_path / "unireq-my-acme").rglob("*.*"):
        if file.is_file():
            text = file.read_text(encoding="utf-8").replace("my_acme", "").replace("my-acme", "")
            assert "acme" not in text.lower().replace("myacme", ""), file


# The specification on a terminal of 80 columns.


def said(cwd: Path, *arguments: str) -> str:
    done = command(cwd, *arguments, COLUMNS="80")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    return done.stdout


def test_every_clause_is_listed_once_in_order(tmp_path: Path) -> None:
    lines = said(tmp_path, "list").splitlines()
    assert max(map(len, lines)) <= 80
    listed = [line.split()[:2] for line in lines if re.match(r"  [A-Z]{3}-\d{3}  ", line)]
    assert listed == [[clause.id, clause.level.value] for clause in CLAUSES.values()]
    musts = sum(clause.level.value == "MUST" for clause in CLAUSES.values())
    assert lines[-1].startswith(f"{musts} MUST, ")
    # Or those of one area.
    for typed in ("CKE", "cke"):
        head, *lines = said(tmp_path, "list", "--area", typed).splitlines()
        assert head == f"CKE  {AREAS['CKE']}"
        listed = [line.split()[:1] for line in lines if line.startswith("  ")]
        assert listed == [[each] for each in CLAUSES if each.startswith("CKE")]


@pytest.mark.parametrize("area", AREAS)
def test_a_clause_is_explained_in_80_columns(area: str, tmp_path: Path) -> None:
    for clause in CLAUSES.values():
        if clause.area != area:
            continue
        text = said(tmp_path, "explain", clause.id.lower())
        assert text.startswith(f"{clause.id}  {clause.level.value}  {clause.title}\n")
        own = [deviation for deviation in DEVIATIONS if deviation.clause == clause.id]
        told = [clause.text, clause.why, clause.source, clause.capability]
        for deviation in own:
            told += [deviation.because, *(f"{where} is " for where in deviation.specified)]
            for line in deviation.witness.splitlines(keepends=True):
                assert f"\n    {line!r}\n" in text
        flat = " ".join(text.split())
        assert [part for part in told if " ".join(part.split()) not in flat] == []
        assert text.count("\nDeviation: ") == len(own)
        assert ("No registered target deviates from it." in text) == (not own)
        assert ("\nrefusal: " in text) is clause.may_refuse
        if clause.id == "CLI-002":
            assert "targets:  django-wsgi:runserver\n" in text
        # Only bytes may be longer: they are to be copied.
        long = [line for line in text.splitlines() if len(line) > 80]
        assert [line for line in long if not re.match(r"    b['\"]", line)] == []
