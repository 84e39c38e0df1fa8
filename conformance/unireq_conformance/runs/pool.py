"""Several targets side by side, each judged by a worker process of its own.

Rule: a worker that is told to end, or whose parent dies in any way, ends with its servers. What
goes wrong with one is an event of its target, and never the end of the others.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from unireq_conformance.texts import end_of

__all__ = ["Event", "Job", "default_size", "work"]

_TIME_TO_END: Final = 15.0


@dataclass(frozen=True)
class Job:
    """What one worker has to do.

    Attributes:
        target: The name of a target or a suite.
        clauses: Ids.
        examples, seed: See `judge.Effort`.
        request: The one request to judge by, as JSON, where that is given.
        spec: The number of the specification that was asked for; None for the newest.
    """

    target: str
    clauses: tuple[str, ...]
    examples: int
    seed: int | None = None
    request: Any = None
    spec: str | None = None


@dataclass(frozen=True)
class Event:
    """What a worker tells.

    Attributes:
        target: Of which target.
        kind: `found`, `judging`, `verdict`; and the last one: `ended`, `failed`, `unusable`.
        data: What belongs to it; see `worker`.
    """

    target: str
    kind: str
    data: dict[str, Any]

    @property
    def last(self) -> bool:
        """Whether no other will come of this target."""
        return self.kind in {"ended", "failed", "unusable"}


def default_size() -> int:
    """How many workers this machine takes: one for each core, four at most."""
    linux = len(os.sched_getaffinity(0)) if sys.platform == "linux" else None
    return min(linux or os.cpu_count() or 1, 4)


def work(jobs: Sequence[Job], *, size: int) -> Generator[Event, None, None]:
    """Do `jobs`, `size` of them at a time; yield what happens, until the last has ended.

    Workers end when the generator is closed.
    """
    with (
        tempfile.TemporaryDirectory(prefix="unireq-conformance-") as scratch,
        ThreadPoolExecutor(size) as threads,
    ):
        pool = _Pool(scratch)
        try:
            for job in jobs:
                threads.submit(pool.do, job)
            left = len(jobs)
            while left:
                # With a time limit, since on Windows waiting can't be interrupted.
                with suppress(queue.Empty):
                    event = pool.events.get(timeout=1.0)
                    left -= event.last
                    yield event
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            pool.stop()


class _Pool:
    def __init__(self, scratch: str) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._scratch = scratch
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._stopping = False

    def stop(self) -> None:
        """Tell all workers to end, and start no other."""
        with self._lock:
            self._stopping = True
            for process in self._running:
                with suppress(OSError):
                    _pipe(process.stdin).close()

    def do(self, job: Job) -> None:
        """Have `job` done, whatever comes of it."""
        try:
            # In a file with a name, so that the worker can read what its app has printed.
            with tempfile.NamedTemporaryFile("ab", dir=self._scratch, delete=False) as log:
                with self._lock:
                    if self._stopping:
                        return
                    process = self._start(log)
                    self._running.add(process)
                try:
                    self._follow(job, process, log)
                finally:
                    with self._lock:
                        self._running.discard(process)
        except Exception as error:  # noqa: BLE001  # else nobody would hear of this target again
            message = f"its worker could not be started, or its output is invalid: {error!r}"
            self.events.put(Event(job.target, "failed", {"message": message}))

    def _start(self, log: IO[bytes]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "unireq_conformance.runs.worker", log.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="ascii",
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
                # Else it leaves a directory behind wherever it is called.
                "HYPOTHESIS_STORAGE_DIRECTORY": self._scratch,
            },
            # An interrupt from the keyboard is for us; we tell the workers.
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )

    def _follow(self, job: Job, process: subprocess.Popen[str], log: IO[bytes]) -> None:
        ended = False
        with process:
            try:
                with suppress(OSError, ValueError):  # it is gone already, or told to go
                    _pipe(process.stdin).write(json.dumps(vars(job)) + "\n")
                    _pipe(process.stdin).flush()
                for line in _pipe(process.stdout):
                    data = json.loads(line)
                    event = Event(job.target, data.pop("event"), data)
                    ended = event.last
                    self.events.put(event)
                    if ended:
                        break
            finally:
                with suppress(OSError):  # what was not written is not missed
                    _pipe(process.stdin).close()
                try:
                    process.wait(_TIME_TO_END)
                except subprocess.TimeoutExpired:
                    process.kill()
        if not ended:
            lines = end_of(Path(log.name).read_text(errors="replace")).splitlines()
            said = "".join(f"\n  {each}" for each in lines)
            message = f"its worker ended with status {process.returncode}; its output:{said}"
            self.events.put(Event(job.target, "failed", {"message": message}))


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None, "it was started with pipes"
    return pipe
