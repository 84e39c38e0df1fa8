"""A run as one HTML page: clauses by targets.

Rule: the page needs nothing but itself, and everything in it is data. Text is escaped where it
becomes markup; the rest is JSON that the script reads and shows as text only; and the page's own
policy lets nothing run or load but that script and that style sheet.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import shlex
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from unireq_conformance.clause import AREAS
from unireq_conformance.reports.counts import count, summary
from unireq_conformance.runs.record import ClauseRecord, Run, TargetRecord, VerdictRecord

__all__ = ["matrix_page"]

_MARKS: Final = {
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
    data = _as_script(_data(run))
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
    items = [
        f'<li><span class="mark {name}" aria-hidden="true">{mark}</span>'
        f"{_text(meaning)}: {number:,}</li>"
        for name, mark, meaning, number in _found(run)
    ]
    return f'<ul class="legend">{"".join(items)}</ul>'


def _found(run: Run) -> list[tuple[str, str, str, int]]:
    """The kinds of verdict that there are: the name, the mark, what it means, how many."""
    counts = {status.value: number for status, number in count(run).items()}
    return [(name, *_MARKS[name], counts[name]) for name in _MARKS if name in counts]


def _filters(run: Run) -> str:
    areas = dict.fromkeys(clause.area for clause in run.clauses.values())
    by_area = "".join(
        f'<option value="{_text(area)}">{_text(AREAS.get(area, area))}</option>' for area in areas
    )
    by_status = "".join(
        f'<option value="{name}">{_text(meaning)}</option>' for name, _, meaning, _ in _found(run)
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
    frameworks = [target.name.partition(":")[0] for target in targets]
    # A line stands before the first target of each framework.
    firsts = [ours != before for ours, before in zip(frameworks, ["", *frameworks], strict=False)]
    yield '<table><thead><tr><th scope="col">Clause</th>'
    for target, first in zip(targets, firsts, strict=True):
        yield _target_head(run, target, first=first)
    yield "</tr></thead>"
    for area, clauses in groupby(run.clauses.values(), key=lambda clause: clause.area):
        title = _text(AREAS.get(area, area))
        yield f'<tbody><tr class="area"><th scope="rowgroup">{title}</th>'
        yield f'<td colspan="{len(targets)}"></td></tr>' if targets else "</tr>"
        for clause in clauses:
            yield _row_head(clause)
            for target, first in zip(targets, firsts, strict=True):
                verdict = target.verdicts.get(clause.id)
                name = "absent" if verdict is None else verdict.status.value
                mark, meaning = _MARKS[name]
                yield '<td class="group">' if first else "<td>"
                yield f'<button type="button" tabindex="-1" class="{name}"'
                yield f' aria-label="{_text(meaning)}">{mark}</button></td>'
            yield "</tr>"
        yield "</tbody>"
    yield "</table>"


def _target_head(run: Run, target: TargetRecord, *, first: bool) -> str:
    bad = bool(target.error) or any(run.counts(v) for v in target.verdicts.values())
    framework, _, server = target.name.partition(":")
    kinds = " ".join([*(["group"] if first else []), *(["bad"] if bad else [])])
    more = '<span class="hidden-text">fails</span>' if bad else ""
    # Of a suite the last part tells most; the whole name is what the button opens.
    name = f"<b>{_text(framework.rpartition('.')[2])}</b><br>{_text(server)}{more}"
    button = f'<button type="button" tabindex="-1" title="{_text(target.name)}">{name}</button>'
    return f'<th scope="col" class="{kinds}">{button}</th>'


def _row_head(clause: ClauseRecord) -> str:
    should = "" if clause.level == "MUST" else f"<i>{_text(clause.level)}</i>"
    name = f"<b>{_text(clause.id)}</b>{_text(clause.title)}{should}"
    button = f'<button type="button" tabindex="-1">{name}</button>'
    return f'<tr data-clause="{_text(clause.id)}"><th scope="row" class="clause">{button}</th>'


# What the script shows, all of it as text, when a cell is opened.


def _as_script(data: object) -> str:
    """`data` as JSON in which no character has a meaning in HTML, so that none can end it."""
    text = json.dumps(data, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _data(run: Run) -> Mapping[str, Any]:
    return {
        "clauses": [vars(clause) for clause in run.clauses.values()],
        "targets": [_target(target, run.spec) for target in run.targets.values()],
    }


def _target(target: TargetRecord, spec: str) -> Mapping[str, Any]:
    here = target.circumstances
    versions = {"unireq": here.unireq, "Python": here.python, **target.versions}
    # The same clauses, with the same requests.
    again = ["unireq-conformance", "run", target.name, "--spec", spec]
    again += ["--examples", str(here.examples)]
    again += [] if here.seed is None else ["--seed", str(here.seed)]
    return {
        "name": target.name,
        "error": target.error,
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "command": shlex.join(again),
        "deviations": [
            {
                "clause": each.clause,
                "because": each.because,
                "request": _lines(each.witness),
                "fields": [
                    {"where": where, "expected": value, "observed": each.observed.get(where)}
                    for where, value in each.specified.items()
                ],
            }
            for each in target.deviations
        ],
        "verdicts": {clause: _verdict(verdict) for clause, verdict in target.verdicts.items()},
    }


def _verdict(verdict: VerdictRecord) -> Mapping[str, Any]:
    said = {name: vars(verdict)[name] for name in ("examples", "refused", "because")}
    if (failure := verdict.failure) is not None:
        failed = {name: vars(failure)[name] for name in ("where", "expected", "observed", "note")}
        said["failure"] = {**failed, "request": _lines(failure.octets)}
    return {"verdict": verdict.status.value, **{name: each for name, each in said.items() if each}}


def _lines(octets: bytes) -> list[str]:
    return [repr(line) for line in octets.splitlines(keepends=True)]
