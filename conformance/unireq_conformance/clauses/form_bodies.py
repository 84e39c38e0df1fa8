"""FRM: the clauses about forms of any media type, urlencoded ones, and the frame of multipart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.contents import (
    CHUNKED,
    EMPTY,
    MALFORMED,
    URLENCODED,
    file_of,
    framings,
    multipart,
    multipart_of,
    of_content,
    post,
    text_of,
)
from unireq_conformance.content import Framing, form, octets
from unireq_conformance.content_strategies import multipart_forms, urlencoded_forms
from unireq_conformance.forms import Form, Sent, form_of, text_part
from unireq_conformance.model import AbstractRequest, Field, Parameter


def _sent(parameters: Iterable[Parameter]) -> bytes:
    return b"&".join(parameter.octets for parameter in parameters)


def _meant(parameters: Iterable[Parameter]) -> list[tuple[str, str]]:
    meanings = (parameter.meaning for parameter in parameters)
    return [meaning for meaning in meanings if meaning is not None]


def _urlencoded() -> st.SearchStrategy[AbstractRequest]:
    return st.builds(_framed, urlencoded_forms(), framings())


def _framed(parameters: tuple[Parameter, ...], framing: Framing) -> AbstractRequest:
    outcome = form(_meant(parameters))
    return post(_sent(parameters), URLENCODED, ("form", outcome), framing=framing)


def _fields(
    data: bytes, *pairs: tuple[str, str], media_type: bytes = URLENCODED
) -> AbstractRequest:
    return post(data, media_type, ("form", form(pairs)))


@of_content(
    "FRM-001 Urlencoded forms",
    "A body of type `application/x-www-form-urlencoded` is read as a query is: split at `&`, then"
    " at the first `=`, and `+` is a space. Escapes and bytes are decoded as UTF-8. What is not"
    " UTF-8 becomes U+FFFD, and broken escapes stay as sent. An empty piece is not a field.",
    why="For bytes beyond ASCII, Starlette gives ISO-8859-1 text, and Flask and Sanic give an"
    " empty form.",
    source="WHATWG URL 5.1",
    strategy=_urlencoded,
)
def _urlencoded_forms() -> Rows:
    yield _fields(b"a=1&b=2&a=3", ("a", "1"), ("b", "2"), ("a", "3"))
    yield _fields(b"&&a&=b&=&a=b=c&", ("a", ""), ("", "b"), ("", ""), ("a", "b=c"))
    yield _fields(b"a+b=%2B%26%3D%25;c", ("a b", "+&=%;c"))
    yield _fields(b" a = b \r\n", (" a ", " b \r\n"))
    yield _fields(b"%EF%BB%BFa=\xef\xbb\xbfb", ("\ufeffa", "\ufeffb"))
    yield _fields("é=😀".encode(), ("é", "😀"))
    pairs = (("a", "é"), ("b", "\ufffd"), ("c", "\ufffd"), ("d", "%zz%"))
    yield _fields(b"a=%C3%A9&b=%ff&c=\xff&d=%zz%", *pairs)


@of_content(
    "FRM-002 Any method",
    "A form is read with any method.",
    why="Django reads only the forms of POST.",
)
def _any_method() -> Rows:
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        yield post(b"a=1", URLENCODED, ("form", form([("a", "1")])), method=method)


_MULTIPART = b"multipart/form-data; boundary=edge"
_ONE = form_of([text_of("1")])


@of_content(
    "FRM-003 Media types",
    "A form has the type `application/x-www-form-urlencoded` or `multipart/form-data`, in any case"
    " and with any parameters. A body of another type, or of none, gives an empty form, and can"
    " still be read as a body.",
    source="RFC 9110 8.3.1",
)
def _media_types() -> Rows:
    for data in (b"a=1", _ONE.octets):
        for media_type in (
            None,
            b"text/plain",
            b"application/json",
            b"multipart/mixed; boundary=edge",
            b"application/x-www-form-urlencoded-2",
            b"nonsense",
        ):
            yield post(data, media_type, ("form", EMPTY), ("read", octets(data)))
    for media_type in (
        b"APPLICATION/X-www-Form-Urlencoded",
        b"application/x-www-form-urlencoded; charset=utf-8",
        b"application/x-www-form-urlencoded ;a=b",
        b"application/x-www-form-urlencoded;",
    ):
        yield _fields(b"a=1", ("a", "1"), media_type=media_type)
    for media_type in (
        b"Multipart/Form-Data; Boundary=edge",
        b'multipart/form-data; charset=UTF-8; boundary="edge"',
        b"multipart/form-data;boundary=edge;",
    ):
        yield post(_ONE.octets, media_type, ("form", form(_ONE.meaning)))


@of_content(
    "FRM-004 Empty bodies",
    "An empty body gives an empty form, whatever its Content-Type.",
    why="Some clients name a type even when they send nothing.",
)
def _empty_bodies() -> Rows:
    for framing in (Framing(), Framing(chunks=(1,))):
        for media_type in (
            URLENCODED,
            b"multipart/form-data",
            b"multipart/form-data; boundary=edge",
            b"application/x-www-form-urlencoded; charset=utf-7",
        ):
            yield post(b"", media_type, ("form", EMPTY), framing=framing)


@of_content(
    "FRM-005 Charsets",
    "`charset` in Content-Type may be `utf-8`, `us-ascii` (read as UTF-8) or `iso-8859-1`. Any"
    " other charset raises `MalformedBody`.",
    why="Clients that name a charset mean it, but a codec that a client can choose is a security"
    " hole.",
)
def _charsets() -> Rows:
    latin1 = b"; charset=iso-8859-1"
    yield _fields(b"a=%E9&\xe9=b", ("a", "é"), ("é", "b"), media_type=URLENCODED + latin1)
    yield _fields(b"a=%C3%A9", ("a", "é"), media_type=URLENCODED + b"; charset=us-ascii")
    for charset in (b"utf-7", b"utf-16", b"idna", b"x", b'""'):
        yield post(b"a=1", URLENCODED + b"; charset=" + charset, ("form", MALFORMED))
    data = form_of([text_part((Sent("é", b"\xe9"),), Sent("è", b"\xe8"))]).octets
    yield post(data, _MULTIPART + b"; charset=ISO-8859-1", ("form", form([("é", "è")])))
    yield post(_ONE.octets, _MULTIPART + b"; charset=utf-7", ("form", MALFORMED))


@of_content(
    "FRM-006 Two Content-Type fields",
    "If two Content-Type fields differ, reading a form raises `MalformedBody`. A server may refuse"
    " the request instead.",
    why="Which of the two a parser trusts is chance, and a filter in front of it may trust the"
    " other.",
    source="RFC 9110 5.3",
    may_refuse=True,
)
def _two_content_type_fields() -> Rows:
    for data in (b"a=1", _ONE.octets):
        for other in (b"text/plain", _MULTIPART):
            steps = (("form", MALFORMED), ("read", octets(data)))
            yield post(data, URLENCODED, *steps, fields=(Field("Content-Type", other),))


@of_content(
    "FRM-023 Unclear Content-Type",
    "A Content-Type that names a form and is not a media type with parameters raises"
    " `MalformedBody`: with a comma or other bytes after it, white space other than spaces and"
    " tabs, or an invalid parameter. A server may refuse the request instead.",
    why="With a no-break space after the type, some parsers see a form and others none.",
    source="RFC 9110 8.3.1",
    may_refuse=True,
)
def _unclear_content_type() -> Rows:
    for odd in (
        *(URLENCODED + end for end in (b"\xa0", b",", b", ", b" x", b";x", b';x="')),
        *(begin + URLENCODED for begin in (b"\xa0", b",", b'"')),
        URLENCODED + b"," + URLENCODED,
        URLENCODED + b"; charset = utf-8",
        URLENCODED + b"; charset*=utf-8''iso-8859-1",
    ):
        yield post(b"a=1", odd, ("form", MALFORMED), ("read", octets(b"a=1")))
    for end in (
        b"\xa0; boundary=edge",
        b"; boundary=edge,",
        b"; boundary=edge\xa0",
        b"; boundary = edge",
        b"; boundary=edge; boundary*=utf-8''x",
        b'; boundary="\\edge"',
        b"; boundary=<edge>",
    ):
        yield post(_ONE.octets, b"multipart/form-data" + end, ("form", MALFORMED))


def _mapping(built: Form) -> dict[str, Any]:
    texts = [(name, value) for name, value in built.meaning if isinstance(value, str)]
    files = [(name, value) for name, value in built.meaning if not isinstance(value, str)]
    return {
        "dict": dict(texts),
        "lists": {name: [v for n, v in texts if n == name] for name, _ in texts},
        "items": [list(pair) for pair in texts],
        "files": dict(files),
        "file_lists": {name: [v for n, v in files if n == name] for name, _ in files},
        "absent": [[], [], None],
    }


def _mappings() -> st.SearchStrategy[AbstractRequest]:
    return multipart_forms().map(lambda built: multipart(built, ("mapping", _mapping(built))))


_TEXTS = [text_of("1"), text_of("2", name="b"), text_of("3")]
_FILES = [file_of("x.txt"), file_of("f.txt", data=b"f", name="f"), file_of("y.txt", data=b"y")]
_MIXED = form_of([_TEXTS[0], _FILES[0], *_TEXTS[1:], *_FILES[1:]])


@of_content(
    "FRM-007 Real dicts",
    "A form is a `dict` of `str` to `str` with its texts, and `form.files` is a `dict` of files."
    " For a repeated name, they have the last value. `getlist` returns all values in order, or"
    " `[]` if there is none. A text and a file may share a name. `multi_items()` returns all"
    " texts, and `parts()` texts and files, in the order sent.",
    why="Code that expects text must not get a file.",
    strategy=_mappings,
)
def _real_dicts() -> Rows:
    yield multipart(_MIXED, ("mapping", _mapping(_MIXED)), ("form", form(_MIXED.meaning)))
    texts = ("mapping", _mapping(form_of(_TEXTS)))
    yield post(b"a=1&b=2&a=3", URLENCODED, texts, framing=CHUNKED)


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
