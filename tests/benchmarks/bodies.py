"""What reading a body costs beside the framework's own parser: `python tests/benchmarks/bodies.py`.

Each side gets a request of its own with the same bytes, and is asked for the same thing: the form
with the content of its files, or the value of the JSON. Valgrind counts the instructions.

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
from benchmarks.callgrind import count, counted, need_valgrind, settle
from support import forms, posting
from unireq._body.json import parse_json

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
"""The value, and what ours may take beside `json.loads`."""
_LOOP = asyncio.new_event_loop()


def _starlette(body: bytes, content_type: str) -> Any:
    from starlette.requests import Request

    chunks = [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]
    return Request(posting.scope(body, content_type), posting.receiving(*chunks))


async def _form_of_starlette(request: Any) -> int:
    return len(await request.form(max_files=100, max_fields=1000))


async def _our_aform(native: Any) -> int:
    return len((await unireq.from_native(native).aform()).parts())


def _our_form(native: Any) -> int:
    return len(unireq.from_native(native).form().parts())


SIDES: dict[str, tuple[Callable[[bytes, str], Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
    "Starlette": (
        _starlette,
        lambda native: _LOOP.run_until_complete(_our_aform(native)),
        lambda native: _LOOP.run_until_complete(_form_of_starlette(native)),
    ),
    "Flask": (
        posting.flask,
        _our_form,
        lambda native: len(native.form) + len(native.files),
    ),
    "Django": (
        posting.django_wsgi,
        _our_form,
        lambda native: len(native.POST) + len(native.FILES),
    ),
}
"""A request, and how it is read by us and natively. Sanic's parser reads what it has in memory."""


def _read(read: Callable[[Any], Any], make: Callable[..., Any], given: tuple[bytes, str]) -> Any:
    return read(make(*given))


def _asked() -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any], float]]:
    """What is counted: ours, theirs, and how much more ours may cost."""
    for framework, (make, ours, theirs) in SIDES.items():
        for name, given in BODIES.items():
            our_call, their_call = (partial(_read, each, make, given) for each in (ours, theirs))
            yield f"{framework}, {name}", our_call, their_call, 1.0
    for name, (value, most) in JSON.items():
        text = json.dumps(value).encode()
        yield name, partial(parse_json, text, 100), partial(json.loads, text), most


def _count_here() -> None:
    for name, ours, theirs, _ in _asked():
        if ours() != theirs():
            raise AssertionError(f"{name}: the two differ")
        for who, call in (("ours", ours), ("theirs", theirs)):
            for _ in range(10):
                call()
            settle()
            counted(lambda call: call(), call, name, who)


def main() -> int:
    """Count and judge; the exit status."""
    need_valgrind()
    found = count(__file__, "--child")
    dear = False
    print("ours / theirs  at most")
    for name, _, _, most in _asked():
        ratio = found[name, "ours"] / found[name, "theirs"]
        dear = dear or ratio > most
        print(f"{ratio:13.2f}  {most:7.1f}  {name}")
    return int(dear)


if __name__ == "__main__":
    if sys.argv[1:]:
        _count_here()
    else:
        sys.exit(main())
