"""SER: the clauses about facts as data. They are checked inside the app: see `inside`."""

from __future__ import annotations

from unireq_conformance.clause import clause
from unireq_conformance.clauses.contents import Done, as_expected, post, table
from unireq_conformance.clauses.drawing import about_nothing, inside, plain
from unireq_conformance.content import error, octets
from unireq_conformance.strategies import requests

clause(
    "SER-001",
    "Facts",
    "`to_dict()` returns the facts as JSON-able data, with the version of the form under `unireq`."
    " `from_dict` of that data gives a request for which `diff` is `{}`.",
    strategy=requests,
    always=(plain(("X-Session-Hash", b"abc")),),
)(inside("SER-001"))

clause(
    "SER-002",
    "Types of path parameters",
    "`str`, `int`, `float`, `bool`, `UUID`, `date`, `datetime` and `Decimal` keep their type. Any"
    " other type raises a `TypeError` that names the parameter.",
    strategy=about_nothing,
)(inside("SER-002"))

clause(
    "SER-003",
    "Checked",
    "`from_dict` of anything else raises a `TypeError` or `ValueError` that says where.",
    strategy=about_nothing,
)(inside("SER-003"))

clause(
    "SER-004",
    "Copies",
    "`pickle`, `copy`, `deepcopy` and `replace` give a detached request and leave the original"
    " unchanged.",
    strategy=requests,
)(inside("SER-004"))

clause(
    "SER-005",
    "Difference",
    "`diff(a, b)` is `{}` if and only if the normal forms are equal. Otherwise it is `{field:"
    " (a's, b's)}`.",
    strategy=requests,
)(inside("SER-005"))

_READ = ("read", octets(b"hello"))
_DETACHED = ("detach", octets(b"hello"))
_WITHOUT = ("copies", error("BodyNotRead"))
_LEFT_ALONE: Done = ("leave", {})

clause(
    "SER-006",
    "Body of a copy",
    "The copy that `detach` or `adetach` makes has the body, as have its own copies. With"
    " `body=False` nothing is read, and a body that is gone is no error. No other copy of a native"
    " request has a body, whoever has read the body before.",
    why="Frameworks differ in when they read the body. A copy that holds it on some of them only"
    " loses it in a queue.",
    **table(
        post(b"hello", None, *steps)
        for steps in (
            (_DETACHED, _READ, _DETACHED),
            (_READ, _DETACHED),
            (_WITHOUT, _READ, _WITHOUT),
            (_LEFT_ALONE, _READ),
            (("stream", octets(b"hello")), _LEFT_ALONE, ("detach", error("BodyConsumed"))),
        )
    ),
)(as_expected)
