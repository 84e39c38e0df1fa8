"""API and SER: the clauses about the Python object and its data, checked inside the app."""

from __future__ import annotations

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.contents import Done, of_content, post
from unireq_conformance.clauses.drawing import checked_inside, plain
from unireq_conformance.content import error, octets
from unireq_conformance.strategies import requests

checked_inside(
    "API-001 Detection",
    "`from_native` accepts the framework's request, its subclasses, its proxies, a scope, an"
    " environ, an object with one of these as `.scope` or `.environ`, and a `unireq.Request`,"
    " which it returns as it is.",
)

checked_inside(
    "API-002 Nothing else",
    "Anything else raises `UnknownNative`. Its message names the type, the adapters and what to"
    " do. If a scope or an environ made by hand is wrong, it also names the key.",
)

checked_inside(
    "API-003 No imports", "Detection imports no framework, and no adapter except the one it needs."
)

checked_inside(
    "API-004 Live and cached",
    "Scalars, `path_params`, `root_path` and `username` are read at each access. `headers`,"
    " `cookies` and `query_params` are built once for each view.",
    strategy=requests,
)

checked_inside(
    "API-005 Read-only",
    "`Request` has no public setter. Every mutating method of `headers`, `cookies` and"
    " `query_params` raises a `TypeError` that says what to use instead.",
    strategy=requests,
)

checked_inside("API-006 Identity", "Requests compare and hash by identity.")

checked_inside(
    "API-007 Redaction",
    "The `repr` of a request, `headers`, `cookies`, `query_params`, `url` or a `diff`, and every"
    " error message, shows names. It hides the values of cookies, of query parameters, and of"
    " fields whose name or form suggests credentials, and the userinfo and query of any URL.",
    strategy=requests,
)

checked_inside(
    "API-008 Other names",
    "Reading another framework's name (`GET`, `args`, `META`, ...) raises an `AttributeError` that"
    " gives our name. If there is none (`session`), it says what each framework has. A name that is"
    " a mapping there and a method here (`form`, `json`) says so when it is used as a mapping.",
)

checked_inside(
    "API-009 No foreign errors",
    "No call of the neutral API raises an error of the framework.",
    strategy=requests,
)

checked_inside(
    "API-010 No framework parser",
    "All metadata can be read with the framework's own parsers for headers, cookies, queries and"
    " URLs removed. What these parsers have parsed and kept has no effect.",
    strategy=requests,
    always=(plain(("Cookie", b"a=1;;b")),),
)

checked_inside(
    "API-011 Native",
    "`native` is the framework's own object, or `None` if the request is detached.",
)

checked_inside(
    "API-012 State",
    "`state` is a mutable dict that all requests of one native request share, also if the scope or"
    " the environ is copied after it was made. It is not the framework's own. A detached copy has"
    " an empty one; `to_dict` and `diff` ignore it.",
    why="A middleware, a library and a view hand each other what they know of a request, without"
    " knowing the framework.",
)


checked_inside(
    "SER-001 Facts",
    "`to_dict()` returns the facts as JSON-able data, with the version of the form under `unireq`."
    " `from_dict` of that data gives a request for which `diff` is `{}`.",
    strategy=requests,
    always=(plain(("X-Session-Hash", b"abc")),),
)

checked_inside(
    "SER-002 Types of path parameters",
    "`str`, `int`, `float`, `bool`, `UUID`, `date`, `datetime` and `Decimal` keep their type. Any"
    " other type raises a `TypeError` that names the parameter.",
)

checked_inside(
    "SER-003 Checked",
    "`from_dict` of anything else raises a `TypeError` or `ValueError` that says where.",
)

checked_inside(
    "SER-004 Copies",
    "`pickle`, `copy`, `deepcopy` and `replace` give a detached request and leave the original"
    " unchanged.",
    strategy=requests,
)

checked_inside(
    "SER-005 Difference",
    "`diff(a, b)` is `{}` if and only if the normal forms are equal. Otherwise it is `{field:"
    " (a's, b's)}`.",
    strategy=requests,
)

_READ = ("read", octets(b"hello"))
_DETACHED = ("detach", octets(b"hello"))
_WITHOUT = ("copies", error("BodyNotRead"))
_LEFT_ALONE: Done = ("leave", {})


@of_content(
    "SER-006 Body of a copy",
    "The copy that `detach` or `adetach` makes has the body, as have its own copies. With"
    " `body=False` nothing is read, and a body that is gone is no error. No other copy of a native"
    " request has a body, whoever has read the body before.",
    why="Frameworks differ in when they read the body. A copy that holds it on some of them only"
    " loses it in a queue.",
)
def _body_of_a_copy() -> Rows:
    for steps in (
        (_DETACHED, _READ, _DETACHED),
        (_READ, _DETACHED),
        (_WITHOUT, _READ, _WITHOUT),
        (_LEFT_ALONE, _READ),
        (("stream", octets(b"hello")), _LEFT_ALONE, ("detach", error("BodyConsumed"))),
    ):
        yield post(b"hello", None, *steps)
