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

Wrong = tuple[Expectation, str]
"""What is not as it should be, and what that says of the deviation."""


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
    read = _misread if deviation.specified else _as_the_reference
    found = chain(read(deviation, running, seen), _not_as_declared(deviation, seen))
    for expectation, note in found:
        return Failure(expectation, None, deviation.witness, note=f"the deviation {note}")
    return None


def _stale(deviation: Deviation, refused: str) -> Failure:
    observed = f"refused: {refused}" if deviation.taken else "an answer from the app"
    expected = "an answer from the app" if deviation.taken else "a refusal"
    expectation = Expectation("the witness", expected, observed)
    verb = "refuses" if deviation.taken else "takes"
    note = f"the deviation is stale: the target {verb} the witness; remove it"
    return Failure(expectation, None, deviation.witness, note=note, unseen=deviation.taken)


def _misread(deviation: Deviation, running: Running, _: Seen) -> Iterator[Wrong]:
    """Where `specified` is not what the specification says of the witness, as far as is known."""
    version = "" if running.http_version == "1.1" else running.http_version
    port, scheme = running.source_port, running.scheme
    read = reference(deviation.witness, port=port, version=version, scheme=scheme)
    if read is None:
        return
    mounted = str(read.facts.get("path")).startswith("/mounted")
    for where, specified in deviation.specified.items():
        if where == "username" or (mounted and where == "root_path"):
            continue  # no framework, no users and no mounts
        said = read.at(where)
        if isinstance(said, dict) and "refused" in said:
            continue  # by the application's own reader, which may give the whole body, too
        expectation = Expectation(f"`specified` of {where}", said, _jsonable(specified, read))
        note = (
            f"is wrong: its `specified` of {where} is not what the specification says of the"
            " witness, as h11 and unireq without a framework read it; correct `specified` or the"
            " witness, and remove the deviation if the target shows what is specified"
        )
        if not expectation.met:
            yield expectation, note


def _as_the_reference(deviation: Deviation, running: Running, seen: Seen) -> Iterator[Wrong]:
    form = reference_form(deviation.witness, running.scheme)
    if form is None:
        note = (
            "cannot be checked: without `specified`, h11 must be able to read the witness; give"
            " `specified={field: value}`, or another witness"
        )
        wanted = "one request that h11 can read"
        yield Expectation("the witness", wanted, "h11 can't read it"), note
        return
    observed = seen.normal_form
    expectations = [Expectation(name, form[name], observed.get(name)) for name in form]
    # A check inside the app shows in no field.
    if all(each.met for each in expectations) and seen.inside.get(deviation.clause) is None:
        note = (
            "is stale: the target reads the witness as h11 does; remove it, or give"
            " `specified={field: value}` if it is about the connection, the mount prefix or path"
            " parameters"
        )
        yield (
            Expectation("the normal form", "a field that differs from h11's reading", "none"),
            note,
        )


def _not_as_declared(deviation: Deviation, seen: Seen) -> Iterator[Wrong]:
    for where, specified in deviation.specified.items():
        expectation = Expectation(where, _jsonable(specified, seen), seen.at(where))
        if expectation.met:
            yield expectation, f"is stale: {where} is what the specification says; remove it"
    for where, declared in deviation.observed.items():
        expectation = Expectation(where, _jsonable(declared, seen), seen.at(where))
        if not expectation.met:
            yield expectation, f"has changed: {where} is not what it declares"


def _jsonable(value: Any, seen: Seen) -> Any:
    """`value` as in a report, where bytes are ISO-8859-1 text."""
    if value == SOURCE_PORT:
        return seen.source_port
    return value.decode("latin-1") if isinstance(value, bytes) else value
