"""Two adapters as outsiders write them: with public names alone, installed apart from the checkout.

What passes here is what anybody can do with the released packages: no adapter of ours has a
privilege. That public names are enough is for tests/packaging/test_layers.py.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest

from support.bare import Bare
from support.built import DIST, build, do, find_uv
from unireq_conformance.clauses import CLAUSES

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "write-an-adapter.md"


@dataclass(frozen=True)
class Outsider:
    """A distribution in this directory.

    Attributes:
        name: Its name, and that of its directory.
        suite: The class in its one test file.
        adapter: The class that its entry point names.
        native: An expression for a request of the framework, to be recognised.
        unsupported: How many clauses are skipped, because they need a feature that it has not.
    """

    name: str
    suite: str
    adapter: str
    native: str
    unsupported: int

    @property
    def directory(self) -> Path:
        return HERE / self.name

    @property
    def package(self) -> str:
        return self.name.replace("-", "_")

    @property
    def test_file(self) -> Path:
        (found,) = self.directory.rglob("test_*.py")
        return found


OUTSIDERS = (
    Outsider(
        "unireq-bottle",
        suite="TestBottle",
        adapter="BottleRequest",
        native="__import__('bottle').BaseRequest({'REQUEST_METHOD': 'GET'})",
        unsupported=5,
    ),
    Outsider(
        "unireq-aiohttp",
        suite="TestAiohttp",
        adapter="AiohttpRequest",
        native="__import__('aiohttp.test_utils').test_utils.make_mocked_request('GET', '/')",
        unsupported=21,
    ),
)

each_outsider = pytest.mark.parametrize("outsider", OUTSIDERS, ids=lambda each: each.name)


@pytest.fixture(scope="session")
def installed(wheel: Path, kit_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """An environment with the wheels of ours and of the outsiders, and what they ask for."""
    uv = find_uv()
    wheels = tmp_path_factory.mktemp("wheels")
    for outsider in OUTSIDERS:
        # A copy, because building leaves traces.
        source = wheels / "sources" / outsider.name
        shutil.copytree(outsider.directory, source)
        build(source, wheels, "--wheel")
    directory = tmp_path_factory.mktemp("installed")
    do(uv, "venv", "--quiet", "--python", sys.executable, str(directory))
    made = Bare(directory)
    theirs = [
        f"{each.name}[test] @ {found.as_uri()}"
        for each in OUTSIDERS
        for found in wheels.glob(f"{each.package}-*.whl")
    ]
    assert len(theirs) == len(OUTSIDERS)
    ours = [f"unireq @ {wheel.as_uri()}", f"unireq-conformance @ {kit_wheel.as_uri()}"]
    do(uv, "pip", "install", "--quiet", "--python", made.tool("python"), *ours, *theirs)
    return made


def environment() -> dict[str, str]:
    """Ours, without what would lead the tests of others back to us."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))}


@dataclass(frozen=True)
class Run:
    """A run of an outsider's test file: its exit status, what it printed, its JUnit report."""

    status: int
    printed: str
    report: ElementTree.Element


@pytest.fixture(scope="session")
def runs(installed: Bare, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """By distribution, a run of its test file; they run side by side."""
    began: dict[str, tuple[Path, subprocess.Popen[str]]] = {}
    for outsider in OUTSIDERS:
        directory = tmp_path_factory.mktemp(outsider.package)
        shutil.copy(outsider.test_file, directory)
        (directory / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
        began[outsider.name] = (
            directory,
            subprocess.Popen(
                [installed.tool("python"), "-I", "-m", "pytest", "-q", "--junit-xml=report.xml"],
                cwd=directory,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ),
        )
    ended: dict[str, Run] = {}
    try:
        for name, (directory, process) in began.items():
            printed, _ = process.communicate(timeout=600)
            report = ElementTree.parse(directory / "report.xml").getroot()  # noqa: S314  # our own
            ended[name] = Run(process.returncode, printed, report)
    finally:
        for _, process in began.values():
            process.kill()
            process.wait()
    return ended


needs_packages = pytest.mark.skipif(
    DIST is None, reason="installs packages and takes a minute: nox -s packaging"
)


@needs_packages
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


@needs_packages
@each_outsider
def test_the_one_test_file_passes(runs: dict[str, Run], outsider: Outsider) -> None:
    run = runs[outsider.name]
    assert run.status == 0, run.printed
    tests = {case.get("name"): case for case in run.report.iter("testcase")}
    assert set(tests) == {f"test_clause[{clause}]" for clause in CLAUSES}
    assert all(str(case.get("classname")).endswith(outsider.suite) for case in tests.values())
    skipped = [skip.get("message", "") for skip in run.report.iter("skipped")]
    assert len(skipped) == outsider.unsupported
    assert all(message.startswith("unsupported: ") for message in skipped)


@needs_packages
def test_the_commands_of_the_page_work(installed: Bare, tmp_path: Path) -> None:
    shutil.copy(OUTSIDERS[0].test_file, tmp_path)
    block = re.compile(r"<!-- command: (\w+) -->\n```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
    blocks = dict(block.findall(PAGE.read_text(encoding="utf-8")))
    workflow = OUTSIDERS[0].directory / ".github" / "workflows" / "conformance.yml"
    in_ci = re.findall(r"- run: (unireq-conformance .*)", workflow.read_text(encoding="utf-8"))
    assert len(in_ci) == 2
    for line in [*(blocks["new"] + blocks["one"] + blocks["badge"]).splitlines(), *in_ci]:
        command, *arguments = shlex.split(line)
        done = subprocess.run(
            [installed.tool(command), *arguments],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    badge = json.loads((tmp_path / "badge.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"0\.1, \d+/\d+ MUST, 5 unsupported", badge["message"])
    assert "PTH-011" in (tmp_path / "matrix.html").read_text(encoding="utf-8")
    junit = ElementTree.parse(tmp_path / "junit.xml").getroot()  # noqa: S314  # our own
    assert [case.get("name") for case in junit.iter("testcase")] == list(CLAUSES)
    (target,) = json.loads((tmp_path / "run.json").read_text(encoding="ascii"))["targets"]
    assert set(target["versions"]) == {"bottle", "waitress"}
