"""The four apps, each on the server that most people run its framework on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from unireq_conformance.servers.process import Server, ServerFailed, start_all
from unireq_conformance.servers.targets import OnServer, Target, get_target

__all__ = ["TARGETS", "running"]

START_TIME: Final = 60.0

_SERVED: Final = {
    "starlette:uvicorn-h11": "starlette",
    "django-wsgi:gunicorn": "django",
    "flask:gunicorn": "flask",
    "sanic:sanic": "sanic",
}


def _target(name: str, framework: str) -> Target:
    known = get_target(name)
    return Target(
        # The name of the registered one: what its server loses is declared for that name.
        name,
        OnServer(known.driver.server, f"crossweb.apps:{framework}()"),
        distributions=("cross-web", *known.distributions),
    )


TARGETS: Final = {framework: _target(name, framework) for name, framework in _SERVED.items()}
"""What runs, by framework."""


@contextmanager
def running() -> Iterator[dict[str, Server]]:
    """All of them by framework, until the block is left.

    Raises:
        ServerFailed: One does not start.
    """
    with start_all(TARGETS.values(), timeout=START_TIME) as started:
        for server in started.values():
            if isinstance(server, ServerFailed):
                raise server
        by_name = {s.target.name: s for s in started.values() if isinstance(s, Server)}
        yield {_SERVED[name]: server for name, server in by_name.items()}
