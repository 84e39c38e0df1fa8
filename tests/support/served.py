"""Apps of the documentation, each on a server of its own, as files in a directory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from support.app_servers import need_all
from support.children import wait_for
from support.forms import URLENCODED
from support.requirements import INSTALL_ALL, need
from unireq_conformance.servers.child import Child
from unireq_conformance.servers.reply import Reply
from unireq_conformance.servers.targets import get_target
from unireq_conformance.servers.wire import HOST, free_port, send

REPOSITORY: Final = Path(__file__).resolve().parents[2]
_LAUNCH: Final = (sys.executable, "-m", "unireq_conformance.servers.launch")

FORM: Final = ("Content-Type", URLENCODED)
JSON: Final = ("Content-Type", "application/json")

NOT_OURS: Final = {"connection", "content-length", "date", "keep-alive", "server"}
"""Fields of framing, and the server's own."""

BY_DJANGO: Final = {
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""What the middleware of a Django project adds."""


def own_fields(reply: Reply, *, django: bool) -> list[tuple[str, str]]:
    """The header fields that the app gave."""
    added = BY_DJANGO.items() if django else ()
    assert set(added) <= set(reply.headers)
    names = {*NOT_OURS, *dict(added)}
    return [field for field in reply.headers if field[0] not in names]


@dataclass(frozen=True)
class Served:
    """An app, `module:attribute`, on a server that listens on `port`."""

    app: str
    child: Child
    port: int

    def ask(
        self, target: str, *fields: tuple[str, str], body: bytes | None = None, method: str = ""
    ) -> Reply:
        """What came back for a GET, or with a body for a POST, if it is not another method."""
        method = method or ("GET" if body is None else "POST")
        sent = [("Host", "localhost"), ("User-Agent", "socket/1"), ("Connection", "close")]
        sent.extend(fields)
        if body is not None:
            sent.append(("Content-Length", str(len(body))))
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent)
        data = f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + (body or b"")
        return send((HOST, self.port), data, timeout=20)

    def says(self, text: str) -> bool:
        """Whether the app prints `text`, which may take a moment to get here."""
        with suppress(AssertionError):
            wait_for(lambda: text in self.child.log, 10)
        return text in self.child.log


def start_project(directory: Path, settings: str) -> None:
    """A new project of Django's, `project.wsgi` and `project.asgi`, with `settings` as its last."""
    need(find_spec("django"), f"Django is not installed: {INSTALL_ALL}")
    command = [sys.executable, "-m", "django", "startproject", "project", str(directory)]
    subprocess.run(command, check=True)
    with (directory / "project" / "settings.py").open("a", encoding="utf-8") as file:
        file.write(settings)


@contextmanager
def serving(
    directory: Path,
    served: Mapping[str, str],
    ready: str = "/",
    options: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[dict[str, Served]]:
    """Serve apps, side by side, until the block ends.

    Args:
        directory: Where their modules are.
        served: By the name of each app, the target whose server it runs on; for an app that runs
            on several, with a space and a number after the name.
        ready: A path that they answer.
        options: What the server is started with, by the same names.
    """
    need_all([get_target(name) for name in served.values()])
    roots = [REPOSITORY, REPOSITORY / "adapters", REPOSITORY / "conformance"]
    path = {"PYTHONPATH": os.pathsep.join(map(str, [directory, *roots]))}
    found: dict[str, Served] = {}
    with ExitStack() as stack:
        for app, name in served.items():
            port = free_port()
            further = (options or {}).get(app, ())
            module = app.partition(" ")[0]
            server = get_target(name).driver.server
            command = [*_LAUNCH, server, module, "--port", str(port), *further]
            child = Child(command, path)
            stack.callback(child.finish_stopping)
            found[app] = Served(app, child, port)
        for each in found.values():
            stack.callback(each.child.begin_to_stop)
        for each in found.values():
            wait_for(lambda each=each: each.ask(ready).status is not None, child=each.child)
        yield found
