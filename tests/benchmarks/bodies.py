"""What reading a body costs beside the framework's own parser: `python tests/benchmarks/bodies.py`.

Each side gets a request of its own with the same bytes, and is asked for the same thing: the form
with the content of its files, or the value of the JSON. Times are compared as page.py compares
them; `?` says that the machine was too busy to tell.

The exit status is 1 if a form costs more than the framework's own parser takes, or JSON more than
twice what `json.loads` takes (three times for one long text).
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import unireq
from benchmarks.cases import Case, Key
from benchmarks.page import ratios_of_times
from support import forms, posting
from unireq._body.json import parse_json

CHUNK = 65_536
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
RECORD = {"id": 1, "name": "a name", "tags": ["a", "b"], "score": 1.5, "note": "n" * 20}
Body = tuple[bytes, str]
Sides = tuple[Callable[..., Any], Callable[..., Any]]
"""How it is read by us, and by the framework."""


def _multipart(*parts: bytes) -> Body:
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    return forms.body(*parts).replace(b"--b", b"--" + BOUNDARY.encode()), content_type


BODIES: dict[str, Body] = {
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


def _on_starlette(read: Callable[[Any], Any]) -> Callable[[bytes, str], Any]:
    from starlette.requests import Request

    def ask(body: bytes, content_type: str) -> Any:
        chunks = [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]
        receive = posting.receiving(*chunks)
        return asyncio.run(read(Request(posting.scope(body, content_type), receive)))

    return ask


async def _form_of_starlette(request: Any) -> int:
    return len(await request.form(max_files=100, max_fields=1000))


async def _our_aform(native: Any) -> int:
    return len((await unireq.from_native(native).aform()).parts())


def _on(make: Callable[..., Any], read: Callable[[Any], Any]) -> Callable[[bytes, str], Any]:
    return lambda body, content_type: read(make(body, content_type))


def _our_form(native: Any) -> int:
    return len(unireq.from_native(native).form().parts())


SIDES: dict[str, Sides] = {
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
"""By framework; Sanic's parser reads what Sanic holds in memory already."""


def _asked() -> Iterator[tuple[str, Sides, float]]:
    for framework, sides in SIDES.items():
        for name, given in BODIES.items():
            ours, theirs = (partial(read, *given) for read in sides)
            if ours() != theirs():
                raise AssertionError(f"{framework}, {name}: the two differ")
            yield f"{framework}, {name}", (ours, theirs), 1.0
    for name, (value, most) in JSON.items():
        text = json.dumps(value).encode()
        yield name, (partial(parse_json, text, 100), partial(json.loads, text)), most


def main() -> int:
    """Measure and judge; the exit status."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else 25
    missed = False
    print("ours / theirs  at most")
    for name, (ours, theirs), most in _asked():
        cases = [
            Case(Key(who, name, "whole"), lambda: None, lambda _, call=call: call())
            for who, call in (("ours", ours), ("native", theirs))
        ]
        ((ratio, _, doubt),) = ratios_of_times(cases, rounds, calls=1, batches=4).values()
        missed = missed or ratio > most
        print(f"{ratio:13.2f}  {most:7.1f}  {name}{doubt}", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
