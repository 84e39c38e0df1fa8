"""The parts of pages that come from what the kit declares, as Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Final

from unireq_conformance.clause import AREAS, SPECS, Clause
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.deviations import DEVIATIONS, Deviation
from unireq_conformance.deviations.reference import reference_form
from unireq_conformance.malformed import FRAMING, LINES, REQUEST_LINES, VALUES, Message, Reading

__all__ = ["clauses", "losses", "messages"]

_WIDTH: Final = 120

_NUMBER: Final = f"""\
## The number of the specification

The specification has a number of its own, a major and a minor, apart from the versions of unireq:
this is **{SPECS[-1]}**. It becomes 1.0 with the first release of unireq.

- **A published number keeps its meaning.** What conforms to it goes on conforming to it. Within a
  number, clauses only get clearer or more permissive. A newer kit may draw other requests, and so
  find what an older one missed.
- **A new minor may demand more.** It may add MUST clauses, and turn a SHOULD into a MUST.
- **A new major may also change and drop clauses.** The id of a clause is not given again.

A clause has been there since {SPECS[0]}, unless it says otherwise. The kit judges by the newest
number. `unireq-conformance run --spec {SPECS[0]}` judges by the clauses of that one, with their
levels in it, and so does pytest where an `AdapterSuite` has `spec = "{SPECS[0]}"`."""


def clauses(given: Iterable[Clause] = CLAUSES.values()) -> str:
    """The clauses by area, in order, each with its own anchor (`#HDR-001`)."""
    known = list(given)
    parts = [_NUMBER]
    for area, title in AREAS.items():
        parts += [f"## {title}", *(_clause(clause) for clause in known if clause.area == area)]
    return "\n\n".join(parts) + "\n"


def _clause(clause: Clause) -> str:
    told = [clause.text]
    if clause.why:
        why = clause.why if clause.why.endswith(".") else f"{clause.why}."
        told.append(f"*Why:* {why}")
    if clause.source:
        told.append(f"*Source:* {clause.source}.")
    wrapped = textwrap.fill(" ".join(told), _WIDTH, break_long_words=False, break_on_hyphens=False)
    head = f"### {clause.id} · {clause.level.value} · {clause.title}"
    since = f" *Since {clause.since}.*" if clause.since != SPECS[0] else ""
    if clause.must_since:
        since += f" *A MUST since {clause.must_since}, a SHOULD before.*"
    return f'<a id="{clause.id}"></a>\n\n{head}\n\n{wrapped}{since}'


def losses() -> str:
    """What servers lose: the deviations by clause, with the bytes that show each.

    The tests check that it is true: they send each witness to each target.
    """
    blocks: list[str] = []
    for number, deviation in enumerate(sorted(DEVIATIONS, key=lambda d: d.clause), 1):
        targets = ", ".join(f"`{pattern}`" for pattern in deviation.targets)
        because = f"{deviation.because[:1].upper()}{deviation.because[1:]}."
        witness = f"```python\n{deviation.witness!r}\n```"
        title = f"### {number}. {deviation.clause} on {targets}"
        blocks += [title, because, _shown(deviation), witness]
    return "\n\n".join(blocks) + "\n"


def _shown(deviation: Deviation) -> str:
    if deviation.of_reaching:
        return "The server refuses:" if deviation.refused else "The server accepts:"
    rows = (
        f"| `{name}` | {_cell(value)} | {_cell(deviation.observed.get(name))} |"
        for name, value in deviation.specified.items()
    )
    return "\n".join(["| field | specified | observed |", "| --- | --- | --- |", *rows])


def _cell(value: object) -> str:
    return "absent" if value is None else f"`{value!a}`".replace("|", "\\|")


_GROUPS: Final = {
    "Request lines (MAL-001)": REQUEST_LINES,
    "Field lines (MAL-002)": LINES,
    "Values (MAL-003)": VALUES,
    "Framing (MAL-004)": FRAMING,
}


def messages() -> str:
    """The malformed messages by group: their bytes, the verdict, the readings that are allowed."""
    head = "| message | bytes | verdict | may be read as | h11 | by |\n" + "| --- " * 6 + "|"
    parts = (
        f"## {title}\n\n" + "\n".join([head, *map(_row, group)]) for title, group in _GROUPS.items()
    )
    return "\n\n".join(parts) + "\n"


def _row(message: Message) -> str:
    source = message.source if message.source.startswith("RFC") else f"RFC 9112 {message.source}"
    cells = (
        message.id,
        _code(message.octets),
        "**must be refused**" if message.must else "may be refused",
        "; or ".join(map(_reading, message.readings)) or "-",
        "refuses" if reference_form(message.octets) is None else "reads so",
        source,
    )
    return f"| {' | '.join(cells)} |"


def _reading(reading: Reading) -> str:
    return ", ".join(
        f"no {where}" if value is None else f"{where} {_code(value)}"
        for where, value in reading.items()
    )


def _code(value: object) -> str:
    # Two backticks, since the name of a field may contain one.
    return f"`` {value!a} ``".replace("|", "\\|")
