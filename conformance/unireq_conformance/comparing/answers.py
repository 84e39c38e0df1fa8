"""Sends one request to several targets, each on its real server, and collects what they say.

Rule: every target gets the same bytes from the same client port, and ends as one of two things, an
`Answer` or a `Failure` that says what to do. None is left out, and no server is left running.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from unireq_conformance.servers.frames import Inexpressible
from unireq_conformance.servers.process import Server, ServerFailed, start_all
from unireq_conformance.servers.target import Target
from unireq_conformance.servers.wire import ForeignReply, Observation, free_port, observe

ANSWER_TIME: Final = 5.0
"""Seconds that a server has to answer the request."""

_ATTEMPTS: Final = 3
_TIME_TO_DIE: Final = 0.5
_ENDED: Final = "its server ended during the request"
_REASONS: Final = {
    "closed": "it closed the connection without an answer",
    "reset": "it reset the connection",
    "timeout": f"it did not answer within {ANSWER_TIME:g} s",
    "not-http": "it answered with something that is not HTTP/1",
    "too-large": "its answer was too large",
    "unreachable": "no server accepted the connection",
}

FailureKind = Literal["missing", "not started", "ended", "refused"]
"""Not installed; not up; no longer running when it was asked; no answer from the app."""


@dataclass(frozen=True)
class Answer:
    """What the app of one target reported.

    Attributes:
        facts: `to_dict()` of the request as unireq has it, or `{"error": traceback}`.
        derived: what unireq computed from them there; see `probe.derived`.
        native: what the framework itself says, attribute by attribute.
    """

    target: Target
    facts: Mapping[str, Any]
    derived: Mapping[str, Any]
    native: Mapping[str, Any]


@dataclass(frozen=True)
class Failure:
    """Why one target gave no answer, with what installs it if it is missing, else with a log."""

    target: Target
    kind: FailureKind
    reason: str
    install: str = ""
    log: tuple[str, ...] = ()


@dataclass(frozen=True)
class Round:
    """What became of one request everywhere, and the port that it came from if it was sent."""

    targets: tuple[Target, ...]
    answers: tuple[Answer, ...]
    failures: tuple[Failure, ...]
    client_port: int | None = None


def ask(targets: Sequence[Target], data: bytes) -> Round:
    """Start `targets`, whose names differ, send `data` to each, end them all.

    Raises:
        OSError: no client port could be had.
    """
    port, outcomes = None, list[Answer | Failure]()
    with start_all(targets) as servers:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                if any(isinstance(server, Server) for server in servers.values()):
                    port = free_port()
                outcomes = [_ask_one(server, data, port) for server in servers.values()]
                break
            except OSError:
                # Another process was given the port meanwhile; all must see the same one.
                if attempt == _ATTEMPTS:
                    raise
    return Round(
        targets=tuple(targets),
        answers=tuple(each for each in outcomes if isinstance(each, Answer)),
        failures=tuple(each for each in outcomes if isinstance(each, Failure)),
        client_port=port,
    )


def _ask_one(server: Server | ServerFailed, data: bytes, port: int | None) -> Answer | Failure:
    target = server.target
    if isinstance(server, ServerFailed):
        if (missing := target.missing()) is not None:
            return Failure(target, "missing", missing.reason, install=missing.install)
        return Failure(target, "not started", server.reason, log=_tail(server.log))
    try:
        observation = observe(server, data, timeout=ANSWER_TIME, source_port=port)
    except ServerFailed as failed:
        return Failure(target, "ended", _ENDED, log=_tail(failed.log))
    except ForeignReply as foreign:
        return Failure(target, "not started", str(foreign))
    except Inexpressible as error:
        return Failure(target, "refused", f"it could not be sent: {error}")
    report, reply = observation.report, observation.reply
    if report is not None:
        return Answer(target, report["unireq"], report["derived"], report["native"])
    if _has_ended(server, observation):
        return Failure(target, "ended", _ENDED, log=_tail(server.log))
    reason = f"it answered {reply.status} without handing the request to the app"
    if reply.error is not None:
        reason = _REASONS.get(reply.error, reply.error)
    return Failure(target, "refused", reason, log=_tail(server.log))


def _has_ended(server: Server, observation: Observation) -> bool:
    """Whether `server` is ending: its connections close before its process is seen to be gone."""
    deadline = time.monotonic() + _TIME_TO_DIE
    hung_up = observation.reply.error in {"closed", "reset", "unreachable"}
    while hung_up and time.monotonic() < deadline:
        if not server.alive:
            return True
        time.sleep(0.02)
    return False


def _tail(log: str) -> tuple[str, ...]:
    return tuple(line for line in log.splitlines() if line.strip())[-20:]
