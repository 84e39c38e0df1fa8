"""The pages about the kit describe the commands, options, verdicts, JSON and strategies it has."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any, get_args

import pytest

from support.pages import blocks, read, rows
from support.runs import deviation_record, make_run, target_record, verdict_record
from unireq_conformance import cli, strategies
from unireq_conformance.clause import SPECS
from unireq_conformance.commands import PROFILES
from unireq_conformance.comparing import document
from unireq_conformance.comparing.answers import FailureKind, Round
from unireq_conformance.comparing.compare import Comparison, Verdict
from unireq_conformance.comparing.request_file import DEFAULT_REQUEST
from unireq_conformance.runs.failures import DIRECTORY
from unireq_conformance.runs.names import choose_clauses, choose_targets
from unireq_conformance.runs.record import SCHEMA, write_run
from unireq_conformance.verdict import Status

PAGE = read("conformance.md")
COMPARE = read("compare.md")
COMPARED = document.to_document(Comparison(Round((), (), ())), DEFAULT_REQUEST)
RUN: dict[str, Any] = json.loads(
    write_run(
        make_run(
            target_record(
                "a:b",
                verdict_record("HDR-003", Status.FAILS),
                deviations=(deviation_record("HDR-003"),),
            )
        )
    )
)


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def table(text: str) -> dict[str, str]:
    """The last cell of each row, by the names in its first."""
    return {name: row[-1] for row in rows(text) for name in re.findall(r"`(\w+)`", row[0])}


def words(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("compare", COMPARE),
        ("run", section("`run`")),
        ("matrix", section("`matrix`")),
        ("list", PAGE),
        ("replay", PAGE),
    ],
)
def test_every_option_is_described(
    command: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    pattern = r"^  (--[a-z-]+(?: [A-Z]+| \{[a-z,]+\})?)"
    options = re.findall(pattern, capsys.readouterr().out, re.MULTILINE)
    if text is not PAGE:
        assert re.findall(r"^\| `(--[^`]+)` \|", text, re.MULTILINE) == options
    else:
        named = {"list": "--area", "replay": "--target"}[command]
        assert {option.split()[0] for option in options} == {named, "--no-color"}
        assert f"`{named} " in PAGE


@pytest.mark.parametrize("text", [COMPARE, section("Exit statuses")])
def test_every_exit_status_is_described(text: str) -> None:
    statuses = {0, 1, cli.UNUSABLE, cli.INTERRUPTED, cli.BROKEN_PIPE}
    described = re.findall(r"^\| ([0-9]+) \|", text, re.MULTILINE)
    assert described == [str(status) for status in sorted(statuses)]


def test_every_key_of_a_comparison_is_described() -> None:
    told = table(COMPARE.split("## The JSON")[1])
    assert list(told) == list(COMPARED)
    for key in ("request", "versions", "native", "unireq"):
        assert [name for name in COMPARED[key] if f"`{name}`" not in told[key]] == []
    assert told["schema"] == str(document.SCHEMA)
    assert [word for word in get_args(Verdict) if f'`"{word}"`' not in told["verdict"]] == []
    assert [word for word in get_args(FailureKind) if f'`"{word}"`' not in told["failures"]] == []


def test_every_key_of_a_run_is_described() -> None:
    overall, target, *_ = section("The JSON of a run").split("\nA target:\n")
    (found,) = RUN["targets"]
    of_run, of_target = table(overall), table(target)
    assert (list(of_run), list(of_target)) == (list(RUN), list(found))
    for key in ("deviations", "verdicts"):
        assert words(of_target[key]) == list(found[key][0])
    assert words(of_run["clauses"]) == list(RUN["clauses"][0])
    assert words(of_run["effort"]) == list(RUN["effort"])
    (row,) = re.findall(r"^A failure has (.*?\n.*)\n", target, re.MULTILINE)
    assert words(row) == list(found["verdicts"][0]["failure"])
    assert of_run["schema"] == str(SCHEMA)


def test_the_commands_can_be_typed() -> None:
    named = set(cli._parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr, arg-type]
    described = set(re.findall(r"`(\w+)", " ".join(re.findall("^## .*", PAGE, re.MULTILINE))))
    assert named == (described - {"unireq"}) | {"compare"}
    for line in blocks("conformance.md", "commands")[""].splitlines():
        program, *typed = shlex.split(line)
        if program == "unireq-conformance":
            parsed = cli._parser().parse_args(typed)
            if parsed.command == "run":
                assert choose_targets(parsed.targets).names
                assert choose_clauses(parsed.clause, parsed.spec or SPECS[-1])


def test_every_verdict_is_described_and_what_fails_a_run() -> None:
    said = table(section("The verdicts"))
    assert list(said) == [status.value for status in Status]
    for status in Status:
        run = make_run(target_record("a:b", verdict_record("HDR-003", status)))
        (verdict,) = run.targets["a:b"].verdicts.values()
        assert bool(said[status.value]) is run.counts(verdict, strict=True)
        always = "always" in said[status.value] or "MUST" in said[status.value]
        assert always is run.counts(verdict)


def test_profiles_and_defaults_are_said_as_they_are() -> None:
    for name, examples in PROFILES.items():
        assert re.search(rf"`{name}`[^;]*: {examples}\b", section("`run`")), name
    assert f"without it `{DIRECTORY}`" in section("`run`")


def test_every_strategy_has_a_row() -> None:
    told = re.findall(r"^\| `(\w+)\(\)` \|", read("strategies.md"), re.MULTILINE)
    assert sorted(told) == sorted(strategies.__all__)
