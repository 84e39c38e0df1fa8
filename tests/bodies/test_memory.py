"""A large body takes little memory, streamed or parsed as a form, on every server.

Measured is the sum of the most resident memory (VmHWM) of the server's processes since the request
began, less what was resident before. Two small requests come first, so that what a server loads
once is not counted. Linux only. The tests send 64 MiB; this sends 500, and prints the table of
docs/bodies.md:

    python tests/bodies/test_memory.py
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

if __name__ == "__main__":
    # Where pytest looks too.
    _ROOT = Path(__file__).resolve().parents[2]
    sys.path[:0] = [str(_ROOT / part) for part in ("", "adapters", "conformance", "tests")]

from bodies.messages import CHUNKED, LENGTH, head, request
from bodies.processes import forget_peak, resident_peak
from bodies.servers import BY_NAME, Rig, start
from support import forms
from support.requirements import need

MIB: Final = 1024 * 1024
MEGABYTES: Final = 64
BOUND: Final = 48
WAYS: Final = ("stream", "form")
FRAMINGS: Final = (LENGTH, CHUNKED)
HELD: Final = "django-asgi:daphne"
"""The target that holds a body in memory before anybody can read it."""

_PIECE: Final = b"0123456789abcdef" * 4096
_HEAD, _TAIL = forms.body(forms.file(content=b"@")).split(b"@")


def _message(way: str, framing: str, count: int, path: str) -> Iterator[bytes]:
    """A multipart form with one file of `count` pieces, by pieces."""
    do = "count" if way == "form" else way
    first = head(do=do, path=path, content_type=forms.MULTIPART, limits={"body_size": None})
    pieces = [_HEAD, *[_PIECE] * count, _TAIL]
    if framing == LENGTH:
        yield first + b"Content-Length: %d\r\n\r\n" % sum(map(len, pieces))
        yield from pieces
    else:
        yield first + b"Transfer-Encoding: chunked\r\n\r\n"
        for piece in pieces:
            yield b"%x\r\n%s\r\n" % (len(piece), piece)
        yield b"0\r\n\r\n"


def decodes(name: str, framing: str) -> bool:
    """Whether the app of the target `name` is given a body that is framed so."""
    return (name, framing) != ("django-wsgi:runserver", CHUNKED)


def above_idle(rig: Rig, name: str, way: str, framing: str, megabytes: int) -> float:
    """MiB that the target `name` took above idle.

    Raises:
        AssertionError: It did not read the body.
    """
    server = rig.servers[name]
    # Sanic fetches a body before other handlers.
    path = "/streaming" if name.startswith("sanic") else "/async"

    def send(size: int) -> None:
        count = size * MIB // len(_PIECE)
        (step,) = rig.ask(name, _message(way, framing, count, path), timeout=300)
        value = step.get("value")
        whole = size * MIB + len(_HEAD) + len(_TAIL)
        assert value == 1 if way == "form" else value and value["size"] == whole, step

    for _ in range(2):
        send(2)
    idle = forget_peak(server)
    send(megabytes)
    return resident_peak(server) - idle


@pytest.fixture(autouse=True)
def _on_linux() -> None:
    need(sys.platform == "linux", "memory is read from /proc")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", BY_NAME)
def test_above_idle(rig: Rig, name: str, way: str) -> None:
    # Each server with each of both, in half of the time that all four would take.
    framing = FRAMINGS[(list(BY_NAME).index(name) + WAYS.index(way) + 1) % 2]
    if not decodes(name, framing):
        framing = FRAMINGS[0]
    found = above_idle(rig, name, way, framing, MEGABYTES)
    # What the page says of the one that is not below is tested too.
    assert (found < BOUND) is (name != HELD), found


def test_what_is_measured(rig: Rig) -> None:
    """A body that is read as a whole shows: it is over the bound.

    Not by all of its size: what the process had freed before is used again.
    """
    server = rig.servers["wsgi:gunicorn"]
    idle = forget_peak(server)
    data = request(b"x" * MEGABYTES * 2**20, limits={"body_size": None})
    (step,) = rig.ask("wsgi:gunicorn", data)
    assert "value" in step
    assert resident_peak(server) - idle > BOUND


def _cell(name: str, way: str, framing: str) -> str:
    """One measurement, of a server that has read nothing before."""
    if not decodes(name, framing):
        return "\u2013"
    with tempfile.TemporaryDirectory() as directory, start(Path(directory), BY_NAME[name]) as rig:
        return f"{max(above_idle(rig, name, way, framing, 500), 0):.0f}"


def main() -> None:
    """Print the table."""
    kinds = [(way, framing) for way in WAYS for framing in FRAMINGS]
    print(f"| server | {' | '.join(', '.join(kind) for kind in kinds)} |")
    print("| --- |" + " --- |" * len(kinds))
    for name in BY_NAME:
        cells = [_cell(name, way, framing) for way, framing in kinds]
        print(f"| `{name}` | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
