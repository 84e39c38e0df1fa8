"""A run as one HTML page: clauses by targets.

Rule: the page needs nothing but itself, and everything in it is data. Text is escaped where it
becomes markup; the rest is JSON that the script reads and shows as text only; and the page's own
policy lets nothing run or load but that script and that style sheet.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby
from typing import Final

from unireq_conformance.clause import AREAS
from unireq_conformance.reports.counts import count, summary
from unireq_conformance.reports.page_data import as_script, page_data
from unireq_conformance.runs.record import ClauseRecord, Run, TargetRecord

__all__ = ["matrix_page"]

_MARKS: Final[dict[str, tuple[str, str]]] = {
    "passes": ("✓", "passes"),
    "fails": ("✗", "fails"),
    "deviates": ("≈", "deviates as declared"),
    "stale": ("!", "stale"),
    "unsupported": ("\u2013", "unsupported"),
    "absent": ("·", "not judged"),
}


def matrix_page(run: Run) -> str:
    """The whole page."""
    style, script = _asset("page.css"), _asset("page.js")
    data = as_script(page_data(run))
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'"
    )
    page = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>unireq conformance</title>
<style>{style}</style>
<h1>unireq conformance</h1>
<p>{_text(summary(run))}</p>
<p class="soft">{_text(_circumstances(run))}</p>
<noscript><p>The table is complete as it is. Filters and details need JavaScript.</p></noscript>
{_legend(run)}
{_filters(run)}
<div class="scroll" role="region" aria-label="Clauses by targets" tabindex="-1">
{"".join(_table(run))}
</div>
<dialog aria-labelledby="title"><header><h2 id="title"></h2>\
<button type="button" aria-label="Close">✕</button></header><div class="content"></div></dialog>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</html>
"""
    # A lone surrogate, which JSON can say and UTF-8 can't.
    return page.encode("utf-8", "replace").decode("utf-8")


def _asset(name: str) -> str:
    text = files(f"{__package__}.page").joinpath(name).read_text(encoding="utf-8")
    # As a browser reads them before it takes their hash.
    return text.replace("\r\n", "\n")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _text(text: str) -> str:
    return html.escape("".join(c if c.isprintable() else "\ufffd" for c in text))


# What is markup.


def _circumstances(run: Run) -> str:
    found = {target.circumstances for target in run.targets.values()} or {run.circumstances}
    said = [
        [f"specification {run.spec}"],
        sorted({f"unireq {each.unireq}" for each in found}),
        sorted({f"Python {each.python}" for each in found}),
        sorted({each.platform for each in found}),
        sorted({f"{each.examples:,} requests a clause" for each in found}),
    ]
    return " · ".join(", ".join(each) for each in said)


def _legend(run: Run) -> str:
    counts = vars(count(v for t in run.targets.values() for v in t.verdicts.values()))
    items = [
        f'<li><span class="mark {name}" aria-hidden="true">{mark}</span>'
        f"{_text(meaning)}: {counts[name]:,}</li>"
        for name, (mark, meaning) in _MARKS.items()
        if counts.get(name)
    ]
    return f'<ul class="legend">{"".join(items)}</ul>'


def _filters(run: Run) -> str:
    areas = dict.fromkeys(clause.area for clause in run.clauses.values())
    found = {v.status.value for t in run.targets.values() for v in t.verdicts.values()}
    by_area = "".join(
        f'<option value="{_text(area)}">{_text(AREAS.get(area, area))}</option>' for area in areas
    )
    by_status = "".join(
        f'<option value="{name}">{_text(meaning)}</option>'
        for name, (_, meaning) in _MARKS.items()
        if name in found
    )
    return f"""<form class="filters">
<label>Text<input id="text" type="search" placeholder="HDR-003, cookie, RFC 9110" \
autocomplete="off"></label>
<label>Area<select id="area"><option value="">all</option>{by_area}</select></label>
<label>Some target<select id="status"><option value="">any verdict</option>{by_status}\
</select></label>
<output role="status"></output>
</form>"""


def _table(run: Run) -> Iterator[str]:
    targets = list(run.targets.values())
    groups = [_is_first(targets, number) for number in range(len(targets))]
    yield '<table><thead><tr><th scope="col">Clause</th>'
    for target, first in zip(targets, groups, strict=True):
        yield _target_head(run, target, first=first)
    yield "</tr></thead>"
    for area, clauses in groupby(run.clauses.values(), key=lambda clause: clause.area):
        title = _text(AREAS.get(area, area))
        yield f'<tbody><tr class="area"><th scope="rowgroup">{title}</th>'
        yield f'<td colspan="{len(targets)}"></td></tr>' if targets else "</tr>"
        for clause in clauses:
            yield _row(clause, targets, groups)
        yield "</tbody>"
    yield "</table>"


def _is_first(targets: list[TargetRecord], number: int) -> bool:
    frameworks = [target.name.partition(":")[0] for target in targets[max(number - 1, 0) :]]
    return number == 0 or frameworks[0] != frameworks[1]


def _target_head(run: Run, target: TargetRecord, *, first: bool) -> str:
    bad = bool(target.error) or any(run.counts(v) for v in target.verdicts.values())
    framework, _, server = target.name.partition(":")
    kinds = " ".join([*(["group"] if first else []), *(["bad"] if bad else [])])
    more = '<span class="hidden-text">fails</span>' if bad else ""
    # Of a suite the last part tells most; the whole name is what the button opens.
    name = f"<b>{_text(framework.rpartition('.')[2])}</b><br>{_text(server)}{more}"
    button = f'<button type="button" tabindex="-1" title="{_text(target.name)}">{name}</button>'
    return f'<th scope="col" class="{kinds}">{button}</th>'


def _row(clause: ClauseRecord, targets: list[TargetRecord], groups: list[bool]) -> str:
    should = "" if clause.level == "MUST" else f"<i>{_text(clause.level)}</i>"
    name = f"<b>{_text(clause.id)}</b>{_text(clause.title)}{should}"
    button = f'<button type="button" tabindex="-1">{name}</button>'
    head = f'<th scope="row" class="clause">{button}</th>'
    cells = [f'<tr data-clause="{_text(clause.id)}">{head}']
    for target, first in zip(targets, groups, strict=True):
        verdict = target.verdicts.get(clause.id)
        name = "absent" if verdict is None else verdict.status.value
        mark, meaning = _MARKS[name]
        group = ' class="group"' if first else ""
        cells.append(
            f'<td{group}><button type="button" tabindex="-1" class="{name}"'
            f' aria-label="{_text(meaning)}">{mark}</button></td>'
        )
    return "".join([*cells, "</tr>"])
