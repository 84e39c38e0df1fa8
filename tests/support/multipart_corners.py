"""The corners of multipart/form-data that docs/multipart.md decides, each with bodies that show it.

The keys are the headings of that page. What is expected is written by hand: contents, or an error
and what its message says. The clauses FRM have tables too; a body is here if it shows what none of
theirs does, such as the message, or if its corner has no other.
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

Parts = list[tuple[str, Content]]


class Case(NamedTuple):
    """One body, and its parts, or what the message of the error says."""

    name: str
    body: bytes
    expected: Parts | str
    content_type: str | None = MULTIPART
    limits: Limits = DEFAULT_LIMITS
    error: type[RequestError] = MalformedBody


ONE: Parts = [("a", "x")]
FILE: tuple[str, Content] = ("f", ("f.txt", b"x"))
NOT_CHOSEN = file(filename="", content=b"")
LINES = part(disposition("name=a") + b"\nX: y")
BY_NUMBER = ("fields", "files", "part_headers")
BY_SIZE = ("field_size", "file_size", "part_header_size", "spool_size")
UNLIMITED = dict.fromkeys((*BY_NUMBER, *BY_SIZE))


def named(name: str, parameters: str | bytes, expected: str | Content) -> Case:
    """A part whose Content-Disposition has `parameters`, and its name, or its file name."""
    parts: Parts = [(expected, "x") if isinstance(expected, str) else ("a", expected)]
    return Case(name, body(part(disposition(parameters))), parts)


def misnamed(name: str, parameters: str | bytes, says: str) -> Case:
    """One that is refused."""
    return Case(name, body(part(disposition(parameters))), says)


def headed(
    name: str,
    header: str | bytes,
    expected: Parts | str = ONE,
    content: bytes = b"x",
    content_type: str = MULTIPART,
) -> Case:
    """A part, `a`, with more lines in its header."""
    octets = header.encode() if isinstance(header, str) else header
    sent = body(part(disposition('name="a"') + b"\n" + octets, content))
    return Case(name, sent, expected, content_type)


def of_type(
    name: str, content_type: str | None, expected: Parts | str, boundary: bytes = b"b"
) -> Case:
    """The body `a=x` with another Content-Type."""
    sent = body(part(disposition('name="a"'), boundary=boundary), boundary=boundary)
    return Case(name, sent, expected, content_type)


def limited(name: str, sent: bytes, expected: Parts | str, **limits: int | None) -> Case:
    """A body under limits, or over them."""
    error = TooManyFields if limits.keys() <= {*BY_NUMBER} else BodyTooLarge
    return Case(name, sent, expected, limits=Limits(**limits), error=error)


CORNERS: dict[str, list[Case]] = {
    # The media type.
    "Another media type": [of_type("no subtype", "multipart; boundary=b", [])],
    "A type that is not clear": [
        of_type(repr(odd), odd, "media type")
        for odd in (
            "multipart/form-data; boundary=b\x85",
            "multipart/form-data; boundary=b;\x0b",
            "\x1cmultipart/form-data; boundary=b",
            "multipart /form-data; boundary=b",
            "multipart/form-data boundary=b",
            r'multipart/form-data; boundary="\b"',
            "multipart/form-data; x; boundary=b",
        )
    ],
    "An empty body": [Case("of two media types", b"", [], "multipart/form-data, text/plain")],
    "Content-Type twice": [
        of_type("two boundaries", f"{MULTIPART}, multipart/form-data; boundary=c", "once"),
        of_type("two types", f"text/plain,{MULTIPART}", "more than once"),
    ],
    "The boundary": [
        of_type("of 71", "multipart/form-data; boundary=" + 71 * "b", "of 71", 71 * b"b"),
        of_type("none", "multipart/form-data", "boundary.*got none"),
        of_type("two", f"{MULTIPART}; boundary=c", "boundary.*got 2"),
        of_type("twice the same", f"{MULTIPART}; boundary=b", ONE),
        of_type("ends in a space", 'multipart/form-data; boundary="b "', "1 to 70"),
        of_type("a control", 'multipart/form-data; boundary="b\x01"', "media type"),
        of_type("another one", "multipart/form-data; boundary=c", "begin with"),
    ],
    "The charset of the form": [
        of_type("another", f"{MULTIPART}; charset=utf-7", "charset.*utf-7"),
        of_type("two", f"{MULTIPART}; charset=utf-8; charset=latin1", "one charset"),
    ],
    # The frame.
    "Before the first boundary": [Case("a space", b" " + body(field()), "begin with")],
    "After the last boundary": [
        Case("white space", body(field()) + b" \t\r\n\n\r\n", ONE),
        Case("far away", body(field()) + 70_000 * b" " + b"x", "after the closing"),
        Case("on its line", body(field()).rstrip() + b"x", "after the closing"),
    ],
    "No closing boundary": [
        Case("after a part", part(disposition('name="a"')), "closing.*cut short"),
        Case("in its own header", b"--b\r\n--b--", "empty line after its header"),
    ],
    "No parts": [Case("after a line break", b"\r\n--b--\r\n", [])],
    "Line breaks": [
        Case("LF", body(field()).replace(b"\r\n", b"\n"), "CRLF or --"),
        Case(
            "LF in the header", body(field()).replace(b'"\r\n', b'"\n'), "each line of its header"
        ),
    ],
    "White space after a boundary": [
        Case("the first", b"--b \r\n" + body(field())[5:], "CRLF or --")
    ],
    "The boundary in content": [
        Case("itself", body(field(content=b"\r\n--b--")), "after the closing")
    ],
    "Empty content": [
        Case("a boundary for it", field(content=b"") + body(field("b")), "content after the empty"),
        Case("no empty line", b"--b\r\n%b\r\n--b--" % disposition("name=a"), "after its header"),
    ],
    "Nested multipart": [
        headed(
            "as it is",
            "Content-Type: multipart/mixed; boundary=c",
            [("a", "--c\r\n\r\nx\r\n--c--")],
            b"--c\r\n\r\nx\r\n--c--",
        ),
    ],
    # The header of a part.
    "Content-Disposition": [
        Case("no header", b"--b\r\n\r\nx\r\n--b--", "Content-Disposition"),
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
        misnamed("another", 'name="a"; x=1; x=1', "one parameter 'x'"),
    ],
    "Quotes and escapes": [
        named("undone once", 'name="%2522"', "%2522"),
        named("one by one", r'name="\\%22\\\"%"', '\\"\\"%'),
        misnamed("a backslash at the end", 'name="a\\"', "parameters of the form name="),
        misnamed("a quote inside", 'name="a"b"', "parameters of the form name="),
    ],
    "Values without quotes": [
        named("escapes stay", "name=%22", "%22"),
        misnamed("brackets", "name=a[]", "[Nn]ame"),
        misnamed("a path", r"name=a; filename=C:\f.txt", "quote the value"),
        misnamed("no value", "name=a; filename", "parameters of the form name="),
        misnamed("an empty value", "name=a; filename=", "parameters of the form name="),
    ],
    "White space and semicolons": [
        named("spaces", 'name = "a" ; x = 1', "a"),
        named("nothing between", 'name="a";; ;', "a"),
        misnamed("a tab", '\tname="a"', "a tab"),
        misnamed("a no-break space", b'name="a";\xa0filename="f"', "parameters of the form name="),
    ],
    "filename*": [
        named("broken, but not used", "name=a; filename=f; filename*=g", ("f", b"x")),
        named("invalid UTF-8", "name=a; filename*=UTF-8''%FF", (R, b"x")),
        *(
            named(f"{says} an encoded word", f'name=a; filename="{word}"; {extended}', (is_, b"x"))
            for says, word, extended, is_ in (
                ("in any case", "=?UTF-8?b?5paw5bu6LnR4dA==?=", f"FILENAME*={NEW}", "新建.txt"),
                ("quoted", "=?utf-8?Q?=E6=96=B0=E5=BB=BA.txt?=", f"filename*={NEW}", "新建.txt"),
                ("beside no", "=?utf-8?B?!?=", "filename*=utf-8''x.txt", "=?utf-8?B?!?="),
                ("beside a broken", WORD, "filename*=x", WORD),
                ("in two words,", f"{WORD} {WORD}", f"filename*={NEW}{NEW[7:]}", "新建.txt" * 2),
            )
        ),
        misnamed("another charset", "name=a; filename*=utf-7''+AGE-", "charset"),
        misnamed("no charset", "name=a; filename*=g", r"filename\*=UTF-8"),
        misnamed("in extended pieces", "name=a; filename*0*=UTF-8''g", r"filename\*0\*"),
    ],
    "Bytes that are not UTF-8": [
        named("in the file name", b'name="a"; filename="\xc3.txt"', (f"{R}.txt", b"x"))
    ],
    "Header fields": [
        headed("unknown ones", "X-Y: z\nX_Y: z"),
        headed("any token", "X.Y'1: z"),
        headed("not ASCII", "é: z", "header"),
        Case("a bare CR", body(part(disposition(b'name="a\rb"'))), "header"),
        headed("another control", b"X-Y: \x01"),
        headed("two types", "Content-Type: a/b\nContent-Type: a/b", "one Content-Type"),
        headed("unknown twice", "X-Y: z\nX-Y: z"),
    ],
    "Content-Transfer-Encoding": [
        headed("base64", "Content-Transfer-Encoding: base64", "base64"),
        headed("twice", "Content-Transfer-Encoding: 8bit\n" * 2 + "X: y", "got two"),
    ],
    "Content-Length of a part": [
        headed("too small", "Content-Length: 0", "Content-Length"),
        headed("no number", "Content-Length: +1", "Content-Length"),
        headed("twice", "Content-Length: 1\nContent-Length: 1", "Content-Length"),
    ],
    "The charset of a part": [
        headed(
            "before that of the form",
            "Content-Type: text/plain; charset=utf-8",
            [("a", R)],
            b"\xe9",
            f"{MULTIPART}; charset=latin1",
        ),
        headed("US-ASCII", 'Content-Type: text/plain; charset="US-ASCII"', ONE),
        headed("another", "Content-Type: text/plain; charset=cp037", "'cp037'"),
        headed("two", "Content-Type: text/plain; charset=utf-8; charset=latin1", "one charset"),
        headed("two types", "Content-Type: text/plain, text/html", "more than once"),
    ],
    "_charset_": [
        Case(
            "is a field",
            body(field("_charset_", b"iso-8859-1"), field(content=b"\xe9")),
            [("_charset_", "iso-8859-1"), ("a", R)],
        )
    ],
    # What a part is.
    "Text or file": [headed("a type is text", "Content-Type: application/octet-stream")],
    "No file chosen": [Case("among others", body(NOT_CHOSEN, file()), [FILE])],
    "The same name again": [
        Case(
            "in order",
            body(field(content=b"1"), file("a"), field("b"), field(content=b"2"), file("a", "g")),
            [("a", "1"), ("a", ("f.txt", b"x")), ("b", "x"), ("a", "2"), ("a", ("g", b"x"))],
        )
    ],
    "File names": [named("spaces", 'name="a"; filename=" f "', (" f ", b"x"))],
    "Limits": [
        limited("fields, over", body(field(), field(), field()), "at most 2 fields", fields=2),
        limited("files, over", body(file(), file()), "at most 1 files", files=1),
        limited("no files are files too", body(NOT_CHOSEN, file()), "at most 1 files", files=1),
        limited("text, over", body(field(content=b"123")), "at most 2 bytes", field_size=2),
        limited("a file, over", body(file(content=b"123")), "at most 2 bytes", file_size=2),
        limited("header fields", body(LINES), ONE, part_headers=2),
        limited("header fields, over", body(LINES), "at most 1 header fields", part_headers=1),
        limited("a header", body(LINES), ONE, part_header_size=46),
        limited("a header, over", body(LINES), "at most 45 bytes", part_header_size=45),
        limited("a line", b"--b\r\nX: " + 5000 * b"y", "at most 99 bytes", part_header_size=99),
        limited("none", body(field(), file(), field()), [*ONE, FILE, *ONE], **UNLIMITED),
    ],
}
