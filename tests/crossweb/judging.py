"""Which clauses can be judged of what cross-web offers, and how.

Rule: fair to cross-web. A clause about what it has no name for is not offered, and no failure. What
its mappings promise is one value for a name, so where several values are not what a clause is
about, no request repeats a name. What a server loses before any framework sees it is left out, as
it is for unireq itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from crossweb.bodies import OFFERED, fair
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
    return tuple(text.split())


def _of_areas(*areas: str) -> tuple[str, ...]:
    return tuple(clause.id for clause in CLAUSES.values() if clause.area in areas)


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
    "what single fields mean, joined URLs": _of_areas("FLD"),
    "who is behind a proxy, and which hosts an app answers for": _of_areas("PRX"),
    "the route and the view that matched": _ids("PTH-012 PTH-013"),
    "our request in native views, the current request": _of_areas("CUR"),
    "middleware written once": _of_areas("MID"),
    "user and session": _ids("USR-001 USR-002 USR-003 USR-004 USR-005 USR-010"),
    "how a request behaves as an object": _ids(
        "API-001 API-002 API-003 API-004 API-005 API-006 API-007 API-008 API-010 API-011 API-012"
    ),
    "facts as data": _ids("SER-001 SER-002 SER-003 SER-004 SER-005 SER-006"),
    "streams of a body, its text, its JSON, limits": (
        *_ids("BDY-012 BDY-013 BDY-014 BDY-016 BDY-018"),
        *_of_areas("JSN"),
    ),
    "a body for several readers, cancelled ones, both kinds of code": _ids(
        "BDY-008 BDY-009 BDY-010 BDY-011"
    ),
    "a body that the framework's own reader wants too": _ids("BDY-019 BDY-020 BDY-021"),
    "every value of a form, its files, limits": _ids(
        "FRM-007 FRM-011 FRM-012 FRM-013 FRM-014 FRM-021"
    ),
    "handlers, and their responses": _of_areas("RSP"),
    "(not tried: a Unix socket)": _ids("CLI-003"),
    "(not tried: at every offset of a large form, what FRM-018 is about)": _ids("FRM-022"),
}
"""Clauses that are about what cross-web does not offer, by what that is."""

NOT_TRIED: Final = _of_areas("MAL")
"""Clauses about malformed messages, which are the servers' affair."""

_OF_BODIES: Final = ("BDY", "FRM")

_UNNAMED: Final = frozenset({"scheme", "host"})
"""Fields that a clause on something else looks at too."""

_ABOUT_REPEATS: Final = frozenset({"CKE-004", "QRY-006"})


def _judged_body(clause: Clause) -> Clause:
    def check(sent: AbstractRequest, seen: Seen) -> Iterator[Expectation]:
        for found in clause.check(sent, seen):
            if found.where.rpartition(".")[2] in OFFERED:
                yield Expectation(found.where, *fair(found.expected, found.observed))

    def offered(request: AbstractRequest) -> bool:
        done = request.content.steps if request.content else ()
        return any(step.operation in OFFERED for step in done)

    return replace(
        clause,
        check=check,
        strategy=lambda: clause.strategy().filter(offered),
        always=tuple(filter(offered, clause.always)),
        may_refuse=True,
    )


def _judged(clause: Clause) -> Clause:
    if clause.area in _OF_BODIES:
        return _judged_body(clause)

    def check(sent: AbstractRequest, seen: Seen) -> Iterator[Expectation]:
        if clause.id == "HDR-002":
            # The only clause about spelling; look-up ignores it.
            seen.facts["headers"] = dict.fromkeys(seen.facts["spelled"], "")
        seen.facts = {**dict.fromkeys(_UNNAMED), **seen.facts}
        for expectation in clause.check(sent, seen):
            if expectation.where not in _UNNAMED:
                yield expectation

    def plain(request: AbstractRequest) -> bool:
        names = [name for name, _ in request.expected_cookie_pairs]
        parameters = [name for name, _ in request.expected_pairs]
        return clause.id in _ABOUT_REPEATS or (
            len(set(names)) == len(names) and len(set(parameters)) == len(parameters)
        )

    return replace(
        clause,
        check=check,
        strategy=lambda: clause.strategy().filter(plain),
        always=tuple(filter(plain, clause.always)),
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
