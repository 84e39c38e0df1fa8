"""Compares what several targets said about one request.

Rule: unireq gets no leniency. Two answers are the same if `unireq.diff` finds nothing between them,
and what each process computed from its facts is the same too; and each process must have computed
what its facts give here. One thing is not compared: the path parameters of an app without a router
(bare ASGI and WSGI), which has none, with those that a router found.

Nothing here prints, and nothing starts a process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations
from typing import Any, Final, Literal

import unireq
from unireq_conformance.comparing.answers import Round
from unireq_conformance.comparing.groups import ABSENT, Group, group, group_of, identity
from unireq_conformance.comparing.labels import family
from unireq_conformance.comparing.native import Row, read_natively
from unireq_conformance.probe import derived

Verdict = Literal["identical", "different", "too few answers"]

_NAMES: Final = (
    "method scheme http_version host path root_path raw_path query_string url path_params headers"
    " cookies query_params client session_hash"
)
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_NAMES.split(), ()),
    "url": ("url",),
    "headers": ("headers_all",),
    "cookies": ("cookies", "cookies_all"),
    "query_params": ("query", "query_all"),
    "session_hash": ("session_hash",),
}
"""What `unireq.diff` compares, in the order in which it is shown, and what a process derived of it
(see `probe.derived`)."""


@dataclass(frozen=True)
class Contradiction:
    """A target where a request said one thing in its process, and its facts say another."""

    target: str
    name: str
    in_process: Any
    from_facts: Any


class Comparison:
    """What one round amounts to.

    Attributes:
        round: the answers and failures.
        requests: what unireq says, by target; only where that can be read.
        errors: targets where unireq failed, with the traceback or the reason.
    """

    def __init__(self, round_: Round) -> None:
        """Compare the answers in `round_`."""
        self.round = round_
        self.requests: dict[str, unireq.Request] = {}
        self.errors: dict[str, str] = {}
        for answer in round_.answers:
            try:
                self.requests[answer.target.name] = _read_facts(answer.facts)
            except (TypeError, ValueError) as error:
                self.errors[answer.target.name] = str(error)

    @cached_property
    def native(self) -> Mapping[str, Sequence[Row]]:
        """What the frameworks say themselves: the rows of each native attribute."""
        return read_natively(self.round.answers, self.requests)

    @property
    def rows(self) -> list[Row]:
        """The same in one list."""
        return list(chain.from_iterable(self.native.values()))

    @property
    def disagreements(self) -> list[Row]:
        """What the frameworks disagree on."""
        return [row for row in self.rows if not row.agrees]

    @cached_property
    def fields(self) -> Mapping[str, tuple[Group, ...]]:
        """What unireq says, field by field; more than one group is a difference."""
        shown = {name: _plain(request) for name, request in self.requests.items()}
        routed = {a.target.name for a in self.round.answers if "path_params" in a.native}
        for name, said in shown.items():
            if name not in routed and not said["path_params"]:
                del said["path_params"]
            for field in self._asked_otherwise(name):
                del said[field]
        return {
            field: group(
                [(name, said[field]) for name, said in shown.items() if field in said],
                self._same_in(field),
            )
            for field in FIELDS
        }

    @property
    def differences(self) -> Mapping[str, tuple[Group, ...]]:
        """Fields that unireq does not give identically, and who says what."""
        return {field: groups for field, groups in self.fields.items() if len(groups) > 1}

    @cached_property
    def contradictions(self) -> Sequence[Contradiction]:
        """Where a process derived something else than its own facts give."""
        found: list[Contradiction] = []
        for name, request in self.requests.items():
            here, there = derived(request), self._derived[name]
            found += [
                Contradiction(name, what, there.get(what, ABSENT), here[what])
                for what in chain.from_iterable(FIELDS.values())
                if identity(here[what]) != identity(there.get(what, ABSENT))
            ]
        return found

    @property
    def verdict(self) -> Verdict:
        """What it comes to."""
        if len(self.round.answers) < 2:
            return "too few answers"
        if self.errors or self.differences or self.contradictions:
            return "different"
        return "identical"

    @property
    def exit_status(self) -> int:
        """0 identical, 1 different, 2 too few answers to say."""
        return {"identical": 0, "different": 1, "too few answers": 2}[self.verdict]

    @property
    def summary(self) -> str:
        """The verdict as one line."""
        answers, failed = len(self.round.answers), len(self.round.failures)
        silent = f"; {failed} of {answers + failed} did not answer" if failed else ""
        if self.verdict == "too few answers":
            return f"no verdict: it takes 2 answers, and there is {answers or 'none'}{silent}"
        frameworks = len({family(answer.target) for answer in self.round.answers})
        whom = f"{frameworks} framework{'s' * (frameworks != 1)}"
        whom += f", {answers} servers" if answers != frameworks else ""
        fields = len({row.field for row in self.disagreements})
        natively = f"natively they differ on {fields} of {len(self.native)}"
        if self.verdict == "identical":
            said = [sum(len(each.targets) for each in groups) for groups in self.fields.values()]
            compared = sum(number > 1 for number in said)
            return f"identical: {whom}, {compared} fields; {natively}{silent}"
        wrong = [
            *self.differences,
            *(f"{found.name} within {found.target}" for found in self.contradictions),
            *(f"unireq failed on {name}" for name in self.errors),
        ]
        return f"DIFFERENT: {', '.join(wrong)} ({whom}); {natively}{silent}"

    def columns(self, rows: Sequence[Row]) -> list[list[str]]:
        """Return the targets of each column that `rows` take side by side.

        Those of one framework that say the same in all of them share one.
        """
        columns: dict[tuple[Any, ...], list[str]] = {}
        for target in (answer.target for answer in self.round.answers):
            said = (group_of(row.native, target.name).targets for row in rows)
            columns.setdefault((family(target), *said), []).append(target.name)
        return list(columns.values())

    def _asked_otherwise(self, name: str) -> set[str]:
        """What is of the connection to `name` alone: another HTTP than 1.1, or TLS."""
        drivers = {each.target.name: each.target.on_server for each in self.round.answers}
        own = drivers[name]
        found: set[str] = set()
        if own.http_version != "1.1" and len({d.http_version for d in drivers.values()}) > 1:
            found.add("http_version")
        if own.tls and not all(driver.tls for driver in drivers.values()):
            found |= {"scheme", "url"}
        return found

    def _same_in(self, field: str) -> Callable[[str, str], bool]:
        def same(a: str, b: str) -> bool:
            one, other = self._derived[a], self._derived[b]
            return field not in self._diffs[a, b] and all(
                identity(one.get(name)) == identity(other.get(name)) for name in FIELDS[field]
            )

        return same

    @cached_property
    def _diffs(self) -> Mapping[tuple[str, str], set[str]]:
        pairs = combinations(self.requests.items(), 2)
        return {(a, b): set(unireq.diff(one, other)) for (a, one), (b, other) in pairs}

    @cached_property
    def _derived(self) -> Mapping[str, Mapping[str, Any]]:
        return {answer.target.name: answer.derived for answer in self.round.answers}


def _read_facts(facts: Mapping[str, Any]) -> unireq.Request:
    if set(facts) == {"error"}:
        raise ValueError(facts["error"])
    return unireq.Request.from_dict(facts)


def _plain(request: unireq.Request) -> dict[str, Any]:
    """Return what `request` says, field by field, in plain types."""
    cookies, client = request.cookies, request.client
    return {name: getattr(request, name) for name in FIELDS} | {
        "url": str(request.url),
        "headers": dict(request.headers),
        "cookies": {name: cookies.getlist(name) for name in cookies},
        "query_params": [list(pair) for pair in request.query_params.multi_items()],
        "client": None if client is None else list(client),
    }
