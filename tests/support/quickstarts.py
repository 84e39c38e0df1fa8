"""The quickstart: what it tells the reader of each framework, and somebody who does as it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

from support.children import listens, running
from unireq_conformance.servers.wire import free_port

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "quickstart.md"
PORT: Final = "8000"
INSTALL_TIME: Final = 300.0

_BLOCK: Final = re.compile(
    r"^<!-- (?P<kind>setup|serve|ask|file: (?P<file>\S+)) -->\n```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_SECTION: Final = re.compile(r"^### (.+)\n((?:(?!##).*\n)*)", re.MULTILINE)
# Pip's own name for `unireq[extra]` from a file.
UNIREQ: Final = re.compile(r'(?<=install )"?(?P<wanted>unireq(?:\[\w+\])?)"?(?= |$)', re.MULTILINE)


class Quickstart(NamedTuple):
    """What the page tells the reader of one framework."""

    setup: str  # what is typed first
    files: dict[str, str]
    serves: list[str]  # what runs the app, in a shell that has done the setup
    asks: list[tuple[str, str]]  # what is typed in another terminal, and what it prints


def read() -> dict[str, Quickstart]:
    """The quickstart of each framework, by the heading of its section.

    What stands outside the sections is for all. A section's own questions replace those for all.
    """
    text = PAGE.read_text(encoding="utf-8")
    marked = len(list(_BLOCK.finditer(text)))
    assert marked == len(re.findall(r"^```\w+$", text, re.MULTILINE)), "an unmarked block"
    common = _SECTION.sub("", text)
    return {name: _quickstart(common, own) for name, own in _SECTION.findall(text)}


def _quickstart(common: str, own: str) -> Quickstart:
    both = [*_BLOCK.finditer(common), *_BLOCK.finditer(own)]
    return Quickstart(
        "".join(each["text"] for each in both if each["kind"] == "setup"),
        {each["file"]: each["text"] for each in both if each["file"]},
        [each["text"] for each in both if each["kind"] == "serve"],
        _asks(own) or _asks(common),
    )


def _asks(text: str) -> list[tuple[str, str]]:
    asked = "".join(each["text"] for each in _BLOCK.finditer(text) if each["kind"] == "ask")
    typed = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", asked, re.MULTILINE)
    assert "".join(f"$ {command}\n{out}" for command, out in typed) == asked
    return typed


class Follower:
    """Somebody who follows a quickstart in an empty directory."""

    def __init__(self, page: Quickstart, directory: Path) -> None:
        self.page = page
        self.directory = directory

    def follow(self, wheel: Path) -> list[tuple[str, str, str]]:
        """Every command with what the page says that it prints, and what it printed.

        `wheel` stands for PyPI's unireq.
        """
        wanted = rf'"\g<wanted> @ {wheel.as_uri()}"'
        setup, count = UNIREQ.subn(wanted, self.page.setup)
        assert count == 1
        self._run(setup)
        activate = self.page.setup.partition("&& ")[2].splitlines()[0]
        assert activate.startswith(". "), activate
        return self.follow_after(activate)

    def follow_after(self, activate: str) -> list[tuple[str, str, str]]:
        """The same, where the command `activate` enters an environment that is there already."""
        for name, text in self.page.files.items():
            (self.directory / name).write_text(text, encoding="utf-8")
        return [asked for command in self.page.serves for asked in self._served(activate, command)]

    def _run(self, commands: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.directory,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=INSTALL_TIME,
            check=False,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}"
        return done.stdout

    def _served(self, activate: str, command: str) -> list[tuple[str, str, str]]:
        port = free_port()
        # The directory and the variables of somebody else's terminal.
        typed = f'cd "$DIRECTORY"\nunset ${{!PYTHON*}}\n{activate}\n{command}'
        script = ["bash", "-euc", typed.replace(PORT, str(port))]
        with running(script, lambda: listens(port), {"DIRECTORY": str(self.directory)}):
            asks = [(ask.replace(PORT, str(port)), out) for ask, out in self.page.asks]
            # curl ends no line of its own, and a terminal goes on behind the answer.
            found = [(ask, out, self._run(ask).removesuffix("\n") + "\n") for ask, out in asks]
        assert not listens(port), f"{command} runs on"
        return found


def environment() -> dict[str, str]:
    """That of a reader, whose `python3` is the one that runs these tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL_ENV", "DJANGO_", "FLASK_"))
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # Compiling what is imported once would take longer than everything else.
    return {**kept, "PATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_COMPILE": "1"}
