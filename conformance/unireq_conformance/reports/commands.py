"""Commands for people to paste: quoted for the shell, the same on every machine."""

from __future__ import annotations

import shlex
from pathlib import Path

from unireq_conformance.runs.record import Circumstances

__all__ = ["replay_command", "run_command"]

_PROGRAM = "unireq-conformance"


def replay_command(path: Path) -> str:
    """The command that replays the failure file `path`."""
    return shlex.join([_PROGRAM, "replay", str(path)])


def run_command(target: str, circumstances: Circumstances, spec: str) -> str:
    """The command that judges a target again, by the same clauses and with the same requests."""
    words = [_PROGRAM, "run", target, "--spec", spec, "--examples", str(circumstances.examples)]
    if circumstances.seed is not None:
        words += ["--seed", str(circumstances.seed)]
    return shlex.join(words)
