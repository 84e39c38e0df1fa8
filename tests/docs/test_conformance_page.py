"""docs/conformance.md describes the commands, options, verdicts and JSON that there are."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from support.runs import (
    deviation_record,
    make_run,
    target_record,
    verdict_record,
)
from unireq_conformance import cli
from unireq_conformance.clause import SPECS
from unireq_conformance.commands import PROFILES
from unireq_conformance.runs.failures import DIRECTORY
from unireq_conformance.runs.names import choose_clauses, choose_targets
from unireq_conformance.runs.record import SCHEMA, write_run
from unireq_conformance.verdict import Status

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "conformance.md").read_text("utf-8")
VERDICT = verdict_record("HDR-003", Status.FAILS)
DOCUMENT: dict[str, Any] = json.loads(
    write_run(make_run(target_record("a:b", VERDICT, deviations=(deviation_record("HDR-003"),))))
)


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def keys(text: str) -> list[str]:
    cells = re.findall(r"^\| (`.*?) \| ", text, re.MULTILINE)
    return [key for cell in cells for key in re.findall(r"`(\w+)`", cell)]


@pytest.mark.parametrize(
    ("command", "others"),
    [("run", None), ("matrix", None), ("list", "--area"), ("replay", "--target")],
)
def test_every_option_is_described(
    command: str, others: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    options = re.findall(
        r"^  (--[a-z-]+(?: [A-Z]+| \{[a-z,]+\})?)", capsys.readouterr().out, re.MULTILINE
    )
    if others is None:
        described = re.findall(r"^\| `(--[^`]+)` \|", section(f"`{command}`"), re.MULTILINE)
        assert described == options
    else:
        assert {option.split()[0] for option in options} == {others, "--no-color"}
        assert f"`{others} " in PAGE


def test_the_commands_can_be_typed() -> None:
    block = PAGE.split("<!-- commands -->\n```sh\n")[1].split("```")[0]
    named = set(cli._parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr, arg-type]
    described = set(re.findall(r"`(\w+)", " ".join(re.findall("^## .*", PAGE, re.MULTILINE))))
    assert named == (described - {"unireq"}) | {"compare"}
    for line in block.splitlines():
        program, *words = shlex.split(line)
        if program == "unireq-conformance":
            parsed = cli._parser().parse_args(words)
            if parsed.command == "run":
                assert choose_targets(parsed.targets).names
                assert choose_clauses(parsed.clause, parsed.spec or SPECS[-1])


def test_every_verdict_is_described() -> None:
    described = keys(section("The verdicts"))
    assert described == [status.value for status in Status]


def test_what_fails_a_run_is_said_as_it_is() -> None:
    rows = dict(
        re.findall(r"^\| `(\w+)` \| .* \| (.*?) ?\|$", section("The verdicts"), re.MULTILINE)
    )
    for status in Status:
        run = make_run(target_record("a:b", verdict_record("HDR-003", status)))
        (verdict,) = run.targets["a:b"].verdicts.values()
        counts, strictly = run.counts(verdict), run.counts(verdict, strict=True)
        said = rows[status.value]
        assert bool(said) is strictly
        assert ("always" in said or "MUST" in said) is counts


def test_profiles_and_defaults_are_said_as_they_are() -> None:
    for name, examples in PROFILES.items():
        assert re.search(rf"`{name}`[^;]*: {examples}\b", section("`run`")), name
    assert f"without it `{DIRECTORY}`" in section("`run`")


def test_every_key_is_described() -> None:
    overall, target, *_ = section("The JSON of a run").split("\nA target:\n")
    assert keys(overall) == list(DOCUMENT)
    (found,) = DOCUMENT["targets"]
    assert keys(target) == list(found)
    for key in ("deviations", "verdicts"):
        (row,) = re.findall(rf"^\| `{key}` \| (.*) \|$", target, re.MULTILINE)
        assert re.findall(r"`(\w+)`", row) == list(found[key][0])
    for key, within in (("clauses", DOCUMENT["clauses"][0]), ("effort", DOCUMENT["effort"])):
        (row,) = re.findall(rf"^\| `{key}` \| (.*) \|$", overall, re.MULTILINE)
        assert re.findall(r"`(\w+)`", row) == list(within)
    (row,) = re.findall(r"^A failure has (.*?\n.*)\n", target, re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == list(found["verdicts"][0]["failure"])
    assert f"| `schema` | {SCHEMA} |" in overall


def test_every_exit_status_is_described() -> None:
    described = re.findall(r"^\| ([0-9]+) \|", section("Exit statuses"), re.MULTILINE)
    statuses = {0, 1, cli.UNUSABLE, cli.INTERRUPTED, cli.BROKEN_PIPE}
    assert described == [str(status) for status in sorted(statuses)]
