"""The multipart messages that other parsers are tested with, and what unireq makes of them.

The page of multipart forms says which are read otherwise, and which decision of ours does that.
Nothing of theirs is kept here: their released archives are fetched, read, and thrown away.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest
import yaml

from support.built import DIST
from support.forms import Content, contents, parse
from support.multipart_corners import CORNERS
from support.pages import read, rows
from support.requirements import need
from unireq import MalformedBody

Parts = list[tuple[str, Content]]


class Message(NamedTuple):
    """One of theirs: what they call it, its bytes, and the media type that they give it."""

    name: str
    body: bytes
    content_type: str
    # What is in it, by their own account; None if it is to be refused.
    theirs: Parts | None
    # What of the parts they tell: all of it, all but the order of texts and files, or contents.
    compared: Callable[[Parts], object] = list


class Archive(NamedTuple):
    """A released parser; the messages of another version may be others."""

    name: str
    version: str
    registry: str  # "pypi" or "npm"
    read: Callable[[Path], Iterator[Message]]  # from the directory that the archive holds


def of_boundary(boundary: str) -> str:
    return f'multipart/form-data; boundary="{boundary}"'


def first_boundary(body: bytes) -> str:
    return body.splitlines()[0].removeprefix(b"--").decode("ascii")


def python_multipart(directory: Path) -> Iterator[Message]:
    """Pairs of a body and a YAML file."""
    for described in sorted((directory / "tests" / "test_data" / "http").glob("*.yaml")):
        told = yaml.safe_load(described.read_text(encoding="utf-8"))
        theirs: Parts | None = None
        if "error" not in told["expected"]:
            theirs = [
                (part["name"], (part["file_name"], part["data"]))
                if "file_name" in part
                else (part["name"], part["data"].decode())
                for part in told["expected"]
            ]
        body = described.with_suffix(".http").read_bytes()
        yield Message(described.stem, body, of_boundary(told["boundary"]), theirs)


def texts_first(parts: Parts) -> Parts:
    return sorted(parts, key=lambda part: isinstance(part[1], tuple))


def werkzeug(directory: Path) -> Iterator[Message]:
    """Bodies as browsers have sent them; what is in them is asked of its own parser."""
    from werkzeug.formparser import parse_form_data

    home = directory / "tests" / "multipart"
    for file in sorted(home.rglob("*request.http")):
        body = file.read_bytes()
        content_type = of_boundary(first_boundary(body))
        _, form, files = parse_form_data(
            {
                "REQUEST_METHOD": "POST",
                "CONTENT_TYPE": content_type,
                "CONTENT_LENGTH": str(len(body)),
                "wsgi.input": io.BytesIO(body),
            }
        )
        theirs: Parts = list(form.items(multi=True))
        for field_name, upload in files.items(multi=True):
            theirs.append((field_name, (upload.filename or "", upload.read())))
            upload.close()
        name = file.parent.name if file.parent != home else file.stem
        yield Message(name, body, content_type, theirs, texts_first)


BOUNDARIES: Final = {"many-wrongboundary": "LOLOLOL", "nested-full": "AaB03x"}
"""Where the boundary is not what the body begins with."""


def contents_alone(parts: Parts) -> list[bytes]:
    return [value.encode() if isinstance(value, str) else value[1] for _, value in parts]


def busboy(directory: Path) -> Iterator[Message]:
    """A body, and the content of each part in a file of its own; no names."""
    for case in sorted((directory / "test" / "fixtures").iterdir()):
        body = (case / "original").read_bytes()
        boundary = BOUNDARIES.get(case.name) or first_boundary(body)
        theirs: Parts | None = None
        if not list(case.glob("*.error")):
            headers = sorted(case.glob("part*.header"))
            assert headers, case
            files = [header.with_suffix("") for header in headers]
            # A part without content has no file.
            theirs = [("", ("", file.read_bytes() if file.exists() else b"")) for file in files]
        yield Message(case.name, body, of_boundary(boundary), theirs, contents_alone)


ARCHIVES: Final = (
    Archive("python-multipart", "0.0.34", "pypi", python_multipart),
    Archive("Werkzeug", "3.1.9", "pypi", werkzeug),
    Archive("@fastify/busboy", "3.2.6", "npm", busboy),
)


def fetch(archive: Archive, directory: Path) -> Path:
    """Fetch `archive` into `directory`; where it is unpacked.

    Raises:
        subprocess.CalledProcessError: It can't be fetched.
    """
    home = directory / re.sub(r"\W", "-", archive.name)
    home.mkdir()
    if archive.registry == "npm":
        npm = shutil.which("npm") or "npm"
        command = [npm, "pack", "--silent", f"{archive.name}@{archive.version}"]
    else:
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet")
        options = ("--no-deps", "--no-binary", ":all:")
        command = [*pip, *options, f"{archive.name}=={archive.version}"]
    subprocess.run(command, cwd=home, check=True, capture_output=True, timeout=300)
    (packed,) = [path for path in home.iterdir() if path.suffix in {".gz", ".tgz"}]
    with tarfile.open(packed) as opened:
        # Nothing that leads out of the directory: they are strangers'.
        opened.extractall(home, filter="data")
    (unpacked,) = [path for path in home.iterdir() if path.is_dir()]
    return unpacked


def ours(message: Message) -> Parts | None:
    """What unireq makes of `message`; None if it refuses it."""
    try:
        return contents(parse(message.body, message.content_type))
    except MalformedBody:
        return None


def same(message: Message) -> bool:
    """Whether unireq makes of `message` what its parser does."""
    found = ours(message)
    if found is None or message.theirs is None:
        return found is message.theirs
    return message.compared(found) == message.compared(message.theirs)


def shown(parts: Parts | None) -> str:
    if parts is None:
        return "refused"
    return "1 part" if len(parts) == 1 else f"{len(parts)} parts"


TEXT: Final = read("multipart.md").partition("<!-- other parsers -->")[2]
# By parser: how many messages, and how many are read alike.
COUNTS: Final = {row[0]: row[1:] for row in rows(TEXT)}
# The others, by parser and message: what it says is in it, what unireq does, and the decision.
DIFFERENT: Final = {
    (parser, message.strip("`")): (said, ours, corner)
    for parser, message, said, ours, corner in rows(TEXT.partition("\n\n")[2])
}


def test_each_difference_is_a_decision_that_is_tested() -> None:
    assert list(COUNTS) == [f"{archive.name} {archive.version}" for archive in ARCHIVES]
    assert {corner[1:].partition("](#")[0] for *_, corner in DIFFERENT.values()} <= set(CORNERS)


@pytest.mark.skipif(DIST is None, reason="fetches archives: nox -s packaging")
def test_what_differs_is_what_was_decided_and_the_page_tells_it(tmp_path: Path) -> None:
    need(shutil.which("npm"), "npm is not installed: it comes with Node.js")
    different: dict[tuple[str, str], tuple[str, str]] = {}
    everything: list[Message] = []
    for archive in ARCHIVES:
        several = list(archive.read(fetch(archive, tmp_path)))
        others = [message for message in several if not same(message)]
        counted = [str(len(several)), str(len(several) - len(others))]
        assert counted == COUNTS[f"{archive.name} {archive.version}"]
        for each in others:
            different[archive.name, each.name] = shown(each.theirs), shown(ours(each))
        everything += several
    # There are messages of both kinds.
    assert len([message for message in everything if message.theirs is None]) > 5
    assert len([message for message in everything if message.theirs]) > 20
    assert different == {key: (said, ours) for key, (said, ours, _) in DIFFERENT.items()}
