"""A supervised child process: its log, whether it runs, and its end.

Rule: it never outlives this process. A supervisor holds a pipe to this process and ends the child's
process group when the pipe closes; if the supervisor itself is killed, stopping ends the group.
On Windows, where there are no process groups, a child whose supervisor was killed lives on.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from unireq_conformance.servers.supervisor import GRACE

_LOG_LIMIT: Final = 64 * 1024
_SUPERVISOR: Final = Path(__file__).with_name("supervisor.py")
# Settings of servers and frameworks; and what wsgiref, below Django's runserver, would hand to the
# app as parts of the request, since it starts every environ from the process's own (HTTP_PROXY!).
_HIDDEN: Final = tuple(
    """
    DJANGO_ FLASK_ GRANIAN_ GUNICORN_ HYPERCORN_ SANIC_ UVICORN_ WERKZEUG_
    FORWARDED_ALLOW_IPS WEB_CONCURRENCY
    CONTENT_ HTTP_ PATH_INFO QUERY_STRING REMOTE_ REQUEST_ SCRIPT_NAME SERVER_
    """.split()
)


class Child:
    """One command, run by a supervisor from construction on, until `stop`."""

    def __init__(self, command: list[str], variables: Mapping[str, str]) -> None:
        """Start `command` with our environment, `variables` added to it, and our import path."""
        self._process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_SUPERVISOR), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            env=_environment(variables),
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows
        )
        self._tail = b""
        self._printed = 0
        self._reader = threading.Thread(target=self._read, args=[self._process.stdout], daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Id of the supervisor; on POSIX, of the process group too."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether both the command and its supervisor are running."""
        if sys.platform != "linux":
            return self._process.poll() is None
        if self._process.returncode is not None:
            return False
        # Unlike poll() this does not reap the process: its id stays its own until we let it go.
        ended = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return ended is None

    @property
    def log(self) -> str:
        """The last 64 KiB of what it printed."""
        return self._tail.decode(errors="replace")

    @property
    def printed(self) -> tuple[int, bytes]:
        """How many bytes it printed, and the last 64 KiB of them."""
        return self._printed, self._tail

    def settle(self) -> None:
        """Wait a little for the rest of the log of a child that has ended."""
        self._reader.join(5)

    def begin_to_stop(self) -> None:
        """Tell the supervisor to end; returns at once."""
        if not self.running:
            self._kill_group()  # while the id of the group cannot have become somebody else's
        if self._process.stdin is not None:
            self._process.stdin.close()

    def finish_stopping(self) -> None:
        """Wait until nothing is left of the process group."""
        try:
            self._process.wait(GRACE + 3)
        except subprocess.TimeoutExpired:
            self._kill_group()
            self._process.wait()
        self._kill_group()
        self.settle()

    def _kill_group(self) -> None:
        if sys.platform == "win32":
            self._process.kill()
            return
        with suppress(ProcessLookupError, PermissionError):  # nobody is left in it
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while chunk := pipe.read(65536):
                self._tail = (self._tail + chunk)[-_LOG_LIMIT:]
                self._printed += len(chunk)


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_HIDDEN)}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(_import_path()),
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
        **variables,
    }


def _import_path() -> list[str]:
    """Return what this process imports from beyond the interpreter's own places."""
    own = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    absolute = [Path.cwd() / entry for entry in sys.path]
    return [str(path) for path in absolute if path.exists() and not str(path).startswith(own)]
