"""What is expected comes from what was drawn, and from no parser.

Were the model to import unireq or a framework, it could repeat the mistake that it is to find.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import unireq_conformance
from unireq_conformance.model import AbstractRequest, Field, Parameter, Piece

PACKAGE = Path(str(unireq_conformance.__file__)).parent
ORACLE = (
    *("content", "forms", "model", "content_strategies", "strategies", "response", "told"),
    *("response_strategies", "layers", "proxies", "clause", "clauses", "malformed", "seen"),
)
FOREIGN = {
    "unireq",
    *("unireq_asgi", "unireq_wsgi", "unireq_starlette", "unireq_django", "unireq_flask"),
    *("unireq_sanic", "starlette", "fastapi", "django", "flask", "werkzeug", "sanic"),
    *("uvicorn", "waitress", "h11", "httptools", "urllib", "http"),
}
"""None of these may be there; neither may parsers of the standard library in our own modules."""


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


def test_its_features_are_what_deviations_go_by() -> None:
    assert AbstractRequest().features == frozenset()
    assert AbstractRequest(slashes=2).features == {"double-slash"}
    raw, broken = Piece("\xe9", b"\xe9"), Piece("%", b"%", "broken")
    lines = (Field("X-B", raw.octets), Field("x-b", b""))
    request = AbstractRequest(query=(Parameter((raw,), (broken,)),), fields=lines, cookies=((), ()))
    assert request.features == {"obs-text", "repeats", "two-cookie-fields", "invalid-escape"}
