"""The page about handlers: every block runs, on servers where it is an app; its tables are so."""

from __future__ import annotations

import datetime
import enum
import json
import re
import runpy
import sys
import typing
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Optional, TypedDict
from urllib.parse import urlencode
from uuid import UUID

import pytest

import unireq
from support.forms import URLENCODED
from support.pages import DOCS, blocks, read, rows, run
from support.served import (
    BY_DJANGO,
    FORM,
    JSON,
    NOT_OURS,
    Served,
    own_fields,
    serving,
    start_project,
)
from unireq._handlers import parameters
from unireq.adapter import Handler, problem_response
from unireq_conformance.servers.targets import TARGETS

TEXT: Final = read("handlers.md")
FILES: Final = blocks("handlers.md", "file")
EXAMPLES: Final = blocks("handlers.md", "example")

SERVED: Final = {
    "starlette_page:app": "starlette:uvicorn-h11",
    "fastapi_page:app": "starlette:uvicorn-httptools",
    "project.wsgi:application": "django-wsgi:waitress",
    "project.asgi:application": "django-asgi:uvicorn-h11",
    "flask_page:app": "flask:waitress",
    "sanic_page:app": "sanic:sanic",
    "asgi_page:app": "asgi:uvicorn-h11",
    "wsgi_page:app": "wsgi:waitress",
}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the files of the page."""
    made = tmp_path_factory.mktemp("page")
    start_project(made, FILES["settings.py"] + 'ROOT_URLCONF = "urls"\n')
    for name, text in FILES.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def apps(directory: Path) -> Iterator[dict[str, Served]]:
    with serving(directory, SERVED, "/hello?name=ready") as running:
        yield running


GREETING: Final = {"greeting": "Hello Zoë! Hello Zoë! ", "asked": "/hello"}
ITEM: Final = {"number": 5, "data": {"a": 1}, "where": "POST /items/5"}
VALUES: Final = {"name": "Zoë", "times": 2}
PROBLEM: Final = json.loads(blocks("handlers.md", "problem")[""])
ASKED: Final[list[tuple[str, Any, bytes | None, int, Any]]] = [
    (f"/hello?{urlencode(VALUES)}", None, None, 200, GREETING),
    ("/hello", FORM, urlencode(VALUES).encode(), 200, GREETING),
    ("/hello", JSON, json.dumps(VALUES).encode(), 200, GREETING),
    ("/hello?times=2", JSON, b'{"name": "Zo\\u00eb", "times": 9}', 200, GREETING),
    ("/hello/Ada", None, None, 200, {"greeting": "Hello Ada! ", "asked": "/hello/Ada"}),
    ("/hello", None, None, 422, PROBLEM),
    ("/items/5", JSON, b'{"a": 1}', 200, ITEM),
    ("/items/5", JSON, b"{", 400, None),
]


@pytest.mark.parametrize("app", SERVED)
def test_the_handler_and_the_native_view(apps: dict[str, Served], app: str) -> None:
    for target, field, body, status, said in ASKED:
        reply = apps[app].ask(target, *filter(None, [field]), body=body)
        assert reply.status == status, apps[app].child.log
        if said is None:
            assert json.loads(reply.body)["title"] == "Bad Request"
        else:
            assert json.loads(reply.body) == said
        media_type = "application/json" if status == 200 else "application/problem+json"
        own = own_fields(reply, django="project" in app)
        # What comes from a native view has more, of the framework.
        assert own == [("content-type", media_type)] or "items" in target
        assert ("content-type", media_type) in own


def test_fastapis_alias_and_schema(apps: dict[str, Served]) -> None:
    app = apps["fastapi_page:app"]
    assert json.loads(app.ask("/agent").body) == "socket/1"
    paths = json.loads(app.ask("/openapi.json").body)["paths"]
    assert sorted(paths) == ["/agent", "/items/{number}"]
    asked = [
        p["name"] for each in paths.values() for o in each.values() for p in o.get("parameters", [])
    ]
    assert asked == ["number"]


def test_what_inject_takes(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(directory))
    defined = runpy.run_path(str(directory / "injected.py"))
    for path, answer in {
        "/plain/5": {"number": 5, "path": "/plain/5"},
        "/optional": {"path": "/optional"},
        "/class": {"path": "/class"},
        "/partial": {"word": "hello", "path": "/partial"},
    }.items():
        assert defined["app"].test_client().get(path).json == answer
    assert defined["optional"]() == {"path": None}


RESPONSES: Final[dict[str, tuple[int, dict[str, list[str]], str]]] = {
    "created": (
        201,
        {
            "location": ["/items/5"],
            "content-type": ["application/json"],
            "set-cookie": ['seen="yes\\073 I know"; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax'],
            "link": ["</items>; rel=up", "</items/6>; rel=next"],
        },
        '{"number":5}',
    ),
    "moved": (303, {"location": ["/gr%C3%BC%C3%9Fe?to=you"]}, ""),
    "page": (200, {"content-type": ["text/html; charset=utf-8"]}, "<p>Grüße</p>"),
    "other": (404, {"content-type": ["text/plain; charset=utf-8"]}, "not here"),
}


@pytest.mark.parametrize("kind", RESPONSES)
def test_responses(kind: str) -> None:
    responses = run("handlers.md", EXAMPLES["responses"])["responses"]
    sent = Handler(responses).call(unireq.Request(url=f"/?kind={kind}")).for_method("GET")
    fields: dict[str, list[str]] = {}
    for name, value in sent.fields:
        if name not in NOT_OURS:
            fields.setdefault(name, []).append(value)
    assert (sent.status, fields, sent.content.decode()) == RESPONSES[kind]


@pytest.mark.parametrize("name", ["current", "direct"])
def test_examples(directory: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(directory))
    monkeypatch.delitem(sys.modules, "hello", raising=False)
    defined = run("handlers.md", EXAMPLES[name])
    sys.modules.pop("hello", None)
    for each, value in defined.items():
        if each.startswith("test_"):
            value()


def test_what_is_in_the_directory_of_examples_is_shown_as_it_is_there() -> None:
    """So it is run: by test_examples and by tests/gradio."""
    code = {path.name: path.read_text("utf-8") for path in (DOCS / "examples").glob("*.py")}
    (name, shown), *others = blocks("handlers.md", "example file").items()
    assert not others
    assert code[name].endswith(f'"""\n\n{shown}')
    assert code["handlers.py"].endswith(f'"""\n\n{EXAMPLES["handlers"]}')
    mounts = re.findall(r"^(.+\S) +# (\w+)$", EXAMPLES["mounts"], re.MULTILINE)
    assert len(mounts) == EXAMPLES["mounts"].count("\n") == 5
    for line, framework in mounts:
        assert re.sub(r"unireq_\w+\.", "", line) in code[f"{framework.lower()}_app.py"]


def test_every_block_is_run() -> None:
    fenced = re.findall(r"^```(\w+)$", TEXT, re.MULTILINE)
    assert fenced.count("python") == len(FILES) + len(EXAMPLES) + 1
    assert set(EXAMPLES) == {"responses", "current", "direct", "names", "handlers", "mounts"}
    modules = {name.partition(":")[0] + ".py" for name in SERVED if "project" not in name}
    assert set(FILES) == {*modules, "hello.py", "injected.py", "settings.py", "urls.py"}


# What is said in words and tables.


def words(text: str) -> str:
    return " ".join(text.replace("`", "").split())


def test_the_rule_is_that_of_the_code() -> None:
    documented = re.findall(
        r"^\d\. .*?(?=^\d\. |\n\n)", parameters.__doc__ or "", re.MULTILINE | re.DOTALL
    )
    on_page = re.findall(r"^\d\. .*?(?=^\d\. |\n\n)", TEXT, re.MULTILINE | re.DOTALL)
    assert len(documented) == 6
    assert list(map(words, on_page)) == list(map(words, documented))
    assert "A body is read only if a parameter was not found before it." in words(TEXT)


def test_what_django_adds() -> None:
    (sentence,) = re.findall(r"adds fields to every answer.*?\n\n", TEXT, re.DOTALL)
    assert {name.lower() for name in re.findall(r"`([A-Z][\w-]+)`", sentence)} == {*BY_DJANGO}


def test_how_many_servers() -> None:
    assert f"{len(TARGETS)} combinations of framework and server" in TEXT


class Colour(enum.Enum):
    RED = "red"


class Point(TypedDict):
    x: int


NAMES: Final[dict[str, Any]] = {**vars(datetime), **vars(typing), "unireq": unireq}
NAMES.update(Decimal=Decimal, UUID=UUID, Colour=Colour, Point=Point, Optional=Optional)

TYPES: Final = rows(TEXT.partition("<!-- types -->")[2])
TRIED: Final = [
    pytest.param(eval(annotation, NAMES), value, column, id=f"{annotation} {value}")  # noqa: S307 (the page's)
    for row in TYPES
    for annotation in re.findall(r"`([^`]+)`", row[0])
    if annotation not in {"Enum", "TypedDict", "NewType"}
    for column in (1, 2, 3, 4)
    for value in re.findall(r"`([^`]+)`", row[column])
]
REFUSED: Final = object()


def taken(annotation: Any, request: unireq.Request) -> Any:
    """What a parameter `value` of this annotation is given."""
    found: list[Any] = []

    def handler(value: Any) -> None:
        found.append(value)

    handler.__annotations__["value"] = annotation
    response = Handler(handler).call(request)
    assert response.status == (204 if found else 422)
    return found[0] if found else REFUSED


def texts(value: str) -> list[unireq.Request]:
    pairs = urlencode({"value": value})
    return [
        unireq.Request(url=f"/?{pairs}"),
        unireq.Request(path_params={"value": value}),
        unireq.Request("POST", body=pairs.encode(), headers={"Content-Type": URLENCODED}),
    ]


def in_json(value: str) -> unireq.Request:
    body = f'{{"value": {value}}}'.encode()
    return unireq.Request("POST", body=body, headers={"Content-Type": "application/json"})


def test_the_table_of_types_is_read() -> None:
    assert len(TYPES) > 20
    assert {len(row) for row in TYPES} == {5}
    columns = [each.values[2] for each in TRIED]
    assert all(columns.count(column) > 20 for column in (1, 2, 3, 4))


@pytest.mark.parametrize(("annotation", "value", "column"), TRIED)
def test_types_from_text_and_from_json_and_what_is_refused(
    annotation: Any, value: str, column: int
) -> None:
    requests = texts(value) if column < 3 else [in_json(value)]
    first, *others = [taken(annotation, request) for request in requests]
    assert others == [first] * len(others)
    assert (first is REFUSED) is (column in {2, 4})
    if column == 3 and isinstance(first, (set, frozenset, tuple)):
        assert list(first) == [*dict.fromkeys(json.loads(value))]
    elif column == 3 and isinstance(first, (str, int, float, dict, list, type(None))):
        assert first == json.loads(value)


def test_names_that_python_can_not_write() -> None:
    handler = Handler(run("handlers.md", EXAMPLES["names"])["subscribe"])
    sent = urlencode([("ids[]", 1), ("ids[]", 2), ("hub.mode", "m"), ("from", "f")])
    response = handler.call(unireq.Request(url=f"/?{sent}"))
    assert json.loads(response.content) == {"ids": [1, 2], "mode": "m", "sender": "f"}


def test_names_of_fields_that_are_refused() -> None:
    (sentence,) = re.findall(r"fields that are the server's own: (.*?)\. Nothing", TEXT, re.DOTALL)
    names = re.findall(r"`([\w-]+)`", sentence)
    assert len(names) == 9
    for name in names:
        with pytest.raises(ValueError, match="the server writes itself"):
            unireq.Response(headers={name: "1"})


def test_an_error_of_ones_own() -> None:
    (raising,) = re.findall(r"`raise (unireq\.InvalidParameter\(.*?\))`", TEXT, re.DOTALL)
    error = eval(raising, {"unireq": unireq})  # noqa: S307 (the page's)
    assert problem_response(error).status == 422
    (raising,) = re.findall(r"`(unireq\.RequestError\(.*?\))`", TEXT, re.DOTALL)
    error = eval(raising, {"unireq": unireq})  # noqa: S307 (the page's)
    assert json.loads(problem_response(error).content)["detail"] == "too many requests"


def test_the_lines_of_the_tables_are_those_of_the_apps() -> None:
    rows = re.findall(
        r"^\| (Starlette, FastAPI|Django|Flask|Sanic) \| `([^`]+)`", TEXT, re.MULTILINE
    )
    assert len(rows) == 4
    files = {
        "Starlette, FastAPI": ("starlette_page.py", "fastapi_page.py"),
        "Django": ("settings.py",),
        "Flask": ("flask_page.py",),
        "Sanic": ("sanic_page.py",),
    }
    for framework, line in rows:
        for name in files[framework]:
            assert line in FILES[name], (framework, line)
    for name in ("asgi_page.py", "wsgi_page.py"):
        assert "app = RequestMiddleware(routed)" in FILES[name]
