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
import json
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import unireq
from support import forms, posting
from unireq._body.json import parse_json

__all__ = ["BODIES", "SIDES", "ratios"]

Read = Callable[[bytes, str], Any]

CHUNK = 65_536
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
RECORD = {"id": 1, "name": "a name", "tags": ["a", "b"], "score": 1.5, "note": "n" * 20}


def _multipart(*parts: bytes) -> tuple[bytes, str]:
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    return forms.body(*parts).replace(b"--b", b"--" + BOUNDARY.encode()), content_type


BODIES = {
    "form of 1 kB": (
        b"&".join(b"field%d=some+text+%%C3%%A9" % n for n in range(40)),
        forms.URLENCODED,
    ),
    "20 small fields": _multipart(*(forms.field(f"f{n}", b"text") for n in range(20))),
    "upload of 8 MB": _multipart(forms.file(content=bytes(range(256)) * 31_250)),
}
JSON = {
    "JSON of 1 kB": ([RECORD] * 11, 2.0),
    "JSON of 1 MB": ([RECORD] * 11_000, 2.0),
    "JSON of 1 MB with half a surrogate pair": ([*[RECORD] * 11_000, "\ud800"], 2.0),
    "JSON, one text of 100 kB": ("x" * 100_000, 3.0),
}
"""The value, and what ours may take of the time of `json.loads`."""


def _on_starlette(read: Callable[[Any], Any]) -> Read:
    from starlette.requests import Request

    def ask(body: bytes, content_type: str) -> Any:
        chunks = [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]
        return asyncio.run(
            read(Request(posting.scope(body, content_type), posting.receiving(*chunks)))
        )

    return ask


async def _form_of_starlette(request: Any) -> int:
    return len(await request.form(max_files=100, max_fields=1000))


async def _our_aform(native: Any) -> int:
    return len((await unireq.from_native(native).aform()).parts())


def _on(make: Callable[..., Any], read: Callable[[Any], Any]) -> Read:
    return lambda body, content_type: read(make(body, content_type))


def _our_form(native: Any) -> int:
    return len(unireq.from_native(native).form().parts())


SIDES: dict[str, tuple[Read, Read]] = {
    "Starlette": (_on_starlette(_our_aform), _on_starlette(_form_of_starlette)),
    "Flask": (
        _on(posting.flask, _our_form),
        _on(posting.flask, lambda native: len(native.form) + len(native.files)),
    ),
    "Django": (
        _on(posting.django_wsgi, _our_form),
        _on(posting.django_wsgi, lambda native: len(native.POST) + len(native.FILES)),
    ),
}
"""Ours and its own, by framework; Sanic's parser reads what Sanic holds in memory already."""


def ratios(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """How long ours takes beside theirs, and beside itself."""
    calls = {"ours": ours, "again": ours, "theirs": theirs}
    found: list[dict[str, float]] = []
    for _ in range(rounds):
        names = random.sample(list(calls), len(calls))
        found.append({name: _seconds(calls[name]) for name in names})
    return (
        median(each["ours"] / each["theirs"] for each in found),
        median(each["again"] / each["ours"] for each in found),
    )


def _seconds(call: Callable[[], Any]) -> float:
    """The CPU time of one call, from as many as take some milliseconds."""
    calls = 0
    begun = now = time.process_time()
    while now - begun < 0.004:
        call()
        calls += 1
        now = time.process_time()
    return (now - begun) / calls


def main() -> int:
    """Measure and judge; the exit status."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else 25
    asked: list[tuple[str, Callable[[], Any], Callable[[], Any], float]] = []
    for framework, (ours, theirs) in SIDES.items():
        for name, given in BODIES.items():
            if ours(*given) != theirs(*given):
                raise AssertionError(f"{framework}, {name}: the two differ")
            asked.append(
                (f"{framework}, {name}", partial(ours, *given), partial(theirs, *given), 1)
            )
    for name, (value, most) in JSON.items():
        text = json.dumps(value).encode()
        asked.append((name, partial(parse_json, text, 100), partial(json.loads, text), most))
    missed = False
    print("ours / theirs  again  at most")
    for name, our_call, their_call, most in asked:
        ratio, again = ratios(our_call, their_call, rounds)
        missed = missed or ratio > most
        print(f"{ratio:13.2f}  {again:5.2f}  {most:7.1f}  {name}", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main())
