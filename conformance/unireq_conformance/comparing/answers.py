"""Sends one request to several targets, each on its real server, and collects what they say.

Rule: every target gets the same bytes from the same client port, and ends as one of two things, an
`Answer` or a `Failure` that says what to do. None is left out, and no server is left running.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from unireq_conformance.servers.frames import Inexpressible
from unireq_conformance.servers.process import START_TIME, Server, ServerFailed, start_all
from unireq_conformance.servers.target import Target
from unireq_conformance.servers.wire import ForeignReply, Observation, free_port, observe

ANSWER_TIME: Final = 5.0
"""Seconds that a server has to answer the request."""

_ATTEMPTS: Final = 3
_LOG_LINES: Final = 20
_TIME_TO_DIE: Final = 0.5
_HUNG_UP: Final = ("closed", "reset", "unreachable")
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
        target: who it was.
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
    """Why one target gave no answer.

    Attributes:
        target: who it was.
        kind: how far it got.
        reason: what happened, as a sentence.
        install: the command that installs what is missing; "" if that is not it.
        log: the end of what its server printed.
    """

    target: Target
    kind: FailureKind
    reason: str
    install: str = ""
    log: tuple[str, ...] = ()


@dataclass(frozen=True)
class Round:
    """One request and what became of it everywhere.

    Attributes:
        targets: all that were asked, in order.
        answers: of those that answered, in that order.
        failures: of the others.
        client_port: where the request came from; None if nothing was sent.
    """

    targets: tuple[Target, ...]
    answers: tuple[Answer, ...]
    failures: tuple[Failure, ...]
    client_port: int | None = None


def ask(targets: Sequence[Target], data: bytes, *, start_time: float = START_TIME) -> Round:
    """Start `targets`, send `data` to each, end them all.

    Args:
        targets: whom to ask; their names differ.
        data: the request.
        start_time: seconds that a server has until it must be up.

    Raises:
        OSError: no client port could be had.
    """
    with start_all(targets, timeout=start_time) as servers:
        return ask_started(targets, servers, data)


def ask_started(
    targets: Sequence[Target], servers: Mapping[str, Server | ServerFailed], data: bytes
) -> Round:
    """Send `data` to each of `servers`, which `start_all` has started for `targets`.

    Raises:
        OSError: no client port could be had.
    """
    up = [server for server in servers.values() if isinstance(server, Server)]
    asked, port = _ask_all(up, data) if up else ({}, None)
    outcomes = [
        _not_started(server) if isinstance(server, ServerFailed) else asked[name]
        for name, server in servers.items()
    ]
    return Round(
        targets=tuple(targets),
        answers=tuple(outcome for outcome in outcomes if isinstance(outcome, Answer)),
        failures=tuple(outcome for outcome in outcomes if isinstance(outcome, Failure)),
        client_port=port,
    )


def _ask_all(servers: list[Server], data: bytes) -> tuple[dict[str, Answer | Failure], int]:
    for attempt in range(1, _ATTEMPTS + 1):
        port = free_port()
        try:
            return {server.target.name: _ask_one(server, data, port) for server in servers}, port
        except OSError:
            # Another process was given the port meanwhile; all must see the same one.
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def _ask_one(server: Server, data: bytes, port: int) -> Answer | Failure:
    target = server.target
    try:
        observation = observe(server, data, timeout=ANSWER_TIME, source_port=port)
    except ServerFailed as failed:
        return Failure(target, "ended", _ENDED, log=_tail(failed.log))
    except ForeignReply as foreign:
        return Failure(target, "not started", str(foreign))
    except Inexpressible as error:
        return Failure(target, "refused", f"it could not be sent: {error}")
    report = observation.report
    if report is None and _has_ended(server, observation):
        return Failure(target, "ended", _ENDED, log=_tail(server.log))
    if report is None:
        return Failure(target, "refused", _refusal(observation), log=_tail(server.log))
    return Answer(target, report["unireq"], report["derived"], report["native"])


def _not_started(failed: ServerFailed) -> Failure:
    target = failed.target
    if (missing := target.missing()) is not None:
        return Failure(target, "missing", missing.reason, install=missing.install)
    return Failure(target, "not started", failed.reason, log=_tail(failed.log))


def _has_ended(server: Server, observation: Observation) -> bool:
    """Whether `server` is ending: its connections close before its process is seen to be gone."""
    deadline = time.monotonic() + _TIME_TO_DIE
    while observation.reply.error in _HUNG_UP and time.monotonic() < deadline:
        if not server.alive:
            return True
        time.sleep(0.02)
    return False


def _refusal(observation: Observation) -> str:
    reply = observation.reply
    if reply.error is not None:
        return _REASONS.get(reply.error, reply.error)
    return f"it answered {cast('int', reply.status)} without handing the request to the app"


def _tail(log: str) -> tuple[str, ...]:
    return tuple(line for line in log.splitlines() if line.strip())[-_LOG_LINES:]
