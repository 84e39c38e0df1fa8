"""What reading a body costs beside the framework's own parser: `python tests/benchmarks/bodies.py`.

Each side gets a request of its own with the same bytes, and is asked for the same thing: the form
with the content of its files, or the value of the JSON. All sides are asked in each round, in
shuffled order; judged is the median of the ratios of the rounds, in CPU time. `again` is ours once
more: where that is far from 1.00 the machine was too busy to tell.

The exit status is 1 if a form costs more than the framework's own parser takes, or JSON more than
twice what `json.loads` takes (three times for one long text).
"""

from __future__ import annotations

import asyncio
import io
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import unireq
from unireq._body.json import parse_json

__all__ = ["BODIES", "SIDES", "rows"]

Read = Callable[[bytes, str], Any]

MIB = 1024 * 1024
CHUNK = 65_536
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"


def _multipart(*parts: tuple[str, bytes]) -> bytes:
    boundary = MULTIPART.partition("=")[2].encode()
    return (
        b"".join(
            b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n"
            % (boundary, head.encode(), data)
            for head, data in parts
        )
        + b"--%s--\r\n" % boundary
    )


BODIES = {
    "form of 1 kB": (b"&".join(b"field%d=some+text+%%C3%%A9" % n for n in range(40)), URLENCODED),
    "20 small fields": (_multipart(*((f'name="f{n}"', b"text") for n in range(20))), MULTIPART),
    "upload of 8 MB": (
        _multipart(('name="f"; filename="f.bin"', bytes(range(256)) * 31_250)),
        MULTIPART,
    ),
}


def _environ(body: bytes, content_type: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
    }


def _starlette(read: Callable[[Any], Any]) -> Read:
    from starlette.requests import Request

    def ask(body: bytes, content_type: str) -> Any:
        pieces = [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "query_string": b"",
            "headers": [
                (b"content-type", content_type.encode()),
                (b"content-length", b"%d" % len(body)),
            ],
        }

        async def receive() -> Any:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        return asyncio.run(read(Request(scope, receive)))

    return ask


async def _form_of_starlette(request: Any) -> int:
    return len(await request.form(max_files=100, max_fields=1000))


async def _our_aform(native: Any) -> int:
    return len((await unireq.from_native(native).aform()).parts())


def _our_form(native: Any) -> int:
    return len(unireq.from_native(native).form().parts())


def _flask(read: Callable[[Any], Any]) -> Read:
    from flask import Request

    return lambda body, content_type: read(Request(_environ(body, content_type)))


def _django(read: Callable[[Any], Any]) -> Read:
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"])
        django.setup()
    from django.core.handlers.wsgi import WSGIRequest

    return lambda body, content_type: read(WSGIRequest(_environ(body, content_type)))


SIDES: dict[str, Callable[[], tuple[Read, Read]]] = {
    "Starlette": lambda: (_starlette(_our_aform), _starlette(_form_of_starlette)),
    "Flask": lambda: (_flask(_our_form), _flask(lambda r: len(r.form) + len(r.files))),
    "Django": lambda: (_django(_our_form), _django(lambda r: len(r.POST) + len(r.FILES))),
}
"""Ours and its own, by framework; Sanic's parser reads what Sanic holds in memory already."""


def _seconds(call: Callable[[], Any]) -> float:
    """The CPU time of one call, from as many as take some milliseconds."""
    calls = 0
    begun = now = time.process_time()
    while now - begun < 0.004:
        call()
        calls += 1
        now = time.process_time()
    return (now - begun) / calls


def _ratios(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """How long ours takes beside theirs, and beside itself."""
    calls = {"ours": ours, "again": ours, "theirs": theirs}
    found: list[dict[str, float]] = []
    for call in calls.values():
        call()
    for _ in range(rounds):
        names = random.sample(list(calls), len(calls))
        found.append({name: _seconds(calls[name]) for name in names})
    return (
        statistics.median(each["ours"] / each["theirs"] for each in found),
        statistics.median(each["again"] / each["ours"] for each in found),
    )


def rows(rounds: int) -> list[tuple[str, float, float, float]]:
    """(what, ours / theirs, ours / ours, at most) of every case."""
    found: list[tuple[str, float, float, float]] = []
    for framework, sides in SIDES.items():
        ours, theirs = sides()
        for name, (body, kind) in BODIES.items():
            if ours(body, kind) != theirs(body, kind):
                raise AssertionError(f"{framework}, {name}: the two differ")
            asked = partial(ours, body, kind), partial(theirs, body, kind)
            found.append((f"{framework}, {name}", *_ratios(*asked, rounds), 1.0))
    record = {"id": 1, "name": "a name", "tags": ["a", "b"], "score": 1.5, "note": "n" * 20}
    for name, value, most in (
        ("JSON of 1 kB", [record] * 11, 2.0),
        ("JSON of 1 MB", [record] * 11_000, 2.0),
        ("JSON of 1 MB with half a surrogate pair", [*[record] * 11_000, "\ud800"], 2.0),
        ("JSON, one text of 100 kB", "x" * 100_000, 3.0),
    ):
        text = json.dumps(value).encode()
        asked = partial(parse_json, text, 100), partial(json.loads, text)
        found.append((f"json.loads, {name}", *_ratios(*asked, rounds), most))
    return found


def main() -> int:
    """Measure and judge; the exit status."""
    missed = False
    print("ours / theirs  again  at most")
    for name, ratio, again, most in rows(int(sys.argv[1]) if sys.argv[1:] else 25):
        missed = missed or ratio > most
        print(f"{ratio:13.2f}  {again:5.2f}  {most:7.1f}  {name}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
