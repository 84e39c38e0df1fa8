"""Arguments that can't be used: exit status 2, a message on standard error, no server."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.runs import command
from unireq_conformance.commands import compare, run


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
    ],
)
def test_what_cannot_be_used(
    arguments: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "ask", lambda *_: pytest.fail("asked"))
    # Not the processes: they are started by threads, where a failure would be waited for.
    monkeypatch.setattr(run, "execute", lambda *_, **__: pytest.fail("it was started"))
    done = command(tmp_path, *arguments.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
