"""The corners of multipart/form-data that docs/multipart.md decides, each with bodies that show it.

The keys are the headings of that page. What is expected is written by hand: contents, or an error
and what its message says. Bodies that the tables of the clauses have are not here again.
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


Parts = list[tuple[str, Content]]
ONE: Parts = [("a", "x")]
FILE: tuple[str, Content] = ("f", ("f.txt", b"x"))
NOT_CHOSEN = file(filename="", content=b"")
MANY = "at most %s"
LARGE = "at most %d bytes"
BY_NUMBER = ("fields", "files", "part_headers")
BY_SIZE = ("field_size", "file_size", "part_header_size")


def case(
    name: str,
    sent: bytes,
    expected: Parts | str,
    content_type: str | None = MULTIPART,
    limits: Limits = DEFAULT_LIMITS,
    error: type[RequestError] = MalformedBody,
) -> Case:
    """A body, and its parts, or what the message of the error says."""
    told = (error, expected) if isinstance(expected, str) else expected
    return Case(name, sent, told, content_type, limits)


def named(name: str, parameters: str | bytes, expected: str | Content) -> Case:
    """A part whose Content-Disposition has `parameters`, and its name, or its file name."""
    parts: Parts = [(expected, "x") if isinstance(expected, str) else ("a", expected)]
    return case(name, body(part(disposition(parameters))), parts)


def misnamed(name: str, parameters: str | bytes, says: str) -> Case:
    """One that is refused."""
    return case(name, body(part(disposition(parameters))), says)


def headed(name: str, header: str | bytes, expected: Parts | str = ONE) -> Case:
    """A part, `a`, with more lines in its header."""
    octets = header.encode() if isinstance(header, str) else header
    return case(name, body(part(disposition('name="a"') + b"\n" + octets)), expected)


def of_type(
    name: str, content_type: str | None, expected: Parts | str, boundary: bytes = b"b"
) -> Case:
    """The body `a=x` with another Content-Type."""
    sent = body(part(disposition('name="a"'), boundary=boundary), boundary=boundary)
    return case(name, sent, expected, content_type)


def with_lines(lines: str, content: bytes = b"x", parameters: str = "name=a") -> bytes:
    """A part with more lines in its header."""
    return part(disposition(parameters) + b"\n" + lines.encode(), content)


def limited(name: str, sent: bytes, expected: Parts | str, **limits: int | None) -> Case:
    """A body under limits, or over them."""
    error = TooManyFields if limits.keys() <= {*BY_NUMBER} else BodyTooLarge
    return case(name, sent, expected, limits=Limits(**limits), error=error)


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
            of_type(repr(odd), odd, "media type")
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
    "An empty body": [case("of two media types", b"", [], "multipart/form-data, text/plain")],
    "Content-Type twice": [
        of_type("the same", f"{MULTIPART},{MULTIPART}", "media type"),
        of_type("two boundaries", f"{MULTIPART}, multipart/form-data; boundary=c", "once"),
        of_type("two types", f"text/plain,{MULTIPART}", "more than once"),
    ],
    "The boundary": [
        of_type("quoted", 'multipart/form-data; boundary="b"', ONE),
        of_type("stars", "multipart/form-data;boundary=*****", ONE, b"*****"),
        of_type("of 71", "multipart/form-data; boundary=" + 71 * "b", "of 71", 71 * b"b"),
        of_type("none", "multipart/form-data", "boundary.*got none"),
        of_type("two", f"{MULTIPART}; boundary=c", "boundary.*got 2"),
        of_type("twice the same", f"{MULTIPART}; boundary=b", ONE),
        of_type("empty", 'multipart/form-data; boundary=""', "1 to 70"),
        of_type("ends in a space", 'multipart/form-data; boundary="b "', "1 to 70"),
        of_type("a control", 'multipart/form-data; boundary="b\x01"', "media type"),
        of_type("no parameter", "multipart/form-data; boundary", "media type"),
        of_type("another one", "multipart/form-data; boundary=c", "begin with"),
        of_type("a longer one", "multipart/form-data; boundary=bb", "begin with"),
    ],
    "The charset of the form": [
        case("utf-8", body(field("é", "è".encode())), [("é", "è")], f"{MULTIPART}; charset=utf-8"),
        of_type("another", f"{MULTIPART}; charset=utf-7", "charset.*utf-7"),
        of_type("two", f"{MULTIPART}; charset=utf-8; charset=latin1", "one charset"),
    ],
    # The frame.
    "Before the first boundary": [
        case("nothing", body(field()), ONE),
        case("a preamble", b"preamble\r\n" + body(field()), "begin with"),
        case("a space", b" " + body(field()), "begin with"),
        case("only a preamble", b"no form at all", "begin with"),
    ],
    "After the last boundary": [
        case("nothing", body(field()).rstrip(), ONE),
        case("white space", body(field()) + b" \t\r\n\n\r\n", ONE),
        case("an epilogue", body(field()) + b"epilogue", "after the closing"),
        case("far away", body(field()) + 70_000 * b" " + b"x", "after the closing"),
        case("on its line", body(field()).rstrip() + b"x", "after the closing"),
        case("a second end", body(field()) + b"--b--\r\n", "after the closing"),
    ],
    "No closing boundary": [
        case("after a part", part(disposition('name="a"')), "closing.*cut short"),
        case("in the boundary", body(field())[:-5], "cut short"),
        case("in a header", b"--b\r\nContent-Dispo", "cut short"),
        case("in its own header", b"--b\r\n--b--", "empty line after its header"),
        case("an opening only", b"--b\r\n", "cut short"),
    ],
    "No parts": [case("an end", b"--b--", []), case("after a line break", b"\r\n--b--\r\n", [])],
    "Line breaks": [
        case("LF", body(field()).replace(b"\r\n", b"\n"), "CRLF or --"),
        case(
            "LF in the header", body(field()).replace(b'"\r\n', b'"\n'), "each line of its header"
        ),
        case(
            "LF in content", body(field(content=b"\nx\n--b\n--b--\n")), [("a", "\nx\n--b\n--b--\n")]
        ),
        case("CR in content", body(field(content=b"\r\rx\r--b\r")), [("a", "\r\rx\r--b\r")]),
    ],
    "White space after a boundary": [
        case("the first", b"--b \r\n" + body(field())[5:], "CRLF or --"),
        case(
            "a later one",
            body(field(), field("b")).replace(b"x\r\n--b\r", b"x\r\n--b \r"),
            "boundary",
        ),
    ],
    "The boundary in content": [
        case("in a line", body(field(content=b"x--b\r\n y--b--")), [("a", "x--b\r\n y--b--")]),
        case("a shorter one", body(field(content=b"\r\n--\r\n-b")), [("a", "\r\n--\r\n-b")]),
        case("a longer one", body(field(content=b"\r\n--bx")), "CRLF or --"),
        case("a hyphen", body(field(content=b"\r\n--b-")), "CRLF or --"),
        case("itself", body(field(content=b"\r\n--b--")), "after the closing"),
    ],
    "Empty content": [
        case(
            "a boundary for it",
            field(content=b"") + body(field("admin")),
            "content after the empty line",
        ),
        case("a longer boundary for it", body(field(content=b"--bx\r\n")), "content after"),
        case("a file", body(file(content=b"")), [("f", ("f.txt", b""))]),
        case(
            "no empty line",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n--b--',
            "empty line after its header",
        ),
    ],
    "Nested multipart": [
        headed("is text", "Content-Type: multipart/mixed; boundary=c", [("a", "x")]),
        case(
            "as it is",
            body(with_lines("Content-Type: multipart/mixed; boundary=c", b"--c\r\n\r\nx\r\n--c--")),
            [("a", "--c\r\n\r\nx\r\n--c--")],
        ),
    ],
    # The header of a part.
    "Content-Disposition": [
        case("none", body(part("Content-Type: text/plain")), "Content-Disposition"),
        case("no header", b"--b\r\n\r\nx\r\n--b--", "Content-Disposition"),
        case("any case", body(part('content-disposition: Form-Data; NAME="a"')), ONE),
        headed("twice", 'Content-Disposition: form-data; name="b"', "one Content-Disposition"),
    ],
    "The name": [
        misnamed("none", 'filename="f"', "[Nn]ame"),
        named("with spaces", 'name=" a "', " a "),
        misnamed("and extended", "name=\"a\"; name*=UTF-8''b", r"'name\*'"),
        misnamed("in pieces", 'name="a"; name*0="b"', r"'name\*0'"),
    ],
    "Parameters twice": [
        misnamed("the same name", 'name="a"; NAME="a"', "one parameter 'name'"),
        misnamed("filename", 'name="a"; filename="f"; filename="g"', "one parameter 'filename'"),
        misnamed("another", 'name="a"; x=1; x=1', "one parameter 'x'"),
    ],
    "Quotes and escapes": [
        named("WHATWG", 'name="%22%0D%0A"', '"\r\n'),
        named("other escapes stay", 'name="%41%0d%20%25"', "%41%0d%20%25"),
        named("undone once", 'name="%2522"', "%2522"),
        named("a quoted quote", r'name="\"a\""', '"a"'),
        named("a quoted backslash", r'name="a\\b"', r"a\b"),
        named("another backslash", r'name="C:\dir\n"', r"C:\dir\n"),
        named("one by one", r'name="\\%22\\\"%"', '\\"\\"%'),
        misnamed("no end", 'name="a', "name"),
        misnamed("a backslash at the end", 'name="a\\"', "parameters of the form name="),
        misnamed("a quote inside", 'name="a"b"', "parameters of the form name="),
        named("a semicolon inside", 'name="a;b=c"', "a;b=c"),
    ],
    "Values without quotes": [
        named("a token", "name=a; filename=f.txt", ("f.txt", b"x")),
        named("escapes stay", "name=%22", "%22"),
        misnamed("brackets", "name=a[]", "[Nn]ame"),
        misnamed("a path", r"name=a; filename=C:\f.txt", "quote the value"),
        misnamed("not ASCII", "name=a; filename=é", "quote the value"),
        misnamed("no value", "name=a; filename", "parameters of the form name="),
        misnamed("an empty value", "name=a; filename=", "parameters of the form name="),
    ],
    "White space and semicolons": [
        named("spaces", 'name = "a" ; x = 1', "a"),
        named("no spaces", 'name="a";filename="f"', ("f", b"x")),
        named("nothing between", 'name="a";; ;', "a"),
        misnamed("a tab", '\tname="a"', "a tab"),
        misnamed("a no-break space", b'name="a";\xa0filename="f"', "parameters of the form name="),
        misnamed("no semicolon", 'name="a" filename="f"', "parameters of the form name="),
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
        misnamed("another charset", "name=a; filename*=utf-7''+AGE-", "charset"),
        misnamed("no charset", "name=a; filename*=g", r"filename\*=UTF-8"),
        misnamed("in pieces", "name=a; filename*0=g", r"filename\*0"),
        misnamed("in extended pieces", "name=a; filename*0*=UTF-8''g", r"filename\*0\*"),
    ],
    "Bytes that are not UTF-8": [
        named("in the name", b'name="a\xff"', f"a{R}"),
        named("in the file name", b'name="a"; filename="\xc3.txt"', (f"{R}.txt", b"x")),
        case("in text", body(field(content=b"a\xff\xc3")), [("a", f"a{R}{R}")]),
        case("in a file", body(file(content=b"a\xff\xc3")), [("f", ("f.txt", b"a\xff\xc3"))]),
    ],
    "Header fields": [
        headed("unknown ones", "X-Y: z\nX_Y: z"),
        headed("no colon", "X-Y", "header"),
        headed("no name", ": z", "header"),
        headed("a space in the name", "X Y: z", "header"),
        headed("any token", "X.Y'1: z"),
        headed("not ASCII", "é: z", "header"),
        headed("a space before the colon", "X-Y : z", "header"),
        headed("a tab before the colon", "X-Y\t: z", "header"),
        headed("a space before the name", " X-Y: z", "header"),
        headed("a no-break space", b"X-Y\xa0: z", "header"),
        headed("a folded line", "X-Y: z\n  z", "header"),
        headed("NUL", b"X-Y: \0", "header"),
        case("a bare CR", body(part(disposition(b'name="a\rb"'))), "header"),
        case("a bare LF", body(part(disposition('name="a"')).replace(b"a", b"a\nb")), "header"),
        headed("another control", b"X-Y: \x01"),
        headed(
            "two types", "Content-Type: text/plain\nContent-Type: text/plain", "one Content-Type"
        ),
        headed("unknown twice", "X-Y: z\nX-Y: z"),
    ],
    "Content-Transfer-Encoding": [
        headed("binary", "Content-Transfer-Encoding: Binary "),
        headed("8bit", "Content-Transfer-Encoding: 8bit"),
        headed("7bit", "Content-Transfer-Encoding: 7bit"),
        headed("base64", "Content-Transfer-Encoding: base64", "base64"),
        headed("unknown", "Content-Transfer-Encoding: x", "'x'"),
        headed(
            "twice", "Content-Transfer-Encoding: 8bit\nContent-Transfer-Encoding: 8bit", "got two"
        ),
    ],
    "Content-Length of a part": [
        headed("too small", "Content-Length: 0", "Content-Length"),
        headed("no number", "Content-Length: +1", "Content-Length"),
        headed("twice", "Content-Length: 1\nContent-Length: 1", "Content-Length"),
    ],
    "The charset of a part": [
        case(
            "Latin-1",
            body(with_lines("Content-Type: text/plain; charset=ISO-8859-1", b"\xe9")),
            [("a", "é")],
        ),
        case(
            "before that of the form",
            body(with_lines("Content-Type: text/plain; charset=utf-8", b"\xe9")),
            [("a", R)],
            f"{MULTIPART}; charset=latin1",
        ),
        headed("US-ASCII", 'Content-Type: text/plain; charset="US-ASCII"', ONE),
        headed("another", "Content-Type: text/plain; charset=cp037", "'cp037'"),
        headed("two", "Content-Type: text/plain; charset=utf-8; charset=latin1", "one charset"),
        headed("two types", "Content-Type: text/plain, text/html", "more than once"),
        case(
            "of a file",
            body(
                with_lines("Content-Type: text/x; charset=cp037", parameters="name=a; filename=f")
            ),
            [("a", ("f", b"x"))],
        ),
    ],
    "_charset_": [
        case(
            "is a field",
            body(field("_charset_", b"iso-8859-1"), field(content=b"\xe9")),
            [("_charset_", "iso-8859-1"), ("a", R)],
        )
    ],
    # What a part is.
    "Text or file": [
        headed("a type is text", "Content-Type: application/octet-stream"),
        case(
            "JSON is text", body(with_lines("Content-Type: application/json", b"{}")), [("a", "{}")]
        ),
        named("a filename is a file", "name=a; filename=f", ("f", b"x")),
    ],
    "No file chosen": [
        case("content", body(file(filename="", content=b"x")), [("f", ("", b"x"))]),
        case("among others", body(NOT_CHOSEN, file()), [FILE]),
    ],
    "The same name again": [
        case(
            "in order",
            body(field(content=b"1"), file("a"), field("b"), field(content=b"2"), file("a", "g")),
            [("a", "1"), ("a", ("f.txt", b"x")), ("b", "x"), ("a", "2"), ("a", ("g", b"x"))],
        )
    ],
    "File names": [named("spaces", 'name="a"; filename=" f "', (" f ", b"x"))],
    "Limits": [
        limited("fields", body(field(), field("b"), file()), [*ONE, ("b", "x"), FILE], fields=2),
        limited("fields, over", body(field(), field(), field()), MANY % "2 fields", fields=2),
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
