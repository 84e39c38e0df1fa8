"""What is expected comes from what was drawn, and from no parser.

Were the model to import unireq or a framework, it could repeat the mistake that it is to find.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import unireq_conformance
from unireq_conformance.model import AbstractRequest, Cookie, Field, Parameter, Piece

PACKAGE = Path(str(unireq_conformance.__file__)).parent
ORACLE = (
    *("content", "forms", "model", "content_strategies", "strategies"),
    *(
        "response",
        "response_strategies",
        "layers",
        "proxies",
        "told",
        "clause",
        "clauses",
        "malformed",
        "seen",
    ),
)
FOREIGN = {
    "unireq",
    *("unireq_asgi", "unireq_wsgi", "unireq_starlette", "unireq_django", "unireq_flask"),
    *("unireq_sanic", "starlette", "fastapi", "django", "flask", "werkzeug", "sanic"),
    *("uvicorn", "waitress", "h11", "httptools", "urllib", "http"),
}
"""None of these may be there; neither may parsers of the standard library in our own modules."""


def test_the_oracle_loads_neither_unireq_nor_a_framework() -> None:
    program = (
        f"import sys\nsys.path[:0] = {[path for path in sys.path if path]!r}\n"
        f"import json, {', '.join(f'unireq_conformance.{module}' for module in ORACLE)}\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    assert "unireq_conformance" in loaded
    # Hypothesis loads what it likes of the standard library.
    assert not loaded & FOREIGN - sys.stdlib_module_names


def oracle_files() -> list[Path]:
    single = [PACKAGE / f"{name}.py" for name in ORACLE if not (PACKAGE / name).is_dir()]
    return [*single, *sorted(file for name in ORACLE for file in (PACKAGE / name).glob("*.py"))]


@pytest.mark.parametrize("file", oracle_files(), ids=lambda file: file.stem)
def test_the_oracle_names_neither_unireq_nor_a_parser(file: Path) -> None:
    # In the source, so that an import inside a function counts too.
    named: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            named.add(str(node.module))
    assert named, "no imports: not the file that was meant"
    assert not {name.partition(".")[0] for name in named} & FOREIGN
    ours = {name.partition(".")[2] for name in named if name.startswith("unireq_conformance.")}
    assert {name.partition(".")[0] for name in ours} <= set(ORACLE)


def literal(text: str) -> tuple[Piece, ...]:
    return (Piece(text, text.encode()),)


REQUEST = AbstractRequest(
    method="POST",
    path=(*literal("a/"), Piece("é", b"%C3%A9", "escape"), Piece("\ufffd", b"%FF", "invalid")),
    query=(
        Parameter(literal("q"), (Piece(" ", b"+", "escape"),)),
        Parameter(literal("q"), None),
        Parameter(literal("b"), literal("2")),
    ),
    host="h:81",
    fields=(
        Field("X-A", b"1", before=b"\t", after=b" "),
        Field("X-B", b"\xe9"),
        Field("x-a", b"2", before=b""),
    ),
    cookies=(
        (Cookie("a", "1", b"a=1"), Cookie(None, None, b" flag")),
        (Cookie("a", "2", b"a=2"), Cookie("b", "x y", b' b="x y"')),
    ),
    body=b"body",
)


def test_a_request_is_rendered_piece_by_piece() -> None:
    assert REQUEST.render() == (
        b"POST /a/%C3%A9%FF?q=+&q&b=2 HTTP/1.1\r\n"
        b"Host: h:81\r\n"
        b"X-A:\t1 \r\n"
        b"X-B: \xe9\r\n"
        b"x-a:2\r\n"
        b"Cookie: a=1; flag\r\n"
        b'Cookie: a=2; b="x y"\r\n'
        b"\r\n"
        b"body"
    )
    assert AbstractRequest().render() == b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"


def test_what_it_means_is_put_together_from_the_same_pieces() -> None:
    assert REQUEST.expected_path == "/a/é\ufffd"
    assert REQUEST.expected_raw_path == b"/a/%C3%A9%FF"
    assert REQUEST.expected_query_string == "q=+&q&b=2"
    assert REQUEST.expected_pairs == [("q", " "), ("q", ""), ("b", "2")]
    assert REQUEST.expected_query_params == {"q": "", "b": "2"}
    assert REQUEST.expected_headers == {
        "x-a": "1,2",
        "x-b": "\xe9",
        "host": "h:81",
        "cookie": 'a=1; flag; a=2; b="x y"',
    }
    assert REQUEST.expected_cookies == {"a": ["1", "2"], "b": ["x y"]}


def test_several_leading_slashes_mean_one_and_leave_no_raw_path() -> None:
    request = AbstractRequest(path=literal("a//b"), slashes=3)
    assert request.sent_path == b"///a//b"
    assert request.expected_path == "/a//b"
    assert request.expected_raw_path is None


def test_its_features_are_what_deviations_go_by() -> None:
    assert AbstractRequest().features == frozenset()
    assert REQUEST.features == {"obs-text", "repeats", "two-cookie-fields", "invalid-escape"}
    assert AbstractRequest(slashes=2).features == {"double-slash"}
