"""`unireq-conformance new`: what it refuses, and that it then writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from unireq_conformance import cli


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("Bottle --wsgi", "a letter first, no keyword of Python), got 'Bottle'; give"),
        ("2bottle --wsgi", "got '2bottle'"),
        ("bottle- --wsgi", "got 'bottle-'"),
        ("class --wsgi", "got 'class'"),
        ("flaské --wsgi", "got 'flaské'"),
        ("unireq-bottle --wsgi", "the framework's name alone, got 'unireq-bottle'; give bottle"),
        ("flask --wsgi", "without an adapter, got 'flask': the module unireq_flask is installed"),
        ("acme", "expected what acme runs on, got no option; give one of\n  --asgi  it runs on"),
        ("acme --asgi --wsgi", "got --asgi and --wsgi; give one of\n"),
        ("acme --asgi --into full", "new or empty directory, got full, a directory that is not"),
        ("acme --asgi --into full/file", "got full/file, a file; give another one"),
        ("acme --asgi --into full/file/below", "got full/file/below: Not a directory;"),
    ],
)
def test_what_is_refused(
    arguments: str, told: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = here / "full" / "file"
    file.parent.mkdir()
    file.write_text("mine")
    assert cli.main(["new", *arguments.split()]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "expected" in captured.err
    assert told in captured.err
    assert [*here.rglob("*")] == [file.parent, file]
    assert file.read_text() == "mine"


def test_an_empty_directory_will_do(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new", "my-acme", "--asgi", "--into", "."]) == 0
    assert "Next: pip install" in capsys.readouterr().out
    assert (here / "unireq_my_acme" / "py.typed").is_file()
    assert cli.main(["new", "my-acme", "--asgi", "--into", "."]) == 2
    assert "got ., a directory that is not empty" in capsys.readouterr().err
    assert cli.main(["new", "my-acme", "--asgi"]) == 0
    # Each word of the templates has become the framework's.
    for file in (here / "unireq-my-acme").rglob("*.*"):
        if file.is_file():
            text = file.read_text(encoding="utf-8").replace("my_acme", "").replace("my-acme", "")
            assert "acme" not in text.lower().replace("myacme", ""), file
