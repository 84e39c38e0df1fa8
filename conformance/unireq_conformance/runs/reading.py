"""Reading the JSON of a run.

Rule: all input is checked. Unknown entries are ignored, so that later versions of schema 1 can add
some.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import fields

from unireq_conformance.runs.fields import Node, parse
from unireq_conformance.runs.record import (
    SCHEMA,
    Circumstances,
    ClauseRecord,
    DeviationRecord,
    FailureRecord,
    Run,
    TargetRecord,
    VerdictRecord,
)
from unireq_conformance.verdict import Status

__all__ = ["read_deviation", "read_run", "read_verdict"]


def read_run(text: str | bytes, source: str) -> Run:
    """The run in `text`.

    Args:
        text: The content of a file.
        source: What to call it in messages.

    Raises:
        Unusable: It is not a run, or has another schema.
    """
    node = parse(text, source)
    schema = node["schema"]
    if schema.number != SCHEMA:
        schema.refuse(f"schema {SCHEMA}, which is what this version of unireq reads and writes")
    overall = _read_circumstances(node, None)
    clauses = {clause.id: clause for clause in map(_read_clause, node["clauses"].elements())}
    targets: dict[str, TargetRecord] = {}
    for each in node["targets"].elements():
        target = _read_target(each, overall, clauses)
        if target.name in targets:
            each["name"].refuse("a target whose name is new")
        targets[target.name] = target
    return Run(overall, clauses, targets, node["spec"].text)


def _read_circumstances(node: Node, otherwise: Circumstances | None) -> Circumstances:
    if otherwise is not None and node.find("effort") is None:
        return otherwise
    effort = node["effort"]
    seed = effort.find("seed")
    return Circumstances(
        node["unireq"].text,
        node["python"].text,
        node["platform"].text,
        effort["examples"].number,
        None if seed is None else seed.number,
    )


_ID = re.compile(r"[A-Z]{3}-[0-9]{3}")
_CLAUSE = [each.name for each in fields(ClauseRecord)]


def _read_clause(node: Node) -> ClauseRecord:
    if _ID.fullmatch(node["id"].text) is None:
        node["id"].refuse("an id such as HDR-003")
    return ClauseRecord(**{name: node[name].text for name in _CLAUSE})


def _read_target(
    node: Node, overall: Circumstances, clauses: Mapping[str, ClauseRecord]
) -> TargetRecord:
    verdicts: dict[str, VerdictRecord] = {}
    for each in node["verdicts"].elements():
        verdict = read_verdict(each)
        if verdict.clause not in clauses:
            each["clause"].refuse('the id of a clause in "clauses"')
        verdicts[verdict.clause] = verdict
    deviations, error = node.find("deviations"), node.find("error")
    return TargetRecord(
        node["name"].text,
        _read_circumstances(node, overall),
        {name: value.text for name, value in node["versions"].items()},
        verdicts,
        () if deviations is None else tuple(map(read_deviation, deviations.elements())),
        "" if error is None else error.text,
    )


def read_verdict(node: Node) -> VerdictRecord:
    """The verdict that `node` is.

    Raises:
        Unusable: It is none.
    """
    status, failure = node["verdict"], node.find("failure")
    if status.text not in {known.value for known in Status}:
        status.refuse(f"one of {', '.join(known.value for known in Status)}")
    return VerdictRecord(
        node["clause"].text,
        Status(status.text),
        node["examples"].number,
        node["refused"].number,
        node["because"].text,
        None if failure is None else _read_failure(failure),
    )


def _read_failure(node: Node) -> FailureRecord:
    return FailureRecord(
        node["where"].text,
        node["expected"].value,
        node["observed"].value,
        _read_base64(node["bytes"]),
        node["note"].text,
    )


def read_deviation(node: Node) -> DeviationRecord:
    """The deviation that `node` is.

    Raises:
        Unusable: It is none.
    """
    return DeviationRecord(
        node["clause"].text,
        node["because"].text,
        _read_base64(node["witness"]),
        {name: each.value for name, each in node["specified"].items()},
        {name: each.value for name, each in node["observed"].items()},
    )


def _read_base64(node: Node) -> bytes:
    try:
        return base64.b64decode(node.text.encode("ascii"), validate=True)
    except ValueError:
        node.refuse("bytes in Base64")
