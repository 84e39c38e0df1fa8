"""The command line: `unireq-conformance COMMAND`.

Rule: whatever happens, the exit status says what it was, the servers are ended, nobody is shown a
traceback, and every message says what to do. The arguments of all commands are declared here; what
a command does is the function `run` of its module in `commands/`, which is loaded for it alone.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import unireq
from unireq_conformance.commands import KINDS, NARROWEST, PROFILES
from unireq_conformance.commands.output import say
from unireq_conformance.runs.errors import Unusable

UNUSABLE: Final = 2
INTERRUPTED: Final = 128 + 2
BROKEN_PIPE: Final = 128 + 13

_Add = Callable[..., argparse.Action]
_NO_COLOR: Final[dict[str, Any]] = {
    "action": "store_true",
    "help": "no colours; the same as NO_COLOR=1",
}

_COMPARE: Final = """\
Sends the same bytes to every installed web framework, each on its usual server on this machine,
and shows side by side what the framework says about the request and what unireq says."""
_RUN: Final = """\
Judges targets by the clauses of the specification. A target is a registered name
(flask:gunicorn), a pattern of names (flask:*), `all` for every target that is installed, or a suite
of your own (package.module:TestMine, a subclass of AdapterSuite)."""
_MATRIX: Final = """\
Merges the JSON files of runs and shows every clause on every target: as one self-contained HTML
page, as a badge for a README (the endpoint format of shields.io), or as JSON. If several files have
the same target, the last one counts."""
_NEW: Final = """\
Writes the package unireq-NAME: an adapter for the framework NAME, a suite that judges it, and what
CI runs. Its suite is green as soon as it is installed. What only you know is marked TODO."""
_EPILOG: Final = """\
exit status:
  0  done, and all is as it should be
  1  unireq says different things, or a clause does not hold
  2  there is no verdict, or an argument or a file cannot be used"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` and return its exit status."""
    try:
        parsed = _parser().parse_args(arguments)
        status: int = import_module(f"{__package__}.commands.{parsed.module}").run(parsed)
        sys.stdout.flush()
    except KeyboardInterrupt:
        say("interrupted; all servers were stopped")
        return INTERRUPTED
    except Unusable as error:
        say(str(error).rstrip())
        return UNUSABLE
    except BrokenPipeError:
        _abandon_stdout()
        return BROKEN_PIPE
    except OSError as error:
        say(f"{error}; make room, or write somewhere else")
        _abandon_stdout()
        return UNUSABLE
    return status


def _abandon_stdout() -> None:
    # Else the interpreter tries to flush what is left, fails again, and says so.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unireq-conformance",
        description="Checks on real servers whether unireq gives the same in every web framework.",
    )
    parser.add_argument("--version", action="version", version=f"unireq {unireq.__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="command")

    def command(name: str, text: str, more: str = "", module: str = "") -> _Add:
        added = subparsers.add_parser(
            name,
            help=text,
            description=more or f"{text[0].upper()}{text[1:]}.",
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(module=module or name)
        return added.add_argument

    add = command("compare", "send one request to every framework and compare", _COMPARE)
    add("--file", metavar="FILE", help="file with the bytes of the request")
    text = "target to ask, as framework:server; may be repeated (default: each framework once)"
    add("--target", metavar="NAME", action="append", default=[], help=text)
    add("--json", metavar="FILE", help="write all results as JSON; - prints them")
    add("--markdown", metavar="FILE", help="write the differences as Markdown; - prints them")
    add("--no-color", **_NO_COLOR)
    text = "width in columns (default: that of the terminal)"
    add("--width", type=_number(NARROWEST, 1000), metavar="N", help=text)

    add = command("run", "judge targets by the specification", _RUN)
    add("targets", metavar="TARGET", nargs="+", help="what to judge; see above")
    text = "clause to judge by; may be repeated (default: all clauses)"
    add("--clause", metavar="ID", action="append", default=[], help=text)
    text = "number of the specification to judge by (default: the newest)"
    add("--spec", metavar="N", help=text)
    text = ", ".join(f"{name}: {number} requests a clause" for name, number in PROFILES.items())
    text += " (default: ci, which sends the same ones every time)"
    add("--profile", choices=PROFILES, default="ci", help=text)
    add("--examples", type=_number(1, 10**6), metavar="N", help="number of requests a clause")
    add("--seed", type=_number(0, 2**64 - 1), metavar="N", help="seed of the requests")
    text = "count SHOULD clauses and declared deviations as failures"
    add("--strict", action="store_true", help=text)
    add("--json", metavar="FILE", help="write the run as JSON; - prints it")
    add("--junit", metavar="FILE", help="write the run as JUnit XML, for CI; - prints it")
    text = "directory for failure files, for replay (default: .unireq-conformance)"
    add("--failures", metavar="DIR", type=Path, help=text)
    add("--no-color", **_NO_COLOR)

    add = command("list", "list the clauses of the specification", module="catalogue")
    add("--area", metavar="AREA", help="only the clauses of this area: HDR, CKE, QRY, ...")
    add("--no-color", **_NO_COLOR)

    text = "explain one clause: what it requires, why, and which targets deviate from it"
    add = command("explain", text, module="catalogue")
    add("id", metavar="ID", help="id of the clause, such as HDR-003")
    add("--no-color", **_NO_COLOR)

    add = command("replay", "send the bytes of a saved failure again, and judge the answer")
    add("file", metavar="FILE", type=Path, help="a file that run has saved")
    add("--target", metavar="OTHER", help="replay it on another target or suite")
    add("--no-color", **_NO_COLOR)

    add = command("matrix", "merge runs into one page of clauses and targets", _MATRIX)
    add("results", metavar="RESULT", nargs="+", type=Path, help="a file that run --json wrote")
    add("--html", metavar="FILE", help="write the page; - prints it")
    add("--badge", metavar="FILE", help="write the badge; - prints it")
    add("--json", metavar="FILE", help="write the merged runs; - prints them")

    add = command("new", "begin an adapter: write its package", _NEW)
    add("name", metavar="NAME", help="the module of the framework, such as bottle")
    for kind, text in KINDS.items():
        add(f"--{kind}", dest="kinds", action="append_const", const=kind, default=[], help=text)
    text = "a new or empty directory (default: unireq-NAME)"
    add("--into", metavar="DIRECTORY", type=Path, help=text)
    return parser


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= 20 and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"expected a number from {least} to {most}, got {text!r}")

    return read
