"""`python -m unireq` in a process of its own, beside distributions that were never built."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement as TheirRequirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

import unireq
from unireq.__main__ import canonical, parse_requirement, satisfies

FRAMEWORKS = ("starlette", "fastapi", "django", "flask", "sanic")
GOOD = "import unireq_wsgi\nclass Adapter(unireq_wsgi.WSGIRequest): pass\n"


def run(*arguments: str, path: str = "", **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": path or os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


class Site:
    """A directory on the import path."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def add(self, name: str, number: str = "1.0", *requires: str, entry: str = "") -> None:
        """Put a distribution there; `entry` is its entry point for unireq."""
        info = self.directory / f"{name.replace('-', '_')}-{number}.dist-info"
        info.mkdir()
        lines = [f"Name: {name}", f"Version: {number}", *(f"Requires-Dist: {r}" for r in requires)]
        (info / "METADATA").write_text("\n".join(["Metadata-Version: 2.1", *lines, ""]))
        if entry:
            (info / "entry_points.txt").write_text(f"[unireq.adapters]\n{entry}\n")

    def text(self, *arguments: str) -> str:
        done = run(
            "-m", "unireq", *arguments, path=os.pathsep.join([str(self.directory), *sys.path])
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def found(self, framework: str) -> list[dict[str, Any]]:
        """What is said of each adapter for `framework`."""
        adapters = json.loads(self.text("--json"))["adapters"]
        return [each for each in adapters if each["framework"] == framework]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def cells(text: str, framework: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.split()[:1] == [framework]]
    return line.split()


def test_what_is_installed_is_told_with_its_adapter(site: Site) -> None:
    text = site.text()
    assert text.splitlines()[0].startswith(f"unireq {unireq.__version__}, Python 3.")
    for framework in FRAMEWORKS:
        found = cells(text, framework)
        assert found[1:3] == [version(framework), "yes"]
        assert found[3].startswith(">=")
        assert found[4].startswith("unireq_")
    assert cells(text, "fastapi")[4] == cells(text, "starlette")[4]
    assert cells(text, "gradio")[4] == "unireq_gradio:GradioRequest"
    assert cells(text, "asgi")[1:] == ["(protocol)", "yes", "any", "unireq_asgi:ASGIRequest"]
    assert "broken" not in text.lower()


INSTALL = 'pip install "unireq[flask]"'


@pytest.mark.parametrize(
    ("number", "fits"), [("0.1", False), ("3.0.0rc1", False), ("99", True), ("unknown", None)]
)
def test_a_version_is_judged(site: Site, number: str, fits: bool | None) -> None:
    site.add("flask", number)
    (said,) = site.found("flask")
    expected = (number, fits, None if fits else INSTALL)
    assert (said["version"], said["supported"], said["install"]) == expected
    text = site.text()
    assert cells(text, "flask")[1:3] == [number, {True: "yes", False: "no", None: "?"}[fits]]
    assert (f"  flask: {INSTALL}" in text) == (not fits)


def test_the_adapter_of_a_third_party_is_listed(site: Site) -> None:
    site.add("bottle-unireq", "2.5", "bottle>=99", entry="bottle = bottle_unireq:Adapter")
    site.add("bottle", "0.13")
    (site.directory / "bottle_unireq.py").write_text(GOOD)
    assert site.found("bottle") == [
        {
            "framework": "bottle",
            "version": "0.13",
            "protocol": False,
            "adapter": "bottle_unireq:Adapter",
            "provider": "bottle-unireq 2.5",
            "requires": ">=99",
            "supported": False,
            "install": 'pip install "bottle>=99"',
            "error": None,
        }
    ]
    text = site.text()
    assert "bottle_unireq:Adapter (bottle-unireq 2.5)" in text
    assert '  bottle: pip install "bottle>=99"' in text


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("raise SystemExit", "SystemExit: "),
        ("Adapter = int", "expected a subclass of unireq.adapter.NativeRequest, got <class 'int'>"),
        (None, "ModuleNotFoundError: No module named 'broken_one'"),
    ],
)
def test_a_broken_adapter_is_named_with_its_error(
    site: Site, source: str | None, error: str
) -> None:
    site.add("broken-one", entry="flask = broken_one:Adapter")
    if source is not None:
        (site.directory / "broken_one.py").write_text(source)
    assert f"  flask = broken_one:Adapter (broken-one 1.0): {error}" in site.text()
    # In the order in which they are asked.
    theirs, ours = site.found("flask")
    assert theirs["provider"] == "broken-one 1.0"
    assert (theirs["error"], theirs["supported"]) == (error, False)
    assert (ours["error"], ours["supported"]) == (None, True)


def test_a_distribution_that_cannot_be_read_is_named(site: Site) -> None:
    site.add("broken-one", entry="this is no entry point")
    text = site.text()
    assert "entry_points.txt of broken-one" in text
    assert cells(text, "flask")[2] == "yes"
    (site.directory / "worse-1.0.dist-info").mkdir()
    entry_points = site.directory / "worse-1.0.dist-info" / "entry_points.txt"
    entry_points.write_text("[unireq.adapters]\nworse = worse:Adapter\n")
    text = site.text()
    assert cells(text, "flask")[2] == "yes"
    assert "  worse = worse:Adapter (of unknown origin): ModuleNotFoundError" in text


def test_no_framework_is_imported() -> None:
    done = run("-X", "importtime", "-m", "unireq")
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "unireq_flask._request" in loaded
    assert loaded & {*FRAMEWORKS, "werkzeug", "packaging", "rich", "h11"} == set()


def test_where_unireq_is_not_installed_it_says_so(tmp_path: Path) -> None:
    # A copy of the package alone, without the metadata that an installation puts beside it.
    shutil.copytree(Path(unireq.__file__).parent, tmp_path / "unireq")
    done = run("-S", "-m", "unireq", path=str(tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "is not installed: pip install unireq" in done.stdout


def test_nobody_reads_what_it_prints() -> None:
    read, write = os.pipe()
    os.close(read)
    done = run("-m", "unireq", stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


# Versions and requirements, as packaging reads them.
VERSIONS = """
    0.9 1 1.0 1.0.0 1.0.1 1.2 1.10 2.0rc1 2.0b2 2.0a1.dev3 2.0.dev1 2.0 2.0.0.1 2.0.post1 2.0-1
    10.0 2024.10.9 1!0.1
""".split()


@pytest.mark.parametrize("operator", [">=", "<=", "==", "!=", "<", ">"])
def test_it_is_what_packaging_says_of_releases(operator: str) -> None:
    for bound in ("1.0", "1.2", "1.10.0", "2", "2024.10.9", "1!0.1"):
        for version_ in VERSIONS:
            # Post- and pre-releases have rules of their own in PEP 440, but for >=.
            if operator == ">=" or not (
                Version(version_).is_prerelease or Version(version_).is_postrelease
            ):
                theirs = SpecifierSet(operator + bound).contains(version_, prereleases=True)
                assert satisfies(version_, operator + bound) == theirs, version_


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
    assert canonical("Foo_.-Bar") == "foo-bar"


@pytest.mark.parametrize("required", ["~=1.0", "==1.*", ">=soon", "~=1.0,>=2"])
def test_what_is_not_read_is_not_judged(required: str) -> None:
    assert satisfies("1.0", required) is None
    assert satisfies("3.0", " >= 1 , != 3 ") is False
