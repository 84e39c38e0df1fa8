"""What cross-web says of each witness on each framework, beside what the specification says.

    python tests/crossweb/comparison.py docs/comparison.md

writes it into a page, from a live run. Rule: what it writes stands between two marks and nobody
edits it by hand. The same versions of everything give the same text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

if __name__ == "__main__":
    # A script's own directory comes first on the path; the packages of the tests are one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from crossweb.judging import JUDGED, NOT_OFFERED
from crossweb.servers import running
from crossweb.witnesses import WITNESSES
from unireq_conformance.clauses.drawing import one_cookie_field
from unireq_conformance.deviations import touched
from unireq_conformance.model import AbstractRequest
from unireq_conformance.pages.marks import between_marks
from unireq_conformance.seen import Seen
from unireq_conformance.servers.process import Server

__all__ = ["NAMES", "Shown", "compare", "failing", "indexed_cookies", "render"]

NAMES: Final = {each.lower(): each for each in ("Starlette", "Django", "Flask", "Sanic")}
_SHOWN: Final = 500
"""Up to how many bytes of a request are shown."""
BEGIN: Final = "<!-- cross-web: begin -->"
END: Final = "<!-- cross-web: end -->"
_HEAD: Final = (
    f"| | {' | '.join(NAMES.values())} | specified |\n| --- | --- | --- | --- | --- | --- |"
)
_PART: Final = """\
Versions: {told}. Starlette on uvicorn with h11, Django and Flask on gunicorn, Sanic on its own.

Of {every} clauses, {judged} are about something that cross-web offers. Those about malformed \
messages were not tried.

| framework | clauses met, but for what its server loses | clauses not met |
| --- | --- | --- |
{rows}

The other clauses are about what it does not offer, and are no failures:

{missing}

### Request by request

✗ marks what is not as the clause demands. What the server had lost before the framework saw the \
request is marked so; it is lost to unireq too.

{sections}

### Beside the clauses

`Cookie: a=1`, asked by `cookies['a']` and not by `cookies.get('a')`:

{head}
| `cookies['a']` | {indexed} | `'1'` |"""


class Said(NamedTuple):
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
        said: By framework and field; absent where the clause looks at no such field there.
        refused: By framework, how its server refused the request.
    """

    clause: str
    request: AbstractRequest
    specified: dict[str, Any] = field(default_factory=dict[str, Any])
    said: dict[str, dict[str, Said]] = field(default_factory=dict[str, dict[str, Said]])
    refused: dict[str, str] = field(default_factory=dict[str, str])

    def ask(self, framework: str, server: Server) -> None:
        """Send it to a server, and note what came."""
        seen = server.see(self.request)
        if isinstance(seen, str):
            self.refused[framework] = seen
            return
        lost = touched(server.name, self.request)
        for expectation in JUDGED[self.clause].check(self.request, seen):
            where = expectation.where
            if where == self.clause:  # a check inside says so where it has found nothing
                continue
            self.specified[where] = expectation.expected
            # Ports are others every time.
            told = json.dumps(expectation.observed).replace(f":{server.address[1]}", ":PORT")
            # A field that the server has spoilt gives no cookies that could be right.
            spoilt = where.startswith("cookies") and "headers.cookie" in lost
            said = Said(json.loads(told), expectation.met, where in lost or spoilt)
            self.said.setdefault(framework, {})[where] = said


def compare(servers: Mapping[str, Server]) -> list[Shown]:
    """Send every witness to each of the `servers`, which are given by framework."""
    shown = [Shown(clause, each) for clause, several in WITNESSES.items() for each in several]
    for each in shown:
        for framework, server in servers.items():
            each.ask(framework, server)
    return shown


def failing(shown: Sequence[Shown]) -> dict[str, list[str]]:
    """The clauses that are not met, by framework."""
    found: dict[str, dict[str, None]] = {framework: {} for framework in NAMES}
    for each in shown:
        for framework, fields in each.said.items():
            if any(not said.met and not said.lost for said in fields.values()):
                found[framework][each.clause] = None
    return {framework: list(clauses) for framework, clauses in found.items()}


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
    rows = [
        f"| {NAMES[framework]} | {len(JUDGED) - len(ids)} | {_linked(ids)} |"
        for framework, ids in failing(shown).items()
    ]
    return _PART.format(
        told=told,
        every=sum(map(len, NOT_OFFERED.values())) + len(JUDGED),
        judged=len(JUDGED),
        rows="\n".join(rows),
        missing="\n".join(f"- {what}: {_linked(ids)}" for what, ids in NOT_OFFERED.items()),
        sections="\n\n".join(_section(clause, shown) for clause in WITNESSES),
        head=_HEAD,
        indexed=" | ".join(_code("", indexed[framework]) for framework in NAMES),
    )


def _linked(ids: Sequence[str]) -> str:
    return ", ".join(f"[{clause}](specification.md#{clause})" for clause in ids)


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
    said = shown.said.get(framework, {}).get(where)
    if said is None:
        return _code(where, shown.specified[where])
    text = _code(where, said.value)
    if said.met:
        return text
    return f"{text} (the server)" if said.lost else f"✗ {text}"


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


def main(page: Path) -> None:
    """Write the page."""
    text = page.read_text("utf-8")
    told = ", ".join(f"{NAMES.get(name, name)} {version(name)}" for name in ("cross-web", *NAMES))
    with running() as servers:
        part = render(compare(servers), indexed_cookies(servers), told)
    page.write_text(between_marks(text, BEGIN, END, part), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
