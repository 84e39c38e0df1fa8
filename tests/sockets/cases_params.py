"""Path parameters: the router's values and types, text decoded exactly once."""

from __future__ import annotations

from uuid import UUID

from sockets.case import Case, Values, each, get

# Bare ASGI and WSGI have no router; Django has no float.
NO_ROUTER: dict[str, Values] = {"asgi:*": {"path_params": {}}, "wsgi:*": {"path_params": {}}}
NO_FLOAT: dict[str, Values] = {**NO_ROUTER, "django-*": {"path_params": {}}}
# Django has no mounts, and Sanic's blueprints are no applications of their own.
MOUNTED: dict[str, Values] = {
    **NO_ROUTER,
    "django-*": {"path_params": {}, "root_path": ""},
    "sanic:*": {"root_path": ""},
}
# Who finds the route although the target begins with two slashes: the server or Flask
# collapses them.
COLLAPSING = ("django-wsgi:waitress", "django-wsgi:runserver", "flask:*")
UUID_TEXT = b"123e4567-e89b-12d3-a456-426614174000"


def parameter(case: str, kind: bytes, sent: bytes, *values: object, **decided: object) -> Case:
    """A case with one value of the type `kind`; without `values` no router takes it.

    `decided` names frameworks that find something else: the value, or None for nothing.
    """
    own: dict[str, Values] = dict(NO_FLOAT if kind == b"float" else NO_ROUTER)
    for framework, value in decided.items():
        found = {} if value is None else {"value": value}
        own[framework.replace("_", "-") + "*"] = {"path_params": found}
    return Case(
        f"{kind.decode()}-{case}",
        "PTH-010" if kind in (b"int", b"float", b"uuid") else "PTH-010 PTH-011",
        get(b"/params/" + kind + b"/" + sent),
        {
            "path_params": {"value": values[0]} if values else {},
            "raw_path": b"/params/" + kind + b"/" + sent,
        },
        decided=own,
    )


CASES = [
    parameter("plain", b"int", b"42", 42),
    parameter("zeros", b"int", b"007", 7),
    parameter("escaped", b"int", b"%34%32", 42, sanic=None),
    parameter("negative", b"int", b"-5", sanic=-5),
    parameter("text", b"int", b"4x"),
    parameter("thai-digits", b"int", b"%E0%B9%91", flask=1),
    parameter("big", b"int", b"9" * 30, int("9" * 30)),
    parameter("plain", b"str", b"hello", "hello"),
    parameter("digits", b"str", b"42", "42"),
    parameter("space", b"str", b"a%20b", "a b"),
    parameter("plus", b"str", b"a+b", "a+b"),
    parameter("utf-8", b"str", b"caf%C3%A9", "caf\u00e9"),
    parameter("percent", b"str", b"100%25", "100%"),
    parameter("twice-escaped", b"str", b"%2541", "%41"),
    parameter("three-times-escaped", b"str", b"%252541", "%2541"),
    parameter("escaped-percents-only", b"str", b"%2525", "%25"),
    parameter("broken-escape", b"str", b"%zz", "%zz"),
    parameter("punctuation", b"str", b"a;b=c,d:e@f!$&'()*~", "a;b=c,d:e@f!$&'()*~"),
    parameter("escaped-punctuation", b"str", b"%3Fa%23b%26", "?a#b&"),
    parameter("dots", b"str", b"..", ".."),
    parameter("escaped-slash", b"str", b"a%2Fb", sanic="a/b"),
    parameter("empty", b"str", b""),
    parameter("two-segments", b"str", b"a/b"),
    parameter("same-as-the-prefix", b"str", b"str", "str"),
    parameter("plain", b"path", b"a/b/c", "a/b/c"),
    parameter("escaped", b"path", b"a%20b/caf%C3%A9", "a b/caf\u00e9"),
    parameter("escaped-slash", b"path", b"a%2Fb/c", "a/b/c"),
    parameter("twice-escaped", b"path", b"a/%2541/b", "a/%41/b"),
    parameter("dot-segments", b"path", b"a/../b/.", "a/../b/."),
    parameter("slashes-inside", b"path", b"a//b", "a//b"),
    parameter("trailing-slash", b"path", b"a/b/", "a/b/"),
    parameter("plain", b"uuid", UUID_TEXT, UUID(UUID_TEXT.decode())),
    parameter("upper-case", b"uuid", UUID_TEXT.upper(), UUID(UUID_TEXT.decode()), django=None),
    parameter("text", b"uuid", b"123e4567"),
    parameter("plain", b"float", b"1.5", 1.5),
    parameter("whole", b"float", b"2.0", 2.0),
    parameter("no-point", b"float", b"2", 2.0, flask=None),
    parameter("nan", b"float", b"nan", sanic=float("nan")),
    parameter("negative", b"float", b"-1.5", sanic=-1.5),
    Case(
        "mounted-int",
        "PTH-008 PTH-010",
        get(b"/mounted/params/int/42"),
        {"path": "/mounted/params/int/42", "path_params": {"value": 42}, "root_path": "/mounted"},
        decided=MOUNTED,
    ),
    Case(
        "mounted-str",
        "PTH-008 PTH-011",
        get(b"/mounted/params/str/%2541%20caf%C3%A9"),
        {
            "path": "/mounted/params/str/%41 caf\u00e9",
            "path_params": {"value": "%41 caf\u00e9"},
            "root_path": "/mounted",
        },
        decided=MOUNTED,
    ),
    Case(
        "mounted-path",
        "PTH-008 PTH-011",
        get(b"/mounted/params/path/a/%2541//b"),
        {
            "path": "/mounted/params/path/a/%41//b",
            "path_params": {"value": "a/%41//b"},
            "root_path": "/mounted",
        },
        decided=MOUNTED,
    ),
    Case(
        "after-leading-slashes",
        "PTH-003 PTH-010",
        get(b"//params/str/a"),
        {"path": "/params/str/a", "raw_path": None},
        deviates={"*:werkzeug": {"raw_path": b"/params/str/a"}},
        decided=each(COLLAPSING, {"path_params": {"value": "a"}}),
    ),
    Case(
        "str-invalid-utf-8",
        "PTH-011",
        get(b"/params/str/%ff"),
        {"path": "/params/str/\ufffd", "path_params": {"value": "\ufffd"}},
        deviates={
            "django-wsgi:*": {"path_params": {"value": "%FF"}},
            "django-wsgi:runserver": {"path": "/params/str/%FF"},
        },
        decided=NO_ROUTER,
    ),
]
