"""A target: what is judged, with all that is declared of it, and the driver that runs it.

Rule: a target is data. Whether it is registered here or somebody's own suite, and whether its app
runs in this process or on a server in a process of its own, shows in its driver alone. Anyone can
make one for an app of their own:

    Target("bottle:waitress", OnServer("waitress", "my_probe:app"),
           distributions=("bottle", "waitress"))
"""

from __future__ import annotations

import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, distribution, version
from tempfile import TemporaryDirectory
from typing import Any, Final

from unireq_conformance.deviations.deviation import Deviation
from unireq_conformance.servers.received import Added
from unireq_conformance.servers.running import Running
from unireq_conformance.servers.wire import HttpVersion

__all__ = ["ANY_PLATFORM", "Driver", "Missing", "OnServer", "Target", "is_installed"]

ANY_PLATFORM: Final = ("linux", "darwin", "win32")


class Driver(ABC):
    """How the app of a target is run.

    Attributes:
        server: The server, as in the name of a target; "" for one of the app's own.
        unix_socket: Whether it can listen on a Unix socket.
    """

    server: str
    unix_socket: bool = False

    @abstractmethod
    def run(self, target: Target, *, local: bool = False) -> AbstractContextManager[Running]:
        """Start the app of `target`; it ends with the block.

        Args:
            target: What it is the driver of.
            local: Whether to listen on a Unix socket instead of a port.
        """


@dataclass(frozen=True)
class OnServer(Driver):
    """An app on a server in a process of its own: one worker, otherwise as the server comes.

    Attributes:
        server: A key of `launch.SERVERS`.
        app: Where the app is, as `module:attribute`, or `module:function()` for what it returns.
        options: Settings of the server by the names that its own Python interface has for them
            (uvicorn: `proxy_headers=False`; Sanic: fields of `app.config`). Strings, numbers and
            booleans.
        tls: Whether it is spoken to over TLS, with a certificate that is made for the run.
        http_version: What is spoken to it, "1.1" or "2"; see `wire.HttpVersion`.
        added: The fields that the app's own middleware adds to the responses of handlers.
        platforms: Values of `sys.platform` on which the server runs.
        unix_socket: Whether the server can listen on a Unix socket.
    """

    server: str
    app: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)
    tls: bool = False
    http_version: HttpVersion = "1.1"
    added: tuple[Added, ...] = ()
    platforms: tuple[str, ...] = ANY_PLATFORM
    unix_socket: bool = True

    @contextmanager
    def run(self, target: Target, *, local: bool = False) -> Generator[Running, None, None]:
        """Start the server; see `Driver`.

        Raises:
            ServerFailed: It does not start.
        """
        from unireq_conformance.servers.process import Server

        with ExitStack() as stack:
            # The path of a socket may have a hundred characters or so.
            directory = stack.enter_context(TemporaryDirectory(prefix="unireq")) if local else ""
            uds = f"{directory}/s" if local else None
            yield stack.enter_context(Server(target, inside=True, uds=uds))


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
    """What is judged.

    Attributes:
        name: As it is typed: `framework:server`, or `package.module:TestBottle` for a suite.
        driver: What runs it.
        unsupported: The optional features that it does not have, by the name of the `Capability`,
            each with the reason.
        deviations: Those that are declared for it.
        distributions: The names of what must be installed for it, or is judged with it.
        extra: The one of them that an extra of unireq installs, by the same name; "" for none.
        at_least: The oldest version of a distribution that will do, by its name: "25.3".
        spec: The number of the specification that it wants to be judged by; None for any.
    """

    name: str
    driver: Driver
    unsupported: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    deviations: tuple[Deviation, ...] = field(default=(), hash=False)
    distributions: tuple[str, ...] = ()
    extra: str = ""
    at_least: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    spec: str | None = None

    @property
    def framework(self) -> str:
        """The first part of the name."""
        return self.name.partition(":")[0]

    @property
    def on_server(self) -> OnServer:
        """Its driver, if that starts a server.

        Raises:
            TypeError: It runs in this process.
        """
        if not isinstance(self.driver, OnServer):
            raise TypeError(
                f"{self.name}: expected a target on a server of its own, got {self.driver!r}"
            )
        return self.driver

    @property
    def versions(self) -> dict[str, str]:
        """The versions of the distributions, of those that are installed."""
        return {name: version(name) for name in self.distributions if is_installed(name)}

    def run(self, name: str = "", *, local: bool = False) -> AbstractContextManager[Running]:
        """Start it; it ends with the block.

        Args:
            name: What to call it; "" for its name.
            local: Whether on a Unix socket instead of a port.

        Raises:
            DriverFailed, ServerFailed: It does not start, or does not answer as the probe does.
        """
        target = replace(self, name=name) if name else self
        return self.driver.run(target, local=local)

    def with_driver(self, **changes: Any) -> Target:
        """Return the same target with some attributes of its driver changed."""
        return replace(self, driver=replace(self.on_server, **changes))

    def with_options(self, **options: Any) -> Target:
        """Return the same target with some settings of its server changed."""
        return self.with_driver(options={**self.on_server.options, **options})

    def missing(self) -> Missing | None:
        """Return what keeps this target from running here, or None if nothing does."""
        platforms = self.on_server.platforms
        if sys.platform not in platforms:
            reason = f"{self.name} runs on {', '.join(platforms)}, not on {sys.platform}"
            return Missing((), "", reason)
        absent = tuple(each for name in self.distributions if (each := self._lacking(name)))
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
