"""The README's two commands: CI runs what the README says, so the README must say it findably."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"
MARKED = re.compile(
    r"^<!-- command: (?P<name>\w+) -->\n```\w*\n(?P<command>.*?)^```$", re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize("name", ["main", "tests"])
def test_the_command_is_marked_once_and_is_one_command(name: str) -> None:
    found = [m["command"] for m in MARKED.finditer(README.read_text("utf-8")) if m["name"] == name]
    assert len(found) == 1
    assert found[0].startswith("python3 -m venv .venv && .venv/bin/pip install -e ")
    # Both distributions: the kit that is required is then the checkout's, and no index is asked.
    assert re.search(r' install -e "\.\[[a-z,]+\]" -e conformance && ', found[0])
    assert found[0].replace(" \\\n  ", " ").count("\n") == 1


def test_contributors_type_the_same() -> None:
    (found,) = [
        m["command"] for m in MARKED.finditer(README.read_text("utf-8")) if m["name"] == "tests"
    ]
    assert f"```sh\n{found}```\n" in (README.parent / "CONTRIBUTING.md").read_text("utf-8")


def test_the_steps_of_ci_are_sessions_and_fit() -> None:
    page = (README.parent / "CONTRIBUTING.md").read_text("utf-8")
    steps = re.findall(r"^\| `([a-z]+)` \|.*\| ([0-9.]+) \|$", page, re.MULTILINE)
    noxfile = (README.parent / "noxfile.py").read_text("utf-8")
    defined = re.findall(r'^@nox\.session.*?(?:name="(\w+)")?\)?\ndef (\w+)', noxfile, re.MULTILINE)
    sessions = {name or function for name, function in defined}
    assert [name for name, _ in steps[:2]] == ["main", "tests"]
    assert {name for name, _ in steps[2:]} <= sessions
    assert all(f"| `{name}` |" in page for name in sessions - {"test"})
    assert sum(float(minutes) for _, minutes in steps) < 20
