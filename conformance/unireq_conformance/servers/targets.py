"""The registered targets: our own apps on real servers, in processes of their own.

Rule: which optional features a target lacks is said here, with the reason; which clauses it can't
meet is said by the declared deviations. Nothing here imports an app or a server.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from unireq_conformance.deviations import deviations_of
from unireq_conformance.servers.received import Added
from unireq_conformance.servers.target import ANY_PLATFORM, Missing, OnServer, Target

__all__ = ["TARGETS", "UNSUPPORTED", "Missing", "OnServer", "Target", "get_target", "usual_targets"]

_APPS: Final = "unireq_conformance.apps"

_DJANGO: Final = ("django-asgi", "django-wsgi")
_BARE: Final = ("asgi", "wsgi")
_NO_ROUTER: Final = "there is no router, so there are no path parameters and no routes"

UNSUPPORTED: Final[dict[str, dict[str, str]]] = {
    "ALLOWED_HOSTS": {
        **dict.fromkeys(
            ("starlette", "sanic", *_BARE), "the framework has no list of allowed hosts"
        ),
        "flask": "TRUSTED_HOSTS cannot contain IPv6 addresses, which other clauses use",
    },
    "ASYNC_BODY": {
        "django-asgi": "Django reads the whole body before it calls the app",
        **dict.fromkeys(
            ("django-wsgi", "flask", "wsgi"), "sync code reads the body, and awaits nothing"
        ),
    },
    "HOSTS": {
        **dict.fromkeys(_DJANGO, "Django has ALLOWED_HOSTS, see URL-013"),
        "sanic": "the app answers for other hosts too, and Sanic has one app on its server",
    },
    "MOUNT": {
        **dict.fromkeys(_DJANGO, "Django includes URL patterns and does not mount applications"),
        "sanic": "the prefix of a blueprint is part of the path, not a mount",
    },
    "PATH_PARAMS": dict.fromkeys(_BARE, _NO_ROUTER),
    "ROUTE": dict.fromkeys(_BARE, _NO_ROUTER),
}
"""What the registered targets lack: the reason, by feature and framework."""

# By server, where they are not what its name is made of.
_DISTRIBUTIONS: Final = {"gunicorn-asgi": ("gunicorn",), "runserver": ("django",)}

# Before that its ASGI worker hands paths over as they were sent, percent-escapes and all.
_AT_LEAST: Final = {"gunicorn-asgi": {"gunicorn": "25.3"}}

_POSIX: Final = ("linux", "darwin")
_POSIX_ONLY: Final = ("daphne", "gunicorn", "gunicorn-asgi")

# What the middleware of a new Django project adds: it stays on.
_BY_DJANGO: Final = (
    Added("x-frame-options", "DENY"),
    Added("x-content-type-options", "nosniff"),
    Added("referrer-policy", "same-origin"),
    Added("cross-origin-opener-policy", "same-origin"),
)

_ASGI_SERVERS: Final = ("uvicorn-h11", "uvicorn-httptools", "hypercorn", "granian")

# A server with `-tls` behind its name is spoken to over TLS.
_COMBINATIONS: Final = (
    (
        "starlette",
        (*_ASGI_SERVERS, "gunicorn-asgi", "hypercorn-h2-tls", "uvicorn-h11-tls", "granian-h2-tls"),
    ),
    ("django-asgi", (*_ASGI_SERVERS, "daphne")),
    ("django-wsgi", ("gunicorn", "waitress", "runserver")),
    ("flask", ("gunicorn", "waitress", "werkzeug", "gunicorn-tls")),
    ("sanic", ("sanic", "uvicorn-h11")),
    ("asgi", _ASGI_SERVERS),
    ("wsgi", ("gunicorn", "waitress", "werkzeug")),
)


def _make(framework: str, server_name: str) -> Target:
    name = f"{framework}:{server_name}"
    server = server_name.removesuffix("-tls")
    tls = server != server_name
    # The distribution, which is also the name of the extra.
    package, _, protocol = framework.partition("-")
    of_framework = "" if framework in _BARE else package
    of_server = _DISTRIBUTIONS.get(server) or server.split("-")
    driver = OnServer(
        server,
        f"{_APPS}.{package}_app:{protocol or 'app'}()",
        tls=tls,
        http_version="2" if server.endswith("-h2") else "1.1",
        added=_BY_DJANGO if of_framework == "django" else (),
        platforms=_POSIX if server in _POSIX_ONLY else ANY_PLATFORM,
        unix_socket=server != "runserver" and sys.platform != "win32",
    )
    lacking = {} if driver.unix_socket else {"UNIX_SOCKET": "the server listens only on ports"}
    lacking |= {name: of[framework] for name, of in UNSUPPORTED.items() if framework in of}
    needed = (of_framework, *of_server, "trustme" if tls else "")
    return Target(
        name,
        driver,
        lacking,
        tuple(deviations_of(name)),
        tuple(dict.fromkeys(filter(None, needed))),
        of_framework,
        _AT_LEAST.get(server, {}),
    )


TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        target.name: target
        for framework, servers in _COMBINATIONS
        for target in (_make(framework, server) for server in servers)
    }
)
"""Every registered target by name."""


def get_target(name: str) -> Target:
    """Return the registered target called `name`.

    Raises:
        LookupError: there is none; the message lists those that there are.
    """
    try:
        return TARGETS[name]
    except KeyError:
        known = ", ".join(TARGETS)
        raise LookupError(f"expected a target, got {name!r}; the targets are: {known}") from None


def usual_targets() -> list[Target]:
    """Return one target per framework, each on the server that most people run it on."""
    wsgi_server = "waitress" if sys.platform == "win32" else "gunicorn"
    return [
        TARGETS["starlette:uvicorn-h11"],
        TARGETS[f"django-wsgi:{wsgi_server}"],
        TARGETS["django-asgi:uvicorn-h11"],
        TARGETS[f"flask:{wsgi_server}"],
        TARGETS["sanic:sanic"],
    ]
