"""README.md is short, and says what pyproject.toml says."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PROJECT = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")


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
    commands = re.findall(r"<!-- command: \w+ -->\n```sh\n(.*?)```", README, re.DOTALL)
    by_uv = re.findall(r"`(uv run [^`]+)`", README)
    assert len(commands) == len(by_uv) == 2
    for command, same in zip(commands, by_uv, strict=True):
        (extras,) = re.findall(r'-e "\.\[([\w,]+)\]"', command)
        program = command.split(".venv/bin/")[-1].strip()
        # Where pip installs the kit beside the core, uv takes it from the workspace by an extra.
        named = [*extras.split(","), *["conformance"] * (extras != "dev")]
        options = "".join(f"--extra {extra} " for extra in named)
        assert same == f"uv run {options}{program}"
