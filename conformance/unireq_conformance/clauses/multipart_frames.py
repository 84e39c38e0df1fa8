"""FRM: the clauses about the frame of multipart/form-data: boundaries, and where they stand."""

from __future__ import annotations

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.contents import (
    MALFORMED,
    file_of,
    multipart_of,
    of_content,
    post,
    text_of,
)
from unireq_conformance.content import form
from unireq_conformance.forms import form_of
from unireq_conformance.model import AbstractRequest

_KIND = b"multipart/form-data"
_TYPE = _KIND + b"; boundary=edge"


def _raw(data: bytes, outcome: dict[str, object], media_type: bytes = _TYPE) -> AbstractRequest:
    return post(data, media_type, ("form", outcome))


_GOOD = form([("a", "x")])
_PART = b'--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'
_END = b"--edge--\r\n"


@of_content(
    "FRM-015 Boundaries",
    "The boundary is 1 to 70 visible ASCII characters and spaces, does not end with a space, and"
    " may be quoted. No boundary, several different ones, any other boundary, and one that the"
    " body does not contain raise `MalformedBody`.",
    source="RFC 2046 5.1.1",
)
def _boundaries() -> Rows:
    for boundary, sent in (
        (b"b", b"b"),
        (b"b c", b'"b c"'),
        (b"--b", b'"--b"'),
        (b"*****", b"*****"),
        (b"----=_b/1", b"----=_b/1"),
        (b"b" * 70, b"b" * 70),
    ):
        yield _raw(form_of([text_of()], boundary).octets, _GOOD, _KIND + b"; boundary=" + sent)
    for parameters in (
        b"",
        b"; boundary",
        b"; boundary=",
        b'; boundary=""',
        b"; boundary=edg",
        b"; boundary=edges",
        b'; boundary="edge "',
        b"; boundary=edge; boundary=other",
    ):
        yield _raw(_PART + _END, MALFORMED, _KIND + parameters)
    long = b"b" * 71
    yield _raw(form_of([text_of()], long).octets, MALFORMED, _KIND + b"; boundary=" + long)


@of_content(
    "FRM-016 The boundary in content",
    "Within a line, the boundary is content, and so is anything that only begins like it. A line"
    " that begins with the boundary must end there, or close the form. If anything follows, even"
    " white space, the form raises `MalformedBody`.",
    why="Some parsers read such a line as content, others as a boundary: two forms in one body.",
    source="RFC 2046 5.1.1",
)
def _the_boundary_in_content() -> Rows:
    for data in (
        b"a--edge",
        b"x\r\n--edg\r\n-edge\r\n",
        b"a --edge--\r\nb",
        b"\n--edge\n",
        b"\r--edge\r",
        b"x\r\n --edge",
    ):
        yield multipart_of(file_of("f", data=data), text_of("1"))
    for line in (b"--edges\r\n", b"--edge x\r\n", b"--edge-\r\n"):
        yield _raw(_PART.replace(b"\r\nx\r\n", b"\r\nx\r\n" + line) + _END, MALFORMED)
    for more in (b" ", b"\t", b"s", b"-"):
        yield _raw(_PART + _PART.replace(b"edge", b"edge" + more) + _END, MALFORMED)


@of_content(
    "FRM-017 Form structure",
    "Before the first boundary there is nothing, or one CRLF. After the last one there is only"
    " white space. Lines end with CRLF. Between a part's header and the next boundary there are an"
    " empty line and the line end of the content. Anything else, and a form without its last"
    " boundary, raises `MalformedBody`.",
    why="What one parser skips is a second form to another. A truncated form is not what the"
    " client meant.",
    source="RFC 2046 5.1.1",
)
def _form_structure() -> Rows:
    for before in (b"", b"\r\n"):
        for after in (b"", b"\r\n", b" \r\n\r\n"):
            yield _raw(before + _PART + b"--edge--" + after, _GOOD)
    for before in (b"x", b"x\r\n", b"\r\n\r\n", b"\n"):
        yield _raw(before + _PART + _END, MALFORMED)
    for after in (b"x", _PART, _PART + _END):
        yield _raw(_PART + _END + after, MALFORMED)
    yield _raw(_PART, MALFORMED)
    yield _raw(_PART + b"--edge", MALFORMED)
    yield _raw(_PART + b"--edge-", MALFORMED)
    yield _raw(_PART[:-2], MALFORMED)
    yield _raw(_PART[:30], MALFORMED)
    yield _raw((_PART + _END).replace(b"\r\n", b"\n"), MALFORMED)
    yield _raw((_PART + _END).replace(b"\r\n", b"\r"), MALFORMED)
    yield _raw(_PART.replace(b"\r\n\r\n", b"\r\n") + _END, MALFORMED)
    yield _raw(_PART.replace(b"x\r\n", b"") + _PART + _END, MALFORMED)
    yield _raw(_PART.replace(b"x\r\n", b"") + _END, MALFORMED)
    yield _raw(_PART.replace(b"x\r\n", b"") + b"--edges\r\nx\r\n" + _END, MALFORMED)
    yield _raw(_PART.replace(b"x\r\n", b"\r\n") + _END, form([("a", "")]))
    yield _raw(b"nothing of a form", MALFORMED)


_PIECE = 65_536
"""Of a body that is longer, many a parser looks at so many bytes at once."""


def _padded(size: int, end: bytes) -> AbstractRequest:
    """A form of so many bytes."""
    head = _PART.replace(b"x\r\n", b"")
    tail = b"\r\n" + _PART + b"--edge--" + end
    content = b"x" * (size - len(head) - len(tail))
    return _raw(head + content + tail, form([("a", content.decode()), ("a", "x")]))


@of_content(
    "FRM-022 Forms of every size",
    "What is read, and what raises `MalformedBody`, is the same at every offset. It depends"
    " neither on the pieces in which the body arrives nor on its size.",
    why="A parser that looks at 64 KiB at a time may miss what spans two blocks.",
    source="RFC 2046 5.1.1",
)
def _around_edges() -> Rows:
    for off in range(-4, 5):
        yield _padded(_PIECE + off, b"")
        yield _padded(_PIECE + off, b"\r\n")
    for odd in (_PART.replace(b":", b" :"), _PART.replace(b"x\r\n", b"--edge\r\n\r\nx\r\n")):
        for off in (*range(-2, 7), *range(40, 70, 3)):
            head = _PART.replace(b"x\r\n", b"")
            content = b"x" * (_PIECE - len(head) - off) + b"\r\n"
            yield _raw(head + content + odd + _END, MALFORMED)
