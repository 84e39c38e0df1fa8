"""How much memory a server takes above idle while it reads a large body; for docs/bodies.md.

    python tests/bodies/measure_memory.py [--megabytes 500] [--write docs/bodies.md] [TARGET ...]

Measured is the sum of the most resident memory (VmHWM) of the server's processes since the request
began, less what was resident before. Two small requests come first, so that what a server loads
once is not counted. Linux only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    # Where pytest looks too.
    _ROOT = Path(__file__).resolve().parents[2]
    sys.path[:0] = [str(_ROOT / part) for part in ("", "adapters", "conformance", "tests")]

from bodies.messages import CHUNKED, LENGTH, MULTIPART, head
from bodies.processes import forget_peak, resident_peak
from bodies.servers import BY_NAME, Rig, start

__all__ = [
    "BEGIN",
    "END",
    "GOAL",
    "HELD",
    "MEASURED",
    "WAYS",
    "above_idle",
    "decodes",
    "to_markdown",
    "why",
]

MIB: Final = 1024 * 1024
GOAL: Final = 64
"""MiB above idle."""

WAYS: Final = ("stream", "form")
FRAMINGS: Final = (LENGTH, CHUNKED)
MEASURED: Final = tuple(BY_NAME)

_FIRST: Final = {
    "django-asgi:daphne": "daphne holds the whole body in memory before it calls Django",
    "*:waitress": "waitress keeps the body in a file before it calls the app",
    "django-asgi:*": "Django keeps the body in a file before it calls anybody",
    "django-wsgi:runserver": "runserver decodes no chunks: `IncompleteBody`",
    "sanic:*": "in a streaming handler; for others Sanic holds the whole body in memory",
}
HELD: Final = "django-asgi:daphne"
"""The target that holds a body in memory before anybody can read it."""

BEGIN: Final = "<!-- begin: memory -->"
END: Final = "<!-- end: memory -->"

_PIECE: Final = 64 * 1024
_HEAD: Final = b'--bOuNd\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n'
_TAIL: Final = b"\r\n--bOuNd--\r\n"


def _message(way: str, framing: str, size: int, path: str) -> Iterator[bytes]:
    """A multipart form with one file of `size` bytes, by pieces."""
    do = "count" if way == "form" else way
    first = head(do=do, path=path, content_type=MULTIPART, limits={"body_size": None})
    pieces = [_HEAD, *[b"0123456789abcdef" * (_PIECE // 16)] * (size // _PIECE), _TAIL]
    if framing == LENGTH:
        yield first + b"Content-Length: %d\r\n\r\n" % sum(map(len, pieces))
        yield from pieces
    else:
        yield first + b"Transfer-Encoding: chunked\r\n\r\n"
        for piece in pieces:
            yield b"%x\r\n%s\r\n" % (len(piece), piece)
        yield b"0\r\n\r\n"


def why(name: str) -> str:
    """What the server or the framework does with a body before anybody can read it; "" for none."""
    return next((said for pattern, said in _FIRST.items() if fnmatch(name, pattern)), "")


def decodes(name: str, framing: str) -> bool:
    """Whether the app of the target `name` is given a body that is framed so."""
    return (name, framing) != ("django-wsgi:runserver", CHUNKED)


def path_for(name: str) -> str:
    """Where the app reads bodies as they come: Sanic fetches them before other handlers."""
    return "/streaming" if name.startswith("sanic") else "/async"


def above_idle(rig: Rig, name: str, way: str, framing: str, megabytes: int) -> float:
    """MiB that the target `name` took above idle.

    Raises:
        AssertionError: It did not read the body.
    """
    server = rig.servers[name]

    def send(size: int) -> None:
        (step,) = rig.ask(name, _message(way, framing, size, path_for(name)), timeout=300)
        if way == "form":
            assert step.get("value") == 1, step
        else:
            expected = size // _PIECE * _PIECE + len(_HEAD) + len(_TAIL)
            assert "value" in step, step
            assert step["value"]["size"] == expected, step

    for _ in range(2):
        send(2 * MIB)
    forget_peak(server)
    idle = resident_peak(server)
    send(megabytes * MIB)
    return (resident_peak(server) - idle) / 1024


def to_markdown(rows: dict[str, list[str]], megabytes: int) -> str:
    """The table."""
    columns = [f"{way}, {framing}" for way in WAYS for framing in FRAMINGS]
    lines = [
        f"MiB above idle while {megabytes} MiB are read:",
        "",
        f"| server | {' | '.join(columns)} | before anybody reads |",
        "| --- |" + " --- |" * (len(columns) + 1),
        *(f"| `{name}` | {' | '.join(cells)} | {why(name)} |" for name, cells in rows.items()),
    ]
    return "\n".join(lines)


def _cell(name: str, way: str, framing: str, megabytes: int) -> str:
    """One measurement, of a server that has read nothing before."""
    if not decodes(name, framing):
        return "\u2013"
    with tempfile.TemporaryDirectory() as directory, start(Path(directory), BY_NAME[name]) as rig:
        found = f"{max(above_idle(rig, name, way, framing, megabytes), 0):.0f}"
    print(f"{name} {way} {framing}: {found}", file=sys.stderr, flush=True)
    return found


def main() -> int:
    """Measure; print the table, and write it into a page if one is named."""
    from unireq_conformance.pages.marks import between_marks

    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--write", type=Path)
    parser.add_argument("targets", nargs="*", default=list(MEASURED))
    options = parser.parse_args()
    rows = {
        name: [_cell(name, way, framing, options.megabytes) for way in WAYS for framing in FRAMINGS]
        for name in options.targets
    }
    table = to_markdown(rows, options.megabytes)
    print(table)
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        options.write.write_text(between_marks(page, BEGIN, END, table), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
