"""The registered targets as subjects: our own apps on real servers, in processes of their own.

Rule: which optional features a target lacks is said here, with the reason; which clauses it can't
meet is said by the declared deviations.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Final

from unireq_conformance.deviations import deviations_of
from unireq_conformance.runs.subject import Subject
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.running import Running
from unireq_conformance.servers.targets import Target, versions_of

__all__ = ["UNSUPPORTED", "registered"]

_NO_HOSTS: Final = "the framework has no list of allowed hosts"
_READ_BEFORE: Final = "Django reads the whole body before it calls the app"
_SYNC: Final = "sync code reads the body, and awaits nothing"
_NO_ROUTER: Final = "there is no router, so there are no path parameters and no routes"

# Feature: framework: the reason.
UNSUPPORTED: Final[dict[str, dict[str, str]]] = {
    "ALLOWED_HOSTS": {
        **dict.fromkeys(("starlette", "sanic", "asgi", "wsgi"), _NO_HOSTS),
        "flask": "TRUSTED_HOSTS cannot contain IPv6 addresses, which other clauses use",
    },
    "ASYNC_BODY": {
        "django-asgi": _READ_BEFORE,
        **dict.fromkeys(("django-wsgi", "flask", "wsgi"), _SYNC),
    },
    "HOSTS": {
        **dict.fromkeys(("django-asgi", "django-wsgi"), "Django has ALLOWED_HOSTS, see URL-013"),
        "sanic": "the app answers for other hosts too, and Sanic has one app on its server",
    },
    "MOUNT": {
        "django-asgi": "Django includes URL patterns and does not mount applications",
        "django-wsgi": "Django includes URL patterns and does not mount applications",
        "sanic": "the prefix of a blueprint is part of the path, not a mount",
    },
    "PATH_PARAMS": {"asgi": _NO_ROUTER, "wsgi": _NO_ROUTER},
    "ROUTE": {"asgi": _NO_ROUTER, "wsgi": _NO_ROUTER},
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
def _start(target: Target, uds: str | None = None) -> Generator[Running, None, None]:
    with Server(target, inside=True, uds=uds) as server:
        yield _OnServer(
            target.name,
            server.address,
            server.nonce,
            http_version=target.http_version,
            added=target.added,
            log=lambda: server.printed,
            server=server,
        )


@contextmanager
def _start_local(target: Target) -> Generator[Running, None, None]:
    # The path of a socket may have a hundred characters or so.
    with (
        TemporaryDirectory(prefix="unireq") as directory,
        _start(target, f"{directory}/s") as running,
    ):
        yield running


def registered(target: Target) -> Subject:
    """`target` as a subject."""
    local = target.unix_socket and sys.platform != "win32"
    no_socket = {} if local else {"UNIX_SOCKET": "the server listens only on ports"}
    return Subject(
        target.name,
        lambda: _start(target),
        tuple(deviations_of(target.name)),
        {
            feature: reasons[target.framework]
            for feature, reasons in UNSUPPORTED.items()
            if target.framework in reasons
        }
        | no_socket,
        versions_of(target),
        (lambda: _start_local(target)) if local else None,
    )
