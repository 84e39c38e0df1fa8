"""docs/write-an-adapter.md shows files that are built and tested, and the contract as it is.

Its commands are run by tests/thirdparty, where the packages are installed.
"""

from __future__ import annotations

import inspect
import re
import runpy
import shlex
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from support.pages import REPOSITORY, read, rows
from unireq.adapter import NativeRequest
from unireq_conformance import cli
from unireq_conformance.clause import SPECS
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.judge import Effort, judge
from unireq_conformance.suite import Capability
from unireq_conformance.verdict import describe

PACKAGES = REPOSITORY / "tests" / "thirdparty"
WORKFLOW = "unireq-bottle/.github/workflows/conformance.yml"
PAGE = read("write-an-adapter.md")

BLOCK = re.compile(
    r"^<!-- (?P<kind>\w+): (?P<name>\S+) -->\n```\w*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
BLOCKS = [(m["kind"], m["name"], m["text"]) for m in BLOCK.finditer(PAGE)]
FILES = [(name, text) for kind, name, text in BLOCKS if kind == "file"]


@pytest.mark.parametrize(("name", "shown"), FILES, ids=lambda part: part.partition("\n")[0])
def test_what_is_shown_of_a_file_stands_there(name: str, shown: str) -> None:
    text = (PACKAGES / name).read_text(encoding="utf-8")
    assert f"\n{shown}" in f"\n{text}"


def test_the_bottle_adapter_is_shown_whole() -> None:
    package = PACKAGES / "unireq-bottle"
    sources = [*package.rglob("*.py"), package / "pyproject.toml"]
    files = {path.relative_to(PACKAGES).as_posix() for path in sources}
    whole = {name for name, text in FILES if text == (PACKAGES / name).read_text(encoding="utf-8")}
    assert files == whole & files
    assert "unireq-aiohttp/unireq_aiohttp/__init__.py" in whole


def test_every_block_of_code_is_accounted_for() -> None:
    languages = re.findall(r"^```(\w+)$", PAGE, re.MULTILINE)
    # The badge's Markdown says nothing about us.
    assert len(languages) == len(BLOCKS) + languages.count("markdown")
    assert {name for kind, name, _ in BLOCKS if kind == "command"} == {
        *("new", "install", "pytest", "one", "badge"),
    }


def test_the_workflow_is_one_and_its_commands_can_be_typed() -> None:
    # YAML 1.1 reads the key `on` as a truth value.
    workflow = yaml.safe_load((PACKAGES / WORKFLOW).read_text(encoding="utf-8"))
    assert set(workflow) == {"name", True, "permissions", "jobs"}
    assert set(workflow[True]) == {"push", "pull_request", "schedule"}
    (job,) = workflow["jobs"].values()
    assert set(job) == {"runs-on", "steps"}
    for step in job["steps"]:
        assert len({"uses", "run"} & set(step)) == 1
        assert set(step) <= {"uses", "run", "with", "if", "working-directory"}
    install, *commands = [step["run"] for step in job["steps"] if "run" in step]
    assert f"```sh\n{install}\n```" in PAGE
    for command in commands:
        program, *words = shlex.split(command)
        assert program == "unireq-conformance"
        cli._parser().parse_args(words)
    assert f"--spec {SPECS[-1]} " in commands[0]
    made = set(re.findall(r"--(?:junit|badge|html) (\S+)", " ".join(commands)))
    assert {f"tests/{name}" for name in made} == set(job["steps"][-1]["with"]["path"].split())


def _type_of(member: Any) -> str:
    function: Callable[..., Any] = member.fget if isinstance(member, property) else member
    return str(inspect.signature(getattr(function, "__func__", function)).return_annotation)


@pytest.mark.parametrize("level", ["MUST", "MAY"])
def test_the_contract_is_that_of_the_code(level: str) -> None:
    kinds = reversed(NativeRequest.__mro__)
    members = {name: member for kind in kinds for name, member in vars(kind).items()}
    told = {
        name: _type_of(member)
        for name, member in members.items()
        if (inspect.getdoc(getattr(member, "__func__", member)) or "").startswith(f"{level}. ")
    }
    table = rows(PAGE.partition(f"<!-- contract: {level} -->")[2])
    assert {row[0].strip("`()"): row[1].strip("`") for row in table} == told
    assert level == "MAY" or set(told) == set(NativeRequest.MUST)


def test_every_capability_is_described() -> None:
    table = rows(PAGE.partition("<!-- capabilities -->")[2])
    assert [row[0].strip("`") for row in table] == [capability.name for capability in Capability]


def test_the_failure_is_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("bottle")
    monkeypatch.syspath_prepend(PACKAGES / "unireq-bottle")
    ((clause, shown),) = [(name, text) for kind, name, text in BLOCKS if kind == "failure"]
    suite = runpy.run_path(str(PACKAGES / "unireq-bottle" / "tests" / "test_conformance.py"))
    # The adapter is not installed here, so Bottle is understood by its environ alone.
    with suite["TestBottle"].target.run("TestBottle") as running:
        verdict = judge(CLAUSES[clause], running, effort=Effort(examples=5))
    assert describe(verdict, "TestBottle") + "\n" == shown
