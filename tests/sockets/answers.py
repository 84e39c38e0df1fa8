"""Sends one request to every running target, from one source port."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from unireq_conformance.process import Server
from unireq_conformance.wire import Observation, free_source_port, observe

PATIENCE = 30.0
"""Seconds that a server has to answer: these machines are shared."""


def ask(
    servers: Mapping[str, Server], request: bytes, *, impatient_with: Collection[str] = ()
) -> tuple[dict[str, Observation], int]:
    """What became of `request` on each of `servers`, and the source port that it was sent from.

    Those that are known to go on waiting have one second.
    """
    for attempt in range(5):
        port = free_source_port()
        try:
            return {
                name: observe(
                    server,
                    request,
                    source_port=port,
                    timeout=1 if name in impatient_with else PATIENCE,
                )
                for name, server in servers.items()
            }, port
        except OSError:
            # Another process has taken the source port meanwhile.
            if attempt == 4:
                raise
    raise AssertionError("unreachable")
