"""What the subcommands write, and where: shared, so that it looks alike everywhere."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TextIO

from rich.console import Console

from unireq_conformance.comparing.paper import ASCII, UNICODE, Paper
from unireq_conformance.runs.errors import Unusable

__all__ = ["NARROWEST", "is_plain", "make_console", "on_paper", "say", "takes_unicode", "write"]

NARROWEST: Final = 40
"""Fewest columns that are kept to."""


def say(message: str) -> None:
    """Write `message` to standard error."""
    sys.stderr.write(f"unireq-conformance: {message}\n")


def is_plain(no_color: bool) -> bool:
    """Whether there are to be no colours."""
    return no_color or bool(os.environ.get("NO_COLOR"))


def write(file: str, text: str, option: str) -> None:
    """Write `text` to `file`, or to standard output if that is `-`.

    Raises:
        Unusable: It can't be written.
    """
    if file == "-":
        sys.stdout.write(text)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unusable(
            f"--{option}: expected a file that can be written, got {file}:"
            f" {error.strerror or error}; name another one, or - to print it"
        ) from None


def on_paper(render: Callable[[Paper], None], *, plain: bool, width: int | None = None) -> str:
    """What `render` writes, for standard output."""
    console = make_console(sys.stdout, plain=plain, width=width)
    # Captured, so that the command alone writes, and meets what can go wrong with that.
    with console.capture() as capture:
        render(Paper(console, UNICODE if takes_unicode(sys.stdout) else ASCII))
    text = capture.get()
    # Tables are filled up with blanks: of use on a screen, a nuisance in a file.
    return text if "\x1b" in text else re.sub(r" +$", "", text, flags=re.MULTILINE)


def make_console(file: TextIO, *, plain: bool, width: int | None = None) -> Console:
    """A console that adds nothing of its own to what is written."""
    options: dict[str, Any] = {"color_system": None} if plain else {}
    console = Console(file=file, highlight=False, emoji=False, markup=False, width=width, **options)
    console.width = max(console.width, NARROWEST)
    return console


def takes_unicode(file: TextIO) -> bool:
    """Whether `file` can be written the marks of `paper.UNICODE`."""
    try:
        "≠✓✗…é·".encode(file.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True
