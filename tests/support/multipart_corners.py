"""The corners of multipart/form-data that docs/multipart.md decides, each with bodies that show it.

The keys are the headings of that page. What is expected is written by hand: contents, or an error
and what its message says.
"""

from __future__ import annotations

from typing import NamedTuple

from support.forms import MULTIPART, Content, body, disposition, field, file, part
from unireq._body.limits import DEFAULT_LIMITS, Limits
from unireq._errors import BodyTooLarge, MalformedBody, RequestError, TooManyFields

R = "\N{REPLACEMENT CHARACTER}"


WORD = "=?utf-8?B?5paw5bu6LnR4dA==?="
NEW = "utf-8''%E6%96%B0%E5%BB%BA.txt"
"""One file name in two notations."""


class Case(NamedTuple):
    """One body."""

    name: str
    body: bytes
    expected: list[tuple[str, Content]] | tuple[type[RequestError], str]
    content_type: str | None = MULTIPART
    limits: Limits = DEFAULT_LIMITS


def refused(says: str, error: type[RequestError] = MalformedBody) -> tuple[type[RequestError], str]:
    return error, says


def named(
    name: str, parameters: str | bytes, expected: str | Content | tuple[type[RequestError], str]
) -> Case:
    """A body of one part whose Content-Disposition has `parameters`."""
    sent = body(part(disposition(parameters)))
    if isinstance(expected, str):
        return Case(name, sent, [(expected, "x")])
    if isinstance(expected[0], str):
        return Case(name, sent, [("a", expected)])  # type: ignore[list-item]
    return Case(name, sent, expected)  # type: ignore[arg-type]


def headed(
    name: str,
    header: str | bytes,
    expected: list[tuple[str, Content]] | tuple[type[RequestError], str],
) -> Case:
    """A body of one part, `a`, with more lines in its header."""
    octets = header.encode() if isinstance(header, str) else header
    return Case(name, body(part(disposition('name="a"') + b"\n" + octets)), expected)


ONE: list[tuple[str, Content]] = [("a", "x")]


def of_type(
    name: str,
    content_type: str | None,
    expected: list[tuple[str, Content]] | tuple[type[RequestError], str],
    boundary: bytes = b"b",
) -> Case:
    """The body `a=x` with another Content-Type."""
    sent = body(part(disposition('name="a"'), boundary=boundary), boundary=boundary)
    return Case(name, sent, expected, content_type)


FILE: tuple[str, Content] = ("f", ("f.txt", b"x"))
NOT_CHOSEN = file(filename="", content=b"")
MANY = "at most %s"
LARGE = "at most %d bytes"
BY_NUMBER = ("fields", "files", "part_headers")
BY_SIZE = ("field_size", "file_size", "part_header_size")


def with_lines(lines: str, content: bytes = b"x", parameters: str = "name=a") -> bytes:
    """A part with more lines in its header."""
    return part(disposition(parameters) + b"\n" + lines.encode(), content)


def limited(
    name: str, sent: bytes, expected: list[tuple[str, Content]] | str, **limits: int | None
) -> Case:
    """A body under limits; where `expected` is text, over them."""
    if isinstance(expected, str):
        error = TooManyFields if limits.keys() <= {*BY_NUMBER} else BodyTooLarge
        return Case(name, sent, refused(expected, error), limits=Limits(**limits))
    return Case(name, sent, expected, limits=Limits(**limits))


CORNERS: dict[str, list[Case]] = {
    # The media type.
    "Another media type": [
        of_type("none", None, []),
        of_type("json", "application/json", []),
        of_type("mixed", "multipart/mixed; boundary=b", []),
        of_type("no subtype", "multipart; boundary=b", []),
        of_type("any case", "Multipart/Form-Data; Boundary=b", ONE),
    ],
    "A type that is not clear": [
        *(
            of_type(repr(odd), odd, refused("media type"))
            for odd in (
                "multipart/form-data\xa0; boundary=b",
                "multipart/form-data; boundary=b\xa0",
                "multipart/form-data; boundary=b\x85",
                "multipart/form-data; boundary=b, ",
                ",multipart/form-data; boundary=b",
                "multipart/form-data; boundary=b;\x0b",
                "\x1cmultipart/form-data; boundary=b",
                "multipart /form-data; boundary=b",
                "multipart/form-data boundary=b",
                "multipart/form-data; boundary = b",
                "multipart/form-data; boundary =b",
                'multipart/form-data; boundary="b',
                r'multipart/form-data; boundary="\b"',
                "multipart/form-data; x; boundary=b",
                "multipart/form-data; boundary=b; boundary*=utf-8''c",
                "multipart/form-data; boundary=b; charset*0=utf-7",
                "multipart/form-data; boundary=<b>",
                '"multipart/form-data"; boundary=b',
            )
        )
    ],
    "An empty body": [
        Case("with a boundary", b"", []),
        Case("without a boundary", b"", [], "multipart/form-data"),
        Case("of two media types", b"", [], "multipart/form-data, text/plain"),
    ],
    "Content-Type twice": [
        of_type("the same", f"{MULTIPART},{MULTIPART}", refused("media type")),
        of_type("two boundaries", f"{MULTIPART}, multipart/form-data; boundary=c", refused("once")),
        of_type("two types", f"text/plain,{MULTIPART}", refused("more than once")),
    ],
    "The boundary": [
        of_type("quoted", 'multipart/form-data; boundary="b"', ONE),
        of_type("with spaces", 'multipart/form-data; boundary="b c"', ONE, b"b c"),
        of_type("not quoted", "multipart/form-data; boundary=----=_b/1", ONE, b"----=_b/1"),
        of_type("stars", "multipart/form-data;boundary=*****", ONE, b"*****"),
        of_type("of 70", "multipart/form-data; boundary=" + 70 * "b", ONE, 70 * b"b"),
        of_type("of 71", "multipart/form-data; boundary=" + 71 * "b", refused("of 71"), 71 * b"b"),
        of_type("none", "multipart/form-data", refused("boundary.*got none")),
        of_type("two", f"{MULTIPART}; boundary=c", refused("boundary.*got 2")),
        of_type("twice the same", f"{MULTIPART}; boundary=b", ONE),
        of_type("empty", 'multipart/form-data; boundary=""', refused("1 to 70")),
        of_type("ends in a space", 'multipart/form-data; boundary="b "', refused("1 to 70")),
        of_type("not ASCII", "multipart/form-data; boundary=\xe9", refused("media type"), b"\xe9"),
        of_type("a control", 'multipart/form-data; boundary="b\x01"', refused("media type")),
        of_type("no parameter", "multipart/form-data; boundary", refused("media type")),
        of_type("another one", "multipart/form-data; boundary=c", refused("begin with")),
        of_type("a longer one", "multipart/form-data; boundary=bb", refused("begin with")),
    ],
    "The charset of the form": [
        Case(
            "latin-1",
            body(part(disposition(b'name="\xe9"'), b"\xe8")),
            [("é", "è")],
            f"{MULTIPART}; charset=ISO-8859-1",
        ),
        Case("utf-8", body(field("é", "è".encode())), [("é", "è")], f"{MULTIPART}; charset=utf-8"),
        of_type("another", f"{MULTIPART}; charset=utf-7", refused("charset.*utf-7")),
        of_type("two", f"{MULTIPART}; charset=utf-8; charset=latin1", refused("one charset")),
    ],
    # The frame.
    "Before the first boundary": [
        Case("nothing", body(field()), ONE),
        Case("one line break", b"\r\n" + body(field()), ONE),
        Case("two line breaks", b"\r\n\r\n" + body(field()), refused("begin with")),
        Case("a preamble", b"preamble\r\n" + body(field()), refused("begin with")),
        Case("a line feed", b"\n" + body(field()), refused("begin with")),
        Case("a space", b" " + body(field()), refused("begin with")),
        Case("only a preamble", b"no form at all", refused("begin with")),
    ],
    "After the last boundary": [
        Case("nothing", body(field()).rstrip(), ONE),
        Case("white space", body(field()) + b" \t\r\n\n\r\n", ONE),
        Case("much white space", body(field()) + 70_000 * b"\n", ONE),
        Case("an epilogue", body(field()) + b"epilogue", refused("after the closing")),
        Case("far away", body(field()) + 70_000 * b" " + b"x", refused("after the closing")),
        Case("a part", body(field()) + body(field()), refused("after the closing")),
        Case("on its line", body(field()).rstrip() + b"x", refused("after the closing")),
        Case("a second end", body(field()) + b"--b--\r\n", refused("after the closing")),
    ],
    "No closing boundary": [
        Case("after a part", part(disposition('name="a"')), refused("closing.*cut short")),
        Case("a next part", body(field()).replace(b"--b--", b"--b"), refused("cut short")),
        Case("in the boundary", body(field())[:-5], refused("cut short")),
        Case("half of its end", body(field())[:-3], refused("cut short")),
        Case("in a header", b"--b\r\nContent-Dispo", refused("cut short")),
        Case("in its own header", b"--b\r\n--b--", refused("empty line after its header")),
        Case("an opening only", b"--b\r\n", refused("cut short")),
    ],
    "No parts": [
        Case("an end", b"--b--", []),
        Case("a line of it", b"--b--\r\n", []),
        Case("after a line break", b"\r\n--b--\r\n", []),
    ],
    "Line breaks": [
        Case("LF", body(field()).replace(b"\r\n", b"\n"), refused("CRLF or --")),
        Case("CR", body(field()).replace(b"\r\n", b"\r"), refused("CRLF or --")),
        Case(
            "LF in the header",
            body(field()).replace(b'"\r\n', b'"\n'),
            refused("each line of its header"),
        ),
        Case(
            "LF in content", body(field(content=b"\nx\n--b\n--b--\n")), [("a", "\nx\n--b\n--b--\n")]
        ),
        Case("CR in content", body(field(content=b"\r\rx\r--b\r")), [("a", "\r\rx\r--b\r")]),
    ],
    "White space after a boundary": [
        Case("the first", b"--b \r\n" + body(field())[5:], refused("CRLF or --")),
        Case(
            "a later one",
            body(field(), field("b")).replace(b"x\r\n--b\r", b"x\r\n--b \r"),
            refused("boundary"),
        ),
    ],
    "The boundary in content": [
        Case("in a line", body(field(content=b"x--b\r\n y--b--")), [("a", "x--b\r\n y--b--")]),
        Case("a shorter one", body(field(content=b"\r\n--\r\n-b")), [("a", "\r\n--\r\n-b")]),
        Case("a longer one", body(field(content=b"\r\n--bx")), refused("CRLF or --")),
        Case("a hyphen", body(field(content=b"\r\n--b-")), refused("CRLF or --")),
        Case("itself", body(field(content=b"\r\n--b--")), refused("after the closing")),
    ],
    "Empty content": [
        Case(
            "a boundary for it",
            field(content=b"") + body(field("admin")),
            refused("content after the empty line"),
        ),
        Case("an end for it", field(content=b"") + b"--b--\r\n", refused("content after")),
        Case(
            "a longer boundary for it", body(field(content=b"--bx\r\n")), refused("content after")
        ),
        Case("text", body(field(content=b"")), [("a", "")]),
        Case("a file", body(file(content=b"")), [("f", ("f.txt", b""))]),
        Case(
            "no empty line",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n--b--',
            refused("empty line after its header"),
        ),
    ],
    "Nested multipart": [
        headed("is text", "Content-Type: multipart/mixed; boundary=c", [("a", "x")]),
        Case(
            "as it is",
            body(with_lines("Content-Type: multipart/mixed; boundary=c", b"--c\r\n\r\nx\r\n--c--")),
            [("a", "--c\r\n\r\nx\r\n--c--")],
        ),
    ],
    # The header of a part.
    "Content-Disposition": [
        Case("none", body(part("Content-Type: text/plain")), refused("Content-Disposition")),
        Case("no header", b"--b\r\n\r\nx\r\n--b--", refused("Content-Disposition")),
        Case(
            "attachment",
            body(part('Content-Disposition: attachment; name="a"')),
            refused("Content-Disposition"),
        ),
        Case("any case", body(part('content-disposition: Form-Data; NAME="a"')), ONE),
        headed(
            "twice", 'Content-Disposition: form-data; name="b"', refused("one Content-Disposition")
        ),
        headed("twice the same", 'Content-Disposition: form-data; name="a"', refused("got two")),
    ],
    "The name": [
        named("none", 'filename="f"', refused("[Nn]ame")),
        named("empty", 'name=""', ""),
        named("with spaces", 'name=" a "', " a "),
        named("extended", "name*=UTF-8''a", refused("[Nn]ame")),
        named("and extended", "name=\"a\"; name*=UTF-8''b", refused(r"'name\*'")),
        named("in pieces", 'name="a"; name*0="b"', refused(r"'name\*0'")),
    ],
    "Parameters twice": [
        named("name", 'name="a"; name="b"', refused("one parameter 'name'")),
        named("the same name", 'name="a"; NAME="a"', refused("one parameter 'name'")),
        named(
            "filename", 'name="a"; filename="f"; filename="g"', refused("one parameter 'filename'")
        ),
        named("another", 'name="a"; x=1; x=1', refused("one parameter 'x'")),
    ],
    "Quotes and escapes": [
        named("WHATWG", 'name="%22%0D%0A"', '"\r\n'),
        named("other escapes stay", 'name="%41%0d%20%25"', "%41%0d%20%25"),
        named("undone once", 'name="%2522"', "%2522"),
        named("a quoted quote", r'name="\"a\""', '"a"'),
        named("a quoted backslash", r'name="a\\b"', r"a\b"),
        named("another backslash", r'name="C:\dir\n"', r"C:\dir\n"),
        named("one by one", r'name="\\%22\\\"%"', '\\"\\"%'),
        named("no end", 'name="a', refused("name")),
        named("a backslash at the end", 'name="a\\"', refused("parameters of the form name=")),
        named("a quote inside", 'name="a"b"', refused("parameters of the form name=")),
        named("a semicolon inside", 'name="a;b=c"', "a;b=c"),
    ],
    "Values without quotes": [
        named("a token", "name=a; filename=f.txt", ("f.txt", b"x")),
        named("escapes stay", "name=%22", "%22"),
        named("brackets", "name=a[]", refused("[Nn]ame")),
        named("a space", "name=a b", refused("quote the value")),
        named("a path", r"name=a; filename=C:\f.txt", refused("quote the value")),
        named("not ASCII", "name=a; filename=é", refused("quote the value")),
        named("no value", "name=a; filename", refused("parameters of the form name=")),
        named("an empty value", "name=a; filename=", refused("parameters of the form name=")),
    ],
    "White space and semicolons": [
        named("spaces", 'name = "a" ; x = 1', "a"),
        named("no spaces", 'name="a";filename="f"', ("f", b"x")),
        named("nothing between", 'name="a";; ;', "a"),
        named("a tab", '\tname="a"', refused("a tab")),
        named(
            "a no-break space",
            b'name="a";\xa0filename="f"',
            refused("parameters of the form name="),
        ),
        named("no semicolon", 'name="a" filename="f"', refused("parameters of the form name=")),
    ],
    "filename*": [
        named("alone", "name=a; filename*=UTF-8''%C3%A9%20.txt", ("é .txt", b"x")),
        named("in Latin-1", "name=a; filename*=iso-8859-1'en'%E9", ("é", b"x")),
        named("after filename", "name=a; filename=f; filename*=UTF-8''g", ("f", b"x")),
        named("before filename", "name=a; filename*=UTF-8''g; filename=f", ("f", b"x")),
        named("broken, but not used", "name=a; filename=f; filename*=g", ("f", b"x")),
        named("invalid UTF-8", "name=a; filename*=UTF-8''%FF", (R, b"x")),
        *(
            named(f"{says} an encoded word", f'name=a; filename="{word}"; {extended}', (is_, b"x"))
            for says, word, extended, is_ in (
                ("beside", WORD, f"filename*={NEW}", "新建.txt"),
                ("in any case", "=?UTF-8?b?5paw5bu6LnR4dA==?=", f"FILENAME*={NEW}", "新建.txt"),
                ("quoted", "=?utf-8?Q?=E6=96=B0=E5=BB=BA.txt?=", f"filename*={NEW}", "新建.txt"),
                ("beside another", WORD, "filename*=utf-8''x.txt", WORD),
                ("beside no", "=?utf-8?B?!?=", "filename*=utf-8''x.txt", "=?utf-8?B?!?="),
                ("without", WORD, "x=y", WORD),
                ("beside a broken", WORD, "filename*=x", WORD),
                ("in two words,", f"{WORD} {WORD}", f"filename*={NEW}{NEW[7:]}", "新建.txt" * 2),
            )
        ),
        named("another charset", "name=a; filename*=utf-7''+AGE-", refused("charset")),
        named("no charset", "name=a; filename*=g", refused(r"filename\*=UTF-8")),
        named("in pieces", "name=a; filename*0=g", refused(r"filename\*0")),
        named("in extended pieces", "name=a; filename*0*=UTF-8''g", refused(r"filename\*0\*")),
    ],
    "Bytes that are not UTF-8": [
        named("in the name", b'name="a\xff"', f"a{R}"),
        named("in the file name", b'name="a"; filename="\xc3.txt"', (f"{R}.txt", b"x")),
        Case("in text", body(field(content=b"a\xff\xc3")), [("a", f"a{R}{R}")]),
        Case("in a file", body(file(content=b"a\xff\xc3")), [("f", ("f.txt", b"a\xff\xc3"))]),
        Case("a byte order mark", body(field(content=b"\xef\xbb\xbfx")), [("a", "\ufeffx")]),
    ],
    "Header fields": [
        headed("unknown ones", "X-Y: z\nX_Y: z", ONE),
        headed("no colon", "X-Y", refused("header")),
        headed("no name", ": z", refused("header")),
        headed("a space in the name", "X Y: z", refused("header")),
        headed("any token", "X.Y'1: z", ONE),
        headed("not ASCII", "é: z", refused("header")),
        headed("a space before the colon", "X-Y : z", refused("header")),
        headed("a tab before the colon", "X-Y\t: z", refused("header")),
        headed("a space before the name", " X-Y: z", refused("header")),
        headed("a no-break space", b"X-Y\xa0: z", refused("header")),
        Case(
            "NEL before the name",
            body(part(b'\x85Content-Disposition: form-data; name="a"')),
            refused("header"),
        ),
        Case("LF before the name", b"--b\r\n\n" + body(field())[5:], refused("header")),
        Case(
            "a space before its own colon",
            body(part('Content-Disposition : form-data; name="a"')),
            refused("header"),
        ),
        headed("a folded line", "X-Y: z\n  z", refused("header")),
        headed("NUL", b"X-Y: \0", refused("header")),
        Case("a bare CR", body(part(disposition(b'name="a\rb"'))), refused("header")),
        Case(
            "a bare LF",
            body(part(disposition('name="a"')).replace(b"a", b"a\nb")),
            refused("header"),
        ),
        headed("another control", b"X-Y: \x01", ONE),
        headed(
            "two types",
            "Content-Type: text/plain\nContent-Type: text/plain",
            refused("one Content-Type"),
        ),
        headed("unknown twice", "X-Y: z\nX-Y: z", ONE),
    ],
    "Content-Transfer-Encoding": [
        headed("binary", "Content-Transfer-Encoding: Binary ", ONE),
        headed("8bit", "Content-Transfer-Encoding: 8bit", ONE),
        headed("7bit", "Content-Transfer-Encoding: 7bit", ONE),
        headed("base64", "Content-Transfer-Encoding: base64", refused("base64")),
        headed(
            "quoted-printable", "Content-Transfer-Encoding: quoted-printable", refused("quoted")
        ),
        headed("unknown", "Content-Transfer-Encoding: x", refused("'x'")),
        headed(
            "twice",
            "Content-Transfer-Encoding: 8bit\nContent-Transfer-Encoding: 8bit",
            refused("got two"),
        ),
    ],
    "Content-Length of a part": [
        headed("right", "Content-Length: 1", ONE),
        headed("too small", "Content-Length: 0", refused("Content-Length")),
        headed("too large", "Content-Length: 2", refused("Content-Length")),
        headed("no number", "Content-Length: +1", refused("Content-Length")),
        headed("twice", "Content-Length: 1\nContent-Length: 1", refused("Content-Length")),
    ],
    "The charset of a part": [
        Case(
            "Latin-1",
            body(with_lines("Content-Type: text/plain; charset=ISO-8859-1", b"\xe9")),
            [("a", "é")],
        ),
        Case(
            "before that of the form",
            body(with_lines("Content-Type: text/plain; charset=utf-8", b"\xe9")),
            [("a", R)],
            f"{MULTIPART}; charset=latin1",
        ),
        headed("US-ASCII", 'Content-Type: text/plain; charset="US-ASCII"', ONE),
        headed("another", "Content-Type: text/plain; charset=cp037", refused("'cp037'")),
        headed(
            "two", "Content-Type: text/plain; charset=utf-8; charset=latin1", refused("one charset")
        ),
        headed("two types", "Content-Type: text/plain, text/html", refused("more than once")),
        Case(
            "of a file",
            body(
                with_lines("Content-Type: text/x; charset=cp037", parameters="name=a; filename=f")
            ),
            [("a", ("f", b"x"))],
        ),
    ],
    "_charset_": [
        Case(
            "is a field",
            body(field("_charset_", b"iso-8859-1"), field(content=b"\xe9")),
            [("_charset_", "iso-8859-1"), ("a", R)],
        )
    ],
    # What a part is.
    "Text or file": [
        headed("a type is text", "Content-Type: application/octet-stream", ONE),
        Case(
            "JSON is text", body(with_lines("Content-Type: application/json", b"{}")), [("a", "{}")]
        ),
        named("a filename is a file", "name=a; filename=f", ("f", b"x")),
    ],
    "No file chosen": [
        Case("nothing", body(NOT_CHOSEN), []),
        Case("content", body(file(filename="", content=b"x")), [("f", ("", b"x"))]),
        Case("among others", body(NOT_CHOSEN, file()), [FILE]),
    ],
    "The same name again": [
        Case(
            "in order",
            body(field(content=b"1"), file("a"), field("b"), field(content=b"2"), file("a", "g")),
            [("a", "1"), ("a", ("f.txt", b"x")), ("b", "x"), ("a", "2"), ("a", ("g", b"x"))],
        )
    ],
    "File names": [
        named("a path", 'name="a"; filename="../../etc/passwd"', ("../../etc/passwd", b"x")),
        named("a Windows path", r'name="a"; filename="C:\dir\f.txt"', (r"C:\dir\f.txt", b"x")),
        named("spaces", 'name="a"; filename=" f "', (" f ", b"x")),
    ],
    "Limits": [
        limited("fields", body(field(), field("b"), file()), [*ONE, ("b", "x"), FILE], fields=2),
        limited("fields, over", body(field(), field(), field()), MANY % "2 fields", fields=2),
        limited("no fields", body(field()), MANY % "0 fields", fields=0),
        limited("files", body(file()), [FILE], files=1),
        limited("files, over", body(file(), file()), MANY % "1 files", files=1),
        limited("no files are files too", body(NOT_CHOSEN, file()), MANY % "1 files", files=1),
        limited(
            "text",
            body(field(content=b"12"), field("b", b"34")),
            [("a", "12"), ("b", "34")],
            field_size=2,
        ),
        limited("text, over", body(field(content=b"123")), LARGE % 2, field_size=2),
        limited(
            "a file",
            body(file(content=b"12")),
            [("f", ("f.txt", b"12"))],
            file_size=2,
            field_size=0,
        ),
        limited("a file, over", body(file(content=b"123")), LARGE % 2, file_size=2),
        limited("header fields", body(with_lines("X: y")), ONE, part_headers=2),
        limited(
            "header fields, over",
            body(with_lines("X: y\nX: y")),
            MANY % "2 header fields",
            part_headers=2,
        ),
        limited("a header", body(with_lines("X: y")), ONE, part_header_size=46),
        limited("a header, over", body(with_lines("X: y")), LARGE % 45, part_header_size=45),
        limited("a line, over", b"--b\r\nX: " + 5000 * b"y", LARGE % 100, part_header_size=100),
        limited(
            "none",
            body(field(), file(), field()),
            [*ONE, FILE, *ONE],
            **dict.fromkeys((*BY_NUMBER, *BY_SIZE, "spool_size")),
        ),
    ],
}
