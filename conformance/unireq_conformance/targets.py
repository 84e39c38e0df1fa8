"""Targets: which app runs on which server, and what has to be installed for it.

Rule: a target is data. It names an app (`module:attribute`) and a server known to `launch`; it
imports neither. Anyone can make one for an app of their own:

    Target("bottle:waitress", framework="bottle", server="waitress", app="my_probe:app",
           requires=("bottle", "waitress"))
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, distribution
from types import MappingProxyType
from typing import Any, Final

_APPS: Final = "unireq_conformance.apps"
_ANY: Final = ("linux", "darwin", "win32")
_POSIX: Final = ("linux", "darwin")


@dataclass(frozen=True)
class Missing:
    """Why a target cannot run here.

    Attributes:
        distributions: names of what is not installed; empty where the platform is what rules it
            out.
        install: the command that installs it, or "" where none would help.
        reason: all of it as one sentence.
    """

    distributions: tuple[str, ...]
    install: str
    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class Target:
    """One app on one server: one worker, access log off, otherwise as the server comes.

    Attributes:
        name: as users type it, `framework:server`.
        framework: first part of the name.
        server: a key of `launch.SERVERS`.
        app: where the app is, as `module:attribute`.
        requires: names of the distributions that must be installed.
        extra: the extra of unireq that installs the framework; "" if there is none.
        platforms: values of `sys.platform` on which the server runs.
        unix_socket: whether the server can listen on a Unix socket.
        options: settings of the server by the names that its own Python interface has for them
            (uvicorn: `proxy_headers=False`; Sanic: fields of `app.config`). Strings, numbers and
            booleans.
    """

    name: str
    framework: str
    server: str
    app: str
    requires: tuple[str, ...] = ()
    extra: str = ""
    platforms: tuple[str, ...] = _ANY
    unix_socket: bool = True
    options: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)

    def with_options(self, **options: Any) -> Target:
        """Return the same target with some settings of its server changed."""
        return replace(self, options={**self.options, **options})

    def missing(self) -> Missing | None:
        """Return what keeps this target from running here, or None if nothing does."""
        if sys.platform not in self.platforms:
            reason = f"{self.name} runs on {', '.join(self.platforms)}, not on {sys.platform}"
            return Missing((), "", reason)
        absent = tuple(name for name in self.requires if not _installed(name))
        if not absent:
            return None
        install = " ".join(["pip install", *self._arguments(absent)])
        reason = f"{self.name} needs {' and '.join(absent)}, not installed here: {install}"
        return Missing(absent, install, reason)

    def _arguments(self, absent: tuple[str, ...]) -> list[str]:
        by_extra = self.extra in absent
        names = [name for name in absent if name != self.extra]
        return [f'"unireq[{self.extra}]"', *names] if by_extra else names


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


# framework: (app, distribution which is also the name of the extra)
_FRAMEWORKS: Final[dict[str, tuple[str, str]]] = {
    "starlette": (f"{_APPS}.starlette_app:app", "starlette"),
    "django-asgi": (f"{_APPS}.django_asgi_app:app", "django"),
    "django-wsgi": (f"{_APPS}.django_wsgi_app:app", "django"),
    "flask": (f"{_APPS}.flask_app:app", "flask"),
    "sanic": (f"{_APPS}.sanic_app:app", "sanic"),
    "asgi": (f"{_APPS}.asgi_app:app", ""),
    "wsgi": (f"{_APPS}.wsgi_app:app", ""),
}

# server: (distributions, platforms, whether it takes a Unix socket)
_SERVERS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]]] = {
    "uvicorn-h11": (("uvicorn", "h11"), _ANY, True),
    "uvicorn-httptools": (("uvicorn", "httptools"), _ANY, True),
    "hypercorn": (("hypercorn",), _ANY, True),
    "granian": (("granian",), _ANY, True),
    "gunicorn": (("gunicorn",), _POSIX, True),
    "waitress": (("waitress",), _ANY, True),
    "werkzeug": (("werkzeug",), _ANY, True),
    "runserver": (("django",), _ANY, False),
    "sanic": (("sanic",), _ANY, True),
}

_COMBINATIONS: Final = (
    ("starlette", ("uvicorn-h11", "uvicorn-httptools", "hypercorn", "granian")),
    ("django-asgi", ("uvicorn-h11", "uvicorn-httptools", "hypercorn", "granian")),
    ("django-wsgi", ("gunicorn", "waitress", "runserver")),
    ("flask", ("gunicorn", "waitress", "werkzeug")),
    ("sanic", ("sanic", "uvicorn-h11")),
    ("asgi", ("uvicorn-h11", "uvicorn-httptools", "hypercorn", "granian")),
    ("wsgi", ("gunicorn", "waitress", "werkzeug")),
)


def _make(framework: str, server: str) -> Target:
    app, distribution_name = _FRAMEWORKS[framework]
    servers, platforms, unix_socket = _SERVERS[server]
    names = (distribution_name, *servers) if distribution_name else servers
    return Target(
        name=f"{framework}:{server}",
        framework=framework,
        server=server,
        app=app,
        requires=tuple(dict.fromkeys(names)),
        extra=distribution_name,
        platforms=platforms,
        unix_socket=unix_socket,
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
        raise LookupError(f"no target {name!r}; expected one of: {known}") from None


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
