"""Header fields: names, values, repetition, framing, folding, what servers invent."""

from __future__ import annotations

from sockets.case import H11, STRICT, Case, each, get, message

H = {"host": "h"}
# What wsgiref makes of a missing Content-Type.
MADE_UP = {"headers.content-type": "text/plain"}
ALL_OBS_TEXT = bytes(range(0x80, 0x100))

CASES = [
    # Names.
    Case(
        "lower-case",
        "HDR-002 HDR-003",
        get(b"/", b"X-FOO: a", b"x-bAr: b", b"aCCept: c"),
        {"headers": {**H, "x-foo": "a", "x-bar": "b", "accept": "c"}},
    ),
    Case(
        "host-in-any-case",
        "HDR-002 URL-010",
        get(b"/", b"hOST: example.org", host=None),
        {"headers": {"host": "example.org"}, "host": "example.org"},
    ),
    Case(
        "every-token-character",
        "HDR-004",
        get(b"/", b"A!#$%&'*+-.^`|~9: a"),
        {"headers": {**H, "a!#$%&'*+-.^`|~9": "a"}},
    ),
    Case(
        "digits-only",
        "HDR-004",
        get(b"/", b"007: a"),
        {"headers": {**H, "007": "a"}},
    ),
    Case(
        "underscore",
        "HDR-005",
        get(b"/", b"X_Foo: evil"),
        {"headers": H},
    ),
    Case(
        "underscore-before-hyphen",
        "HDR-005",
        get(b"/", b"X_Foo: evil", b"X-Foo: a"),
        {"headers": {**H, "x-foo": "a"}},
    ),
    Case(
        "underscore-after-hyphen",
        "HDR-005",
        get(b"/", b"X-Foo: a", b"X_Foo: evil"),
        {"headers": {**H, "x-foo": "a"}},
    ),
    Case(
        "underscore-of-a-longer-name",
        "HDR-005",
        get(b"/", b"X-Forwarded_For: 6.6.6.6", b"Remote_User: root"),
        {"headers": H},
    ),
    Case(
        "content-type-by-underscore",
        "HDR-018",
        get(b"/", b"Content_Type: text/evil", b"HTTP_CONTENT_TYPE: text/evil"),
        {"headers": H},
    ),
    Case(
        "content-type-and-a-poser",
        "HDR-018",
        get(b"/", b"Content_Type: text/evil", b"Content-Type: text/plain"),
        {"headers": {**H, "content-type": "text/plain"}},
        deviates={"*:runserver": {"headers.content-type": None}},
    ),
    Case(
        "content-length-by-underscore",
        "HDR-018",
        get(b"/", b"Content_Length: 7"),
        {"headers": H},
    ),
    Case(
        "http-prefix",
        "HDR-018",
        get(b"/", b"HTTP-Content-Type: text/evil", b"Http-Host: evil"),
        {"headers": {**H, "http-content-type": "text/evil", "http-host": "evil"}},
        deviates={"*:runserver": {"headers.http-host": None}},
    ),
    Case(
        "script-name",
        "CLI-008 PTH-007",
        get(b"/a/b", b"SCRIPT_NAME: /a"),
        {"headers": H, "path": "/a/b", "raw_path": b"/a/b", "root_path": ""},
        deviates={"*:gunicorn": {"root_path": "/a", "headers.script-name": "/a"}},
    ),
    Case(
        "script-name-elsewhere",
        "CLI-008 PTH-007",
        get(b"/a/b", b"SCRIPT_NAME: /evil"),
        {"headers": H, "path": "/a/b", "raw_path": b"/a/b", "root_path": ""},
        fails_on=("*:gunicorn",),
    ),
    Case(
        "path-info",
        "CLI-008 PTH-001",
        get(b"/a/b", b"PATH_INFO: /evil"),
        {"headers": H, "path": "/a/b", "raw_path": b"/a/b"},
        deviates={"*:gunicorn": {"headers.path-info": "/evil"}},
    ),
    Case(
        "kelvin-sign",
        "HDR-002 HDR-004",
        get(b"/", b"Coo\xe2\x84\xaaie: a=1", b"X-\xc4\xb0: a"),
        {"headers": H, "cookies": {}},
        refused_by=STRICT,
    ),
    Case(
        "obs-text-in-a-name",
        "HDR-004",
        get(b"/", b"X-Caf\xe9: a"),
        {"headers": H},
        refused_by=STRICT,
    ),
    Case(
        "space-before-the-colon",
        "HDR-004",
        get(b"/", b"X-Foo : a"),
        {"headers": H},
        refused_by=STRICT,
    ),
    Case(
        "no-colon",
        "HDR-004",
        get(b"/", b"X-Foo"),
        {"headers": H},
        refused_by=(*STRICT, "sanic:sanic"),
    ),
    Case("empty-name", "HDR-004", get(b"/", b": a"), {"headers": H}, refused_by=STRICT),
    Case(
        "separators-in-a-name",
        "HDR-004",
        get(b"/", b"X(Foo): a", b'X"Foo": b', b"X/Foo: c"),
        {"headers": H},
        refused_by=STRICT,
    ),
    Case(
        "long-name",
        "HDR-002",
        get(b"/", b"X-" + b"Aa" * 500 + b": a"),
        {"headers": {**H, "x-" + "aa" * 500: "a"}},
    ),
    # Values.
    Case(
        "obs-text",
        "HDR-006",
        get(b"/", b"X-Latin: caf\xe9", b"X-Utf: caf\xc3\xa9", b"X-All: [" + ALL_OBS_TEXT + b"]"),
        {
            "headers": {
                **H,
                "x-latin": "caf\u00e9",
                "x-utf": "caf\u00c3\u00a9",
                "x-all": "[" + "".join(chr(i) for i in range(0x80, 0x100)) + "]",
            }
        },
    ),
    Case(
        "lone-surrogate-octets",
        "HDR-006",
        get(b"/", b"X-Foo: \xed\xa0\x80\xff\xc3"),
        {"headers": {**H, "x-foo": "\u00ed\u00a0\u0080\u00ff\u00c3"}},
    ),
    Case(
        "visible-ascii",
        "HDR-006",
        get(b"/", b"X-Foo: " + bytes(range(0x21, 0x7F))),
        {"headers": {**H, "x-foo": "".join(chr(i) for i in range(0x21, 0x7F))}},
    ),
    Case(
        "nothing-is-decoded",
        "HDR-006",
        get(
            b"/", b"X-Foo: caf%C3%A9 =?utf-8?q?caf=C3=A9?= \\u00e9 a+b", b"X-Bar: UTF-8''caf%c3%a9"
        ),
        {
            "headers": {
                **H,
                "x-foo": "caf%C3%A9 =?utf-8?q?caf=C3=A9?= \\u00e9 a+b",
                "x-bar": "UTF-8''caf%c3%a9",
            }
        },
    ),
    Case(
        "space-around",
        "HDR-007",
        get(b"/", b"X-Foo:   a  b  ", b"X-Bar:a", b"X-Baz: \t a\tb \t"),
        {"headers": {**H, "x-foo": "a  b", "x-bar": "a", "x-baz": "a\tb"}},
    ),
    Case(
        "no-break-space-stays",
        "HDR-007",
        get(b"/", b"X-Foo: \xa0a\xa0", b"X-Bar: \x85b\x85 "),
        {"headers": {**H, "x-foo": "\u00a0a\u00a0", "x-bar": "\u0085b\u0085"}},
        deviates={"*:runserver": {"headers.x-foo": "a", "headers.x-bar": "b"}},
    ),
    Case(
        "form-feed-stays",
        "HDR-007",
        get(b"/", b"X-Foo: \x0ca\x0b\x1c"),
        {"headers": {**H, "x-foo": "\x0ca\x0b\x1c"}},
        refused_by=STRICT,
        deviates={"*:runserver": {"headers.x-foo": "a"}},
    ),
    Case(
        "empty-value",
        "HDR-011",
        get(b"/", b"X-Foo:", b"X-Bar:   ", b"Accept: "),
        {"headers": {**H, "x-foo": "", "x-bar": "", "accept": ""}},
    ),
    Case(
        "empty-content-type",
        "HDR-011",
        get(b"/", b"Content-Type:"),
        {"headers": H},
    ),
    Case(
        "empty-content-length",
        "HDR-011",
        get(b"/", b"Content-Length:"),
        {"headers": H},
        refused_by=(*STRICT, "sanic:sanic"),
    ),
    Case(
        "empty-host",
        "HDR-011 URL-006",
        get(b"/a", host=b""),
        {"headers": {}, "host": None, "url": "/a"},
    ),
    Case(
        "long-value",
        "HDR-006",
        get(b"/", b"X-Foo: " + b"a" * 7000),
        {"headers": {**H, "x-foo": "a" * 7000}},
    ),
    Case(
        "value-with-colons",
        "HDR-006",
        get(b"/", b"X-Foo: a: b:c", b"X-Bar::", b"Referer: https://h/?a=b;c"),
        {"headers": {**H, "x-foo": "a: b:c", "x-bar": ":", "referer": "https://h/?a=b;c"}},
    ),
    Case(
        "nul-in-a-value",
        "HDR-012",
        get(b"/", b"X-Foo: a\x00b"),
        {"headers": {**H, "x-foo": "a b"}},
        refused_by=STRICT,
    ),
    Case(
        "bare-carriage-return-in-a-value",
        "HDR-012",
        get(b"/", b"X-Foo: a\rb"),
        {"headers": {**H, "x-foo": "a b"}},
        refused_by=STRICT,
        deviates=each(("*:werkzeug", "*:runserver"), {"headers.x-foo": "a"}),
    ),
    Case(
        "bare-line-feed-and-a-line",
        "HDR-012",
        get(b"/", b"X-Foo: a\nX-Bar: b"),
        {"headers": {**H, "x-foo": "a", "x-bar": "b"}},
        refused_by=("*:gunicorn", "*:uvicorn-httptools", "*:waitress"),
        deviates={"sanic:sanic": {"headers.x-foo": "a X-Bar: b", "headers.x-bar": None}},
    ),
    Case(
        "control-characters",
        "HDR-012",
        get(b"/", b"X-Foo: a\x01\x1f\x7fb"),
        {"headers": {**H, "x-foo": "a\x01\x1f\x7fb"}},
        refused_by=("*:granian", "*:gunicorn", "*:uvicorn-httptools", "*:waitress"),
    ),
    # Repetition.
    Case(
        "repeated",
        "HDR-008 HDR-014",
        get(b"/", b"X-Foo: a", b"X-Foo: b"),
        {"headers": {**H, "x-foo": "a,b"}, "headers_all": {"host": ["h"], "x-foo": ["a", "b"]}},
        deviates={"*:waitress": {"headers.x-foo": "a, b"}},
    ),
    Case(
        "repeated-in-any-case",
        "HDR-008",
        get(b"/", b"X-Foo: 3", b"x-foo: 1", b"X-FOO: 2"),
        {"headers": {**H, "x-foo": "3,1,2"}},
        deviates={"*:waitress": {"headers.x-foo": "3, 1, 2"}},
    ),
    Case(
        "repeated-apart",
        "HDR-008",
        get(b"/", b"B: 2", b"A: 1", b"B: 1", b"C: 3", b"A: 0"),
        {"headers": {**H, "a": "1,0", "b": "2,1", "c": "3"}},
        deviates={"*:waitress": {"headers.a": "1, 0", "headers.b": "2, 1"}},
    ),
    Case(
        "repeated-with-padding-and-commas",
        "HDR-008 HDR-014",
        get(b"/", b"Accept: a , b  ", b"Accept:  c,", b"Accept: d"),
        {
            "headers": {**H, "accept": "a , b,c,,d"},
            "headers_all": {"host": ["h"], "accept": ["a", "b", "c", "d"]},
        },
        deviates={
            "*:waitress": {"headers.accept": "a , b, c,, d"},
            "*:werkzeug": {"headers.accept": "a , b  ,c,,d"},
        },
    ),
    Case(
        "repeated-with-an-empty-one",
        "HDR-008",
        get(b"/", b"X-Foo: a", b"X-Foo:", b"X-Foo: b"),
        {
            "headers": {**H, "x-foo": "a,,b"},
            "headers_all": {"host": ["h"], "x-foo": ["a", "b"]},
        },
        deviates={"*:waitress": {"headers.x-foo": "a, , b"}},
    ),
    Case(
        "repeated-obs-text",
        "HDR-006 HDR-008",
        get(b"/", b"X-Foo: \xc3", b"X-Foo: \xa9"),
        {"headers": {**H, "x-foo": "\u00c3,\u00a9"}},
        deviates={"*:waitress": {"headers.x-foo": "\u00c3, \u00a9"}},
    ),
    Case(
        "list-with-quoted-commas",
        "HDR-014",
        get(b"/", b'X-Foo: "a,\\"b", c , ,"d', b"User-Agent: a, b", b'If-Match: "x","y"'),
        {
            "headers_all": {
                "host": ["h"],
                "x-foo": ['"a,\\"b"', "c", '"d'],
                "user-agent": ["a, b"],
                "if-match": ['"x"', '"y"'],
            }
        },
    ),
    Case(
        "repeated-single-valued",
        "HDR-015",
        get(b"/", b"User-Agent: a", b"User-Agent: b"),
        {"headers": {**H, "user-agent": "a,b"}},
        deviates={"*:waitress": {"headers.user-agent": "a, b"}},
    ),
    Case(
        "dates-and-credentials-are-never-split",
        "HDR-015",
        get(
            b"/",
            b"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
            b'Authorization: Digest a="b", c=d',
        ),
        {
            "headers_all": {
                "host": ["h"],
                "if-modified-since": ["Sun, 06 Nov 1994 08:49:37 GMT"],
                "authorization": ['Digest a="b", c=d'],
            }
        },
    ),
    Case(
        "repeated-host",
        "URL-011",
        get(b"/", b"Host: b", host=b"a"),
        {"headers": {"host": "a,b"}, "host": None, "url": "/"},
        refused_by=(*H11, "*:gunicorn"),
        deviates={"*:waitress": {"headers.host": "a, b"}},
    ),
    Case(
        "repeated-host-the-same",
        "URL-011",
        get(b"/", b"Host: h"),
        {"headers": {"host": "h,h"}, "host": None, "url": "/"},
        refused_by=(*H11, "*:gunicorn"),
        deviates={"*:waitress": {"headers.host": "h, h"}},
    ),
    Case(
        "repeated-content-type",
        "HDR-008",
        get(b"/", b"Content-Type: a/a", b"Content-Type: b/b"),
        {"headers": {**H, "content-type": "a/a,b/b"}},
        refused_by=("*:gunicorn",),
        deviates={
            "*:waitress": {"headers.content-type": "a/a, b/b"},
            "*:runserver": {"headers.content-type": "a/a"},
            "*:werkzeug": {"headers.content-type": "b/b"},
        },
    ),
    # Framing.
    Case(
        "content-length",
        "HDR-010",
        message(b"POST / HTTP/1.1", b"Content-Length: 5", body=b"hello"),
        {"method": "POST", "headers": {**H, "content-length": "5"}},
        deviates={"*:runserver": MADE_UP},
    ),
    Case(
        "chunked",
        "HDR-010",
        message(
            b"POST / HTTP/1.1",
            b"Transfer-Encoding: chunked",
            body=b"5\r\nhello\r\n0\r\n\r\n",
        ),
        {"method": "POST", "headers": H},
        deviates={"*:waitress": {"headers.content-length": "5"}},
    ),
    Case(
        "chunked-with-trailer-announced",
        "HDR-010",
        message(
            b"POST / HTTP/1.1",
            b"Transfer-Encoding: chunked",
            b"Trailer: X-Sum",
            body=b"5\r\nhello\r\n0\r\n\r\n",
        ),
        {"method": "POST", "headers": H},
        deviates={"*:waitress": {"headers.content-length": "5", "headers.trailer": "X-Sum"}},
    ),
    Case(
        "chunked-and-content-length",
        "HDR-010",
        message(
            b"POST / HTTP/1.1",
            b"Content-Length: 5",
            b"Transfer-Encoding: chunked",
            body=b"5\r\nhello\r\n0\r\n\r\n",
        ),
        {"method": "POST", "headers": H},
        refused_by=("*:gunicorn", "*:uvicorn-httptools", "sanic:sanic"),
        deviates={"*:waitress": {"headers.content-length": "5"}, "*:runserver": MADE_UP},
    ),
    Case(
        "trailer-without-chunked",
        "HDR-010",
        get(b"/", b"Trailer: X-Sum"),
        {"headers": {**H, "trailer": "X-Sum"}},
    ),
    Case(
        "trailers",
        "HDR-019",
        message(
            b"POST / HTTP/1.1",
            b"Transfer-Encoding: chunked",
            body=b"5\r\nhello\r\n0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n",
        ),
        {"method": "POST", "headers": H, "host": "h"},
        deviates={
            "*:uvicorn-httptools": {"headers.host": "h,evil", "headers.x-sum": "1", "host": None},
            "*:waitress": {"headers.content-length": "5"},
        },
    ),
    Case(
        "content-lengths-in-one-field",
        "HDR-008",
        message(b"POST / HTTP/1.1", b"Content-Length: 4, 4", body=b"body"),
        {"method": "POST", "headers": {**H, "content-length": "4, 4"}},
        refused_by=("*:granian", "*:gunicorn", "*:uvicorn-httptools", "*:waitress", "sanic:sanic"),
        deviates={**each(H11, {"headers.content-length": "4"}), "*:runserver": MADE_UP},
    ),
    Case(
        "content-length-with-a-sign",
        "HDR-010",
        message(b"POST / HTTP/1.1", b"Content-Length: +4", body=b"body"),
        {"method": "POST", "headers": {**H, "content-length": "+4"}},
        refused_by=(*STRICT, "sanic:sanic"),
        deviates={"*:runserver": MADE_UP},
    ),
    # Folding.
    Case(
        "folded",
        "HDR-013",
        get(b"/", b"X-Foo: a", b"  b", b"X-Bar: c"),
        {"headers": {**H, "x-foo": "a b", "x-bar": "c"}},
        refused_by=("*:granian", "*:gunicorn", "*:uvicorn-httptools", "sanic:sanic"),
        deviates=each(("*:waitress", "*:werkzeug"), {"headers.x-foo": "a  b"}),
    ),
    Case(
        "folded-by-one-space",
        "HDR-013",
        get(b"/", b"X-Foo: a", b" b", b"X-Bar: c"),
        {"headers": {**H, "x-foo": "a b", "x-bar": "c"}},
        refused_by=("*:granian", "*:gunicorn", "*:uvicorn-httptools", "sanic:sanic"),
    ),
    # What servers put in, and what passes.
    Case(
        "nothing-is-invented",
        "HDR-017",
        get(b"/"),
        {"headers": H},
    ),
    Case(
        "text-plain-that-was-sent",
        "HDR-017",
        message(b"POST / HTTP/1.1", b"Content-Type: text/plain", b"Content-Length: 2", body=b"hi"),
        {"method": "POST", "headers": {**H, "content-type": "text/plain", "content-length": "2"}},
    ),
    Case(
        "what-proxies-treat-specially-passes",
        "HDR-001",
        get(
            b"/",
            b"Proxy: http://evil/",
            b"Proxy-Authorization: Basic YTpi",
            b"Authorization: Basic YTpi",
            b"Keep-Alive: timeout=5",
            b"TE: trailers",
            b"Proxy-Connection: keep-alive",
            b"Remote-User: root",
            b"X-Real-IP: 6.6.6.6",
            b"Upgrade-Insecure-Requests: 1",
        ),
        {
            "headers": {
                **H,
                "proxy": "http://evil/",
                "proxy-authorization": "Basic YTpi",
                "authorization": "Basic YTpi",
                "keep-alive": "timeout=5",
                "te": "trailers",
                "proxy-connection": "keep-alive",
                "remote-user": "root",
                "x-real-ip": "6.6.6.6",
                "upgrade-insecure-requests": "1",
            }
        },
    ),
    Case(
        "connection-close",
        "HDR-001",
        get(b"/", b"Connection: close, x-foo", b"X-Foo: a"),
        {"headers": {**H, "connection": "close, x-foo", "x-foo": "a"}},
    ),
    Case(
        "expect",
        "HDR-001",
        message(b"POST / HTTP/1.1", b"Expect: 100-continue", b"Content-Length: 2", body=b"hi"),
        {"method": "POST", "headers": {**H, "expect": "100-continue", "content-length": "2"}},
        deviates={"*:runserver": MADE_UP},
    ),
    Case(
        "upgrade",
        "HDR-001 CLI-005",
        get(b"/", b"Connection: Upgrade", b"Upgrade: foo/2"),
        {"headers": {**H, "connection": "Upgrade", "upgrade": "foo/2"}, "scheme": "http"},
    ),
    Case(
        "ninety-fields",
        "HDR-001",
        get(b"/", *(b"X-%d: %d" % (i, i) for i in range(90))),
        {"headers": {**H, **{f"x-{i}": str(i) for i in range(90)}}},
    ),
    Case(
        "more-than-a-hundred-fields",
        "HDR-001",
        get(b"/", *(b"X-%d: %d" % (i, i) for i in range(120))),
        {"headers": {**H, **{f"x-{i}": str(i) for i in range(120)}}},
        refused_by=("*:granian", "*:gunicorn", "*:werkzeug", "*:runserver"),
    ),
]
