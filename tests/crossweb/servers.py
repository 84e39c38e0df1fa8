"""The four apps, each on the server that most people run its framework on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from unireq_conformance.servers.process import Server, ServerFailed, start_all
from unireq_conformance.servers.targets import OnServer, Target, get_target

__all__ = ["TARGETS", "running"]


def _target(name: str, framework: str) -> Target:
    known = get_target(name)
    return replace(
        # Of the same name: what its server loses is declared for that.
        known,
        driver=OnServer(known.on_server.server, f"crossweb.apps:{framework}()"),
        unsupported={},
        deviations=(),
        distributions=("cross-web", *known.distributions),
    )


TARGETS: Final = {
    "starlette": _target("starlette:uvicorn-h11", "starlette"),
    "django": _target("django-wsgi:gunicorn", "django"),
    "flask": _target("flask:gunicorn", "flask"),
    "sanic": _target("sanic:sanic", "sanic"),
}
"""What runs, by framework."""


@contextmanager
def running() -> Iterator[dict[str, Server]]:
    """All of them by framework, until the block is left.

    Raises:
        ServerFailed: One does not start.
    """
    with start_all(TARGETS.values(), timeout=60) as started:
        servers: dict[str, Server] = {}
        for framework, target in TARGETS.items():
            server = started[target.name]
            if isinstance(server, ServerFailed):
                raise server
            servers[framework] = server
        yield servers
