"""Every clause on one real server for each framework; `nox -s clauses` judges all servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.requirements import need
from support.runs import command
from unireq_conformance.servers.targets import get_target

TARGETS = (
    "asgi:uvicorn-h11",
    "wsgi:waitress",
    "starlette:uvicorn-httptools",
    "django-asgi:hypercorn",
    "django-wsgi:waitress",
    "flask:waitress",
    "sanic:sanic",
)


@pytest.mark.parametrize("name", TARGETS)
def test_it_conforms(name: str, tmp_path: Path) -> None:
    missing = get_target(name).missing()
    need(missing is None, str(missing))
    done = command(tmp_path, "run", name, "--examples", "4")
    assert done.returncode == 0, done.stdout + done.stderr
