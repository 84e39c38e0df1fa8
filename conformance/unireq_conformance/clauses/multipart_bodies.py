"""FRM: the clauses about multipart/form-data: what its parts are, and their headers."""

from __future__ import annotations

from hypothesis import strategies as st

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.contents import (
    MALFORMED,
    TOO_LARGE,
    TOO_MANY,
    URLENCODED,
    file_of,
    framings,
    multipart,
    multipart_of,
    of_content,
    post,
    text_of,
)
from unireq_conformance.content import Framing, form
from unireq_conformance.content_strategies import multipart_forms
from unireq_conformance.forms import Form, Part, Sent, file_part, form_of, raw_part
from unireq_conformance.model import AbstractRequest

_A = (Sent("a", b"a"),)


def _drawn() -> st.SearchStrategy[AbstractRequest]:
    return st.builds(_framed, multipart_forms(), framings())


def _framed(built: Form, framing: Framing) -> AbstractRequest:
    return multipart(built, framing=framing)


def _named(parameters: str | bytes, name: str, data: bytes = b"x") -> Part:
    """A text whose Content-Disposition has these parameters."""
    sent = parameters if isinstance(parameters, bytes) else parameters.encode()
    return raw_part(b"Content-Disposition: form-data; " + sent, data, (name, data.decode()))


def _refused(header: str | bytes) -> AbstractRequest:
    """A form with a part of this header, which is refused."""
    sent = header if isinstance(header, bytes) else header.encode()
    return multipart_of(raw_part(sent), outcome=MALFORMED)


@of_content(
    "FRM-008 Multipart forms",
    "A body of type `multipart/form-data` gives its parts, in the order sent. A part with a file"
    " name is a file, and a part without one is text. The content of a file is its bytes as sent,"
    " and a text is its bytes decoded. The pieces in which the body arrives make no difference.",
    source="RFC 7578 4",
    strategy=_drawn,
)
def _multipart_forms() -> Rows:
    file = file_of("f.txt", data=b"\x00\xff\r\n")
    yield multipart_of(text_of("1"), file, text_of("2", name="b"))
    yield multipart_of()
    yield multipart(form_of([file_of("f", data=b"\r\n--edg" * 3)]), framing=Framing(chunks=(1,)))


@of_content(
    "FRM-009 Names",
    'In a quoted name, `%22`, `%0D`, `%0A`, `\\"` and `\\\\` are decoded. Any other `%` or'
    " backslash stands for itself. A name without quotes is a token. A name may be empty. Names"
    " are UTF-8.",
    why="Browsers use the first notation, and implementations of RFC 2183 the second.",
    source="WHATWG HTML 4.10.21.8, RFC 7578 4.2",
)
def _names() -> Rows:
    for sent, name in (
        (b"", ""),
        (b"a b;c=d", "a b;c=d"),
        ("é😀".encode(), "é😀"),
        (b"a%22b%0D%0Ac", 'a"b\r\nc'),
        (b'a\\"b\\\\c', 'a"b\\c'),
        (b"%41%2", "%41%2"),
        (b"\\a\\n", "\\a\\n"),
        (b"a\\\\%22", 'a\\"'),
        (b"\xff", "\ufffd"),
        (b"a[b][]", "a[b][]"),
    ):
        yield multipart_of(_named(b'name="' + sent + b'"', name))


@of_content(
    "FRM-010 Parameters",
    "White space around `;` and `=`, and empty parameters, mean nothing. Parameter names are"
    " case-insensitive, and a value may be a token without quotes. A repeated parameter, a quote"
    " that is never closed, and a value that is neither quoted nor a token raise `MalformedBody`.",
    why="Of two file names, a filter might see one and the application the other.",
    source="RFC 2183 2",
)
def _parameters() -> Rows:
    for parameters in ('name = "a"', "name=a", ' ; name="a";', 'NAME="a"', 'x=y; name="a"'):
        yield multipart_of(_named(parameters, "a"))
    for parameters in (
        'name="a"; name="a"',
        'name="a"; name="b"',
        'name="a"; filename="x"; filename="y"',
        'name="a',
        "name=a b",
        'name="a" filename="x"',
        "name=\u00e9",
        'name="a"; filename=C:\\cat.png',
    ):
        yield _refused(f"Content-Disposition: form-data; {parameters}")


@of_content(
    "FRM-011 Files",
    "A file has its name as sent, its media type as sent (`None` if there is none), all fields of"
    " its header, its size and its content. The content is the same each time it is read: whole,"
    " in pieces or as a file.",
    source="RFC 7578 4.2",
)
def _files() -> Rows:
    for name, sent, safe in (
        ("cat.png", b"cat.png", "cat.png"),
        ('a"b', b"a%22b", "a_b"),
        ("é", "é".encode(), "é"),
    ):
        for data, media_type in (
            (b"x", None),
            (b"", b"image/png"),
            (bytes(range(256)) * 20, b'text/plain; charset="nonsense"'),
        ):
            file = file_part(_A, Sent(name, sent), safe, data, media_type=media_type)
            yield multipart_of(file, text_of("1"))


@of_content(
    "FRM-012 Safe file names",
    "`safe_filename` is a name that can be created in a directory on any system. It is the last"
    " part of the path, without a drive, in the compatibility form NFKC, without invisible"
    " characters, and with `_` for reserved characters. It has no dot or space at either end, `_`"
    " before the name of a device, and at most 255 bytes with the suffix kept. If nothing is left,"
    ' it is `"file"`.',
    why="A name as sent may be a path to elsewhere on the disk, or look like another name.",
    source="Unicode TR15, TR36",
)
def _safe_file_names() -> Rows:
    for name, safe in (
        ("cat.png", "cat.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\dir\\f.txt", "f.txt"),
        ("C:f.txt", "f.txt"),
        ("/a/b/", "b"),
        ("\uff0fetc\uff0fpasswd", "passwd"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        (" f. ", "f"),
        ("aa:b?.txt", "aa_b_.txt"),
        ("NUL", "_NUL"),
        ("con.tar.gz", "_con.tar.gz"),
        ("cat\u202egnp.exe", "catgnp.exe"),
        ("a\x01b\u200b.txt", "ab.txt"),
        ("\ufb01.txt", "fi.txt"),
        ("x" * 300 + ".txt", "x" * 251 + ".txt"),
        ("é" * 200, "é" * 127),
    ):
        yield multipart_of(file_of(name, safe))


_EMPTY_NAME = b'Content-Disposition: form-data; name="f"; filename=""'


@of_content(
    "FRM-013 No file chosen",
    "A part with an empty file name and no content is left out. With content, it is a file with an"
    " empty name.",
    why="Browsers send such a part for an input in which no file was chosen.",
    source="WHATWG HTML 4.10.21.4",
)
def _no_file_chosen() -> Rows:
    yield multipart_of(raw_part(_EMPTY_NAME, b""))
    typed = _EMPTY_NAME + b"\r\nContent-Type: application/octet-stream"
    yield multipart_of(text_of("1"), raw_part(typed, b""), text_of("2"))
    yield multipart_of(file_of("", "file"))


_WORD, _SAFE = "=?utf-8?B?w6kudHh0?=", "=_utf-8_B_w6kudHh0_="


def _extended(parameters: str | bytes, filename: str, safe: str | None = None) -> Part:
    sent = parameters if isinstance(parameters, bytes) else parameters.encode()
    header = b'form-data; name="a"; ' + sent
    _, facts = file_of(filename, safe or filename).meaning or ("", {})
    facts = {**facts, "headers": {"content-disposition": header.decode("latin-1")}}
    return raw_part(b"Content-Disposition: " + header, b"x", ("a", facts))


@of_content(
    "FRM-014 Extended file names",
    "Without a `filename`, `filename*` names a file, in UTF-8 or ISO-8859-1. Beside a `filename`"
    " it is ignored, unless `filename` is encoded words that say the same: then it is the name."
    " `name*`, values in pieces (`filename*0`) and other charsets raise `MalformedBody`.",
    why="Frameworks differ in which of two names counts, and filters look at the plain one. .NET's"
    " HttpClient writes names beyond ASCII in both notations.",
    source="RFC 7578 4.2, RFC 8187 3.2, RFC 2047 2",
)
def _extended_file_names() -> Rows:
    yield multipart_of(_extended("filename*=UTF-8''%C3%A9.txt", "é.txt"))
    yield multipart_of(_extended("filename*=iso-8859-1'en'%E9.txt", "é.txt"))
    yield multipart_of(_extended("filename=\"x.txt\"; filename*=UTF-8''y.txt", "x.txt"))
    yield multipart_of(_extended("filename*=UTF-8''y.txt; filename=\"x.txt\"", "x.txt"))
    yield multipart_of(_extended(f"filename=\"{_WORD}\"; filename*=utf-8''%C3%A9.txt", "é.txt"))
    yield multipart_of(_extended("filename*=UTF-8''%C3%A9; filename=\"=?UTF-8?q?=C3=A9?=\"", "é"))
    yield multipart_of(_extended(f"filename=\"{_WORD}\"; filename*=utf-8''e.txt", _WORD, _SAFE))
    yield multipart_of(_extended(f'filename="{_WORD}"', _WORD, _SAFE))
    for parameters in (
        "filename*=utf-7''x",
        "filename*=x.txt",
        'filename*0="x"; filename*1="y"',
        "filename*0*=UTF-8''x",
        "name*=UTF-8''b",
    ):
        yield _refused(f'Content-Disposition: form-data; name="a"; {parameters}')
    yield _refused("Content-Disposition: form-data; name*=UTF-8''a")


_DISPOSITION = 'Content-Disposition: form-data; name="a"'


@of_content(
    "FRM-018 Headers of parts",
    "A part has one Content-Disposition, which is `form-data` with a name. No field that decides"
    " what the part is appears twice. Each field is one line: a name, a colon and a value."
    " Otherwise the form raises `MalformedBody`. Other fields are kept.",
    why="Of two dispositions, Starlette and Django take the last, Werkzeug the first.",
    source="RFC 7578 4.2, RFC 9110 5",
)
def _headers_of_parts() -> Rows:
    yield multipart_of(raw_part(b"X-A: b\r\n" + _DISPOSITION.encode(), b"x", ("a", "x")))
    yield multipart_of(raw_part(_DISPOSITION.swapcase().encode(), b"x", ("A", "x")))
    for header in (
        "Content-Type: text/plain",
        "Content-Disposition: form-data",
        'Content-Disposition: attachment; name="a"',
        'Content-Disposition: name="a"',
        f"{_DISPOSITION}\r\n{_DISPOSITION}",
        f'{_DISPOSITION}\r\nContent-Disposition: form-data; name="b"',
        f"{_DISPOSITION}\r\nContent-Type: text/plain\r\nContent-Type: text/html",
        f"{_DISPOSITION}\r\nno field",
        f"{_DISPOSITION};\r\n filename=x",
        f"{_DISPOSITION}\r\nX A: b",
        f"{_DISPOSITION}\r\nX-A : b",
        f"{_DISPOSITION}\r\nX-A\t: b",
        f"{_DISPOSITION}\r\n X-A: b",
        f"{_DISPOSITION}\r\n\u00a0X-A: b",
        _DISPOSITION.replace(":", " :"),
        "\n" + _DISPOSITION,
        "\t" + _DISPOSITION,
        b"\x85" + _DISPOSITION.encode(),
        b"\xc2\x85" + _DISPOSITION.encode(),
        _DISPOSITION.replace("Content", "Con\x00tent"),
        f"{_DISPOSITION}\nX-A: b",
        f"{_DISPOSITION}\r\n: b",
        f"{_DISPOSITION}\r\nX-A: b\x00c",
    ):
        yield _refused(header)


@of_content(
    "FRM-019 Encodings of parts",
    "Content-Transfer-Encoding `7bit`, `8bit` and `binary` change nothing. Any other encoding, or"
    " a wrong Content-Length, raises `MalformedBody`.",
    why="Django decodes base64. Other frameworks pass it on as sent.",
    source="RFC 7578 4.7",
)
def _encodings_of_parts() -> Rows:
    for known in (b"7bit", b"8BIT", b"binary"):
        yield multipart_of(text_of("eA==", ("Content-Transfer-Encoding", known)))
    for name in ("base64", "quoted-printable", "x"):
        yield _refused(f"{_DISPOSITION}\r\nContent-Transfer-Encoding: {name}")
    yield multipart_of(text_of("x", ("Content-Length", b"1")))
    yield _refused(f"{_DISPOSITION}\r\nContent-Length: 2")


@of_content(
    "FRM-020 Text of parts",
    "The text of a part is UTF-8, or in the `charset` of its own Content-Type. A charset that a"
    " form may not have raises `MalformedBody`. Invalid bytes become U+FFFD, and a byte order mark"
    " stays. A field `_charset_` is a field like any other. A file is bytes, whatever its type"
    " says.",
    source="RFC 7578 4.4, 5.1",
)
def _text_of_parts() -> Rows:
    for sent, media_type, value in (
        ("é", b"text/plain", None),
        ("é", b"text/plain; charset=utf-8", None),
        (b"\xe9", b"text/plain; charset=iso-8859-1", "é"),
        ('{"a":1}', b"application/json", None),
    ):
        yield multipart_of(text_of(sent, ("Content-Type", media_type), means=value))
    yield multipart_of(text_of(b"a\xff\xe2\x82b", means="a\ufffd\ufffdb"))
    yield multipart_of(text_of("\ufeffx"))
    yield multipart_of(text_of("iso-8859-1", name="_charset_"), text_of("é"))
    yield _refused(f"{_DISPOSITION}\r\nContent-Type: text/plain; charset=utf-7")
    yield multipart_of(file_of("f", data=b"+ADw-", media_type=b"text/plain; charset=utf-7"))


_TWO_TEXTS = form_of([text_of("12345"), text_of("2"), file_of("f.txt", data=b"123456")])
_TWO_FILES = form_of([file_of("f", data=b"1"), file_of("g", data=b"2"), text_of("3")])
_URLENCODED = (b"a=12345&b=%C3%A9", form([("a", "12345"), ("b", "é")]))
_LONG = form_of([text_of("x", *((f"X-{number}", b"1") for number in range(3)))])


@of_content(
    "FRM-021 Limits of forms",
    "More texts than `Limits.fields`, more files than `files`, or more header fields in a part"
    " than `part_headers` raise `TooManyFields` (413). A text longer than `field_size`, a file"
    " longer than `file_size`, or a header longer than `part_header_size` raises `BodyTooLarge`"
    " (413). Exactly as many are accepted. The defaults allow 1,000 texts and 100 files.",
    why="Some frameworks have some of these limits, others have none.",
    source="RFC 9110 15.5.14",
)
def _limits_of_forms() -> Rows:
    for built, limits in (
        (_TWO_TEXTS, "fields=2"),
        (_TWO_FILES, "files=2"),
        (_TWO_TEXTS, "field_size=5"),
        (_TWO_TEXTS, "file_size=6"),
        (_LONG, "part_headers=4"),
        (_TWO_TEXTS, "fields=2;files=1;field_size=5;file_size=6"),
    ):
        yield multipart(built, (f"form({limits})", form(built.meaning)))
    for built, limits, outcome in (
        (_TWO_TEXTS, "fields=1", TOO_MANY),
        (_TWO_FILES, "files=1", TOO_MANY),
        (_TWO_FILES, "files=0", TOO_MANY),
        (_TWO_TEXTS, "field_size=4", TOO_LARGE),
        (_TWO_TEXTS, "file_size=5", TOO_LARGE),
        (_LONG, "part_headers=3", TOO_MANY),
        (_LONG, "part_header_size=20", TOO_LARGE),
    ):
        yield multipart(built, (f"form({limits})", outcome), ("form", form(built.meaning)))
    for limits, outcome in (
        ("fields=2", _URLENCODED[1]),
        ("fields=1", TOO_MANY),
        ("field_size=5", _URLENCODED[1]),
        ("field_size=4", TOO_LARGE),
    ):
        yield post(_URLENCODED[0], URLENCODED, (f"form({limits})", outcome))
    yield post(b"&".join([b"a=1"] * 1000), URLENCODED, ("form", form([("a", "1")] * 1000)))
    yield post(b"&".join([b"a=1"] * 1001), URLENCODED, ("form", TOO_MANY))
    yield multipart_of(*[file_of("f")] * 100)
    yield multipart_of(*[file_of("f")] * 101, outcome=TOO_MANY)
