"""Witnesses: whether a declared deviation still shows.

Rule: a deviation is believed only while its witness shows it. Where it says what is specified, the
target must show something else for each field, and what is declared as observed. Where it says
nothing, h11's reading of the witness stands for what is specified: some field must differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, cast

from unireq_conformance.clause import Expectation
from unireq_conformance.deviation import SOURCE_PORT, Deviation
from unireq_conformance.reference import reference_form
from unireq_conformance.running import Running
from unireq_conformance.seen import Seen
from unireq_conformance.verdict import Failure

__all__ = ["replay", "value_at"]


def replay(deviation: Deviation, running: Running) -> Failure | None:
    """What shows that `deviation` is not, or no more, what it declares; None if it still is.

    Raises:
        ConnectionError, ForeignReply: The target is gone.
    """
    observation = running.send(deviation.witness)
    if observation.report is None:
        refused = f"refused: {observation.refused}"
        expectation = Expectation("the witness", "an answer of the app", refused)
        return Failure(expectation, None, deviation.witness, unseen=True)
    seen = Seen(observation.report, source_port=running.source_port)
    if seen.error:
        return Failure.of_unireq(seen.error, None, deviation.witness)
    if deviation.specified:
        found = _by_what_is_specified(deviation, seen)
    else:
        found = _by_the_reference(deviation, seen)
    wrong = next(chain(found, _changed(deviation, seen)), None)
    if wrong is None:
        return None
    expectation, note = wrong
    return Failure(expectation, None, deviation.witness, note=note)


def _by_what_is_specified(deviation: Deviation, seen: Seen) -> Iterator[tuple[Expectation, str]]:
    for where, specified in deviation.specified.items():
        demanded = seen.source_port if specified == SOURCE_PORT else _jsonable(specified)
        expectation = Expectation(where, demanded, value_at(seen, where))
        if expectation.met:
            yield (
                expectation,
                f"the deviation is stale: {where} is what the specification says; remove it",
            )


def _by_the_reference(deviation: Deviation, seen: Seen) -> Iterator[tuple[Expectation, str]]:
    form = reference_form(deviation.witness)
    if form is None:
        yield (
            Expectation("the witness", "one request that h11 can read", "h11 can't read it"),
            (
                "the deviation can't be checked: without `specified` it is h11 that says what the"
                " witness means; give `specified={field: value}`, or another witness"
            ),
        )
        return
    observed = seen.normal_form
    expectations = [Expectation(name, form[name], observed.get(name)) for name in form]
    # What is checked inside the app shows in no field.
    if all(each.met for each in expectations) and seen.inside.get(deviation.clause) is None:
        yield (
            Expectation("the normal form", "a field that is not as h11 reads it", "all are"),
            (
                "the deviation is stale: the target says of the witness what h11 says; remove it,"
                " or give `specified={field: value}` if it is about the connection, the mount"
                " prefix or path parameters"
            ),
        )


def _changed(deviation: Deviation, seen: Seen) -> Iterator[tuple[Expectation, str]]:
    for where, declared in deviation.observed.items():
        expectation = Expectation(where, _jsonable(declared), value_at(seen, where))
        if not expectation.met:
            yield expectation, f"the deviation has changed: {where} is not what it declares"


def _jsonable(value: Any) -> Any:
    """`value` as a report has it: octets are ISO-8859-1 text there."""
    return value.decode("latin-1") if isinstance(value, bytes) else value


def value_at(seen: Seen, where: str) -> Any:
    """The value that a target reported of the field `where`, JSON-able; None if there is none."""
    name, _, part = where.partition(".")
    if name == "cookies":
        found = seen.derived["cookies_all" if part else "cookies"]
    elif name == "query_params":
        found = seen.derived["query" if part else "query_all"]
    else:
        found = {**seen.facts, **seen.derived}.get(name)
    if not part:
        return found
    if name == "client":
        return None if found is None else found[("host", "port").index(part)]
    return cast("dict[str, Any]", found).get(part) if isinstance(found, dict) else None
