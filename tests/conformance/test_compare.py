"""What is the same, what differs, and how either is told; on answers that no server had to give."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

import unireq
from unireq_conformance.comparing.answers import Answer, Failure, Round, ask
from unireq_conformance.comparing.compare import FIELDS, Comparison
from unireq_conformance.comparing.document import to_document
from unireq_conformance.comparing.groups import ABSENT, Group, Raised
from unireq_conformance.comparing.markdown import to_markdown
from unireq_conformance.comparing.native import Row
from unireq_conformance.comparing.paper import ASCII, UNICODE, Marks, Paper
from unireq_conformance.comparing.render import render
from unireq_conformance.comparing.request_file import DEFAULT_REQUEST
from unireq_conformance.comparing.values import fold, shorten, show
from unireq_conformance.probe import derived
from unireq_conformance.servers.targets import TARGETS, OnServer, Target, get_target

SENT = {
    "url": "http://example.org/caf%C3%A9?a=1&a=2",
    "headers": {"X-Tag": "one, two", "Cookie": "id=1; id=2"},
    "client": ("127.0.0.1", 4711),
    "path_params": {"value": "x"},
}
NATIVE = {
    "method": "GET",
    "path": "/caf\xe9",
    "headers": {"host": "example.org"},
    "query": {"a": "2"},
    "path_params": {"value": "x"},
}
NAMES = ("starlette:uvicorn-h11", "django-wsgi:gunicorn", "flask:gunicorn", "sanic:sanic")


def answer(
    name: str, native: Mapping[str, Any] = NATIVE, request: unireq.Request | None = None
) -> Answer:
    request = request or unireq.Request(**SENT)
    # Through JSON, as it comes from a server.
    said = json.loads(json.dumps(derived(request)))
    return Answer(get_target(name), request.to_dict(), said, native)


def compared(*answers: Answer, failures: tuple[Failure, ...] = ()) -> Comparison:
    targets = [each.target for each in (*answers, *failures)]
    return Comparison(Round(tuple(targets), tuple(answers), failures, 4711))


def natively(*said: Mapping[str, Any], request: unireq.Request | None = None) -> Comparison:
    return compared(*(answer(n, native, request) for n, native in zip(NAMES, said, strict=False)))


def row(comparison: Comparison, field: str, key: str | None = None) -> Row:
    (found,) = [r for r in comparison.rows if (r.field, r.key) == (field, key)]
    return found


def printed(comparison: Comparison, width: int = 80, marks: Marks = UNICODE) -> str:
    file = StringIO()
    render(comparison, DEFAULT_REQUEST, Paper(Console(file=file, width=width), marks))
    return file.getvalue()


# unireq: identical or not.


def test_the_same_is_identical() -> None:
    comparison = compared(*map(answer, NAMES))
    assert (comparison.verdict, comparison.exit_status) == ("identical", 0)
    said = "identical: 4 frameworks, 15 fields; natively they differ on 0 of 5"
    assert comparison.summary == said
    assert comparison.differences == {}


CHANGES: dict[str, Any] = {
    "method": "PUT",
    "scheme": "https",
    "http_version": "1.0",
    "host": "example.com",
    "path": "/other",
    "root_path": "/caf\xe9",
    "query_string": "a=1",
    "path_params": {"value": 1},
    "headers": {"Host": "example.org", "X-Tag": "one,two", "Cookie": "id=1; id=2"},
    "client": ("127.0.0.1", 4712),
    "session_hash": "abc",
}


@pytest.mark.parametrize("field", CHANGES)
def test_one_that_differs_is_found(field: str) -> None:
    usual = unireq.Request(**SENT)
    other = usual.replace(**{field: CHANGES[field]})
    comparison = compared(answer(NAMES[0]), answer(NAMES[1]), answer(NAMES[2], request=other))
    assert (comparison.verdict, comparison.exit_status) == ("different", 1)
    assert set(comparison.differences) == set(unireq.diff(usual, other))
    assert comparison.summary.startswith("DIFFERENT: ")
    for found, groups in comparison.differences.items():
        assert [group.targets for group in groups] == [NAMES[:2], (NAMES[2],)], found
        assert found in comparison.summary
    assert field in comparison.differences
    assert f"\u2717 {comparison.summary}\n" in printed(comparison)


def test_every_field_of_diff_is_counted_and_no_other() -> None:
    a = unireq.Request("GET", "http://a/a?a=1", headers={"cookie": "a=1"}, client=("a", 1))
    more = {"path_params": {"b": 1}, "session_hash": "b", "http_version": "1.0", "root_path": "/b"}
    b = unireq.Request("PUT", "https://b/b?b=1", headers={"cookie": "b=1"}, client=("b", 1), **more)
    assert sorted(FIELDS) == sorted(unireq.diff(a, b))


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("url", "http://example.org/", "url"),
        ("cookies", {"id": "2"}, "cookies"),
        ("cookies_all", {"id": ["2", "1"]}, "cookies"),
        ("query", {"a": "1"}, "query_params"),
        ("query_all", [["a", "2"], ["a", "1"]], "query_params"),
        ("headers_all", {}, "headers"),
        ("session_hash", "", "session_hash"),
        ("url", {"error": "ValueError: no"}, "url"),
    ],
)
def test_what_a_process_derived_counts_too(name: str, value: Any, field: str) -> None:
    good = answer(NAMES[0])
    bad = Answer(get_target(NAMES[1]), good.facts, {**good.derived, name: value}, NATIVE)
    comparison = compared(good, bad)
    assert comparison.verdict == "different"
    assert set(comparison.differences) == {field}
    # All of them wrong in the same way is no better.
    both = compared(bad, Answer(get_target(NAMES[2]), bad.facts, bad.derived, NATIVE))
    assert both.differences == {}
    assert [found.name for found in both.contradictions] == [name, name]
    assert both.verdict == "different"
    assert f"{name} on Django WSGI" in printed(both)


@pytest.mark.parametrize("facts", [{"error": "boom \x1b[2J"}, {"unireq": 99}, {"unireq": 1}])
def test_where_unireq_fails_nothing_is_identical(facts: dict[str, Any]) -> None:
    failed = Answer(get_target(NAMES[1]), facts, {}, NATIVE)
    comparison = compared(answer(NAMES[0]), failed, answer(NAMES[2]))
    assert comparison.verdict == "different"
    assert f"unireq failed on {NAMES[1]}" in comparison.summary
    assert "unireq failed on Django WSGI:" in printed(comparison)
    assert "\x1b" not in printed(comparison)


@pytest.mark.parametrize("answers", [0, 1, 2])
def test_who_did_not_answer_is_counted_and_named_and_one_is_no_comparison(answers: int) -> None:
    failure = Failure(get_target(NAMES[3]), "refused", "it said n\xf6", log=("one \x1b", "two"))
    comparison = compared(*map(answer, NAMES[:answers]), failures=(failure,))
    assert comparison.exit_status == (0 if answers == 2 else 2)
    assert (comparison.verdict == "too few answers") is (answers < 2)
    assert comparison.summary.startswith("no verdict: ") is (answers < 2)
    assert comparison.summary.endswith(f"; 1 of {answers + 1} did not answer")
    text = printed(comparison)
    assert text.endswith(f"{comparison.summary}\n")
    assert f"\u2717 {NAMES[3]}: it said n\xf6\n    | one \\x1b\n    | two\n" in text
    assert "\u2717 Sanic" in text
    assert printed(comparison, marks=ASCII).isascii()


# Natively: what frameworks disagree on, judged in their favour.


@pytest.mark.parametrize(
    ("a", "b", "key"),
    [
        ({"headers": {"X-Tag": "1"}}, {"headers": {"x-tag": "1"}}, "agrees"),
        ({"query": {"a": ["1"]}}, {"query": {"a": "1"}}, "agrees"),
        ({"path_params": None}, {"path_params": {}}, "agrees"),
        ({"path": "/"}, {"path": "/"}, "agrees"),
        ({"path": "/", "url": "/"}, {"path": "/"}, "agrees"),
        ({"cookies": {"a": "1", "b": "2"}}, {"cookies": {"b": "2", "a": "1"}}, "agrees"),
        ({"path": "/a"}, {"path": "/a/"}, None),
        ({"client": "127.0.0.1"}, {"client": None}, None),
        ({"path": "1"}, {"path": 1}, None),
        ({"headers": {"a": "1"}}, {"headers": {"a": "1 "}}, "a"),
        ({"query": {"a": ["1", "2"]}}, {"query": {"a": "1"}}, "a"),
        ({"query": {"a": []}}, {"query": {}}, "a"),
        ({"cookies": {"a": ""}}, {"cookies": {}}, "a"),
        ({"cookies": {"a": "1"}}, {"cookies": {"A": "1"}}, "a"),
        ({"path_params": {"a": 1}}, {"path_params": {"a": 1.0}}, "a"),
        ({"path_params": {"a": 1}}, {"path_params": {"a": True}}, "a"),
    ],
)
def test_what_frameworks_disagree_on(a: dict[str, Any], b: dict[str, Any], key: str | None) -> None:
    comparison = natively(a, b)
    found = [(r.field, r.key) for r in comparison.disagreements]
    assert found == [] if key == "agrees" else (next(iter(a)), key) in found
    assert f" differ on {int(key != 'agrees')} of 1" in comparison.summary


def test_an_attribute_that_raises_is_told_from_a_query_that_says_error() -> None:
    said = {"query": {"error": "x"}}
    asked = unireq.Request("GET", "/?error=x")
    assert row(natively(said, said, request=asked), "query", "error").plain
    raising = row(natively({"query": {"error": "TooMany: x"}}, {"query": {"a": "2"}}), "query")
    assert raising.native[0] == Group(Raised("TooMany: x"), (NAMES[0],))


def test_a_key_that_one_framework_lacks_is_absent_there() -> None:
    comparison = natively({"query": {"a": ""}}, {"query": {}})
    found = row(comparison, "query", "a")
    assert found.native == (Group("", (NAMES[0],)), Group(ABSENT, (NAMES[1],)))
    assert found.unireq == (Group("2", (NAMES[0], NAMES[1])),)
    (told,) = to_document(comparison, DEFAULT_REQUEST)["native"]["disagreements"]
    assert told["groups"][1] == {"targets": [NAMES[1]], "absent": True}
    assert "on both" in printed(comparison)
    # Frameworks give the host of the client alone.
    found = row(natively({"client": "127.0.0.1"}, {"client": "10.0.0.1"}), "client")
    assert [found.is_unireq(group.value) for group in found.native] == [True, False]


def test_path_params_are_compared_where_there_is_a_router() -> None:
    routed = {"path_params": {"value": "x"}}
    without = unireq.Request(**{**SENT, "path_params": {}})
    bare = answer("asgi:granian", {"path": "/"}, without)
    some = compared(answer(NAMES[0], routed), answer(NAMES[1], routed), bare)
    assert some.verdict == "identical"
    assert some.fields["path_params"] == (Group({"value": "x"}, NAMES[:2]),)
    assert row(some, "path_params", "value").plain
    assert "3 frameworks, 15 fields;" in some.summary
    one = compared(answer(NAMES[0], routed), bare)
    assert one.verdict == "identical"
    assert "2 frameworks, 14 fields;" in one.summary
    lost = answer(NAMES[1], routed, without)
    assert set(compared(answer(NAMES[0], routed), lost).differences) == {"path_params"}
    odd = answer("asgi:granian", {"path": "/"})
    assert compared(lost, odd).verdict == "different"


def test_version_and_scheme_are_those_of_the_targets_that_were_asked_so() -> None:
    second = unireq.Request(**SENT).replace(http_version="2")
    over_tls = second.replace(scheme="https")
    over_http_2 = answer("starlette:hypercorn-h2-tls", request=over_tls)
    comparison = compared(answer(NAMES[1]), answer(NAMES[2]), over_http_2)
    assert comparison.verdict == "identical", comparison.summary
    assert [group.targets for group in comparison.fields["http_version"]] == [NAMES[1:3]]
    assert "Starlette" not in printed(comparison).partition("http_version")[2].splitlines()[0]
    # On HTTP/1.1 it counts.
    wrong = answer(NAMES[0], request=second)
    assert set(compared(answer(NAMES[1]), wrong, over_http_2).differences) == {"http_version"}
    assert set(compared(answer(NAMES[1]), wrong).differences) == {"http_version"}
    # And so does the scheme, over TLS.
    plain = answer("flask:gunicorn-tls", request=second.replace(http_version="1.1"))
    assert set(compared(over_http_2, plain).differences) == {"scheme", "url"}


def test_targets_of_one_framework_share_a_column_while_they_agree() -> None:
    names = ("starlette:uvicorn-h11", "django-wsgi:gunicorn", "django-asgi:uvicorn-h11")
    for word, columns in ("django", [names[:1], names[1:]]), ("wsgi", [(name,) for name in names]):
        comparison = compared(*(answer(n, {"path": "/a" if word in n else "/b"}) for n in names))
        assert [*map(tuple, comparison.columns(comparison.rows))] == columns


# Values on a terminal: harmless, and never the same where they differ.

NASTY = st.text(st.characters(codec=None) | st.sampled_from("ab\x1b\n\r\u202e\u0301\ud800 '\""))
VALUES = NASTY | st.integers() | st.none() | st.lists(NASTY, max_size=2)


@given(VALUES, VALUES)
def test_values_look_the_same_only_if_they_are(a: Any, b: Any) -> None:
    assert show("cafe\u0301") == "'cafe\\u0301'"
    assert show("caf\xe9") == "'caf\xe9'"
    for ascii_only in (False, True):
        one, other = show(a, ascii_only=ascii_only), show(b, ascii_only=ascii_only)
        assert (one == other) == (repr(a) == repr(b))
        assert one.isprintable()
        assert one.isascii() or not ascii_only


LONG = st.text("ab", max_size=30).map(lambda text: text * 9)
TEXTS = st.lists(
    st.builds("".join, st.lists(LONG | st.just("/"), max_size=4)), min_size=1, max_size=6
)


@given(TEXTS, st.integers(20, 60), st.booleans())
def test_shortening_hides_no_difference(texts: list[str], limit: int, counted: bool) -> None:
    shortened = shorten(texts, limit, counted=counted)
    for i, text in enumerate(texts):
        for j, other in enumerate(texts):
            assert (shortened[i] == shortened[j]) == (text == other)
    if all(len(text) <= limit for text in texts):
        assert shortened == texts


def test_shortening_shows_every_place_where_texts_part() -> None:
    texts = ["x" * 500 + middle + "y" * 500 for middle in ("one", "two")]
    one, two = shorten(texts, 60)
    assert one == "\u2026[492 more]\u2026xxxxxxxxoneyyyyyyyy\u2026[492 more]"
    assert two == one.replace("one", "two")
    assert shorten(["x" * 500], 60) == ["x" * 60 + "\u2026[440 more]"]

    # If that hides where some part, nothing is cut.
    texts = ["a" * 300 + "1" + "b" * 300 + end for end in ("", "2", "3")] + ["a" * 300 + "4"]
    assert shorten(texts, 80) == texts


@given(st.text(max_size=60), st.integers(2, 20))
def test_folding_loses_no_character(text: str, width: int) -> None:
    lines = fold(text, width)
    assert "".join(lines) == text
    assert all(cell_len(line) <= width for line in lines)


# The three forms.


def big() -> Comparison:
    request = unireq.Request("GET", "http://example.org/" + "x" * 300 + "?a=1&b=" + "y" * 300)
    said = [
        {"path": "/" + "x" * 300, "url": "/" + "x" * 299 + "é", "query": {"a": "", "\x1b": "\n"}},
        {"path": "/" + "x" * 300 + " ", "url": "b", "query": {"a": "漢字" * 50}},
        {"path": "/" + "x" * 301, "url": "c", "query": {"a": ["1", "2"]}},
        {"path": "/", "url": "d", "query": {"error": "ValueError: [red]x[/red]"}},
    ]
    return natively(*said, request=request)


@pytest.mark.parametrize("marks", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("width", [40, 79, 80, 120, 140, 200, 1000])
def test_nothing_is_wider_than_the_terminal_but_the_verdict(width: int, marks: Marks) -> None:
    *lines, last = printed(big(), width, marks).splitlines()
    assert last.endswith("natively they differ on 3 of 3")
    assert [line for line in lines if cell_len(line) > width] == []
    assert all(line.isprintable() for line in lines)
    if marks is ASCII:
        assert "\n".join(lines).isascii()


def test_side_by_side_where_it_is_wide_enough() -> None:
    assert "Starlette " in printed(big(), 160)
    comparison = natively({"path": "/a"}, {"path": "/b"})
    wide = printed(comparison, 120)
    assert "= '/a'" not in wide
    assert "\u2260 '/a'" in wide
    (head,) = [line for line in wide.splitlines() if "unireq" in line and "Starlette" in line]
    assert head.split() == ["Starlette", "Django", "unireq"]
    assert "\u2260 path\n" in printed(comparison, 60)


def test_the_document_is_json_whatever_was_said() -> None:
    failure = Failure(get_target("asgi:hypercorn"), "missing", "no", "pip install it")
    comparison = big()
    comparison.round = replace(comparison.round, failures=(failure,))
    document = json.loads(json.dumps(to_document(comparison, DEFAULT_REQUEST), allow_nan=False))
    assert document["request"]["latin1"].encode("latin-1") == DEFAULT_REQUEST.data
    assert document["verdict"] == "identical"
    assert set(document["answers"]) == set(NAMES)
    assert document["failures"]["asgi:hypercorn"]["install"] == "pip install it"
    by_key = {(d["field"], d["key"]): d["groups"] for d in document["native"]["disagreements"]}
    raised = {"targets": [NAMES[3]], "raised": "ValueError: [red]x[/red]"}
    assert by_key["query", None][3] == raised


def test_the_markdown_is_one_table_whatever_was_said() -> None:
    said = ({"query": {"a": "|`x``"}}, {"query": {"a": "\n| | |"}}, {"query": {}})
    lines = to_markdown(natively(*said), DEFAULT_REQUEST).splitlines()
    assert lines[lines.index("```", 1) + 2 :] == [
        "| | Starlette | Django | Flask | unireq |",
        "| --- | --- | --- | --- | --- |",
        "| `query['a']` | ```'\\|`x``'``` | `'\\n\\| \\| \\|'` | (absent) | `'2'` |",
    ]


# Asking servers.


def test_what_is_not_installed_is_told_with_what_to_type() -> None:
    server = OnServer("waitress", "a:b")
    ghost = Target("ghost:waitress", server, distributions=("ghost",), extra="ghost")
    (failure,) = ask([ghost], b"").failures
    assert failure.kind == "missing"
    assert failure.install == 'pip install "unireq[ghost]"'
    assert 'pip install "unireq[ghost]"' in printed(compared(failures=(failure,)))


def test_what_does_not_start_is_told_with_its_log() -> None:
    broken = Target("wsgi:broken", OnServer("werkzeug", "unireq_conformance.nowhere:app"))
    round_ = ask([broken, TARGETS["wsgi:werkzeug"]], DEFAULT_REQUEST.data)
    (failure,) = round_.failures
    assert failure.kind == "not started"
    assert "No module named 'unireq_conformance.nowhere'" in failure.log[-2] + failure.log[-1]
    assert [answer.target.name for answer in round_.answers] == ["wsgi:werkzeug"]
    assert Comparison(round_).exit_status == 2
