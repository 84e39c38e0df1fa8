"""`unireq-conformance run`: judges targets by every clause, on real servers."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from unireq_conformance.commands.output import (
    check_printed,
    is_plain,
    make_console,
    on_paper,
    say,
    takes_unicode,
    write,
)
from unireq_conformance.runs.errors import Unusable

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

    from unireq_conformance.judge import Effort
    from unireq_conformance.runs.execute import Executed
    from unireq_conformance.runs.names import Choice
    from unireq_conformance.runs.pool import Event
    from unireq_conformance.runs.record import Run

__all__ = ["PROFILES", "Profile", "add"]


@dataclass(frozen=True)
class Profile:
    """How many requests to draw, by name.

    Attributes:
        examples: Requests to draw for each clause.
        varies: Whether each run draws new ones, from a new seed.
    """

    examples: int
    varies: bool


PROFILES: Final = {"ci": Profile(25, varies=False), "full": Profile(300, varies=True)}

_LARGEST: Final = 2**64 - 1

_DESCRIPTION: Final = """\
Judges targets by the clauses of the specification. A target is a registered name
(flask:gunicorn), a pattern of names (flask:*), `all` for every target that is installed, or a suite
of your own (package.module:TestMine, a subclass of AdapterSuite)."""

_EPILOG: Final = """\
exit status:
  0  every MUST clause holds, or the target deviates as declared
  1  a MUST clause does not hold, or a declared deviation is stale
  2  a target could not be judged, or an argument cannot be used
"""


def add(subparsers: Any) -> None:
    """Add the subcommand."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "run",
        help="judge targets by the specification",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("targets", metavar="TARGET", nargs="+", help="what to judge; see above")
    parser.add_argument(
        "--clause",
        metavar="ID",
        action="append",
        default=[],
        help="clause to judge by; may be repeated (default: all clauses)",
    )
    parser.add_argument(
        "--spec", metavar="N", help="number of the specification to judge by (default: the newest)"
    )
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        default="ci",
        help="ci (default): 25 requests for each clause, the same ones every time; full: 300, new"
        " ones every time",
    )
    parser.add_argument(
        "--examples", type=_positive, metavar="N", help="number of requests for each clause"
    )
    parser.add_argument("--seed", type=_seed, metavar="N", help="seed of the requests")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="count SHOULD clauses and declared deviations as failures",
    )
    parser.add_argument("--json", metavar="FILE", help="write the run as JSON; - prints it")
    parser.add_argument(
        "--junit", metavar="FILE", help="write the run as JUnit XML, for CI; - prints it"
    )
    parser.add_argument(
        "--failures",
        metavar="DIR",
        help="directory for failure files, for replay (default: .unireq-conformance)",
    )
    parser.add_argument(
        "--no-color", action="store_true", help="no colours; the same as NO_COLOR=1"
    )
    parser.set_defaults(run=run)


def _positive(text: str) -> int:
    return _number(text, 1, 1_000_000)


def _seed(text: str) -> int:
    return _number(text, 0, _LARGEST)


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(f"expected a number from {least} to {most}, got {text!r}")
    return int(text)


def run(parsed: argparse.Namespace) -> int:
    """Run `run`; return the exit status."""
    _check_files(parsed)
    try:
        return _run(parsed)
    except Unusable as error:
        if parsed.junit is not None:
            # Else CI would show what an earlier run has left there.
            from unireq_conformance.reports.junit import junit_of_refusal

            write(parsed.junit, junit_of_refusal(parsed.targets, str(error)), "junit")
        raise


def _run(parsed: argparse.Namespace) -> int:
    from unireq_conformance.clause import SPECS
    from unireq_conformance.judge import Effort
    from unireq_conformance.reports.terminal import render_targets
    from unireq_conformance.runs.execute import execute
    from unireq_conformance.runs.names import choose_clauses, choose_targets
    from unireq_conformance.runs.pool import default_size

    choice = choose_targets(parsed.targets)
    clauses = choose_clauses(parsed.clause, SPECS[-1] if parsed.spec is None else parsed.spec)
    profile = PROFILES[parsed.profile]
    drawn = secrets.randbits(32) if profile.varies else None
    effort = Effort(
        examples=parsed.examples or profile.examples,
        seed=drawn if parsed.seed is None else parsed.seed,
    )
    plain = is_plain(parsed.no_color)
    with _progress(len(clauses), plain=plain) as progress:

        def show(found: Run) -> None:
            if not _prints(parsed):
                text = on_paper(partial(render_targets, found, strict=parsed.strict), plain=plain)
                progress.print(text)

        executed = execute(
            choice.names,
            clauses,
            effort,
            size=default_size(),
            spec=parsed.spec,
            watch=progress.watch,
            finished=show,
        )
    return _report(parsed, executed, choice, effort, plain=plain)


def _report(
    parsed: argparse.Namespace, executed: Executed, choice: Choice, effort: Effort, *, plain: bool
) -> int:
    from unireq_conformance.reports.counts import counting, summary
    from unireq_conformance.reports.junit import junit_of
    from unireq_conformance.reports.terminal import render_end
    from unireq_conformance.runs.record import write_run

    found = executed.run
    files = _keep_failures(parsed.failures, executed)
    if parsed.json is not None:
        write(parsed.json, write_run(found), "json")
    if parsed.junit is not None:
        text = junit_of(found, strict=parsed.strict, missing=choice.missing, files=files)
        write(parsed.junit, text, "junit")
    bad = bool(counting(found, strict=parsed.strict))
    cut = any(target.error for target in found.targets.values())
    if not _prints(parsed):
        text = on_paper(
            lambda paper: render_end(
                found,
                paper,
                strict=parsed.strict,
                missing=choice.missing.values(),
                files=files,
            ),
            plain=plain,
        )
        sys.stdout.write(text)
    elif bad or cut:
        say(summary(found, strict=parsed.strict))
    if bad and effort.seed is not None:
        say(f"to draw these requests again: --seed {effort.seed} --examples {effort.examples}")
    return 1 if bad else 2 if cut else 0


def _prints(parsed: argparse.Namespace) -> bool:
    """Whether standard output is for a file's content and nothing else."""
    return "-" in {parsed.json, parsed.junit}


def _check_files(parsed: argparse.Namespace) -> None:
    # Before the work, which may take minutes.
    check_printed(json=parsed.json, junit=parsed.junit)
    for option in ("json", "junit"):
        file: str | None = getattr(parsed, option)
        if file not in {None, "-"} and not Path(str(file)).absolute().parent.is_dir():
            raise Unusable(
                f"--{option}: expected a file in an existing directory, got {file}; create the"
                " directory"
            )


def _keep_failures(directory: str | None, executed: Executed) -> dict[tuple[str, str], Path]:
    from unireq_conformance.runs.failures import DIRECTORY, write_failures

    path = Path(directory or DIRECTORY)
    try:
        return write_failures(executed, path)
    except OSError as error:
        say(
            f"--failures: expected a writable directory, got {path}: {error.strerror or error};"
            " no failure was saved; give another directory"
        )
        return {}


class _Progress:
    """Progress bars, if standard error is a terminal."""

    def __init__(self, clauses: int, bars: Bars | None) -> None:
        self._clauses = clauses
        self._bars = bars
        self._tasks: dict[str, Any] = {}

    def watch(self, event: Event) -> None:
        """Show `event`."""
        if self._bars is None:
            return
        if event.target not in self._tasks:
            task = self._bars.add_task(event.target, total=self._clauses, clause="")
            self._tasks[event.target] = task
        task = self._tasks[event.target]
        if event.kind == "judging":
            self._bars.update(task, clause=event.data["clause"])
        elif event.kind == "verdict":
            self._bars.advance(task)
        elif event.last:
            self._bars.update(task, visible=False)

    def print(self, text: str) -> None:
        """Write `text` to standard output, apart from the progress bars."""
        if self._bars is not None:
            self._bars.stop()
        sys.stdout.write(text)
        sys.stdout.flush()
        if self._bars is not None:
            self._bars.start()


@contextmanager
def _progress(clauses: int, *, plain: bool) -> Generator[_Progress, None, None]:
    if not sys.stderr.isatty():
        yield _Progress(clauses, None)
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    unicode = takes_unicode(sys.stderr)
    columns: Sequence[Any] = (
        SpinnerColumn("dots" if unicode else "line"),
        TextColumn("{task.description}", markup=False),
        *([BarColumn(20)] if unicode else []),
        TextColumn("{task.completed}/{task.total}", markup=False),
        TextColumn("{task.fields[clause]}", markup=False),
    )
    console = make_console(sys.stderr, plain=plain)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as bars:
        yield _Progress(clauses, bars)
