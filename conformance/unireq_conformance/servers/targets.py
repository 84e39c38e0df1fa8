"""Targets: which app runs on which server, and what must be installed for it.

Rule: a target is data. It names an app (`module:attribute`) and a server known to `launch`; it
imports neither. Anyone can make one for an app of their own:

    Target("bottle:waitress", framework="bottle", server="waitress", app="my_probe:app",
           requires=("bottle", "waitress"))
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, distribution, version
from types import MappingProxyType
from typing import Any, Final

from unireq_conformance.servers.received import Added
from unireq_conformance.servers.wire import HttpVersion

_APPS: Final = "unireq_conformance.apps"
_ANY: Final = ("linux", "darwin", "win32")
_POSIX: Final = ("linux", "darwin")


@dataclass(frozen=True)
class Missing:
    """Why a target cannot run here.

    Attributes:
        distributions: names of what is not installed, with the oldest version that will do where an
            older one is; empty where the platform is what rules it out.
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
        app: where the app is, as `module:attribute`, or `module:function()` for what it returns.
        requires: names of the distributions that must be installed.
        extra: the extra of unireq that installs the framework; "" if there is none.
        platforms: values of `sys.platform` on which the server runs.
        unix_socket: whether the server can listen on a Unix socket.
        options: settings of the server by the names that its own Python interface has for them
            (uvicorn: `proxy_headers=False`; Sanic: fields of `app.config`). Strings, numbers and
            booleans.
        http_version: what is spoken to it, "1.1" or "2"; see `wire.HttpVersion`.
        at_least: the oldest version of a distribution that will do, by its name: "25.3".
        added: the fields that the app's own middleware adds to the responses of handlers.
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
    http_version: HttpVersion = "1.1"
    at_least: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    added: tuple[Added, ...] = ()

    def with_options(self, **options: Any) -> Target:
        """Return the same target with some settings of its server changed."""
        return replace(self, options={**self.options, **options})

    def missing(self) -> Missing | None:
        """Return what keeps this target from running here, or None if nothing does."""
        if sys.platform not in self.platforms:
            reason = f"{self.name} runs on {', '.join(self.platforms)}, not on {sys.platform}"
            return Missing((), "", reason)
        absent = tuple(each for name in self.requires if (each := self._lacking(name)))
        if not absent:
            return None
        install = " ".join(["pip install", *self._arguments(absent)])
        reason = f"{self.name} needs {' and '.join(absent)}, not installed here: {install}"
        return Missing(absent, install, reason)

    def _lacking(self, name: str) -> str:
        """What to install of the distribution `name`; "" if it is there."""
        if not is_installed(name):
            return name
        oldest = self.at_least.get(name)
        new_enough = oldest is None or _numbers(version(name)) >= _numbers(oldest)
        return "" if new_enough else f"{name}>={oldest}"

    def _arguments(self, absent: tuple[str, ...]) -> list[str]:
        by_extra = self.extra in absent
        others = (name for name in absent if name != self.extra)
        names = [f'"{name}"' if ">" in name else name for name in others]
        return [f'"unireq[{self.extra}]"', *names] if by_extra else names


def is_installed(name: str) -> bool:
    """Whether the distribution `name` is installed."""
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers that the version `text` begins with: enough to tell old from new."""
    found = re.match(r"[0-9]+(\.[0-9]+)*", text)
    return tuple(map(int, found[0].split("."))) if found else ()


# framework: (app, distribution which is also the name of the extra)
_FRAMEWORKS: Final[dict[str, tuple[str, str]]] = {
    "starlette": (f"{_APPS}.starlette_app:app()", "starlette"),
    "django-asgi": (f"{_APPS}.django_asgi_app:app()", "django"),
    "django-wsgi": (f"{_APPS}.django_wsgi_app:app()", "django"),
    "flask": (f"{_APPS}.flask_app:app()", "flask"),
    "sanic": (f"{_APPS}.sanic_app:app()", "sanic"),
    "asgi": (f"{_APPS}.asgi_app:app()", ""),
    "wsgi": (f"{_APPS}.wsgi_app:app()", ""),
}

# server: (distributions, platforms, whether it takes a Unix socket)
_SERVERS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]]] = {
    "uvicorn-h11": (("uvicorn", "h11"), _ANY, True),
    "uvicorn-httptools": (("uvicorn", "httptools"), _ANY, True),
    "hypercorn": (("hypercorn",), _ANY, True),
    "hypercorn-h2": (("hypercorn", "h2"), _ANY, True),
    "granian": (("granian",), _ANY, True),
    "daphne": (("daphne",), _POSIX, True),
    "gunicorn": (("gunicorn",), _POSIX, True),
    "gunicorn-asgi": (("gunicorn",), _POSIX, True),
    "waitress": (("waitress",), _ANY, True),
    "werkzeug": (("werkzeug",), _ANY, True),
    "runserver": (("django",), _ANY, False),
    "sanic": (("sanic",), _ANY, True),
}

# Before that its ASGI worker hands paths over as they were sent, percent-escapes and all.
_AT_LEAST: Final = {"gunicorn-asgi": {"gunicorn": "25.3"}}

# What the middleware of a new Django project adds: it stays on.
_BY_DJANGO: Final = (
    Added("x-frame-options", "DENY"),
    Added("x-content-type-options", "nosniff"),
    Added("referrer-policy", "same-origin"),
    Added("cross-origin-opener-policy", "same-origin"),
)
_ADDED: Final = {"django-asgi": _BY_DJANGO, "django-wsgi": _BY_DJANGO}

_ASGI_SERVERS: Final = ("uvicorn-h11", "uvicorn-httptools", "hypercorn", "granian")

_COMBINATIONS: Final = (
    ("starlette", (*_ASGI_SERVERS, "gunicorn-asgi", "hypercorn-h2")),
    ("django-asgi", (*_ASGI_SERVERS, "daphne")),
    ("django-wsgi", ("gunicorn", "waitress", "runserver")),
    ("flask", ("gunicorn", "waitress", "werkzeug")),
    ("sanic", ("sanic", "uvicorn-h11")),
    ("asgi", _ASGI_SERVERS),
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
        at_least=_AT_LEAST.get(server, {}),
        http_version="2" if server.endswith("-h2") else "1.1",
        added=_ADDED.get(framework, ()),
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


def versions_of(target: Target) -> dict[str, str]:
    """Return the versions of the distributions that `target` needs; those that are installed."""
    found: dict[str, str] = {}
    for name in target.requires:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


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
