from __future__ import annotations

from importlib.metadata import distributions

import pytest
from packaging.requirements import Requirement as TheirRequirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from unireq.__main__ import canonical, parse_requirement, satisfies

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


@pytest.mark.parametrize("required", ["~=1.0", "==1.*", ">=soon", "~=1.0,>=2"])
def test_what_is_not_read_is_not_judged(required: str) -> None:
    assert satisfies("1.0", required) is None
    assert satisfies("3.0", " >= 1 , != 3 ") is False
