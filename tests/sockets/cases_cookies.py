"""Cookies: how the Cookie field is taken apart."""

from __future__ import annotations

from sockets.case import Case, Values, each, get

COMMA = ("*:gunicorn", "*:werkzeug", "*:runserver")


def cookies(case: str, clause: str, field: bytes, **expected: list[str]) -> Case:
    """A case with one Cookie field; each cookie is given with all of its values."""
    return sent(case, clause, field, expected)


def sent(
    case: str,
    clause: str,
    field: bytes,
    expected: dict[str, list[str]],
    deviates: dict[str, Values] | None = None,
) -> Case:
    """The same, for names that are no Python names."""
    return Case(
        case,
        clause,
        get(b"/", b"Cookie: " + field),
        {
            "headers": {"host": "h", "cookie": field.decode("latin-1").strip(" \t")},
            "cookies": {name: values[0] for name, values in expected.items()},
            "cookies_all": expected,
        },
        deviates=deviates or {},
    )


CASES = [
    cookies("two", "CKE-001 CKE-002", b"a=1; b=2", a=["1"], b=["2"]),
    cookies("no-space", "CKE-002", b"a=1;b=2;c=3", a=["1"], b=["2"], c=["3"]),
    cookies("space-around", "CKE-002", b" a = 1 ;\tb\t=\t2\t; c=3", a=["1"], b=["2"], c=["3"]),
    cookies("space-inside", "CKE-002", b"a=1 2; b=x\ty", a=["1 2"], b=["x\ty"]),
    sent("space-inside-a-name", "CKE-002 CKE-009", b"a=1 2; b c=d", {"a": ["1 2"], "b c": ["d"]}),
    sent(
        "other-white-space-stays",
        "CKE-002",
        b"a=\xc2\xa0x\xc2\xa0",
        {"a": ["\u00a0x\u00a0"]},
        {"*:runserver": {"headers.cookie": "a=\u00c2\u00a0x\u00c2"}},
    ),
    cookies("equals-in-the-value", "CKE-002", b"a=b=c==; d==", a=["b=c=="], d=["="]),
    cookies("empty-value", "CKE-002", b"a=; b=", a=[""], b=[""]),
    cookies("empty-pieces", "CKE-002", b";; a=1;;; b=2; ;", a=["1"], b=["2"]),
    cookies("commas-stay", "CKE-002", b"a=1,b=2; c=3", a=["1,b=2"], c=["3"]),
    sent("no-equals", "CKE-003", b"a; b=1; c", {"b": ["1"]}),
    sent("no-name", "CKE-003", b"=v; a=1; = w", {"a": ["1"]}),
    sent("only-equals", "CKE-003", b"=", {}),
    sent("empty-field", "CKE-003", b"", {}),
    cookies(
        "repeated-name",
        "CKE-004 CKE-005",
        b"a=1; b=2; a=3; a=1; a=2",
        a=["1", "3", "1", "2"],
        b=["2"],
    ),
    cookies("names-differ-by-case", "CKE-009", b"a=1; A=2", a=["1"], A=["2"]),
    cookies("quoted", "CKE-006", b'a="x"; b=""; c="a b"', a=["x"], b=[""], c=["a b"]),
    cookies(
        "quoted-backslash", "CKE-006", b'a="x\\"y"; b="\\\\"; c="\\a"', a=['x"y'], b=["\\"], c=["a"]
    ),
    cookies(
        "quoted-octal", "CKE-006 CKE-008", b'a="\\303\\251"; b="\\054\\073"', a=["\u00e9"], b=[",;"]
    ),
    cookies("octal-out-of-range", "CKE-006", b'a="\\477"; b="\\08"', a=["477"], b=["08"]),
    cookies("octal-invalid-utf-8", "CKE-006 CKE-008", b'a="\\377"', a=["\ufffd"]),
    cookies("backslash-unquoted", "CKE-006", b"a=\\303\\251", a=["\\303\\251"]),
    cookies("quote-at-one-end", "CKE-006", b'a="x; b=y"; c="', a=['"x'], b=['y"'], c=['"']),
    cookies("quotes-inside", "CKE-006", b'a=x"y"z; b="x"y', a=['x"y"z'], b=['"x"y']),
    cookies(
        "control-by-octal",
        "CKE-007",
        b'a="\\015\\012X: 1"; b="\\000"',
        a=['"\\015\\012X: 1"'],
        b=['"\\000"'],
    ),
    cookies("delete-by-octal", "CKE-007", b'a="\\177"', a=['"\\177"']),
    cookies("c1-control-by-octal", "CKE-007", b'a="\\302\\205"', a=['"\\302\\205"']),
    cookies("tab-in-quotes", "CKE-007", b'a="x\ty"', a=['"x\ty"']),
    cookies(
        "utf-8", "CKE-008", b"a=caf\xc3\xa9; b=\xf0\x9f\x8d\xaa", a=["caf\u00e9"], b=["\U0001f36a"]
    ),
    cookies(
        "invalid-utf-8",
        "CKE-008",
        b"a=caf\xe9; b=\xed\xa0\x80; c=\xc3",
        a=["caf\ufffd"],
        b=["\ufffd\ufffd\ufffd"],
        c=["\ufffd"],
    ),
    sent(
        "utf-8-name",
        "CKE-008 CKE-009",
        b"caf\xc3\xa9=1; \xff=2",
        {"caf\u00e9": ["1"], "\ufffd": ["2"]},
    ),
    cookies("percent-stays", "CKE-008", b"a=%C3%A9%20+%zz", a=["%C3%A9%20+%zz"]),
    sent("percent-in-a-name", "CKE-008", b"%61=1", {"%61": ["1"]}),
    sent(
        "odd-names",
        "CKE-009",
        b"a/b()@:[]{}?<>,=1; $Version=1; a.b-c_d=2",
        {"a/b()@:[]{}?<>,": ["1"], "$Version": ["1"], "a.b-c_d": ["2"]},
    ),
    sent("quoted-name", "CKE-009", b'"a"=1', {'"a"': ["1"]}),
    sent(
        "prefixed-names",
        "CKE-009",
        b"__Host-a=1; a=3; __Secure-a=2",
        {"__Host-a": ["1"], "a": ["3"], "__Secure-a": ["2"]},
    ),
    sent(
        "attribute-names-are-names",
        "CKE-009",
        b"$Path=/; Path=/x; expires=1; HttpOnly; a=1",
        {"$Path": ["/"], "Path": ["/x"], "expires": ["1"], "a": ["1"]},
    ),
    cookies("semicolon-in-quotes", "CKE-010", b'a="x;y"; b="1; c=2"', a=['"x'], b=['"1'], c=['2"']),
    cookies("json-in-a-value", "CKE-002", b'a={"b": [1, 2]}', a=['{"b": [1, 2]}']),
    cookies("long-value", "CKE-002", b"a=" + b"x" * 4096, a=["x" * 4096]),
    Case(
        "two-fields",
        "HDR-009",
        get(b"/", b"Cookie: a=1; b=2", b"Cookie: c=3"),
        {
            "headers": {"host": "h", "cookie": "a=1; b=2; c=3"},
            "cookies": {"a": "1", "b": "2", "c": "3"},
        },
        deviates={
            **each(COMMA, {"headers.cookie": "a=1; b=2,c=3"}),
            "*:waitress": {"headers.cookie": "a=1; b=2, c=3"},
        },
    ),
    Case(
        "three-fields-apart",
        "HDR-009 CKE-005",
        get(b"/", b"cookie: a=1", b"X-Foo: x", b"COOKIE: a=2;", b"Cookie: a=3"),
        {
            "headers": {"host": "h", "cookie": "a=1; a=2;; a=3", "x-foo": "x"},
            "cookies_all": {"a": ["1", "2", "3"]},
        },
        deviates={
            **each(COMMA, {"headers.cookie": "a=1,a=2;,a=3"}),
            "*:waitress": {"headers.cookie": "a=1, a=2;, a=3"},
        },
    ),
    Case(
        "two-fields-the-last-empty",
        "HDR-009 HDR-007",
        get(b"/", b"Cookie: a=1", b"Cookie:"),
        {"headers": {"host": "h", "cookie": "a=1;"}, "cookies": {"a": "1"}},
        refused_by=("*:hypercorn-h2",),
        deviates=each((*COMMA, "*:waitress"), {"headers.cookie": "a=1,"}),
    ),
]
