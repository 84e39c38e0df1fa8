"""Hypothesis strategies for the content of a request, for anybody's HTTP code.

Each gives bytes and what they mean, side by side, made piece by piece. Simple content comes first
when an example shrinks. This module imports neither unireq nor a framework.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from unireq_conformance.content import Framing
from unireq_conformance.forms import Form, Part, Sent, file_part, form_of, text_part
from unireq_conformance.model import Parameter, Piece

_ALPHA: Final = "abcdefghijklmnopqrstuvwxyz"
_OF_FRAMING = (b"0\r\n\r\n", b"\r\n", b"5\r\nhello\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x00\xff")


@cache
def bodies() -> st.SearchStrategy[bytes]:
    """Octets of every kind: text, any byte, what looks like framing, none, some thousand."""
    return st.one_of(
        st.text(_ALPHA, max_size=12).map(str.encode),
        st.binary(max_size=24),
        st.lists(st.sampled_from(_OF_FRAMING), max_size=4).map(b"".join),
        # Letters alone, so that a body is large only where it matters that it is.
        st.integers(1000, 5000).map(lambda n: (_ALPHA.encode() * (n // 26 + 1))[:n]),
    )


@cache
def sizes() -> st.SearchStrategy[tuple[int, ...]]:
    """Sizes of pieces, the last for all that follow: from byte by byte to all at once."""
    return st.one_of(
        st.just(()),
        st.lists(st.integers(1, 9), min_size=1, max_size=4).map(lambda some: (*some, 4096)),
        st.integers(5, 700).map(lambda size: (size, 2000)),
    )


@cache
def chunkings() -> st.SearchStrategy[Framing]:
    """Chunked framing: chunks of every size, with extensions or none, sent in pieces."""
    return st.builds(
        Framing,
        chunks=sizes().map(lambda drawn: drawn or (65536,)),
        extension=st.sampled_from((b"", b"", b";a=b", b';a="b c"', b";a")),
        writes=sizes(),
    )


# JSON: each strategy gives the bytes of a text, and its value.

_Json = tuple[bytes, Any]

_SCALARS: Final[tuple[_Json, ...]] = (
    (b"0", 0),
    (b"null", None),
    (b"true", True),
    (b"false", False),
    (b"-0", 0),
    (b"-7", -7),
    (b"9007199254740993", 9007199254740993),
    (b"1" + b"0" * 40, 10**40),
    (b"1.5", 1.5),
    (b"-0.25", -0.25),
    (b"1e2", 100.0),
    (b"2E-3", 0.002),
    (b"1.0", 1.0),
    (b"1.7976931348623157e308", 1.7976931348623157e308),
    (b"5e-324", 5e-324),
    (b'""', ""),
)
_LETTERS: Final[tuple[tuple[bytes, str], ...]] = tuple((c.encode(), c) for c in "ab [{}],:/")
_ESCAPES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\\n", "\n"),
    (b'\\"', '"'),
    (b"\\\\", "\\"),
    (b"\\/", "/"),
    (b"\\u0000", "\0"),
    (b"\\u00e9", "é"),
    (b"\\u00E9", "é"),
    (b"\\ud83d\\ude00", "😀"),
    ("é".encode(), "é"),
    ("😀".encode(), "😀"),
    ("\u2028".encode(), "\u2028"),
    (b"\x7f", "\x7f"),
)
_SPACES: Final = (b"", b"", b" ", b"\n", b"\t", b"\r\n")


def _string(letters: list[tuple[bytes, str]]) -> _Json:
    return b'"' + b"".join(sent for sent, _ in letters) + b'"', "".join(text for _, text in letters)


def _array(drawn: tuple[list[_Json], bytes]) -> _Json:
    members, space = drawn
    inner = (b"," + space).join(sent for sent, _ in members)
    return b"[" + space + inner + space + b"]", [value for _, value in members]


def _object(drawn: tuple[list[tuple[_Json, _Json]], bytes]) -> _Json:
    members, space = drawn
    inner = (space + b",").join(name + space + b":" + sent for (name, _), (sent, _) in members)
    # Of a repeated name the last counts.
    return b"{" + space + inner + b"}", {name: value for (_, name), (_, value) in members}


@cache
def json_texts() -> st.SearchStrategy[_Json]:
    """JSON texts (RFC 8259), each with the value that it means as Python has it.

    With every escape, white space, numbers that few parsers get right, and repeated names.
    """
    letter = st.one_of(st.sampled_from(_LETTERS), st.sampled_from(_ESCAPES))
    strings = st.lists(letter, max_size=6).map(_string)
    names = st.one_of(st.sampled_from(((b'"a"', "a"), (b'"b"', "b"))), strings)
    space = st.sampled_from(_SPACES)
    numbers: st.SearchStrategy[_Json] = st.sampled_from(_SCALARS)
    scalars = st.one_of(numbers, strings)
    values: st.SearchStrategy[_Json] = st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.tuples(st.lists(inner, max_size=3), space).map(_array),
            st.tuples(st.lists(st.tuples(names, inner), max_size=3), space).map(_object),
        ),
        max_leaves=6,
    )
    # A hundred texts of few values would leave out what is rare.
    array = st.tuples(st.lists(numbers, max_size=20), space)
    members = st.tuples(st.lists(st.tuples(names, values), max_size=6), space)
    several = st.one_of(array.map(_array), members.map(_object))
    return st.builds(_between, st.one_of(values, several), space, space)


def _between(text: _Json, before: bytes, after: bytes) -> _Json:
    return before + text[0] + after, text[1]


# Forms.


@cache
def urlencoded_forms() -> st.SearchStrategy[tuple[Parameter, ...]]:
    """Urlencoded forms: what a query has, and bytes beyond ASCII as they are."""
    # Most of them odd, however many letters there are.
    odd = st.sampled_from(_ODD)
    piece = st.one_of(st.sampled_from(_PLAIN), odd, odd)
    pieces = st.lists(piece, max_size=6).map(tuple)
    nothing: st.SearchStrategy[tuple[Piece, ...]] = st.just(())
    name = st.one_of(st.sampled_from("ab").map(lambda t: (Piece(t, t.encode()),)), pieces)
    parameter = st.builds(Parameter, name, st.one_of(pieces, nothing, st.none()))
    return st.lists(parameter, max_size=8).map(tuple)


_PLAIN: Final = tuple(Piece(c, c.encode()) for c in "xyz-._*!'/?@:,[]{}|\"<>^`")
_ODD: Final = (
    *(Piece(c, c.encode()) for c in " ;\\\0\r\n"),
    Piece(" ", b"+", "escape"),
    Piece(" ", b"%20", "escape"),
    Piece("+", b"%2B", "escape"),
    Piece("&", b"%26", "escape"),
    Piece("=", b"%3d", "escape"),
    Piece("%", b"%25", "escape"),
    Piece("é", b"%C3%A9", "escape"),
    Piece("é", "é".encode(), "raw"),
    Piece("😀", "😀".encode(), "raw"),
    Piece("\ufeff", b"%EF%BB%BF", "escape"),
    Piece("\ufffdx", b"\xffx", "invalid"),
    Piece("\ufffdx", b"%FFx", "invalid"),
    Piece("\ufffdx", b"\xe2\x82x", "invalid"),
    Piece("%zz", b"%zz", "broken"),
    Piece("%-", b"%-", "broken"),
)

_LETTERS_OF_NAMES: Final = tuple(Sent(c, c.encode()) for c in "abc ;=[]'")
_ODD_IN_NAMES: Final[tuple[Sent, ...]] = (
    Sent("é", "é".encode()),
    Sent("日", "日".encode()),
    Sent('"', b"%22"),
    Sent('"', b'\\"'),
    Sent("\\", b"\\\\"),
    Sent("\r\n", b"%0D%0A"),
    Sent("%41", b"%41"),
    Sent("%25", b"%25"),
    Sent("\\x", b"\\x"),
    Sent("+", b"+"),
    Sent("\ufffdx", b"\xffx"),
)
"""Pieces of a quoted value in Content-Disposition that parsers read in different ways."""

_FILENAMES: Final[tuple[tuple[Sent, str], ...]] = (
    (Sent("cat.png", b"cat.png"), "cat.png"),
    (Sent("../../etc/passwd", b"../../etc/passwd"), "passwd"),
    (Sent("C:\\dir\\f.txt", b"C:\\dir\\f.txt"), "f.txt"),
    (Sent('a"b.txt', b"a%22b.txt"), "a_b.txt"),
    (Sent("é.txt", "é.txt".encode()), "é.txt"),
    (Sent(".hidden", b".hidden"), "hidden"),
    (Sent("NUL.txt", b"NUL.txt"), "_NUL.txt"),
    (Sent("..", b".."), "file"),
    (Sent("\ufffdx", b"\xffx"), "\ufffdx"),
)
"""File names, each with the one that is safe."""

_CONTENTS: Final = (
    *(
        b"",
        b"x",
        b"\r\n",
        b"a\r\nb\r\n",
        b"\r\n--",
        b"\r\n-",
        b"--",
        b"-\r\n--x\r\n",
        b"\r",
        b"\n\n",
    ),
    *("é".encode(), b"\x00\xff\xfe", b"Content-Disposition: form-data\r\n\r\n"),
)


@cache
def _texts() -> st.SearchStrategy[Part]:
    text = st.sampled_from(
        (
            *(Sent(t, t.encode()) for t in ("", "x", "a b&c=d%41+", "é日😀", "a\r\nb\r\n", "\0")),
            Sent("\ufffdx", b"\xffx"),
            Sent("\ufeffx", b"\xef\xbb\xbfx"),
        )
    )
    more = st.sampled_from(((), (("Content-Type", b"text/plain"),), (("X-Any", b"1"),)))
    return st.builds(text_part, _part_names(), text, more=more)


@cache
def _part_names() -> st.SearchStrategy[tuple[Sent, ...]]:
    return st.one_of(
        st.sampled_from(("a", "b", "")).map(lambda name: (Sent(name, name.encode()),)),
        st.lists(
            st.one_of(st.sampled_from(_LETTERS_OF_NAMES), st.sampled_from(_ODD_IN_NAMES)),
            min_size=1,
            max_size=8,
        ).map(tuple),
    )


@cache
def _files() -> st.SearchStrategy[Part]:
    media_type = st.sampled_from((None, b"text/plain; charset=x", b"image/png"))
    binary = st.binary(min_size=1, max_size=12).filter(lambda data: b"--edge" not in data)
    # Most of them odd.
    contents = st.sampled_from(_CONTENTS)
    data = st.one_of(contents, contents, binary)
    return st.builds(_file, _part_names(), st.sampled_from(_FILENAMES), data, media_type)


def _file(
    name: tuple[Sent, ...], filename: tuple[Sent, str], data: bytes, media_type: bytes | None
) -> Part:
    return file_part(name, filename[0], filename[1], data, media_type=media_type)


@cache
def multipart_forms() -> st.SearchStrategy[Form]:
    """Multipart forms: texts and files in any order, every escape of a name, content of any kind.

    What looks like the boundary stands in the content too, where it is none.
    """
    parts = st.lists(st.one_of(_texts(), _files()), max_size=8).map(tuple)
    return st.builds(
        form_of,
        parts,
        boundary=st.sampled_from(
            (b"edge", b"----WebKitFormBoundaryAb0", b"a" * 70, b"'()+_,./:=?")
        ),
        before=st.sampled_from((b"", b"", b"\r\n")),
        after=st.sampled_from((b"\r\n", b"", b"\r\n\r\n", b" \t\r\n")),
    )
