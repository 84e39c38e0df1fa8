"""Queries: as sent, and taken apart."""

from __future__ import annotations

from typing import Any

from sockets.case import Case, each, get, split

CUT = ("*:granian", "*:gunicorn", "*:uvicorn-httptools", "*:waitress", "*:werkzeug")
ASCII_ONLY = ("*:daphne", "*:gunicorn*", "*:hypercorn", "*:uvicorn-*", "*:waitress", "sanic:sanic")

MANY = b"&".join(b"k%d=%d" % (i, i) for i in range(1001))


def query(case: str, clause: str, sent: bytes, *pairs: tuple[str, str], **more: Any) -> Case:
    """A case whose query `sent` means `pairs`, in this order."""
    values, verdicts = split(more)
    return Case(
        case,
        clause,
        get(b"/q?" + sent),
        {
            "path": "/q",
            "raw_path": b"/q",
            "query_string": sent.decode("latin-1"),
            "query": dict(pairs),
            "query_all": list(pairs),
            **values,
        },
        **verdicts,
    )


CASES = [
    query("two", "QRY-001 QRY-003", b"a=1&b=2", ("a", "1"), ("b", "2"), url="http://h/q?a=1&b=2"),
    query("none", "QRY-002", b"", url="http://h/q"),
    Case(
        "no-question-mark",
        "QRY-002",
        get(b"/q"),
        {"query_string": "", "query": {}, "url": "http://h/q", "path": "/q"},
    ),
    query("question-marks", "QRY-002", b"?a=?&?", ("?a", "?"), ("?", ""), url="http://h/q??a=?&?"),
    query(
        "slashes",
        "QRY-002",
        b"a=/x//y/../z&b=http://h/?c",
        ("a", "/x//y/../z"),
        ("b", "http://h/?c"),
    ),
    query("empty-pieces", "QRY-003", b"&&a=1&&&b=2&", ("a", "1"), ("b", "2")),
    query("blank-values", "QRY-003", b"a=&b&c=", ("a", ""), ("b", ""), ("c", "")),
    query("empty-name", "QRY-003", b"=v&=&a=1", ("", "v"), ("", ""), ("a", "1")),
    query("equals-in-a-value", "QRY-003", b"a=b=c&d==", ("a", "b=c"), ("d", "=")),
    query("semicolons", "QRY-003", b"a=1;b=2&c=3;d", ("a", "1;b=2"), ("c", "3;d")),
    query("plus", "QRY-004", b"a+b=c+d&e=+", ("a b", "c d"), ("e", " ")),
    query("escaped-plus", "QRY-004", b"a=1%2B1&b=%20", ("a", "1+1"), ("b", " ")),
    query(
        "escaped-separators",
        "QRY-004",
        b"a%26b=1%3D%26&c%3Dd=%23%3F",
        ("a&b", "1=&"),
        ("c=d", "#?"),
    ),
    query(
        "escapes-in-either-case",
        "QRY-004",
        b"a=%c3%a9%C3%A9&%41=%61",
        ("a", "\u00e9\u00e9"),
        ("A", "a"),
    ),
    query("twice-escaped", "QRY-004", b"a=%2541&b=%252525", ("a", "%41"), ("b", "%2525")),
    query(
        "broken-escapes",
        "QRY-004",
        b"a=%&b=%4&c=%zz&d=%%41&e=%u00e9&f=%4",
        ("a", "%"),
        ("b", "%4"),
        ("c", "%zz"),
        ("d", "%A"),
        ("e", "%u00e9"),
        ("f", "%4"),
    ),
    query("broken-escape-in-a-name", "QRY-004", b"%=1&%g1=2", ("%", "1"), ("%g1", "2")),
    query(
        "escape-across-a-separator", "QRY-004", b"a=%4&1=%&41", ("a", "%4"), ("1", "%"), ("41", "")
    ),
    query("escaped-controls", "QRY-004", b"a=%00%0A%0D%7F%1B", ("a", "\x00\n\r\x7f\x1b")),
    query("utf-8", "QRY-005", b"a=%F0%9F%8D%AA&%E2%82%AC=1", ("a", "\U0001f36a"), ("\u20ac", "1")),
    query(
        "invalid-utf-8",
        "QRY-005",
        b"a=%ff&b=%C3&c=%e2%82&d=%ED%A0%80",
        ("a", "\ufffd"),
        ("b", "\ufffd"),
        ("c", "\ufffd"),
        ("d", "\ufffd\ufffd\ufffd"),
    ),
    query(
        "maximal-subparts",
        "QRY-005",
        b"a=%F0%9F%8Dx&b=%C0%80&c=%F8%88",
        ("a", "\ufffdx"),
        ("b", "\ufffd\ufffd"),
        ("c", "\ufffd\ufffd"),
    ),
    query("latin-1-is-invalid", "QRY-005", b"a=caf%E9&b=%A3", ("a", "caf\ufffd"), ("b", "\ufffd")),
    query(
        "byte-order-mark",
        "QRY-005",
        b"a=%EF%BB%BFx&%EF%BB%BFb=1",
        ("a", "\ufeffx"),
        ("\ufeffb", "1"),
    ),
    query("noncharacters", "QRY-005", b"a=%EF%BF%BF%EF%B7%90", ("a", "\uffff\ufdd0")),
    query(
        "octets-escaped-and-not",
        "QRY-005",
        b"a=%C3\xa9",
        ("a", "\u00e9"),
        url="http://h/q?a=%C3%A9",
        refused_by=("*:granian", *ASCII_ONLY),
        deviates={"*:werkzeug": {"query_string": "a=%C3\u00c2\u00a9"}},
    ),
    query(
        "raw-utf-8",
        "QRY-005 QRY-002 URL-004",
        b"a=caf\xc3\xa9",
        ("a", "caf\u00e9"),
        url="http://h/q?a=caf%C3%A9",
        refused_by=ASCII_ONLY,
        deviates={"*:werkzeug": {"query_string": "a=caf\u00c3\u0083\u00c2\u00a9"}},
    ),
    query(
        "raw-invalid-utf-8",
        "QRY-005 QRY-002 URL-004",
        b"a=\xff",
        ("a", "\ufffd"),
        url="http://h/q?a=%FF",
        refused_by=("*:granian", *ASCII_ONLY),
        deviates={"*:werkzeug": {"query_string": "a=\u00c3\u00bf"}},
    ),
    query(
        "repeated",
        "QRY-006 QRY-007",
        b"a=1&b=2&a=3&a=&A=4",
        ("a", "1"),
        ("b", "2"),
        ("a", "3"),
        ("a", ""),
        ("A", "4"),
    ),
    query("repeated-by-escape", "QRY-006", b"a=1&%61=2", ("a", "1"), ("a", "2")),
    query(
        "brackets",
        "QRY-003",
        b"a[]=1&a[b][c]=2&a%5B%5D=3",
        ("a[]", "1"),
        ("a[b][c]", "2"),
        ("a[]", "3"),
    ),
    query(
        "sub-delims-and-unwise",
        "QRY-002 URL-004",
        b"a=!$'()*,:@-._~|^`{}\\",
        ("a", "!$'()*,:@-._~|^`{}\\"),
        url="http://h/q?a=!$'()*,:@-._~|^`{}\\",
    ),
    query(
        "quotes-and-angles",
        "QRY-002 URL-004",
        b'a="<>',
        ("a", '"<>'),
        url='http://h/q?a="<>',
        refused_by=("*:granian",),
    ),
    query(
        "a-thousand-and-one",
        "QRY-007",
        MANY,
        *((f"k{i}", str(i)) for i in range(1001)),
        refused_by=("*:gunicorn*", "sanic:sanic"),
    ),
    query("lone-ampersands", "QRY-003", b"&&&"),
    Case(
        "session-hash",
        "USR-010",
        get(b"/?session_hash=abc-._~1"),
        {"session_hash": "abc-._~1"},
    ),
    Case(
        "session-hash-of-the-field",
        "USR-010",
        get(b"/?session_hash=q", b"X-Session-Hash: f"),
        {"session_hash": "f"},
    ),
    Case(
        "session-hash-empty-field",
        "USR-010",
        get(b"/?session_hash=q", b"X-Session-Hash:"),
        {"session_hash": "q"},
    ),
    Case(
        "session-hash-implausible",
        "USR-010",
        get(b"/?session_hash=q", b"X-Session-Hash: a b"),
        {"session_hash": None},
    ),
    Case(
        "fragment",
        "QRY-002 URL-004",
        get(b"/q?a=1#b=2"),
        {"path": "/q", "query_string": "a=1#b=2", "url": "http://h/q?a=1%23b=2"},
        deviates=each(CUT, {"query_string": "a=1"}),
    ),
    Case(
        "long",
        "QRY-002",
        get(b"/q?a=" + b"x" * 7000),
        {"query_string": "a=" + "x" * 7000},
        refused_by=("*:gunicorn*",),
    ),
    Case(
        "above-8190",
        "QRY-002",
        get(b"/q?a=" + b"x" * 8300),
        {"query_string": "a=" + "x" * 8300},
        refused_by=("*:gunicorn*", "sanic:sanic"),
    ),
    Case(
        "above-65535",
        "QRY-002",
        get(b"/q?a=" + b"x" * 65600),
        {"query_string": "a=" + "x" * 65600},
        refused_by=(
            "*:uvicorn-httptools",
            "*:hypercorn*",
            "*:daphne",
            "*:granian",
            "*:gunicorn*",
            "*:werkzeug",
            "*:runserver",
            "sanic:sanic",
        ),
        fails_on=("sanic:uvicorn-h11",),
    ),
]
