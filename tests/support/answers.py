"""Sends one request to every running target, from one source port."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress

from unireq_conformance.servers.frames import Inexpressible
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.wire import Observation, free_port, observe

PATIENCE = 30.0
"""Seconds that a server has to answer: these machines are shared."""


def ask(
    servers: Mapping[str, Server], request: bytes, *, impatient_with: Collection[str] = ()
) -> tuple[dict[str, Observation], int]:
    """What became of `request` on each of `servers`, and the source port that it was sent from.

    Those that are known to go on waiting have one second. Those whose protocol has no way to say
    it are left out.
    """
    for attempt in range(5):
        port = free_port()
        try:
            answers: dict[str, Observation] = {}
            for name, server in servers.items():
                timeout = 1 if name in impatient_with else PATIENCE
                with suppress(Inexpressible):
                    answers[name] = observe(server, request, source_port=port, timeout=timeout)
            return answers, port
        except OSError:
            # Another process has taken the source port meanwhile.
            if attempt == 4:
                raise
    raise AssertionError("unreachable")
