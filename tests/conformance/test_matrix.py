"""`unireq-conformance matrix`: merging runs, the page without a browser, the badge."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import starmap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.runs import (
    CIRCUMSTANCES,
    FAILURE,
    clause_record,
    command,
    deviation_record,
    make_run,
    target_record,
    verdict_record,
)
from unireq_conformance.clause import Level
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.commands.matrix import merge
from unireq_conformance.reports.badge import LARGEST_SHARE, badge_of
from unireq_conformance.reports.matrix import matrix_page
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.record import Run, read_run, write_run
from unireq_conformance.servers.targets import TARGETS
from unireq_conformance.verdict import Status

ALL = tuple(CLAUSES)

RUN = make_run(
    target_record(
        "flask:gunicorn",
        verdict_record("HDR-003", Status.PASSES),
        verdict_record("QRY-003", Status.FAILS),
        verdict_record("URL-012", Status.DEVIATES, because="the server does it"),
        versions={"flask": "3.1.3"},
        deviations=(deviation_record("URL-012"),),
    ),
    target_record(
        "sanic:sanic",
        verdict_record("QRY-003", Status.STALE),
        verdict_record("USR-001", Status.UNSUPPORTED, because="no users"),
    ),
)


class Page(HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.cells: dict[str | None, list[str | None]] = {}
        """The verdicts of each clause, in the order of the targets."""
        self.within = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within, attributes = tag, dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "tr" and "data-clause" in attributes:
            self.cells[attributes["data-clause"]] = []
        elif tag == "button" and "class" in attributes:
            self.cells[[*self.cells][-1]].append(attributes["class"])

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.within, []).append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def data(self) -> Any:
        return json.loads(self.texts["script"][0])


# The page.


def test_every_clause_meets_every_target() -> None:
    page = Page(matrix_page(RUN))
    assert page.cells == {
        "HDR-003": ["passes", "absent"],
        "QRY-003": ["fails", "stale"],
        "URL-012": ["deviates", "absent"],
        "USR-001": ["absent", "unsupported"],
    }
    heads = [each["title"] for each in page.named("button") if "title" in each]
    assert heads == list(RUN.targets)
    columns = {attributes.get("scope") for attributes in page.named("th")}
    assert columns == {"col", "row", "rowgroup"}


def test_everything_about_a_cell_is_in_the_page() -> None:
    data = Page(matrix_page(RUN)).data
    flask, sanic = data["targets"]
    assert flask["name"] == "flask:gunicorn"
    assert flask["versions"] == "unireq 0.1.0, Python 3.11.7, flask 3.1.3"
    assert flask["command"] == "unireq-conformance run flask:gunicorn --spec 0.1 --examples 25"
    assert flask["verdicts"]["HDR-003"] == {"verdict": "passes", "examples": 25}
    assert flask["verdicts"]["QRY-003"]["failure"] == {
        "where": "host",
        "expected": "a",
        "observed": ["b"],
        "request": ["b'GET / HTTP/1.1\\r\\n'", "b'Host: \\xe9\\r\\n'", "b'\\r\\n'"],
        "note": "",
    }
    request = ["b'GET / HTTP/1.1\\r\\n'", "b'\\r\\n'"]
    said = {"clause": "URL-012", "because": "the server does it", "request": request, "fields": []}
    assert flask["deviations"] == [said]
    assert sanic["verdicts"]["USR-001"]["because"] == "no users"
    (clause,) = [each for each in data["clauses"] if each["id"] == "QRY-003"]
    assert clause["text"] == CLAUSES["QRY-003"].text


def test_the_page_needs_nothing_else_and_allows_nothing_else() -> None:
    text = matrix_page(RUN)
    page = Page(text)
    assert {tag for tag, _ in page.tags} & {"link", "img", "iframe", "object", "base"} == set()
    for _, attributes in page.tags:
        loading = {"src", "href", "srcset", "style", "action"} | {
            name for name in attributes if name.startswith("on")
        }
        assert loading & set(attributes) == set()
    style, (_, script) = page.texts["style"][0], page.texts["script"]
    assert re.findall(r"@import|url\(", style) == []
    assert re.findall(r"https?://|innerHTML|insertAdjacent|document\.write|eval\(", script) == []
    (policy,) = [str(each["content"]) for each in page.named("meta") if "http-equiv" in each]
    assert "default-src 'none'" in policy
    for part in (style, script):
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_a_whole_run_is_small_and_nothing_is_a_page_too() -> None:
    note = "Traceback (most recent call last):\n" + '  File "x.py", line 1, in f\n' * 20
    failing = {"failure": replace(FAILURE, note=note)}
    verdicts = [verdict_record(each, Status.PASSES) for each in ALL[:-4]]
    verdicts += [verdict_record(each, Status.FAILS, **failing) for each in ALL[-4:]]
    page = matrix_page(make_run(*(target_record(name, *verdicts) for name in TARGETS)))
    assert list(Page(page).cells) == list(ALL)
    assert len(page.encode()) < 180 * len(ALL) * len(TARGETS)
    assert Page(matrix_page(make_run())).cells == {}


HOSTILE = (
    "</script><script>alert(1)</script><!--\"'><img src=x onerror=alert(1)>&lt;\x00\ud800\u2028"
)


def hostile_run(text: str) -> Run:
    said = {"where": text, "expected": {text: [text]}, "observed": text, "note": text}
    failure = replace(FAILURE, octets=text.encode("utf-8", "replace"), **said)
    deviation = replace(deviation_record("HDR-003"), because=text, specified={text: text})
    told = dict.fromkeys(("title", "text", "why", "source", "level", "area"), text)
    target = target_record(
        text,
        verdict_record("HDR-003", Status.FAILS, failure=failure, because=text),
        versions={text: text},
        deviations=(deviation,),
        error=text,
        circumstances=replace(CIRCUMSTANCES, unireq=text, python=text, platform=text),
    )
    return make_run(target, clauses=(clause_record("HDR-003", **told),))


@settings(max_examples=60, deadline=None)
@example(HOSTILE)
@given(
    st.text(st.sampled_from("<>/!-&;\"'`=scriptSCRIPT \x00\n\u2028\ud800"), min_size=1, max_size=30)
)
def test_what_servers_said_stays_text(text: str) -> None:
    page = Page(matrix_page(hostile_run(text)))
    plain = Page(matrix_page(hostile_run("plain")))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    assert [set(each) for _, each in page.tags] == [set(each) for _, each in plain.tags]
    (target,) = page.data["targets"]
    assert target["name"] == target["error"] == text
    assert target["verdicts"]["HDR-003"]["failure"]["expected"] == {text: [text]}


# Merging, and reading what the command has written.


def test_later_runs_win_for_each_target_which_keeps_how_it_was_run() -> None:
    other = replace(CIRCUMSTANCES, python="3.14.0", examples=300, seed=7)
    first = make_run(
        target_record("a:x", verdict_record("QRY-003", Status.FAILS)),
        target_record("b:x", verdict_record("HDR-003", Status.PASSES)),
    )
    changed = clause_record("QRY-003", title="new")
    second = make_run(
        target_record("a:x", verdict_record("QRY-003", Status.PASSES)),
        target_record("c:x", verdict_record("CKE-001", Status.PASSES), circumstances=other),
        clauses=(changed,),
    )
    merged = read_run(write_run(merge([first, second])), "it")
    assert list(merged.targets) == ["a:x", "b:x", "c:x"]
    assert merged.targets["a:x"].verdicts["QRY-003"].status is Status.PASSES
    assert list(merged.clauses) == ["HDR-003", "CKE-001", "QRY-003"]
    assert merged.clauses["QRY-003"].title == "new"
    assert merged.targets["a:x"].circumstances == CIRCUMSTANCES
    assert merged.targets["c:x"].circumstances == other
    assert "--seed 7" in Page(matrix_page(merged)).data["targets"][2]["command"]


def test_a_matrix_is_of_one_number() -> None:
    assert '<p class="soft">specification 0.1 · unireq 0.1.0 · Python' in matrix_page(RUN)
    with pytest.raises(Unusable, match=r"of the specification, got 0\.1 and 0\.2; make them again"):
        merge([RUN, replace(RUN, spec="0.2")])


def document(**changes: Any) -> dict[str, Any]:
    return {**json.loads(write_run(RUN)), **changes}


def with_first_verdict(**changes: Any) -> dict[str, Any]:
    changed = document()
    changed["targets"][0]["verdicts"][0].update(changes)
    return changed


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (document(schema=2), "expected schema 1, which is what this version of unireq reads"),
        (document(spec=None), "expected a string, got None, at $.spec"),
        (document(clauses=None), "expected a list, got None, at $.clauses"),
        (document(effort=[]), "expected an object, got [], at $.effort"),
        (document(targets=[{}]), 'expected an object with "verdicts"'),
        (document(targets=document()["targets"][:1] * 2), "a target whose name is new"),
        (document(clauses=[]), "expected the id of a clause in \"clauses\", got 'HDR-003'"),
        (with_first_verdict(verdict="good"), "expected one of passes, fails"),
        (with_first_verdict(examples="3"), "expected a whole number, got '3'"),
        (with_first_verdict(failure={}), 'an object with "where"'),
        ([], "expected an object, got []"),
        (json.loads(write_run(RUN).replace("HDR-003", "; rm -r x")), "an id such as HDR-003"),
    ],
)
def test_a_file_that_is_no_run_is_explained(changed: object, said: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps(changed), encoding="ascii")
    done = command(tmp_path, "matrix", "run.json", "--html", "m.html")
    assert done.returncode == 2
    assert done.stderr.startswith("unireq-conformance: run.json: ")
    assert said in done.stderr
    assert not (tmp_path / "m.html").exists()


def test_the_command_writes_what_it_is_asked_for(tmp_path: Path) -> None:
    for name, run in (("a", RUN), ("b", make_run())):
        (tmp_path / f"{name}.json").write_text(write_run(run), encoding="ascii")
    files = ["--html", "m.html", "--json", "m.json", "--badge", "-"]
    done = command(tmp_path, "matrix", "a.json", "b.json", *files)
    assert done.returncode == 0
    assert json.loads(done.stdout)["message"] == "0.1, not judged"
    assert "FAILED on 2 of 2: 2 targets, 4 clauses: 1 pass, 1 fail, 1 stale" in done.stderr
    page = Page((tmp_path / "m.html").read_text(encoding="utf-8"))
    assert list(page.cells) == ["HDR-003", "QRY-003", "URL-012", "USR-001"]
    assert read_run((tmp_path / "m.json").read_bytes(), "m").targets == RUN.targets


# The badge.

MUSTS = [each.id for each in CLAUSES.values() if each.level is Level.MUST]
PASSING = dict.fromkeys(CLAUSES, Status.PASSES)
ALLOWED = 21  # of 214: below a tenth


def badge(*targets: dict[str, Status], **changes: Any) -> tuple[str, str]:
    """Message and colour, where each target passes all clauses but for those given."""
    records = [
        target_record(str(number), *starmap(verdict_record, (PASSING | own).items()), **changes)
        for number, own in enumerate(targets)
    ]
    made = json.loads(badge_of(make_run(*records)))
    assert (made.pop("schemaVersion"), made.pop("label")) == (1, "unireq")
    return made["message"], made["color"]


def lacking(number: int) -> dict[str, Status]:
    return dict.fromkeys(MUSTS[:number], Status.UNSUPPORTED)


@pytest.mark.parametrize(
    ("targets", "lost", "left_out", "unsupported", "color"),
    [
        ([{}, {}], 0, 0, 0, "brightgreen"),
        ([{"QRY-003": Status.DEVIATES}, {}], 1, 0, 0, "yellowgreen"),
        ([{"QRY-003": Status.FAILS}, {}], 1, 0, 0, "red"),
        ([{}, {"QRY-003": Status.STALE}], 1, 0, 0, "red"),
        # The one SHOULD is not counted among the MUSTs.
        ([{"HDR-019": Status.FAILS}], 0, 0, 0, "brightgreen"),
        ([{"HDR-019": Status.UNSUPPORTED}], 0, 0, 1, "brightgreen"),
        # What one target does not support, another one meets.
        ([lacking(ALLOWED), {}], 0, 0, ALLOWED, "brightgreen"),
        ([lacking(ALLOWED)], 0, ALLOWED, ALLOWED, "brightgreen"),
        ([lacking(ALLOWED + 1)], 0, ALLOWED + 1, ALLOWED + 1, "yellow"),
        ([lacking(ALLOWED + 1), {}], 0, 0, ALLOWED + 1, "yellow"),
        ([lacking(99) | {MUSTS[-1]: Status.FAILS}], 1, 99, 99, "red"),
    ],
)
def test_the_badge_claims_no_more_than_was_seen(
    targets: list[dict[str, Status]], lost: int, left_out: int, unsupported: int, color: str
) -> None:
    judged = len(MUSTS) - left_out
    message = f"0.1, {judged - lost}/{judged} MUST, {unsupported} unsupported"
    assert badge(*targets) == (message, color)


def test_what_was_not_judged_makes_no_badge() -> None:
    nothing = ("0.1, not judged", "lightgrey")
    assert badge({}, error="it ended") == nothing
    assert badge() == nothing
    # One clause short, as after `run --clause`.
    short = target_record("a:x", *(verdict_record(each, Status.PASSES) for each in [*CLAUSES][1:]))
    assert json.loads(badge_of(make_run(short)))["message"] == nothing[0]
    with pytest.raises(Unusable, match=r"--badge: expected a number .* got '9\.0'"):
        badge_of(replace(RUN, spec="9.0"))
    # The share is told as it is.
    assert ALLOWED < LARGEST_SHARE * len(CLAUSES) <= ALLOWED + 1
    page = Path(__file__).parents[2] / "docs" / "conformance.md"
    assert f"less than one in {1 / LARGEST_SHARE} of the clauses" in page.read_text("utf-8")
