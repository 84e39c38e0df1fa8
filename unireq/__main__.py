"""`python -m unireq`: which frameworks are here, and is each supported.

Only the standard library is needed, and no framework is imported. The exit status is 0 whatever is
found: it reports, it does not judge.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence

import unireq
from unireq._installed import Status, find_status, other_failures

SCHEMA = 1
"""Version of the form that `--json` prints, under the key "schema"."""

_HEAD = ("framework", "installed", "supported", "versions", "adapter")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the overview; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m unireq",
        description="Shows the web frameworks that are installed, and the adapter for each.",
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    as_json: bool = parser.parse_args(arguments).json
    try:
        print(_document() if as_json else "\n".join(_page()), flush=True)
    except BrokenPipeError:
        # Else the interpreter tries to flush what is left, fails again, and says so.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _document() -> str:
    import json

    found = {
        "schema": SCHEMA,
        "unireq": unireq.__version__,
        "python": platform.python_version(),
        "adapters": [status._asdict() for status in find_status()],
        "failures": other_failures(),
    }
    return json.dumps(found, indent=2)


def _page() -> list[str]:
    found = find_status()
    lines = [f"unireq {unireq.__version__}, Python {platform.python_version()}", ""]
    if not any(status.adapter for status in found):
        return [
            *lines,
            "No adapters: unireq can be imported here, but is not installed: pip install unireq",
        ]
    rows = [_HEAD, *(_cells(status) for status in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(padded).rstrip())
    todo = [_todo(status) for status in found if status.install is not None]
    broken = [
        f"{s.framework} = {s.adapter} ({s.provider or 'of unknown origin'}): {s.error}"
        for s in found
        if s.error
    ]
    broken += [f"{name}: {error}" for name, error in other_failures().items()]
    for title, entries in (("To install or upgrade:", todo), ("Broken adapters:", broken)):
        if entries:
            lines += ["", title, *(f"  {entry}" for entry in entries)]
    return lines


def _cells(status: Status) -> tuple[str, ...]:
    if status.protocol:
        installed, supported = "(protocol)", "yes"
    else:
        installed = status.version or "no"
        supported = {True: "yes", False: "no", None: "-" if status.version is None else "?"}[
            status.supported
        ]
    if status.error is not None:
        supported = "broken"
    versions = "any" if status.requires is None or status.requires == "" else status.requires
    adapter = status.adapter or "-"
    if status.provider is not None and not status.provider.startswith("unireq "):
        adapter += f" ({status.provider})"
    return status.framework, installed, supported, versions, adapter


def _todo(status: Status) -> str:
    return f"{status.framework}: {status.install}"


if __name__ == "__main__":
    sys.exit(main())
