"""The output of the subcommands, shared so that it looks the same everywhere."""

from __future__ import annotations

import os
import re
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console

from unireq_conformance.commands import NARROWEST
from unireq_conformance.comparing.paper import ASCII, UNICODE, Paper
from unireq_conformance.runs.errors import Unusable

if TYPE_CHECKING:
    from rich.status import Status

__all__ = ["check_files", "progress", "say", "show", "write_files"]


def say(message: str) -> None:
    """Write `message` to standard error."""
    sys.stderr.write(f"unireq-conformance: {message}\n")


def check_files(parsed: Namespace, *options: str) -> None:
    """Refuse files that cannot be written; before the work, which may take minutes.

    Raises:
        Unusable: More than one of them is `-`, or one has no directory.
    """
    files = {option: file for option in options if (file := getattr(parsed, option)) is not None}
    printed = [f"--{option}" for option, file in files.items() if file == "-"]
    if len(printed) > 1:
        raise Unusable(
            f"expected - for one option, got it for {' and '.join(printed)}: only one can be"
            " printed; give the others a file"
        )
    for option, file in files.items():
        if not Path(file).absolute().parent.is_dir():
            raise Unusable(
                f"--{option}: expected a file in an existing directory, got {file}; create the"
                " directory"
            )


def write_files(parsed: Namespace, **texts: Callable[[], str]) -> bool:
    """Write each text to the file that its option names; return whether one was printed.

    Raises:
        Unusable: A file cannot be written.
    """
    files = {option: file for option in texts if (file := getattr(parsed, option)) is not None}
    for option, file in files.items():
        text = texts[option]()
        if file == "-":
            sys.stdout.write(text)
            continue
        try:
            Path(file).write_text(text, encoding="utf-8")
        except OSError as error:
            raise Unusable(
                f"--{option}: expected a writable file, got {file}: {error.strerror or error};"
                " give another file, or - to print"
            ) from None
    return "-" in files.values()


def show(parsed: Namespace, render: Callable[[Paper], None]) -> None:
    """Print what `render` writes."""
    console = _console(parsed, sys.stdout, width=getattr(parsed, "width", None))
    # Captured, so that only the command writes, and handles errors of writing.
    with console.capture() as capture:
        render(Paper(console, UNICODE if _takes_unicode(sys.stdout) else ASCII))
    text = capture.get()
    # Tables are padded with blanks, which are a nuisance in a file.
    sys.stdout.write(text if "\x1b" in text else re.sub(r" +$", "", text, flags=re.MULTILINE))
    sys.stdout.flush()


def progress(parsed: Namespace, text: str) -> Status:
    """What shows `text` on standard error while it is entered, if that is a terminal."""
    console = _console(parsed, sys.stderr, quiet=not sys.stderr.isatty())
    return console.status(text, spinner="dots" if _takes_unicode(sys.stderr) else "line")


def _console(parsed: Namespace, file: TextIO, **options: Any) -> Console:
    """A console that adds nothing to the text."""
    if parsed.no_color or os.environ.get("NO_COLOR"):
        options["color_system"] = None
    console = Console(file=file, highlight=False, emoji=False, markup=False, **options)
    console.width = max(console.width, NARROWEST)
    return console


def _takes_unicode(file: TextIO) -> bool:
    """Whether the marks of `paper.UNICODE` can be written to `file`."""
    try:
        "≠✓✗…é·".encode(file.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True
