"""The output of the subcommands, shared so that it looks the same everywhere."""

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

__all__ = [
    "NARROWEST",
    "check_printed",
    "is_plain",
    "make_console",
    "on_paper",
    "say",
    "takes_unicode",
    "write",
]

NARROWEST: Final = 40
"""The smallest width, in columns."""


def say(message: str) -> None:
    """Write `message` to standard error."""
    sys.stderr.write(f"unireq-conformance: {message}\n")


def is_plain(no_color: bool) -> bool:
    """Whether colours are off."""
    return no_color or bool(os.environ.get("NO_COLOR"))


def check_printed(**files: str | None) -> None:
    """Refuse to print several of `files`, which are given by option.

    Raises:
        Unusable: More than one of them is `-`.
    """
    printed = [f"--{option}" for option, file in files.items() if file == "-"]
    if len(printed) > 1:
        raise Unusable(
            f"expected - for one option, got it for {' and '.join(printed)}: only one can be"
            " printed; give the others a file"
        )


def write(file: str, text: str, option: str) -> None:
    """Write `text` to `file`, or to standard output if that is `-`.

    Raises:
        Unusable: The file cannot be written.
    """
    if file == "-":
        sys.stdout.write(text)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unusable(
            f"--{option}: expected a writable file, got {file}: {error.strerror or error};"
            " give another file, or - to print"
        ) from None


def on_paper(render: Callable[[Paper], None], *, plain: bool, width: int | None = None) -> str:
    """The text that `render` writes, for standard output."""
    console = make_console(sys.stdout, plain=plain, width=width)
    # Captured, so that only the command writes, and handles errors of writing.
    with console.capture() as capture:
        render(Paper(console, UNICODE if takes_unicode(sys.stdout) else ASCII))
    text = capture.get()
    # Tables are padded with blanks, which are a nuisance in a file.
    return text if "\x1b" in text else re.sub(r" +$", "", text, flags=re.MULTILINE)


def make_console(file: TextIO, *, plain: bool, width: int | None = None) -> Console:
    """A console that adds nothing to the text."""
    options: dict[str, Any] = {"color_system": None} if plain else {}
    console = Console(file=file, highlight=False, emoji=False, markup=False, width=width, **options)
    console.width = max(console.width, NARROWEST)
    return console


def takes_unicode(file: TextIO) -> bool:
    """Whether the marks of `paper.UNICODE` can be written to `file`."""
    try:
        "≠✓✗…é·".encode(file.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True
