"""The registered targets as subjects: our own apps on real servers, in processes of their own.

Rule: which optional features a target lacks is said here, with the reason; which clauses it can't
meet is said by the declared deviations.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from unireq_conformance.deviations import deviations_of
from unireq_conformance.runs.subject import Subject
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.running import Running
from unireq_conformance.servers.targets import Target, versions_of

__all__ = ["UNSUPPORTED", "registered"]

_NO_HOSTS: Final = "the framework has no list of allowed hosts of its own"
_READ_BEFORE: Final = "Django has read the body before it calls anybody"
_SYNC: Final = "sync code reads it, and awaits nothing"
_NO_ROUTER: Final = "there is no router, so there are no path parameters"

# Feature: framework: the reason.
UNSUPPORTED: Final[dict[str, dict[str, str]]] = {
    "ALLOWED_HOSTS": dict.fromkeys(("starlette", "flask", "sanic", "asgi", "wsgi"), _NO_HOSTS),
    "ASYNC_BODY": {
        "django-asgi": _READ_BEFORE,
        **dict.fromkeys(("django-wsgi", "flask", "wsgi"), _SYNC),
    },
    "MOUNT": {
        "django-asgi": "Django includes URL patterns, and mounts no applications",
        "django-wsgi": "Django includes URL patterns, and mounts no applications",
        "sanic": "a blueprint's prefix is part of the path, and no mount",
    },
    "PATH_PARAMS": {"asgi": _NO_ROUTER, "wsgi": _NO_ROUTER},
    "UNIX_SOCKET": dict.fromkeys(
        ("starlette", "django-asgi", "django-wsgi", "flask", "sanic", "asgi", "wsgi"),
        "it listens on a port here",
    ),
}
"""What the registered targets lack: the reason, by feature and framework."""


@dataclass
class _OnServer(Running):
    """What runs as a process, of which we know when it has died."""

    server: Server = field(kw_only=True)

    def check(self) -> None:
        """Raise `ServerFailed` if it is not running."""
        self.server.check()


@contextmanager
def _start(target: Target) -> Generator[Running, None, None]:
    with Server(target, inside=True) as server:
        yield _OnServer(
            target.name,
            server.address,
            server.nonce,
            http_version=target.http_version,
            server=server,
        )


def registered(target: Target) -> Subject:
    """`target` as a subject."""
    return Subject(
        target.name,
        lambda: _start(target),
        tuple(deviations_of(target.name)),
        {
            feature: reasons[target.framework]
            for feature, reasons in UNSUPPORTED.items()
            if target.framework in reasons
        },
        versions_of(target),
    )
