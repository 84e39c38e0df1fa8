"""SER: the clauses about facts as data. They are checked inside the app: see `inside`."""

from __future__ import annotations

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.contents import Done, of_content, post
from unireq_conformance.clauses.drawing import checked_inside, plain
from unireq_conformance.content import error, octets
from unireq_conformance.strategies import requests

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
