"""Reading the JSON of a run.

Rule: all input is checked. Unknown entries are ignored, so that later versions of schema 1 can add
some.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from unireq_conformance.runs.codec import decode
from unireq_conformance.runs.fields import Node, parse
from unireq_conformance.runs.record import (
    SCHEMA,
    Circumstances,
    ClauseRecord,
    DeviationRecord,
    Run,
    TargetRecord,
    VerdictRecord,
)

__all__ = ["read_run"]


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


def _read_clause(node: Node) -> ClauseRecord:
    if _ID.fullmatch(node["id"].text) is None:
        node["id"].refuse("an id such as HDR-003")
    return decode(ClauseRecord, node)


def _read_target(
    node: Node, overall: Circumstances, clauses: Mapping[str, ClauseRecord]
) -> TargetRecord:
    verdicts: dict[str, VerdictRecord] = {}
    for each in node["verdicts"].elements():
        verdict = decode(VerdictRecord, each)
        if verdict.clause not in clauses:
            each["clause"].refuse('the id of a clause in "clauses"')
        verdicts[verdict.clause] = verdict
    error, found = node.find("error"), node.find("deviations")
    deviations = () if found is None else found.elements()
    return TargetRecord(
        node["name"].text,
        _read_circumstances(node, overall),
        {name: value.text for name, value in node["versions"].items()},
        verdicts,
        tuple(decode(DeviationRecord, each) for each in deviations),
        "" if error is None else error.text,
    )
