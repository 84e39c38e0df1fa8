"""The handlers of docs/handlers.md are the example's, and each line mounts them, on a server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from support.served import HOST, Served, serving

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PAGE: Final = (REPOSITORY / "docs" / "handlers.md").read_text(encoding="utf-8")
HANDLERS: Final = (REPOSITORY / "docs" / "examples" / "handlers.py").read_text(encoding="utf-8")


def example(name: str) -> str:
    (found,) = re.findall(rf"<!-- example: {name} -->\n```python\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


LINES: Final = {
    framework: line.strip()
    for line, framework in re.findall(r"^(.+\S) +# (\w+)$", example("mounts"), re.MULTILINE)
}

# Around the line of each framework: what its documentation begins with.
AROUND: Final = {
    "Starlette": """\
from starlette.applications import Starlette
from starlette.routing import Route
import unireq_starlette
from handlers import predict
app = Starlette(routes=[{line}])
""",
    "FastAPI": """\
from fastapi import FastAPI
import unireq_starlette
from handlers import predict
app = FastAPI()
{line}
""",
    "Django": """\
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path
import unireq_django
from handlers import predict
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], MIDDLEWARE=MIDDLEWARE, SECRET_KEY="none"
)
urlpatterns = [{line}]
app = get_wsgi_application()
""",
    "Flask": """\
from flask import Flask
import unireq_flask
from handlers import predict
app = Flask(__name__)
{line}
""",
    "Sanic": """\
from sanic import Sanic
import unireq_sanic
from handlers import predict
app = Sanic("mounts")
{line}
""",
}
SERVED: Final = {
    "on_starlette:app": "starlette:uvicorn-h11",
    "on_fastapi:app": "starlette:uvicorn-h11",
    "on_django:app": "django-wsgi:waitress",
    "on_flask:app": "flask:waitress",
    "on_sanic:app": "sanic:sanic",
}


def test_the_handlers_are_those_of_the_example() -> None:
    _, _, code = HANDLERS.partition('"""\n\n')
    assert example("handlers") == code


def test_each_line_is_for_a_framework() -> None:
    assert list(LINES) == list(AROUND)
    assert len(LINES) == example("mounts").count("\n")


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Served]]:
    made = tmp_path_factory.mktemp("mounts")
    (made / "handlers.py").write_text(HANDLERS, encoding="utf-8")
    for framework, around in AROUND.items():
        text = around.format(line=LINES[framework])
        (made / f"on_{framework.lower()}.py").write_text(text, encoding="utf-8")
    with serving(made, SERVED) as running:
        yield running


@pytest.mark.parametrize("app", SERVED)
def test_each_line_mounts_it(apps: dict[str, Served], app: str) -> None:
    got = apps[app].ask("/predict?text=a")
    answer = json.loads(got.body)
    assert (answer["text"], answer["ip"], answer["user_agent"]) == ("a", HOST, "socket/1")
    body = json.dumps({"text": "b"}).encode()
    posted = apps[app].ask("/predict", ("Content-Type", "application/json"), body=body)
    assert json.loads(posted.body)["text"] == "b"
    missing = apps[app].ask("/predict")
    assert (missing.status, json.loads(missing.body)["parameter"]) == (422, "text")
