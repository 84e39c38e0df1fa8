"""Failure files and `unireq-conformance replay`: what is kept is shown again, and not believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.runs import command, write_suite
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.model import AbstractRequest, Cookie, Field, Parameter, Piece
from unireq_conformance.runs import failures
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.fields import parse
from unireq_conformance.runs.requests import decode, encode
from unireq_conformance.strategies import requests

SPOILED = "environ['QUERY_STRING'] = environ['QUERY_STRING'].replace('=', '%3D')"

REQUEST = AbstractRequest(
    path=(Piece("é", b"%C3%A9", "escape"),),
    query=(
        Parameter((Piece("a", b"a"),), (Piece("\ufffd", b"%FF", "invalid"),)),
        Parameter((Piece("b", b"b"),), None),
    ),
    fields=(Field("X-A", b"\xe9", b"\t", b" ", ("é",)), Field("X-B", b"")),
    cookies=((Cookie("a", "1", b"a=1"), Cookie(None, None, b"junk")), ()),
    body=b"\x00\xff",
)

GOOD: dict[str, Any] = {
    "schema": 1,
    "kind": "unireq-conformance failure",
    "target": "asgi:uvicorn-h11",
    "clause": "QRY-002",
    "verdict": "fails",
    "where": "query_string",
    "expected": "a",
    "observed": None,
    "note": "",
    "bytes": REQUEST.render().decode("latin-1"),
    "request": encode(REQUEST),
    "versions": {"unireq": "0.1.0"},
}


# Requests as JSON.


def again(request: AbstractRequest) -> AbstractRequest:
    return decode(parse(json.dumps(encode(request)), "it"))


def test_a_request_with_everything_comes_back() -> None:
    assert again(REQUEST) == REQUEST


def test_the_requests_of_clauses_come_back() -> None:
    for clause in CLAUSES.values():
        for request in clause.always[:40]:
            assert again(request) == request, clause.id


@settings(max_examples=100, deadline=None)
@given(requests())
def test_a_drawn_request_comes_back(request: AbstractRequest) -> None:
    assert again(request) == request


# Reading files.


def test_a_good_file_is_read() -> None:
    file = failures._read(json.dumps(GOOD).encode("ascii"), "it")
    assert (file.target, file.clause, file.status) == ("asgi:uvicorn-h11", "QRY-002", "fails")
    assert file.request == REQUEST
    assert file.failure.octets == REQUEST.render()


def changed(**changes: Any) -> dict[str, Any]:
    return {**GOOD, **changes}


def request_with(**changes: Any) -> dict[str, Any]:
    return changed(request={**GOOD["request"], **changes})


BAD: list[tuple[Any, str]] = [
    ([], "expected an object, got [], at $"),
    ({"name": "x"}, 'expected an object with "kind"'),
    (changed(kind="run"), "got 'run', at $.kind"),
    (changed(schema=2), "expected schema 1, which is what this version reads"),
    (changed(schema=True), "expected a whole number, got True"),
    (changed(verdict="passes"), "expected fails or stale, got 'passes'"),
    (changed(target=7), "expected a string, got 7, at $.target"),
    (changed(bytes="GET / HTTP/1.1\r\n\r\n"), 'the bytes of "request" (edit both'),
    (changed(bytes="\u20ac"), "characters up to U+00FF"),
    (changed(request=None), "a request, since"),
    (changed(request={"method": "GET"}), 'an object with "path"'),
    (request_with(host="\u20ac"), "field names are ASCII"),
    (request_with(method="\ud800"), "expected a request whose method"),
    (request_with(slashes=10**12), "a number from 0 to 1000"),
    (request_with(fields={}), "expected a list, got {}"),
    (request_with(fields=[1]), "at $.request.fields[0]"),
    (changed(target="flask:no"), "got 'flask:no'; the targets are:"),
    (changed(clause="QRY-999"), "got 'QRY-999'; did you mean QRY-0"),
    (changed(target=""), "got ''; the targets are:"),
    (changed(versions={"unireq": None}), "at $.versions.unireq"),
    # And what is no JSON.
    (b"", "expected JSON, got something else"),
    (b"\xff\xfe", "expected JSON, got something else"),
    (json.dumps(GOOD).encode()[:-40], "expected JSON, got something else"),
    (b"[" * 1_000_000, "nested too deeply"),
    (b'{"schema": ' + b"9" * 10_000 + b"}", "expected"),
    (b'{"schema": NaN}', "NaN is not JSON"),
]


@pytest.mark.parametrize(("document", "said"), BAD, ids=[said for _, said in BAD])
def test_a_bad_file_is_explained(document: Any, said: str, tmp_path: Path) -> None:
    octets = document if isinstance(document, bytes) else json.dumps(document).encode()
    (tmp_path / "failure.json").write_bytes(octets)
    done = command(tmp_path, "replay", "failure.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("unireq-conformance: ")
    assert said in done.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        said = command(tmp_path, "replay", str(path)).stderr
        assert f"{path}: expected a failure file, got " in said


# Whatever is done to a file, reading it gives a failure file or a message.

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def with_value_at(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = with_value_at(copy[path[0]], path[1:], value)
    return copy


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*places(GOOD)]), JSON_VALUES)
def test_one_value_may_be_anything(where: tuple[Any, ...], value: Any) -> None:
    said = "it: expected"
    try:
        file = failures._read(json.dumps(with_value_at(GOOD, where, value)).encode("ascii"), "it")
    except Unusable as error:
        said = str(error)
    else:
        assert file.request is None or file.request.render() == file.failure.octets
    assert said.startswith("it: ")
    assert "expected" in said


# Replaying, in a fresh process.


@pytest.fixture
def failed(tmp_path: Path) -> Path:
    """The failure file of a suite, `mine:TestMine`, that is in `tmp_path`."""
    write_suite(tmp_path, change=SPOILED)
    done = command(tmp_path, "run", "mine:TestMine", "--clause", "QRY-006")
    assert done.returncode == 1, done.stderr
    return tmp_path / ".unireq-conformance" / "mine-TestMine.QRY-006.json"


def test_a_failure_fails_until_it_is_mended(failed: Path, tmp_path: Path) -> None:
    def replayed(status: int, *arguments: str) -> list[str]:
        done = command(tmp_path, "replay", str(failed), *arguments)
        assert (done.returncode, done.stderr) == (status, ""), done.stdout
        return done.stdout.splitlines()

    first, *rest, last = replayed(1)
    assert first.startswith("QRY-006 ")
    assert f"  where:       {json.loads(failed.read_bytes())['where']}" in rest
    assert last == "✗ QRY-006 on mine:TestMine still fails"
    # In another way, and with other versions.
    write_suite(tmp_path, change="environ['QUERY_STRING'] = 'other=1'")
    text = failed.read_text("ascii").replace('"waitress": "', '"waitress": "0.')
    failed.write_text(text, encoding="ascii")
    *_, note, last = replayed(1)
    assert note.startswith("note: waitress 0.")
    assert last == "✗ QRY-006 on mine:TestMine still fails, but not as it did when it was saved"

    write_suite(tmp_path)
    assert replayed(0) == [note, "✓ QRY-006 on mine:TestMine passes now"]
    # Or somewhere else.
    write_suite(tmp_path, name="other")
    last = "✓ QRY-006 on other:TestMine passes there"
    assert replayed(0, "--target", "other:TestMine") == [note, last]


def test_what_cannot_be_judged_is_no_verdict(failed: Path, tmp_path: Path) -> None:
    def replayed(**changes: Any) -> Any:
        document = json.loads(failed.read_bytes())
        failed.write_text(json.dumps({**document, **changes}), encoding="ascii")
        done = command(tmp_path, "replay", str(failed))
        assert done.returncode == 2, done.stdout
        assert "Traceback" not in done.stderr
        return done

    done = replayed(clause="CLI-003")
    assert done.stdout.startswith("✗ no verdict: CLI-003 on mine:TestMine: none here")
    # The check of this one looks at the last piece of the path.
    text = (tmp_path / "mine.py").read_text("utf-8").replace(".EARLY", ".PATH_PARAMS")
    (tmp_path / "mine.py").write_text(text.replace(SPOILED, "pass"), encoding="utf-8")
    plain = AbstractRequest()
    octets = plain.render().decode("latin-1")
    done = replayed(clause="PTH-011", request=encode(plain), bytes=octets)
    assert "expected a request that fits PTH-011" in done.stderr
    (tmp_path / "mine.py").unlink()
    done = replayed()
    assert done.stdout == ""
    assert "mine:TestMine: expected a module that can be imported from" in done.stderr


def test_a_stale_deviation_is_stale_until_it_is_removed(tmp_path: Path) -> None:
    stale = (
        "Deviation('QRY-003', because='once', witness=b'GET /?a=1 HTTP/1.1\\r\\nHost: h\\r\\n"
        "\\r\\n', specified={'query_string': 'a=1'}, observed={'query_string': 'A'})"
    )
    write_suite(tmp_path, deviation=stale)
    run = command(tmp_path, "run", "mine:TestMine", "--clause", "QRY-003", "--failures", "kept")
    assert run.returncode == 1
    assert "    stale: QRY-003" in run.stdout.splitlines()
    file = "kept/mine-TestMine.QRY-003.json"
    assert json.loads((tmp_path / file).read_bytes())["request"] is None
    done = command(tmp_path, "replay", file)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "✗ QRY-003 on mine:TestMine still fails (stale)"
    write_suite(tmp_path)
    assert command(tmp_path, "replay", file).returncode == 0
