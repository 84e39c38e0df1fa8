"""What processes hold: open files without a name, and memory. Linux only."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from unireq_conformance.servers.process import Server

__all__ = ["forget_peak", "nameless_files", "processes_of", "resident_peak"]


def processes_of(server: Server) -> list[Path]:
    """The directories in /proc of the server's processes, without its supervisor."""
    found: list[Path] = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getpgid(int(entry.name)) == server.pid != int(entry.name):
                found.append(entry)
    return found


def nameless_files(processes: Iterable[Path], directory: str | Path) -> int:
    """How many files that were in `directory`, and have no name there any more, are open."""
    found = 0
    for process in processes:
        with suppress(OSError):
            for entry in (process / "fd").iterdir():
                with suppress(OSError):
                    target = os.readlink(entry)  # noqa: PTH115 (no path: it ends in " (deleted)")
                    found += target.startswith(f"{directory}/") and target.endswith(" (deleted)")
    return found


def resident_peak(server: Server) -> float:
    """The sum of the most memory that each of the processes has had so far, in MiB: VmHWM."""
    total = 0
    for process in processes_of(server):
        with suppress(OSError):
            total += sum(map(int, re.findall(r"VmHWM:\s+(\d+)", (process / "status").read_text())))
    return total / 1024


def forget_peak(server: Server) -> float:
    """Let the peaks begin again from what is resident now; their sum."""
    for process in processes_of(server):
        with suppress(OSError):
            (process / "clear_refs").write_text("5")
    return resident_peak(server)
