"""Requests with content, and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from hypothesis import strategies as st

from unireq_conformance.clause import Expectation, Found, table
from unireq_conformance.content import Content, Framing, error, form, octets, steps
from unireq_conformance.content_strategies import chunkings, sizes
from unireq_conformance.forms import Form, Part, Sent, file_part, form_of, text_part
from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import Seen

Done = tuple[str, dict[str, Any]]
"""A step, and what must come of it."""

URLENCODED: Final = b"application/x-www-form-urlencoded"
CHUNKED: Final = Framing(chunks=(3, 1, 4096))

MALFORMED: Final = error("MalformedBody", 400)
TOO_LARGE: Final = error("BodyTooLarge", 413)
TOO_MANY: Final = error("TooManyFields", 413)
EMPTY: Final = form(())


def as_expected(sent: AbstractRequest, seen: Seen) -> Found:
    """That of each step came what must come of it."""
    if sent.content is None:
        raise ValueError("expected a request with content, and steps to take with it")
    for number, step in enumerate(sent.content.steps, 1):
        key = f"{number}.{step.operation}"
        yield Expectation(f"body.{key}", step.outcome, seen.body.get(key))


of_content = partial(table, check=as_expected)
"""Above a table of requests with content."""


def post(
    data: bytes,
    media_type: bytes | None,
    *done: Done,
    framing: Framing | None = Framing(),  # noqa: B008  # it is frozen
    method: str = "POST",
    **parts: Any,
) -> AbstractRequest:
    """A request with the content `data`, with which these steps are taken."""
    content = Content(data, media_type, framing, steps(*done))
    return AbstractRequest(method=method, content=content, **parts)


def reading(data: bytes, framing: Framing | None = Framing()) -> AbstractRequest:  # noqa: B008
    """A request whose body is read."""
    return post(data, None, ("read", octets(data)), framing=framing)


def multipart(built: Form, *done: Done, framing: Framing = Framing()) -> AbstractRequest:  # noqa: B008
    """A request with a form, with which these steps are taken; by default it is read as one."""
    asked = done or (("form", form(built.meaning)),)
    return post(built.octets, built.media_type, *asked, framing=framing)


def multipart_of(*parts: Part, outcome: Mapping[str, Any] | None = None) -> AbstractRequest:
    """A request with a form of these parts, of which `outcome` comes, or what they mean."""
    built = form_of(parts)
    return multipart(built, ("form", form(built.meaning) if outcome is None else dict(outcome)))


def text_of(
    sent: str | bytes = b"x", *more: tuple[str, bytes], name: str = "a", means: str | None = None
) -> Part:
    """A text, with more lines in its header; it means what it says in UTF-8 unless it is said."""
    data = sent.encode() if isinstance(sent, str) else sent
    value = Sent(data.decode() if means is None else means, data)
    return text_part((Sent(name, name.encode()),), value, more=more)


def file_of(
    filename: str, safe: str = "", data: bytes = b"x", *, name: str = "a", **more: Any
) -> Part:
    """A file, whose name is safe unless another one is given."""
    sent = Sent(filename, filename.encode())
    return file_part((Sent(name, name.encode()),), sent, safe or filename, data, **more)


def framings() -> st.SearchStrategy[Framing]:
    """By Content-Length or, more often, in chunks; sent in pieces of every size."""
    return st.one_of(st.builds(Framing, writes=sizes()), chunkings())
