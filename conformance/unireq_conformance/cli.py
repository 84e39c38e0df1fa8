"""The command line: arguments, output and exit status.

Rule: results go to standard output, everything else to standard error. No failure ends in a
traceback, and every message says what to do. A subcommand is a function `add_...(subparsers)` that
sets `run`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import unireq
from unireq_conformance.commands import catalogue, matrix, new, replay, run
from unireq_conformance.commands.output import (
    NARROWEST,
    check_printed,
    is_plain,
    make_console,
    on_paper,
    say,
    takes_unicode,
    write,
)
from unireq_conformance.comparing.answers import ask
from unireq_conformance.comparing.compare import Comparison
from unireq_conformance.comparing.document import to_document
from unireq_conformance.comparing.labels import make_labels
from unireq_conformance.comparing.markdown import to_markdown
from unireq_conformance.comparing.render import render
from unireq_conformance.comparing.request_file import (
    DEFAULT_REQUEST,
    UnusableRequest,
    read_request,
)
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.servers.target import Target
from unireq_conformance.servers.targets import TARGETS, get_target, usual_targets

UNUSABLE: Final = 2
INTERRUPTED: Final = 128 + 2
BROKEN_PIPE: Final = 128 + 13

_WIDEST: Final = 1000

_DESCRIPTION: Final = """\
Sends the same bytes to every installed web framework, each on its usual server on this machine,
and shows side by side what the framework says about the request and what unireq says."""

_EPILOG: Final = """\
exit status:
  0  at least two targets answered, and unireq says the same on all of them
  1  unireq says different things
  2  fewer than two targets answered, or the request or an argument cannot be used
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` and return its exit status."""
    try:
        parsed = _parser().parse_args(arguments)
        status: int = parsed.run(parsed)
        sys.stdout.flush()
    except KeyboardInterrupt:
        say("interrupted; all servers were stopped")
        return INTERRUPTED
    except (Unusable, UnusableRequest) as error:
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unireq-conformance",
        description="Checks on real servers whether unireq gives the same in every web framework.",
    )
    parser.add_argument("--version", action="version", version=f"unireq {unireq.__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="command")
    add_compare(subparsers)
    for command in (run, catalogue, replay, matrix, new):
        command.add(subparsers)
    return parser


def add_compare(subparsers: Any) -> None:
    """Add the subcommand `compare`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "compare",
        help="send one request to every framework and compare",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--file", metavar="FILE", help="file with the bytes of the request")
    parser.add_argument(
        "--target",
        metavar="NAME",
        action="append",
        default=[],
        help="target to ask, as framework:server; may be repeated (default: each framework once)",
    )
    parser.add_argument("--json", metavar="FILE", help="write all results as JSON; - prints them")
    parser.add_argument(
        "--markdown", metavar="FILE", help="write the differences as Markdown; - prints them"
    )
    parser.add_argument(
        "--no-color", action="store_true", help="no colours; the same as NO_COLOR=1"
    )
    parser.add_argument(
        "--width", type=_width, metavar="N", help="width in columns (default: that of the terminal)"
    )
    parser.set_defaults(run=run_compare)


def run_compare(parsed: argparse.Namespace) -> int:
    """Run `compare`; return the exit status."""
    check_printed(json=parsed.json, markdown=parsed.markdown)
    request = DEFAULT_REQUEST if parsed.file is None else read_request(parsed.file)
    targets = _targets(parsed.target)
    plain = is_plain(parsed.no_color)
    with _progress(targets, plain=plain):
        comparison = Comparison(ask(targets, request.data))
    document = json.dumps(to_document(comparison, request), indent=2) + "\n"
    texts = {"json": document, "markdown": to_markdown(comparison, request)}
    printed = False
    for option, text in texts.items():
        if (file := getattr(parsed, option)) is not None:
            write(file, text, option)
            printed |= file == "-"
    if not printed:
        sys.stdout.write(
            on_paper(
                lambda paper: render(comparison, request, paper), plain=plain, width=parsed.width
            )
        )
    elif comparison.exit_status:
        say(comparison.summary)
    return comparison.exit_status


def _width(text: str) -> int:
    if not (text.isascii() and text.isdigit() and NARROWEST <= int(text) <= _WIDEST):
        raise argparse.ArgumentTypeError(
            f"expected a number from {NARROWEST} to {_WIDEST}, got {text!r}"
        )
    return int(text)


def _targets(names: Sequence[str]) -> list[Target]:
    if not names:
        return usual_targets()
    unknown = [name for name in names if name not in TARGETS]
    if unknown:
        known = "".join(f"\n  {name}" for name in TARGETS)
        raise Unusable(f"--target: expected one of these names, got {unknown[0]!r}:{known}")
    return [get_target(name) for name in dict.fromkeys(names)]


@contextmanager
def _progress(targets: Sequence[Target], *, plain: bool) -> Generator[None, None, None]:
    """Show progress while standard error is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    names = ", ".join(make_labels(targets).values())
    console = make_console(sys.stderr, plain=plain)
    spinner = "dots" if takes_unicode(sys.stderr) else "line"
    with console.status(f"starting {names}", spinner=spinner):
        yield


def _abandon_stdout() -> None:
    # Else the interpreter tries to flush what is left, fails again, and says so.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
