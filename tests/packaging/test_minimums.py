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

# Tools for working on unireq: nobody who uses unireq installs them, so no minimum is promised.
NOT_PROMISED = {"dev"}


# Those of the other one of the two, whose version a test of the wheels compares.
OURS = {"unireq", "unireq-conformance"}


def project(directory: str = ".") -> dict[str, Any]:
    text = (REPOSITORY / directory / "pyproject.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)["project"]
    return table


def promised() -> dict[str, str]:
    """{distribution: its minimum} over what unireq, its extras for users, and the kit require."""
    extras: dict[str, list[str]] = project()["optional-dependencies"]
    lines = [line for name, each in extras.items() if name not in NOT_PROMISED for line in each]
    minimums: dict[str, str] = {}
    kit = project("conformance")
    lines += [*project()["dependencies"], *kit["dependencies"]]
    lines += [line for each in kit["optional-dependencies"].values() for line in each]
    for requirement in map(Requirement, lines):
        name = canonicalize_name(requirement.name)
        if name in OURS:
            continue
        floors = [s.version for s in requirement.specifier if s.operator == ">="]
        assert len(floors) == 1, f"{requirement}: give one >= minimum"
        assert minimums.setdefault(name, floors[0]) == floors[0], f"{name}: two minimums"
    return minimums


def pinned() -> dict[str, tuple[str, str]]:
    """{distribution: (version, reason given beside it)} from the files of pins."""
    pins: dict[str, tuple[str, str]] = {}
    text = "".join((REPOSITORY / name).read_text(encoding="utf-8") for name in PINS)
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        match = re.fullmatch(r"(?P<name>[\w.-]+)==(?P<version>[\w.]+)(?:  # (?P<why>.+))?", line)
        assert match, f"expected `name==version` or `name==version  # reason`, got {line!r}"
        name = canonicalize_name(match["name"])
        assert name not in pins, f"{name} is pinned twice"
        pins[name] = (match["version"], match["why"] or "")
    return pins


def test_every_promised_minimum_is_run() -> None:
    versions = {name: version for name, (version, _) in pinned().items()}
    assert {name: versions.get(name) for name in promised()} == promised()


def test_every_other_pin_says_why_it_is_there() -> None:
    others = {name: why for name, (_, why) in pinned().items() if name not in promised()}
    assert [name for name, why in others.items() if not why] == []


def test_the_oldest_python_of_the_run_is_the_oldest_that_is_promised() -> None:
    noxfile = (REPOSITORY / "noxfile.py").read_text(encoding="utf-8")
    oldest = project()["requires-python"].removeprefix(">=")
    assert project("conformance")["requires-python"] == f">={oldest}"
    assert f'OLDEST = "{oldest}"' in noxfile


def test_the_newest_python_of_the_run_is_the_newest_that_is_promised() -> None:
    noxfile = (REPOSITORY / "noxfile.py").read_text(encoding="utf-8")
    numbers = [
        int(minor)
        for line in project()["classifiers"]
        for minor in re.findall(r"^Programming Language :: Python :: 3\.(\d+)$", line)
    ]
    assert f'NEWEST_FIRST = ("3.{max(numbers)}"' in noxfile
