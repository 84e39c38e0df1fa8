"""Runs one command, and ends it with everything that it started as soon as the parent is gone.

    python -I -S supervisor.py COMMAND [ARGUMENT ...]

Rule: standard input is a pipe that the parent holds open and never writes to. Its end means that
the parent has stopped us, or has died in any way at all, SIGKILL included. POSIX: the supervisor
leads a process group that the command shares; the group gets SIGTERM, then SIGKILL after `GRACE`
seconds at most. Windows: the tree of processes is ended by `taskkill`.

It runs as a file, without site packages, because it starts before every server: it must be quick,
and must not depend on what is installed.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
from types import FrameType

GRACE = 2.0
"""Seconds that a server has to end by itself."""


class Supervisor:
    """One command and the duty to end it."""

    def __init__(self, command: list[str]) -> None:
        self._parent = os.getppid()
        self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self._ending = threading.Lock()

    def run(self) -> None:
        """Return when the command has ended; on POSIX this process ends with it instead."""
        threading.Thread(target=self._watch, daemon=True).start()
        if sys.platform != "win32":
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, self._on_term)
        status = self._child.wait()
        with contextlib.suppress(OSError):  # nobody reads the log of a dead parent
            sys.stderr.write(f"the server ended with status {status}\n")
            sys.stderr.flush()
        if sys.platform != "win32":
            os.killpg(0, signal.SIGKILL)  # whatever the command left behind, and this process

    def _watch(self) -> None:
        if sys.platform == "win32":
            while os.read(0, 1024):
                pass
        else:
            # A fork of the parent may have inherited the pipe, so its end is not the only sign.
            while os.getppid() == self._parent:
                readable, _, _ = select.select([0], [], [], 1.0)
                if readable and not os.read(0, 1024):
                    break
        self._end()

    def _on_term(self, _signal: int, _frame: FrameType | None) -> None:
        # In a thread: the main thread, where signals are handled, is to go on waiting.
        threading.Thread(target=self._end, daemon=True).start()

    def _end(self) -> None:
        if not self._ending.acquire(blocking=False):
            return  # SIGTERM to the group comes back to this process
        if sys.platform == "win32":
            tree = ["taskkill", "/F", "/T", "/PID", str(self._child.pid)]
            subprocess.run(tree, capture_output=True, check=False)
            return
        os.killpg(0, signal.SIGTERM)
        try:
            self._child.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._child.kill()


if __name__ == "__main__":
    Supervisor(sys.argv[1:]).run()
