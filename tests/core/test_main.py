"""`python -m unireq` in a process of its own, beside distributions that were never built."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import unireq

FRAMEWORKS = ("starlette", "fastapi", "django", "flask", "sanic")


GOOD = "import unireq_wsgi\nclass Adapter(unireq_wsgi.WSGIRequest): pass\n"


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

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        path = [str(self.directory), *sys.path]
        return subprocess.run(
            [sys.executable, *options.pop("python", ()), "-m", "unireq", *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **options,
        )

    def text(self) -> str:
        done = self.run()
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def found(self) -> dict[str, list[dict[str, Any]]]:
        """{framework: what is said of each adapter for it}."""
        found: dict[str, list[dict[str, Any]]] = {}
        for each in json.loads(self.run("--json").stdout)["adapters"]:
            found.setdefault(each["framework"], []).append(each)
        return found


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


@pytest.mark.parametrize(("number", "fits"), [("0.1", False), ("3.0.0rc1", False), ("99", True)])
def test_a_version_out_of_range_is_not_supported(site: Site, number: str, fits: bool) -> None:
    site.add("flask", number)
    (said,) = site.found()["flask"]
    assert (said["version"], said["supported"]) == (number, fits)
    assert said["install"] == (None if fits else 'pip install "unireq[flask]"')
    text = site.text()
    assert cells(text, "flask")[1:3] == [number, "yes" if fits else "no"]
    assert ('  flask: pip install "unireq[flask]"' in text) == (not fits)


def test_a_version_that_cannot_be_judged_is_not_judged(site: Site) -> None:
    site.add("flask", "unknown")
    assert cells(site.text(), "flask")[1:3] == ["unknown", "?"]


def test_the_adapter_of_a_third_party_is_listed(site: Site) -> None:
    site.add("bottle-unireq", "2.5", "bottle>=99", entry="bottle = bottle_unireq:Adapter")
    site.add("bottle", "0.13")
    (site.directory / "bottle_unireq.py").write_text(GOOD)
    (said,) = site.found()["bottle"]
    assert said == {
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
    text = site.text()
    assert "bottle_unireq:Adapter (bottle-unireq 2.5)" in text
    assert '  bottle: pip install "bottle>=99"' in text


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("raise RuntimeError('no luck')", "RuntimeError: no luck"),
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
    text = site.text()
    assert f"  flask = broken_one:Adapter (broken-one 1.0): {error}" in text
    # In the order in which they are asked.
    theirs, ours = site.found()["flask"]
    assert theirs["provider"] == "broken-one 1.0"
    assert (theirs["error"], theirs["supported"]) == (error, False)
    assert (ours["error"], ours["supported"]) == (None, True)


def test_a_distribution_that_cannot_be_read_is_named(site: Site) -> None:
    site.add("broken-one", entry="this is no entry point")
    text = site.text()
    assert "entry_points.txt of broken-one" in text
    assert cells(text, "flask")[2] == "yes"
    (site.directory / "worse-1.0.dist-info").mkdir()
    (site.directory / "worse-1.0.dist-info" / "entry_points.txt").write_text(
        "[unireq.adapters]\nworse = worse:Adapter\n"
    )
    text = site.text()
    assert cells(text, "flask")[2] == "yes"
    assert "  worse = worse:Adapter (of unknown origin): ModuleNotFoundError" in text


def test_no_framework_is_imported(site: Site) -> None:
    done = site.run(python=("-X", "importtime"))
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "unireq_flask._request" in loaded
    assert loaded & {*FRAMEWORKS, "werkzeug", "packaging", "rich", "h11"} == set()


def test_where_unireq_is_not_installed_it_says_so(tmp_path: Path) -> None:
    # A copy of the package alone, without the metadata that an installation puts beside it.
    shutil.copytree(Path(unireq.__file__).parent, tmp_path / "unireq")
    done = subprocess.run(
        [sys.executable, "-S", "-m", "unireq"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "is not installed: pip install unireq" in done.stdout


def test_nobody_reads_what_it_prints(site: Site) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "unireq"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")
