"""Witnesses: whether a target still deviates as declared.

Rule: a deviation counts only while its witness shows it. If it declares specified values, the
target must show another value for each field: the one declared as observed; and what is specified
must be what h11 and unireq without a framework read, as far as they can. If it declares none, that
reading takes its place, and at least one field must differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from unireq_conformance.clause import Expectation
from unireq_conformance.deviations.deviation import SOURCE_PORT, Deviation
from unireq_conformance.deviations.reference import reference, reference_form
from unireq_conformance.response import RESPOND_FIELD
from unireq_conformance.seen import Seen, is_refusal
from unireq_conformance.servers.frames import Inexpressible
from unireq_conformance.servers.running import Running
from unireq_conformance.verdict import Failure

__all__ = ["replay"]


def replay(deviation: Deviation, running: Running) -> Failure | None:
    """The failure if `deviation` is not as declared, or no longer; None if it still is.

    Raises:
        ConnectionError, ForeignReply: The target is gone.
    """
    try:
        observation = running.send(deviation.witness)
    except Inexpressible as error:
        expectation = Expectation("the witness", "a request that can be sent", str(error))
        return Failure(expectation, None, deviation.witness)
    # A handler's response need not be marked as one of the app.
    responds = RESPOND_FIELD.lower().encode() in deviation.witness.lower()
    if deviation.of_reaching:
        how = observation.refused
        taken = how is None or (responds and not is_refusal(how))
        return None if taken is deviation.taken else _stale(deviation, str(how))
    seen = running.look_at_response(observation) if responds else running.look(observation)
    if seen is None or isinstance(seen, str):
        refused = f"refused: {observation.refused}"
        expectation = Expectation("the witness", "an answer from the app", refused)
        return Failure(expectation, None, deviation.witness, unseen=True)
    if seen.error:
        return Failure.of_unireq(seen.error, None, deviation.witness)
    found: Iterator[tuple[Expectation, str]]
    if deviation.specified:
        found = chain(_misread(deviation, running), _by_what_is_specified(deviation, seen))
    else:
        found = _by_the_reference(deviation, seen, running.scheme)
    wrong = next(chain(found, _changed(deviation, seen)), None)
    if wrong is None:
        return None
    expectation, note = wrong
    return Failure(expectation, None, deviation.witness, note=note)


def _stale(deviation: Deviation, refused: str) -> Failure:
    observed = f"refused: {refused}" if deviation.taken else "an answer from the app"
    expected = "an answer from the app" if deviation.taken else "a refusal"
    expectation = Expectation("the witness", expected, observed)
    verb = "refuses" if deviation.taken else "takes"
    note = f"the deviation is stale: the target {verb} the witness; remove it"
    return Failure(expectation, None, deviation.witness, note=note, unseen=deviation.taken)


def _misread(deviation: Deviation, running: Running) -> Iterator[tuple[Expectation, str]]:
    """Where `specified` is not what the specification says of the witness, as far as is known."""
    version = "" if running.http_version == "1.1" else running.http_version
    read = reference(
        deviation.witness, port=running.source_port, version=version, scheme=running.scheme
    )
    if read is None:
        return
    mounted = str(read.facts.get("path")).startswith("/mounted")
    for where, specified in deviation.specified.items():
        if where == "username" or (mounted and where == "root_path"):
            continue  # no framework, no users and no mounts
        said = read.at(where)
        if isinstance(said, dict) and "refused" in said:
            continue  # by the application's own reader, which may give the whole body, too
        demanded = read.source_port if specified == SOURCE_PORT else _jsonable(specified)
        expectation = Expectation(f"`specified` of {where}", said, demanded)
        if not expectation.met:
            yield (
                expectation,
                (
                    f"the deviation is wrong: its `specified` of {where} is not what the"
                    " specification says of the witness, as h11 and unireq without a framework read"
                    " it; correct `specified` or the witness, and remove the deviation if the"
                    " target shows what is specified"
                ),
            )


def _by_what_is_specified(deviation: Deviation, seen: Seen) -> Iterator[tuple[Expectation, str]]:
    for where, specified in deviation.specified.items():
        demanded = seen.source_port if specified == SOURCE_PORT else _jsonable(specified)
        expectation = Expectation(where, demanded, seen.at(where))
        if expectation.met:
            yield (
                expectation,
                f"the deviation is stale: {where} is what the specification says; remove it",
            )


def _by_the_reference(
    deviation: Deviation, seen: Seen, scheme: str
) -> Iterator[tuple[Expectation, str]]:
    form = reference_form(deviation.witness, scheme)
    if form is None:
        yield (
            Expectation("the witness", "one request that h11 can read", "h11 can't read it"),
            (
                "the deviation cannot be checked: without `specified`, h11 must be able to read the"
                " witness; give `specified={field: value}`, or another witness"
            ),
        )
        return
    observed = seen.normal_form
    expectations = [Expectation(name, form[name], observed.get(name)) for name in form]
    # A check inside the app shows in no field.
    if all(each.met for each in expectations) and seen.inside.get(deviation.clause) is None:
        yield (
            Expectation("the normal form", "a field that differs from h11's reading", "none"),
            (
                "the deviation is stale: the target reads the witness as h11 does; remove it, or"
                " give `specified={field: value}` if it is about the connection, the mount prefix"
                " or path parameters"
            ),
        )


def _changed(deviation: Deviation, seen: Seen) -> Iterator[tuple[Expectation, str]]:
    for where, declared in deviation.observed.items():
        expectation = Expectation(where, _jsonable(declared), seen.at(where))
        if not expectation.met:
            yield expectation, f"the deviation has changed: {where} is not what it declares"


def _jsonable(value: Any) -> Any:
    """`value` as in a report, where bytes are ISO-8859-1 text."""
    return value.decode("latin-1") if isinstance(value, bytes) else value
