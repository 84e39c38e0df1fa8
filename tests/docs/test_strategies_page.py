"""The page about strategies runs, and has all of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, find, settings

from unireq_conformance import AbstractRequest, strategies
from unireq_conformance.model import Cookie

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "strategies.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"^<!-- example: (?P<name>\w+) -->\n```python\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
EXAMPLES = {match["name"]: match["text"] for match in BLOCK.finditer(PAGE)}


def examples_in(text: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "an_example"}
    exec(compile(text, "strategies.md", "exec"), space)  # noqa: S102
    return {name: value for name, value in space.items() if name.startswith("test_")}


def test_every_block_of_python_is_run() -> None:
    assert PAGE.count("```python") == len(EXAMPLES) == 4


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example(name: str) -> None:
    found = examples_in(EXAMPLES[name])
    assert found
    for test in found.values():
        quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        quick(test)()


def test_the_request_example_takes_an_empty_cookie_field_at_the_end() -> None:
    test: Any = examples_in(EXAMPLES["request"])["test_my_server"]
    cookies = ((Cookie("a", "1", b"a=1"),), (Cookie(None, None, b""),))
    test.hypothesis.inner_test(AbstractRequest(cookies=cookies))


def test_what_is_said_of_blank_values() -> None:
    wrong = EXAMPLES["query"].replace(", keep_blank_values=True", "")
    with pytest.raises(AssertionError):
        settings(deadline=None, database=None)(examples_in(wrong)["test_my_query_parser"])()
    smallest = find(strategies.queries(), lambda query: query and query[0].name)
    assert AbstractRequest(query=smallest).sent_query == b"a"


def test_every_strategy_has_a_row() -> None:
    rows = re.findall(r"^\| `(\w+)\(\)` \|", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted(strategies.__all__)
