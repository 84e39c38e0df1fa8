"""Every minimum that a pyproject.toml promises is the version that an oldest run installs."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REPOSITORY = Path(__file__).resolve().parents[2]
PINS = ("tests/oldest.txt", "tests/gradio/oldest.txt")


def project(directory: str = ".") -> dict[str, Any]:
    text = (REPOSITORY / directory / "pyproject.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)["project"]
    return table


def promised() -> dict[str, str]:
    """{distribution: its minimum} over what unireq, its extras for users, and the kit require."""
    minimums: dict[str, str] = {}
    for table in (project(), project("conformance")):
        lines: list[str] = [*table["dependencies"]]
        for extra, more in table["optional-dependencies"].items():
            # Tools for working on unireq: nobody who uses it installs them.
            lines += [] if extra == "dev" else more
        for requirement in map(Requirement, lines):
            name = canonicalize_name(requirement.name)
            # Those of the other one of the two, whose version a test of the wheels compares.
            if name not in ("unireq", "unireq-conformance"):
                floors = [s.version for s in requirement.specifier if s.operator == ">="]
                assert len(floors) == 1, f"{requirement}: give one >= minimum"
                assert minimums.setdefault(name, floors[0]) == floors[0], f"{name}: two minimums"
    return minimums


def pinned() -> dict[str, tuple[str, str]]:
    """{distribution: (version, reason given beside it)} from the files of pins."""
    pins: dict[str, tuple[str, str]] = {}
    text = "".join((REPOSITORY / name).read_text(encoding="utf-8") for name in PINS)
    for line in re.findall(r"^[^#\n].*", text, re.MULTILINE):
        match = re.fullmatch(r"([\w.-]+)==([\w.]+)(?:  # (.+))?", line)
        assert match, f"expected `name==version` or `name==version  # reason`, got {line!r}"
        name = canonicalize_name(match[1])
        assert name not in pins, f"{name} is pinned twice"
        pins[name] = (match[2], match[3] or "")
    return pins


def test_every_promised_minimum_is_run() -> None:
    versions = {name: version for name, (version, _) in pinned().items()}
    assert {name: versions.get(name) for name in promised()} == promised()


def test_every_other_pin_says_why_it_is_there() -> None:
    others = {name: why for name, (_, why) in pinned().items() if name not in promised()}
    assert [name for name, why in others.items() if not why] == []


def test_the_pythons_of_the_runs_are_the_oldest_and_the_newest_that_are_promised() -> None:
    noxfile = (REPOSITORY / "noxfile.py").read_text(encoding="utf-8")
    oldest = project()["requires-python"].removeprefix(">=")
    assert project("conformance")["requires-python"] == f">={oldest}"
    assert f'OLDEST = "{oldest}"' in noxfile
    classifiers = "\n".join(project()["classifiers"])
    minors = re.findall(r"^Programming Language :: Python :: 3\.(\d+)$", classifiers, re.MULTILINE)
    assert f'NEWEST_FIRST = ("3.{max(map(int, minors))}"' in noxfile
