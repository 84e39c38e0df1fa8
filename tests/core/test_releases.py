from __future__ import annotations

from importlib.metadata import distributions

import pytest
from packaging.requirements import Requirement as TheirRequirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from unireq.__main__ import Requirement, canonical, parse_requirement, satisfies

VERSIONS = """
    0.9 1 1.0 1.0.0 1.0.1 1.2 1.10 2.0rc1 2.0b2 2.0a1.dev3 2.0.dev1 2.0 2.0.0.1 2.0.post1 2.0-1
    10.0 2024.10.9 1!0.1
""".split()


@pytest.mark.parametrize("operator", [">=", "<=", "==", "!=", "<", ">"])
@pytest.mark.parametrize("bound", ["1.0", "1.2", "1.10.0", "2", "2024.10.9", "1!0.1"])
def test_it_is_what_packaging_says_of_releases(operator: str, bound: str) -> None:
    # Post-releases and pre-releases have rules of their own in PEP 440, but for >=.
    for version in VERSIONS:
        if operator == ">=" or not (
            Version(version).is_prerelease or Version(version).is_postrelease
        ):
            theirs = SpecifierSet(operator + bound).contains(version, prereleases=True)
            assert satisfies(version, operator + bound) == theirs, version


@pytest.mark.parametrize(
    ("version", "required", "expected"),
    [
        ("1.0", "", True),
        ("2.0", ">=1,<3", True),
        ("3.0", ">=1,<3", False),
        ("3.0", " >= 1 , != 3 ", False),
        ("2.0rc1", ">=2.0", False),
        ("2.1rc1", ">=2.0", True),
        ("5.2+local.1", ">=5.2", True),
        # Not read, so not judged.
        ("1.0", "~=1.0", None),
        ("1.0", "==1.*", None),
        ("1.0", "===1.0", None),
        ("1.0", ">=soon", None),
        ("unknown", ">=1.0", None),
        ("", ">=1.0", None),
        ("1.0", "~=1.0,>=2", None),
    ],
)
def test_ranges(version: str, required: str, expected: bool | None) -> None:
    assert satisfies(version, required) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flask", Requirement("flask", "", None)),
        ("Flask>=3.0.0", Requirement("flask", ">=3.0.0", None)),
        ("flask>=3.0.0 ; extra == 'flask'", Requirement("flask", ">=3.0.0", "flask")),
        ('a.B_c (>=1, <2) ; extra == "X_Y"', Requirement("a-b-c", ">=1,<2", "x-y")),
        ("a[b,c]>=1; python_version < '3.11' and extra == 'd'", Requirement("a", ">=1", "d")),
        ("a @ https://example.org/a.zip", None),
        ("", None),
    ],
)
def test_requirements(text: str, expected: Requirement | None) -> None:
    assert parse_requirement(text) == expected


def test_every_requirement_that_is_installed_here_is_read_as_packaging_reads_it() -> None:
    lines = {line for found in distributions() for line in found.requires or ()}
    assert lines
    for line in lines:
        ours, theirs = parse_requirement(line), TheirRequirement(line)
        if theirs.url is not None:
            continue
        assert ours is not None, line
        assert SpecifierSet(ours.range) == theirs.specifier, line
        assert (ours.extra is not None) == ("extra ==" in str(theirs.marker)), line


def test_names() -> None:
    assert canonical("Foo_.-Bar") == "foo-bar"
