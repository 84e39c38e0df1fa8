"""What cross-web says of each witness on each framework, beside what the specification says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from crossweb.judging import JUDGED, NOT_OFFERED
from crossweb.witnesses import WITNESSES
from unireq_conformance.clause import Expectation
from unireq_conformance.clauses.drawing import one_cookie_field
from unireq_conformance.deviations import touched
from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import Seen
from unireq_conformance.servers.process import Server

__all__ = ["NAMES", "Said", "Shown", "compare", "failing", "indexed_cookies", "render", "versions"]

NAMES: Final = {
    "starlette": "Starlette",
    "django": "Django",
    "flask": "Flask",
    "sanic": "Sanic",
}
_SERVERS: Final = "Starlette on uvicorn with h11, Django and Flask on gunicorn, Sanic on its own"
_LOST: Final = "the server"
_SHOWN: Final = 500
"""Up to how many bytes of a request are shown."""
_LEGEND: Final = (
    "✗ marks what is not as the clause demands. What the server had lost before the framework saw"
    " the request is marked so; it is lost to unireq too."
)


@dataclass(frozen=True)
class Said:
    """What cross-web said of one field on one framework.

    Attributes:
        value: That, JSON-able.
        met: Whether it is what the clause demands.
        lost: Whether the server had lost it before the framework saw it.
    """

    value: Any
    met: bool
    lost: bool


@dataclass(frozen=True)
class Shown:
    """One witness.

    Attributes:
        clause: What it is about.
        request: The request.
        specified: What the clause demands, by field.
        said: By field and framework; absent where the clause looks at no such field there.
        refused: By framework, how its server refused the request.
    """

    clause: str
    request: AbstractRequest
    specified: Mapping[str, Any]
    said: Mapping[str, Mapping[str, Said]]
    refused: Mapping[str, str]


def compare(servers: Mapping[str, Server]) -> list[Shown]:
    """Send every witness to each of the `servers`, which are given by framework."""
    return [
        _show(clause, request, servers)
        for clause, requests in WITNESSES.items()
        for request in requests
    ]


def _show(clause: str, request: AbstractRequest, servers: Mapping[str, Server]) -> Shown:
    specified: dict[str, Any] = {}
    said: dict[str, dict[str, Said]] = {}
    refused: dict[str, str] = {}
    for framework, server in servers.items():
        seen = server.see(request)
        if isinstance(seen, str):
            refused[framework] = seen
            continue
        lost = touched(server.name, request)
        for expectation in JUDGED[clause].check(request, seen):
            where = expectation.where
            if where != clause:  # a check inside says so where it has found nothing
                specified[where] = expectation.expected
                said.setdefault(where, {})[framework] = _said(expectation, lost, server)
    return Shown(clause, request, specified, said, refused)


def _said(expectation: Expectation, lost: set[str], server: Server) -> Said:
    # Ports are others every time.
    port = f":{server.address[1]}"
    value = json.loads(json.dumps(expectation.observed).replace(port, ":PORT"))
    # A field that the server has spoilt gives no cookies that could be right.
    where = expectation.where
    spoilt = where.startswith("cookies") and "headers.cookie" in lost
    return Said(value, expectation.met, where in lost or spoilt)


def failing(shown: Sequence[Shown]) -> dict[str, list[str]]:
    """The clauses that are not met, by framework."""
    return {
        framework: list(
            dict.fromkeys(
                each.clause
                for each in shown
                for by_framework in each.said.values()
                if (said := by_framework.get(framework)) and not said.met and not said.lost
            )
        )
        for framework in NAMES
    }


def versions() -> str:
    """Of what is installed, as the page tells them."""
    names = ("cross-web", *NAMES)
    return ", ".join(f"{NAMES.get(name, name)} {version(name)}" for name in names)


def indexed_cookies(servers: Mapping[str, Server]) -> dict[str, Any]:
    """What `cookies['a']` of `Cookie: a=1` is, by framework."""
    request = one_cookie_field(("a", "1", b"a=1"))
    seen = {framework: server.see(request) for framework, server in servers.items()}
    return {f: s.facts["indexed"]["a"] for f, s in seen.items() if isinstance(s, Seen)}


def render(shown: Sequence[Shown], indexed: Mapping[str, Any], told: str) -> str:
    """The part of the page that a run writes.

    Args:
        shown: What was found.
        indexed: What `indexed_cookies` found.
        told: The versions that it was found with.
    """
    fails = failing(shown)
    every = sum(map(len, NOT_OFFERED.values())) + len(JUDGED)
    rows = [
        f"| {NAMES[f]} | {len(JUDGED) - len(ids)} | {_linked(ids)} |" for f, ids in fails.items()
    ]
    missing = [f"- {what}: {_linked(ids)}" for what, ids in NOT_OFFERED.items()]
    return "\n".join(
        [
            f"Versions: {told}. {_SERVERS}.",
            "",
            (
                f"Of {every} clauses, {len(JUDGED)} are about something that cross-web offers."
                " Those about malformed messages were not tried."
            ),
            "",
            "| framework | clauses met, but for what its server loses | clauses not met |",
            "| --- | --- | --- |",
            *rows,
            "",
            "The other clauses are about what it does not offer, and are no failures:",
            "",
            *missing,
            "",
            "### Request by request",
            "",
            _LEGEND,
            "",
            "\n\n".join(_section(clause, shown) for clause in WITNESSES),
            "",
            "### Beside the clauses",
            "",
            "`Cookie: a=1`, asked by `cookies['a']` and not by `cookies.get('a')`:",
            "",
            _HEAD,
            f"| `cookies['a']` | {' | '.join(_code('', indexed[f]) for f in NAMES)} | `'1'` |",
        ]
    )


def _linked(ids: Sequence[str]) -> str:
    return ", ".join(f"[{clause}](specification.md#{clause})" for clause in ids)


_HEAD: Final = (
    f"| | {' | '.join(NAMES.values())} | specified |\n| --- | --- | --- | --- | --- | --- |"
)


def _section(clause: str, shown: Sequence[Shown]) -> str:
    blocks = [_block(each) for each in shown if each.clause == clause]
    return "\n\n".join([f"#### {clause} · {JUDGED[clause].title}", *blocks])


def _block(shown: Shown) -> str:
    sent = shown.request.render()
    more = len(sent) - _SHOWN
    octets = f"{sent[:_SHOWN]!r}  # and {more:,} bytes more" if more > 0 else repr(sent)
    lines = ["```python", octets, "```", "", _HEAD]
    for where, specified in shown.specified.items():
        cells = [_said_by(shown, where, framework) for framework in NAMES]
        lines.append(f"| `{where}` | {' | '.join(cells)} | {_code(where, specified)} |")
    return "\n".join(lines)


def _said_by(shown: Shown, where: str, framework: str) -> str:
    if framework in shown.refused:
        return f"refused: {shown.refused[framework]}"
    said = shown.said[where].get(framework)
    if said is None:
        return _code(where, shown.specified[where])
    text = _code(where, said.value)
    if said.met:
        return text
    return f"{text} ({_LOST})" if said.lost else f"✗ {text}"


def _code(where: str, value: Any) -> str:
    if value is None:
        return "absent"
    if isinstance(value, str) and value.startswith(("raises ", "a value")):
        return value
    return f"`{_as_handed_over(where, value)!a}`".replace("|", "\\|")


def _as_handed_over(where: str, value: Any) -> Any:
    """What the kit compares as every value, or as pairs, is one value for a name."""
    if where.startswith("cookies.") and isinstance(value, list):
        return value[0]
    return dict(value) if where == "query_params" and isinstance(value, list) else value
