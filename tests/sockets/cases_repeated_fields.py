"""Fields that came several times, and the members of lists."""

from __future__ import annotations

from sockets.case import H11, Case, get, malformed

H = {"host": "h"}

CASES = [
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
        malformed("two-hosts"),
        {"headers": {"host": "a,b"}, "host": None, "url": "/"},
        refused_by=(*H11, "*:gunicorn*"),
        deviates={"*:waitress": {"headers.host": "a, b"}},
    ),
    Case(
        "repeated-host-the-same",
        "URL-011",
        malformed("the-same-host-twice"),
        {"headers": {"host": "h,h"}, "host": None, "url": "/"},
        refused_by=(*H11, "*:gunicorn*"),
        deviates={"*:waitress": {"headers.host": "h, h"}},
    ),
    Case(
        "repeated-content-type",
        "HDR-008",
        get(b"/", b"Content-Type: a/a", b"Content-Type: b/b"),
        {"headers": {**H, "content-type": "a/a,b/b"}},
        refused_by=("*:gunicorn*",),
        deviates={
            "*:waitress": {"headers.content-type": "a/a, b/b"},
            "*:runserver": {"headers.content-type": "a/a"},
            "*:werkzeug": {"headers.content-type": "b/b"},
        },
    ),
]
