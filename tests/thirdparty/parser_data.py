"""The multipart messages that other parsers are tested with, and what unireq makes of them.

    python tests/thirdparty/parser_data.py docs/multipart.md       fetch them, write the table

Rule: nothing of theirs is kept here. Their released archives are fetched, read where they lie, and
thrown away; what is ours is the list of differences, each with the corner that decides it.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import yaml

if __name__ == "__main__":
    # Where pytest looks too.
    _ROOT = Path(__file__).resolve().parents[2]
    sys.path[:0] = [str(_ROOT / part) for part in ("", "adapters", "conformance", "tests")]

from support.forms import Content, contents, parse
from unireq import MalformedBody
from unireq_conformance.pages.marks import between_marks

__all__ = ["ARCHIVES", "BEGIN", "DIFFERENCES", "END", "Message", "fetch_all", "same", "to_markdown"]

BEGIN: Final = "<!-- begin: other parsers -->"
END: Final = "<!-- end: other parsers -->"

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


def _of_boundary(boundary: str) -> str:
    return f'multipart/form-data; boundary="{boundary}"'


def _first_boundary(body: bytes) -> str:
    return body.splitlines()[0].removeprefix(b"--").decode("ascii")


def _python_multipart(directory: Path) -> Iterator[Message]:
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
        yield Message(described.stem, body, _of_boundary(told["boundary"]), theirs)


def _texts_first(parts: Parts) -> Parts:
    return sorted(parts, key=lambda part: isinstance(part[1], tuple))


def _werkzeug(directory: Path) -> Iterator[Message]:
    """Bodies as browsers have sent them; what is in them is asked of its own parser."""
    from werkzeug.formparser import parse_form_data

    home = directory / "tests" / "multipart"
    for file in sorted(home.rglob("*request.http")):
        body = file.read_bytes()
        content_type = _of_boundary(_first_boundary(body))
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
        yield Message(name, body, content_type, theirs, _texts_first)


_BOUNDARIES: Final = {"many-wrongboundary": "LOLOLOL", "nested-full": "AaB03x"}
"""Where the boundary is not what the body begins with."""


def _contents_alone(parts: Parts) -> list[bytes]:
    return [value.encode() if isinstance(value, str) else value[1] for _, value in parts]


def _busboy(directory: Path) -> Iterator[Message]:
    """A body, and the content of each part in a file of its own; no names."""
    for case in sorted((directory / "test" / "fixtures").iterdir()):
        body = (case / "original").read_bytes()
        boundary = _BOUNDARIES.get(case.name) or _first_boundary(body)
        theirs: Parts | None = None
        if not list(case.glob("*.error")):
            headers = sorted(case.glob("part*.header"))
            assert headers, case
            files = [header.with_suffix("") for header in headers]
            # A part without content has no file.
            theirs = [("", ("", file.read_bytes() if file.exists() else b"")) for file in files]
        yield Message(case.name, body, _of_boundary(boundary), theirs, _contents_alone)


ARCHIVES: Final = (
    Archive("python-multipart", "0.0.34", "pypi", _python_multipart),
    Archive("Werkzeug", "3.1.9", "pypi", _werkzeug),
    Archive("@fastify/busboy", "3.2.6", "npm", _busboy),
)

_DECIDED: Final[Mapping[str, Mapping[str, str]]] = {
    "python-multipart": {
        "The boundary in content": "almost_match_boundary_without_CR"
        " almost_match_boundary_without_LF almost_match_boundary_without_final_hyphen",
        "Content-Transfer-Encoding": "base64_encoding base64_encoding_whitespace"
        " mixed_case_headers mixed_plain_and_base64_encoding quoted_printable_encoding",
        "White space after a boundary": "boundary_padding",
        "White space and semicolons": "non_ascii_whitespace_before_filename",
        "Before the first boundary": "single_field_blocks single_field_with_leading_newlines",
        "After the last boundary": "single_field_with_trailer",
    },
    "Werkzeug": {"Line breaks": "ie7_full_path_request"},
    "@fastify/busboy": {
        "After the last boundary": "many",
        "No closing boundary": "many-noend",
        "Content-Type twice": "nested",
        "Before the first boundary": "nested-full",
    },
}

DIFFERENCES: Final[Mapping[tuple[str, str], str]] = {
    (archive, message): corner
    for archive, corners in _DECIDED.items()
    for corner, names in corners.items()
    for message in names.split()
}
"""By archive and message, the corner of docs/multipart.md that says why it is read otherwise."""


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


def fetch_all() -> dict[str, list[Message]]:
    """The messages of each archive, by its name."""
    with tempfile.TemporaryDirectory() as directory:
        return {each.name: list(each.read(fetch(each, Path(directory)))) for each in ARCHIVES}


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


def _shown(parts: Parts | None) -> str:
    if parts is None:
        return "refused"
    return "1 part" if len(parts) == 1 else f"{len(parts)} parts"


def _anchor(corner: str) -> str:
    return f"[{corner}](#{re.sub(r'[^a-z0-9_ -]', '', corner.lower()).replace(' ', '-')})"


def to_markdown(found: Mapping[str, list[Message]]) -> str:
    """The part of the page; `found` has the messages of each archive, by its name."""
    lines = ["| parser | messages | read alike |", "| --- | --- | --- |"]
    for archive in ARCHIVES:
        several = found[archive.name]
        alike = sum(map(same, several))
        lines.append(f"| {archive.name} {archive.version} | {len(several)} | {alike} |")
    lines += ["", "| parser | message | it says | unireq | decided by |", "| --- |" + " --- |" * 4]
    for name, message in ((name, each) for name, several in found.items() for each in several):
        if not same(message):
            corner = _anchor(DIFFERENCES.get((name, message.name), ""))
            said = f"{_shown(message.theirs)} | {_shown(ours(message))}"
            lines.append(f"| {name} | `{message.name}` | {said} | {corner} |")
    return "\n".join(lines)


def main(page: Path) -> None:
    """Fetch the archives; write the part of the page."""
    text = between_marks(page.read_text(encoding="utf-8"), BEGIN, END, to_markdown(fetch_all()))
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
