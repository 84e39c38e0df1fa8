"""Apps of the tests on real servers: the targets, and starting them side by side."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final
from unittest import mock

from support.requirements import need
from unireq_conformance.servers.process import Server, start_all
from unireq_conformance.servers.targets import OnServer, Target, get_target

START_TIME: Final = 120.0

SERVED: Final[Mapping[str, Sequence[str]]] = {
    "starlette": ("uvicorn-h11", "uvicorn-httptools", "hypercorn", "granian", "gunicorn-asgi"),
    "fastapi": ("uvicorn-httptools",),
    "django-wsgi": ("gunicorn", "waitress", "runserver"),
    "django-asgi": ("uvicorn-h11", "daphne"),
    "flask": ("gunicorn", "waitress", "werkzeug"),
    "sanic": ("sanic", "uvicorn-h11"),
    "asgi": ("uvicorn-h11", "hypercorn", "granian"),
    "wsgi": ("gunicorn", "waitress", "werkzeug"),
}
"""Each framework, and servers that it is run on."""


def app_targets(served: Mapping[str, Sequence[str]]) -> tuple[Target, ...]:
    """The apps of tests/bodies, each on several servers.

    Args:
        served: The servers, by the framework; FastAPI's are those of Starlette.
    """
    found: list[Target] = []
    for framework, servers in served.items():
        also = ("fastapi",) if framework == "fastapi" else ()
        # `django-asgi` is `django_app:asgi`.
        module, _, attribute = framework.partition("-")
        app = "starlette_app:fastapi" if also else f"{module}_app:{attribute or 'app'}"
        for server in servers:
            known = get_target(f"{'starlette' if also else framework}:{server}")
            found.append(
                Target(
                    f"{framework}:{server}",
                    OnServer(server, f"bodies.apps.{app}", platforms=known.on_server.platforms),
                    distributions=(*also, *known.distributions),
                    at_least=known.at_least,
                )
            )
    return tuple(found)


def too_old(target: Target) -> str:
    """Why it can't run on the version of its server that is installed here; "" if it can."""
    why = target.missing()
    needs_newer = why is not None and any(">=" in each for each in why.distributions)
    return str(why) if needs_newer else ""


def need_all(targets: Sequence[Target]) -> None:
    """Skip, or in CI fail, unless all of them can be started here."""
    missing = [why for target in targets if (why := target.missing()) is not None]
    # A whole platform may lack a server; what is merely not installed is for `need` to judge.
    absent = [str(why) for why in missing if why.distributions]
    need(not absent, "; ".join(absent))


@contextmanager
def started(
    targets: Sequence[Target], variables: Mapping[str, str] | None = None
) -> Iterator[dict[str, Server]]:
    """The servers by the names of their targets, until the block ends.

    Args:
        targets: Which; those of other platforms are left out.
        variables: What is added to their environment.
    """
    with mock.patch.dict(os.environ, variables or {}):
        runnable = [target for target in targets if sys.platform in target.on_server.platforms]
        with start_all(runnable, timeout=START_TIME) as running:
            failed = [str(why) for why in running.values() if not isinstance(why, Server)]
            assert not failed, "\n".join(["these targets did not start:", *failed])
            yield {name: each for name, each in running.items() if isinstance(each, Server)}
