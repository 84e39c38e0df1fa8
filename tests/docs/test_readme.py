"""README.md is short, says what pyproject.toml says, and CI can run the commands that it shows."""

from __future__ import annotations

import re

from support.pages import blocks, read

README = read("../README.md")
PROJECT = read("../pyproject.toml")
CONTRIBUTING = read("../CONTRIBUTING.md")
COMMANDS = blocks("../README.md", "command")


def test_it_is_short() -> None:
    lines = README.splitlines()
    assert len(lines) <= 120
    assert [line for line in lines if len(line) > 120] == []


def test_the_pythons_are_those_of_the_project() -> None:
    minors = sorted(map(int, re.findall(r"Python :: 3\.(\d+)", PROJECT)))
    assert f"Python 3.{minors[0]} to 3.{minors[-1]} on" in README
    assert f'requires-python = ">=3.{minors[0]}"' in PROJECT


def test_the_frameworks_are_those_of_the_project() -> None:
    (sentence,) = re.findall(r"these versions or newer: (.*?)\. `", README, re.DOTALL)
    said = {name.lower(): version for name, version in re.findall(r"(\w+) ([\d.]+\d)", sentence)}
    extras = re.findall(r'^(\w+) = \["\1>=([\d.]+)"\]$', PROJECT, re.MULTILINE)
    assert len(extras) == 6
    assert said == {name: version.removesuffix(".0") for name, version in extras}


def test_uv_gets_the_extras_that_pip_gets() -> None:
    by_uv = re.findall(r"`(uv run [^`]+)`", README)
    for command, same in zip(COMMANDS.values(), by_uv, strict=True):
        (extras,) = re.findall(r'-e "\.\[([\w,]+)\]"', command)
        program = command.split(".venv/bin/")[-1].strip()
        # Where pip installs the kit beside the core, uv takes it from the workspace by an extra.
        named = [*extras.split(","), *["conformance"] * (extras != "dev")]
        options = "".join(f"--extra {extra} " for extra in named)
        assert same == f"uv run {options}{program}"


def test_the_commands_are_marked_and_each_is_one() -> None:
    assert list(COMMANDS) == ["main", "tests"]
    for command in COMMANDS.values():
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -e ")
        # Both distributions: the kit that is required is then the checkout's, no index is asked.
        assert re.search(r' install -e "\.\[[a-z,]+\]" -e conformance && ', command)
        assert command.replace(" \\\n  ", " ").count("\n") == 1
    # Contributors type the same.
    assert f"```sh\n{COMMANDS['tests']}```\n" in CONTRIBUTING


def test_the_steps_of_ci_are_sessions_and_fit() -> None:
    steps = re.findall(r"^\| `([a-z]+)` \|.*\| ([0-9.]+) \|$", CONTRIBUTING, re.MULTILINE)
    pattern = r'^@nox\.session.*?(?:name="(\w+)")?\)?\ndef (\w+)'
    defined = re.findall(pattern, read("../noxfile.py"), re.MULTILINE)
    sessions = {name or function for name, function in defined}
    assert [name for name, _ in steps[:2]] == ["main", "tests"]
    assert {name for name, _ in steps[2:]} <= sessions
    assert all(f"| `{name}` |" in CONTRIBUTING for name in sessions - {"test"})
    assert sum(float(minutes) for _, minutes in steps) < 20
