"""The clauses as Markdown, from the registry: a clause is written once.

Each has its own anchor (`#HDR-001`). What the number of the specification promises stands before
the clauses.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Final

from unireq_conformance.clause import AREAS, SPECS, Clause
from unireq_conformance.clauses import CLAUSES

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


def to_markdown(clauses: Iterable[Clause] = CLAUSES.values()) -> str:
    """The clauses by area, in order."""
    known = list(clauses)
    parts = [_NUMBER]
    for area, title in AREAS.items():
        parts += [f"## {title}", *(_one(clause) for clause in known if clause.area == area)]
    return "\n\n".join(parts) + "\n"


def _one(clause: Clause) -> str:
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
