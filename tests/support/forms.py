"""Forms for tests: written without the code under test, read with it."""

from __future__ import annotations

from typing import TypeAlias

from unireq._body.form_data import FormData
from unireq._body.form_parser import FormParser
from unireq._body.limits import DEFAULT_LIMITS, Limits
from unireq._body.spooled_body import SpooledBody

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"

Content: TypeAlias = "str | tuple[str, bytes]"
"""What a part is: text, or the file name and the content of a file."""


def parse(
    body: bytes,
    content_type: str | None = MULTIPART,
    limits: Limits = DEFAULT_LIMITS,
    step: int | None = None,
) -> FormData:
    """The form in `body`, handed over in pieces of `step` bytes."""
    store = SpooledBody()
    store.append(body, limits.spool_size)
    parser = FormParser(content_type, limits, store)
    size = step or max(len(body), 1)
    for start in range(0, len(body), size):
        parser.feed(body[start : start + size])
    return parser.finish()


def contents(form: FormData) -> list[tuple[str, Content]]:
    """What is in `form`, in order."""
    return [
        (name, value if isinstance(value, str) else (value.filename, value.read()))
        for name, value in form.parts()
    ]


def part(header: str | bytes, content: bytes = b"x", boundary: bytes = b"b") -> bytes:
    """One part, from its boundary to the end of its content; lines of `header` end with LF."""
    octets = header.encode() if isinstance(header, str) else header
    return b"--" + boundary + b"\r\n" + octets.replace(b"\n", b"\r\n") + b"\r\n\r\n" + content


def body(*parts: bytes, boundary: bytes = b"b") -> bytes:
    """A multipart body of `parts`."""
    return b"".join(part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"


def disposition(parameters: str | bytes) -> bytes:
    """The header of a part whose Content-Disposition has `parameters`."""
    octets = parameters.encode() if isinstance(parameters, str) else parameters
    return b"Content-Disposition: form-data; " + octets


def field(name: str = "a", content: bytes = b"x") -> bytes:
    """A part that is text."""
    return part(disposition(f'name="{name}"'), content)


def file(name: str = "f", filename: str = "f.txt", content: bytes = b"x") -> bytes:
    """A part that is a file."""
    return part(disposition(f'name="{name}"; filename="{filename}"'), content)
