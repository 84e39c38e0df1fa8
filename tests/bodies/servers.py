"""The apps of this directory, each on every server that its framework is run on."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from bodies.apps.steps import NOTES_VARIABLE
from support.app_servers import SERVED, app_targets, started
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.reply import Reply
from unireq_conformance.servers.targets import Target
from unireq_conformance.servers.wire import send

__all__ = ["BY_NAME", "TARGETS", "Rig", "start"]

_T = TypeVar("_T")

TARGETS: Final = app_targets(SERVED)
BY_NAME: Final = {target.name: target for target in TARGETS}


@dataclass
class Rig:
    """The running servers, and what they share.

    Attributes:
        servers: By the names of their targets.
        temporary: Their temporary directory.
        notes: Where their apps write notes.
    """

    servers: dict[str, Server]
    temporary: Path
    notes: Path

    def connect(self, name: str) -> socket.socket:
        """A connection to the target `name`."""
        address = self.servers[name].address
        assert isinstance(address, tuple)
        return socket.create_connection(address, timeout=60)

    def send(self, name: str, data: Any, timeout: float = 60) -> Reply:
        """The reply to `data`."""
        return send(self.servers[name].address, data, timeout=timeout)

    def ask(self, name: str, data: Any, timeout: float = 60) -> list[dict[str, Any]]:
        """What came of the steps that `data` asks the app for."""
        server, reply = self.servers[name], self.send(name, data, timeout)
        got = f"{name}: {reply.status} {reply.error or ''} {reply.body[:300]!r}"
        assert (reply.status, reply.error) == (200, None), f"{got}\n{server.log[-2000:]}"
        document = json.loads(reply.body)
        assert document["nonce"] == server.nonce, "another process has answered"
        steps: list[dict[str, Any]] = document["steps"]
        return steps

    def on_all(self, function: Callable[[str], _T], *names: str) -> dict[str, _T]:
        """What `function` gives for each target, side by side."""
        chosen = names or tuple(self.servers)
        with ThreadPoolExecutor(len(chosen)) as pool:
            return dict(zip(chosen, pool.map(function, chosen), strict=True))


@contextmanager
def start(directory: Path, *targets: Target) -> Iterator[Rig]:
    """Start `targets`; they keep temporary files and notes below `directory`."""
    temporary, notes = directory / "temporary", directory / "notes"
    temporary.mkdir()
    notes.mkdir()
    variables = {"TMPDIR": str(temporary), NOTES_VARIABLE: str(notes)}
    with started(targets, variables) as servers:
        yield Rig(servers, temporary, notes)
