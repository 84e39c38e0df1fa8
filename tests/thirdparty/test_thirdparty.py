"""Adapters as outsiders write them: with public names alone, installed apart from the checkout.

What passes here is what anybody can do with the released packages: no adapter of ours has a
privilege. That public names are enough is for tests/packaging/test_layers.py.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from support.built import DIST, Bare, build
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.commands import KINDS

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "write-an-adapter.md"
pytestmark = pytest.mark.skipif(
    DIST is None, reason="installs packages and takes a minute: nox -s packaging"
)


class Outsider(NamedTuple):
    """A distribution in this directory."""

    name: str  # also that of its directory
    adapter: str  # the class that its entry point names
    native: str  # an expression for a request of the framework, to be recognised
    unsupported: int  # how many clauses are skipped, because they need a feature that it has not

    @property
    def package(self) -> str:
        return self.name.replace("-", "_")


AIOHTTP_REQUEST = "__import__('aiohttp.test_utils').test_utils.make_mocked_request('GET', '/')"
BOTTLE_REQUEST = "__import__('bottle').BaseRequest({'REQUEST_METHOD': 'GET'})"
OUTSIDERS = (
    Outsider("unireq-bottle", "BottleRequest", BOTTLE_REQUEST, unsupported=5),
    Outsider("unireq-aiohttp", "AiohttpRequest", AIOHTTP_REQUEST, unsupported=21),
)

each_outsider = pytest.mark.parametrize("outsider", OUTSIDERS, ids=lambda each: each.name)


@pytest.fixture(scope="session")
def installed(wheel: Path, kit_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """An environment with the wheels of ours and of the outsiders, and what they ask for."""
    wheels = tmp_path_factory.mktemp("wheels")
    wanted = [f"unireq @ {wheel.as_uri()}", f"unireq-conformance @ {kit_wheel.as_uri()}"]
    for outsider in OUTSIDERS:
        # A copy, because building leaves traces.
        source = wheels / "sources" / outsider.name
        shutil.copytree(HERE / outsider.name, source)
        build(source, wheels, "--wheel")
        (theirs,) = wheels.glob(f"{outsider.package}-*.whl")
        wanted.append(f"{outsider.name}[test] @ {theirs.as_uri()}")
    return Bare.make(tmp_path_factory.mktemp("installed"), *wanted)


Run = tuple[subprocess.CompletedProcess[str], ElementTree.Element]


@pytest.fixture(scope="session")
def runs(installed: Bare, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """By distribution, a run of its test file and the report on it; they run side by side."""

    def run(outsider: Outsider) -> Run:
        directory = tmp_path_factory.mktemp(outsider.package)
        shutil.copy(HERE / outsider.name / "tests" / "test_conformance.py", directory)
        (directory / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
        command = ("python", "-I", "-m", "pytest", "-q", "--junit-xml=report.xml")
        done = installed.run(*command, at=directory)
        return done, ElementTree.parse(directory / "report.xml").getroot()  # noqa: S314  # our own

    with ThreadPoolExecutor() as pool:
        return dict(zip((each.name for each in OUTSIDERS), pool.map(run, OUTSIDERS), strict=True))


@each_outsider
def test_an_installed_adapter_is_found(installed: Bare, outsider: Outsider) -> None:
    program = f"""
        import {outsider.package}, unireq, unireq_conformance
        for module in ({outsider.package}, unireq, unireq_conformance):
            print(module.__file__)
        kind = type(unireq.from_native({outsider.native}))
        print(kind.__module__, kind.__name__)
    """
    done = installed.python("-c", dedent(program))
    assert done.returncode == 0, done.stderr
    *files, kind = done.stdout.splitlines()
    assert all(Path(file).is_relative_to(installed.directory) for file in files), files
    assert kind == f"{outsider.package} {outsider.adapter}"


@each_outsider
def test_the_one_test_file_passes(runs: dict[str, Run], outsider: Outsider) -> None:
    done, report = runs[outsider.name]
    assert done.returncode == 0, done.stdout + done.stderr
    names = {case.get("name") for case in report.iter("testcase")}
    assert names == {f"test_clause[{clause}]" for clause in CLAUSES}
    skipped = [skip.get("message", "") for skip in report.iter("skipped")]
    assert len(skipped) == outsider.unsupported
    assert all(message.startswith("unsupported: ") for message in skipped)


def test_the_commands_of_the_page_work(installed: Bare, tmp_path: Path) -> None:
    bottle = HERE / OUTSIDERS[0].name
    shutil.copy(bottle / "tests" / "test_conformance.py", tmp_path)
    block = re.compile(r"(?ms)<!-- command: (?:new|one|badge) -->\n```sh\n(.*?)^```")
    typed = "".join(block.findall(PAGE.read_text(encoding="utf-8")))
    workflow = bottle / ".github" / "workflows" / "conformance.yml"
    in_ci = re.findall(r"- run: (unireq-conformance .*)", workflow.read_text(encoding="utf-8"))
    assert len(in_ci) == 2
    for line in [*typed.splitlines(), *in_ci]:
        done = installed.run(*shlex.split(line), at=tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    badge = json.loads((tmp_path / "badge.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"0\.1, \d+/\d+ MUST, 5 unsupported", badge["message"])
    assert "PTH-011" in (tmp_path / "matrix.html").read_text(encoding="utf-8")
    junit = ElementTree.parse(tmp_path / "junit.xml").getroot()  # noqa: S314  # our own
    assert [case.get("name") for case in junit.iter("testcase")] == list(CLAUSES)
    (target,) = json.loads((tmp_path / "run.json").read_text(encoding="ascii"))["targets"]
    assert set(target["versions"]) == {"bottle", "waitress"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_package_is_green(kind: str, installed: Bare, tmp_path: Path) -> None:
    def run(*command: str, at: Path = tmp_path) -> None:
        done = installed.run(*command, at=at)
        assert done.returncode == 0, done.stdout + done.stderr

    run("unireq-conformance", "new", f"my-{kind}", f"--{kind}")
    package = tmp_path / f"unireq-my-{kind}"
    subprocess.run([sys.executable, "-m", "ruff", "check", "--isolated"], cwd=package, check=True)
    build(package, tmp_path, "--wheel")
    (wheel,) = tmp_path.glob("*.whl")
    installed.install("--no-deps", str(wheel))
    # That the suite is about the adapter, and then the suite.
    run("pytest", "-q", "-k", "found", at=package)
    suite = f"test_conformance:TestMy{kind.capitalize()}"
    run("unireq-conformance", "run", suite, "--examples", "1", at=package / "tests")
