"""Which clauses can be judged of what cross-web offers, and how.

Rule: fair to cross-web. A clause about what it has no name for is not offered, and no failure. What
its mappings promise is one value for a name, so where several values are not what a clause is
about, no request repeats a name. What a server loses before any framework sees it is left out, as
it is for unireq itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from crossweb.answer import OFFERED
from unireq_conformance.clause import Clause, Expectation
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.deviations import deviations_of
from unireq_conformance.judge import Effort, _Examination
from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import Seen
from unireq_conformance.servers.running import Running
from unireq_conformance.verdict import Failure

__all__ = ["JUDGED", "NOT_OFFERED", "NOT_TRIED", "failure"]


def _ids(text: str) -> tuple[str, ...]:
    """The clauses that are named, alone or by their area."""
    words = text.split()
    return tuple(c.id for c in CLAUSES.values() if {c.id, c.area} & {*words})


NOT_OFFERED: Final[Mapping[str, tuple[str, ...]]] = {
    "that mappings are real dicts": _ids("HDR-001 CKE-001 QRY-001"),
    "members of a list-valued field, one field without the others": _ids("HDR-014 HDR-015 HDR-016"),
    "every value of a repeated cookie or parameter": _ids("CKE-005 QRY-007"),
    "the query as sent": _ids("QRY-002"),
    "path, raw path, mount prefix, facts before routing": _ids(
        "PTH-001 PTH-002 PTH-003 PTH-004 PTH-005 PTH-006 PTH-007 PTH-008"
    ),
    "the parts of the URL": _ids("URL-001"),
    "the host": _ids("URL-010 URL-011 URL-012 URL-013"),
    "the client's port, a made-up client, scheme, version": _ids("CLI-002 CLI-004 CLI-005 CLI-007"),
    "what single fields mean, joined URLs": _ids("FLD"),
    "who is behind a proxy, and which hosts an app answers for": _ids("PRX"),
    "the route and the view that matched": _ids("PTH-012 PTH-013"),
    "our request in native views, the current request": _ids("CUR"),
    "middleware written once": _ids("MID"),
    "user and session": _ids("USR-001 USR-002 USR-003 USR-004 USR-005 USR-010"),
    "how a request behaves as an object": _ids(
        "API-001 API-002 API-003 API-004 API-005 API-006 API-007 API-008 API-010 API-011 API-012"
    ),
    "facts as data": _ids("SER-001 SER-002 SER-003 SER-004 SER-005 SER-006"),
    "streams of a body, its text, its JSON, limits": _ids(
        "BDY-012 BDY-013 BDY-014 BDY-016 BDY-018 JSN"
    ),
    "a body for several readers, cancelled ones, both kinds of code": _ids(
        "BDY-008 BDY-009 BDY-010 BDY-011"
    ),
    "a body that the framework's own reader wants too": _ids("BDY-019 BDY-020 BDY-021"),
    "every value of a form, its files, limits": _ids(
        "FRM-007 FRM-011 FRM-012 FRM-013 FRM-014 FRM-021"
    ),
    "handlers, and their responses": _ids("RSP"),
    "(not tried: a Unix socket)": _ids("CLI-003"),
    "(not tried: at every offset of a large form, what FRM-018 is about)": _ids("FRM-022"),
}
"""Clauses that are about what cross-web does not offer, by what that is."""

NOT_TRIED: Final = _ids("MAL")
"""Clauses about malformed messages, which are the servers' affair."""

_UNNAMED: Final = frozenset({"scheme", "host"})
"""Fields that a clause on something else looks at too."""


def _fair(expected: Any, observed: Any) -> tuple[Any, Any]:
    """What a clause demands of a step, and what came of it, as far as cross-web has a word."""
    if "parts" in expected:
        parts: list[list[Any]] = expected["parts"]
        # Of a name that comes twice, one value is as good as another; files are left out.
        once = [p for p in parts if [name for name, _ in parts].count(p[0]) == 1]
        texts = [[name, value] for name, value in once if isinstance(value, str)]
        several = {name for name, _ in parts} - {name for name, _ in once}
        if observed is not None and "texts" in observed:
            told = [pair for pair in observed["texts"] if pair[0] not in several]
            observed = {"texts": told}
        return {"texts": texts}, observed
    if "error" in expected:
        error = {"error": "an error"}  # whatever its class: cross-web promises none
        return error, error if observed is not None and "error" in observed else observed
    return expected, observed


def _check_body(clause: Clause, sent: AbstractRequest, seen: Seen) -> Iterator[Expectation]:
    for found in clause.check(sent, seen):
        if found.where.rpartition(".")[2] in OFFERED:
            yield Expectation(found.where, *_fair(found.expected, found.observed))


def _check(clause: Clause, sent: AbstractRequest, seen: Seen) -> Iterator[Expectation]:
    if clause.id == "HDR-002":
        # The only clause about spelling; look-up ignores it.
        seen.facts["headers"] = dict.fromkeys(seen.facts["spelled"], "")
    seen.facts = {**dict.fromkeys(_UNNAMED), **seen.facts}
    for expectation in clause.check(sent, seen):
        if expectation.where not in _UNNAMED:
            yield expectation


def _asks_for_a_body(request: AbstractRequest) -> bool:
    done = request.content.steps if request.content else ()
    return any(step.operation in OFFERED for step in done)


def _repeats_nothing(request: AbstractRequest) -> bool:
    cookies = [name for name, _ in request.expected_cookie_pairs]
    parameters = [name for name, _ in request.expected_pairs]
    return all(len(set(names)) == len(names) for names in (cookies, parameters))


def _judged(clause: Clause) -> Clause:
    fits: Callable[[AbstractRequest], bool]
    if clause.area in ("BDY", "FRM"):
        check, fits = _check_body, _asks_for_a_body
    else:
        about_repeats = clause.id in ("CKE-004", "QRY-006")
        check, fits = _check, (lambda _: True) if about_repeats else _repeats_nothing
    return replace(
        clause,
        check=partial(check, clause),
        strategy=lambda: clause.strategy().filter(fits),
        always=tuple(filter(fits, clause.always)),
        # What a server refuses says nothing of cross-web.
        may_refuse=True,
    )


JUDGED: Final[Mapping[str, Clause]] = {
    clause.id: _judged(clause)
    for clause in CLAUSES.values()
    if not any(clause.id in ids for ids in (*NOT_OFFERED.values(), NOT_TRIED))
}
"""The other clauses, looking only at what is offered."""


def failure(clause: str, running: Running, effort: Effort) -> Failure | None:
    """What shows that cross-web, as it is `running`, does not meet `clause`; None if it does."""
    return _Examination(JUDGED[clause], running, deviations_of(running.name)).run(effort)
