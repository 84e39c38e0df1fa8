"""Clients that go before their body has ended, and what became of the app that was reading it.

What is told comes from the notes of the apps, since nobody is left to read an answer.

    python tests/bodies/cut.py docs/bodies.md       write the table of the page
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import Final
from uuid import uuid4

if __name__ == "__main__":
    # Where pytest looks too.
    _ROOT = Path(__file__).resolve().parents[2]
    sys.path[:0] = [str(_ROOT / part) for part in ("", "adapters", "conformance", "tests")]

from bodies.messages import LENGTH, head
from bodies.servers import BY_NAME, Rig

__all__ = ["FRAMINGS", "HOW", "WAIT", "expected", "outcome", "to_markdown"]

WAIT: Final = 5.0
"""Seconds in which an app must have been told."""

SETTLED: Final = 1.0
"""Seconds after which an app that was not called is not going to be."""

HOW: Final = ("closes", "resets", "half-closes")
"""By FIN, with nobody listening; by RST; by FIN, awaiting an answer."""

FRAMINGS: Final = ("content-length", "between chunks", "in a chunk")
"""How the body is framed, and where it ends."""

INCOMPLETE: Final = "IncompleteBody"
NOT_CALLED: Final = "not called"
WHOLE: Final = "whole"
"""The app was given less than the client meant to send, as if that were all."""
SILENT: Final = "waits"
"""After `WAIT` seconds the app was still waiting."""

_BUFFERING: Final = {
    "*:waitress": "waitress calls the app when it has the whole body",
    "django-asgi:*": "Django on ASGI calls its middleware and views when it has the whole body",
    "sanic:sanic": "Sanic calls a handler when it has the whole body",
}
_UNTOLD: Final = {
    "sanic:uvicorn-h11": "Sanic on ASGI takes the event of a disconnect for the end of the body;"
    " only Content-Length shows that some is missing",
}
_UNDECODED: Final = {
    "django-wsgi:runserver": "runserver does not decode chunks: every chunked body is refused",
}

_DATA: Final = b"0123456789" * 10
_HALF: Final = {
    "content-length": b"Content-Length: %d\r\n\r\n%s" % (2 * len(_DATA), _DATA),
    "between chunks": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(_DATA), _DATA),
    "in a chunk": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s" % (2 * len(_DATA), _DATA),
}


def expected(name: str, framing: str) -> tuple[str, str]:
    """What becomes of the app of the target `name`, and why; "" where that needs no reason."""
    for table, what in ((_BUFFERING, NOT_CALLED), (_UNTOLD, WHOLE), (_UNDECODED, INCOMPLETE)):
        for pattern, why in table.items():
            if fnmatch(name, pattern) and not (table is not _BUFFERING and framing == LENGTH):
                return what, why
    return INCOMPLETE, ""


def outcome(rig: Rig, name: str, framing: str, how: str, **options: str) -> str:
    """What became of the app when its client `how` in the middle of a body.

    Args:
        rig: The servers.
        name: Of the target.
        framing: One of `FRAMINGS`.
        how: One of `HOW`.
        **options: Those of `messages.head`.
    """
    note = uuid4().hex
    address = rig.servers[name].address
    assert isinstance(address, tuple)
    called, done = rig.notes / f"{note}.called", rig.notes / f"{note}.done"
    patience = SETTLED if expected(name, framing)[0] == NOT_CALLED else WAIT
    with socket.create_connection(address, timeout=WAIT) as connection:
        connection.sendall(head(**options, note=note) + _HALF[framing])
        # The app, if it is to be called before the end, is reading when the client goes.
        _wait_for(called.exists, SETTLED)
        if how == "half-closes":
            connection.shutdown(socket.SHUT_WR)
            _wait_for(done.exists, patience)
        elif how == "resets":
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    if not _wait_for(done.exists, WAIT if called.exists() else patience):
        return SILENT if called.exists() else NOT_CALLED
    step = json.loads(done.read_bytes())["steps"][-1]
    return str(step["error"]) if "error" in step else WHOLE


def to_markdown(names: Iterable[str]) -> str:
    """The table of docs/bodies.md."""
    lines = [
        "| server | with Content-Length | chunked | why |",
        "| --- | --- | --- | --- |",
    ]
    for name in names:
        by_length, _ = expected(name, LENGTH)
        in_chunks, why = expected(name, "in a chunk")
        shown = {WHOLE: "**hidden**: read as whole"}
        cells = [f"`{name}`", *(shown.get(cell, cell) for cell in (by_length, in_chunks)), why]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _wait_for(ready: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def main() -> None:
    """Write the table into the page that is named."""
    from unireq_conformance.pages.marks import between_marks

    page = Path(sys.argv[1])
    text = page.read_text(encoding="utf-8")
    table = to_markdown(BY_NAME)
    written = between_marks(text, "<!-- begin: cut -->", "<!-- end: cut -->", table)
    page.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
