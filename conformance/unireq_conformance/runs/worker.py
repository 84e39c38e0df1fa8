"""One target, judged in a process of its own: what `pool` starts.

    python -m unireq_conformance.runs.worker LOG

Rule: the first line of standard input is the job; the rest is never written, and its end means that
the parent has gone, or wants no more. Standard output has one JSON object a line and nothing else:
what apps print goes to standard error, which is the file LOG.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from unireq_conformance.clause import Clause
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.clauses.drawing import INSIDE
from unireq_conformance.deviations.deviation import ANY_CLAUSE
from unireq_conformance.judge import Effort, judge
from unireq_conformance.runs import codec
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.fields import Node
from unireq_conformance.runs.names import check_spec, find_target
from unireq_conformance.runs.record import DeviationRecord, VerdictRecord
from unireq_conformance.runs.requests import decode, encode
from unireq_conformance.servers.drivers import DriverFailed
from unireq_conformance.servers.process import ServerFailed
from unireq_conformance.servers.running import Running
from unireq_conformance.servers.target import Target
from unireq_conformance.servers.wire import ForeignReply
from unireq_conformance.texts import end_of
from unireq_conformance.verdict import Verdict

__all__ = ["main"]

_LOG_LIMIT: Final = 64 * 1024
_GONE: Final = (ServerFailed, DriverFailed, ConnectionError, ForeignReply)


def _keep_output() -> Callable[..., None]:
    """Keep standard output for ourselves: what tells an event and its data there."""
    file = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)

    def tell(event: str, **data: Any) -> None:
        file.write(json.dumps({"event": event, **data}) + "\n")
        file.flush()

    return tell


def _judge(clause: Clause, running: Running, target: Target, job: dict[str, Any]) -> Verdict:
    try:
        return judge(
            clause,
            running,
            effort=Effort(job["examples"], job["seed"]),
            deviations=target.deviations,
            unsupported=target.unsupported,
        )
    except (LookupError, TypeError, ValueError, AttributeError, AssertionError) as error:
        if job["request"] is None:
            raise
        # Checks rely on what their strategies draw.
        raise Unusable(
            f"expected a request that fits {clause.id}, got one that its check cannot handle"
            f" ({error!r}); replay the file as it was written"
        ) from error


def _printed() -> tuple[int, bytes]:
    """How many bytes have been printed here, and the last of them."""
    with Path(sys.argv[1]).open("rb") as file:
        start = max(0, file.seek(0, os.SEEK_END) - _LOG_LIMIT)
        file.seek(start)
        end = file.read()
    return start + len(end), end


def _told(error: BaseException) -> str:
    """The message of `error`, with what the app has to do with it."""
    if isinstance(error, ServerFailed):
        return str(error)  # it ends with the log of the server
    if (cause := error.__cause__) is not None:
        return f"{error}\n{end_of(''.join(traceback.format_exception(cause)))}"
    printed = end_of(_printed()[1].decode(errors="replace"))
    return f"{error}\nend of its log:\n{printed}" if printed else str(error)


def _work(job: dict[str, Any], tell: Callable[..., None]) -> None:
    target = find_target(job["target"])
    if job["request"] is None:
        check_spec(target, job["spec"])
    clauses = [CLAUSES[clause_id] for clause_id in job["clauses"]]
    if job["request"] is not None:
        # No others are judged.
        alone = (decode(Node(job["request"], "the request")),)
        clauses = [replace(each, always=alone, exhaustive=True) for each in clauses]
    judged = {*job["clauses"], ANY_CLAUSE}
    declared = [
        DeviationRecord(each.clause, each.because, each.witness, each.specified, each.observed)
        for each in target.deviations
        if each.clause in judged
    ]
    tell("found", versions=target.versions, deviations=[*map(codec.encode, declared)])
    for local, several in _by_socket(target, clauses):
        spared = False
        with target.run(local=local) as running:
            running.printed = running.printed or _printed
            for clause in sorted(several, key=lambda clause: clause.id not in INSIDE):
                if clause.id not in INSIDE and not spared:
                    running.spare()
                    spared = True
                tell("judging", clause=clause.id)
                verdict = _judge(clause, running, target, job)
                request = None if verdict.failure is None else verdict.failure.request
                tell(
                    "verdict",
                    verdict=codec.encode(VerdictRecord.of(verdict)),
                    request=None if request is None else encode(request),
                )
    tell("ended")


def _by_socket(target: Target, clauses: list[Clause]) -> Iterator[tuple[bool, list[Clause]]]:
    """Whether the target listens on a Unix socket, and what is judged then."""
    unix = target.driver.unix_socket
    local = [clause for clause in clauses if unix and clause.capability == "UNIX_SOCKET"]
    others = [clause for clause in clauses if clause not in local]
    return ((where, several) for where, several in ((False, others), (True, local)) if several)


def _end_with_the_parent() -> None:
    while sys.stdin.read(1024):
        pass
    if hasattr(signal, "pthread_kill") and (main := threading.main_thread().ident) is not None:
        # It wakes the main thread also where that waits for a server.
        signal.pthread_kill(main, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)


def main() -> int:
    """Do the job; return the exit status, which is 0 wherever the parent was told what happened."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    tell = _keep_output()
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    try:
        _work(job, tell)
    except Unusable as error:
        tell("unusable", message=str(error))
    except _GONE as error:
        tell("failed", message=_told(error))
    except (KeyboardInterrupt, BrokenPipeError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
