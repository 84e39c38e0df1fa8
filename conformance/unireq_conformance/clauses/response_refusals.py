"""RSP-017 to 019: the clauses about what no handler can answer."""

from __future__ import annotations

import json
from typing import Any, Final

from unireq_conformance.clauses.responding import Answers, answered
from unireq_conformance.response import INJECTED, AbstractResponse, told
from unireq_conformance.response_strategies import DATES


def refused(**changed: Any) -> AbstractResponse:
    """A response that can't be made, for what is `changed` of one that can."""
    given = json.loads(AbstractResponse.made("x").instruction)["response"]
    return failing("response", {**given, **changed})


def failing(what: str, argument: Any) -> AbstractResponse:
    """A response that can't be made of what is told."""
    return AbstractResponse.exception(told(what, argument))


def _cookie_of(**changed: Any) -> AbstractResponse:
    return refused(cookies=[{"name": "a", "value": "1", **changed}])


_ENDS: Final = ("\r\n", "\n", "\r", "\0")
EVIL: Final = (*(f"1{end}{INJECTED}: 1" for end in _ENDS), f"1\r\n\r\n{INJECTED}")
_CONTROLS: Final = ("\x0b", "\x1b", "\x7f")


@answered(
    "RSP-017 Injection",
    "Anything that would begin another field, attribute or response is refused with an exception,"
    " and none of it is sent: CR, LF, NUL and other control characters in the name or value of a"
    " field, in the media type, in a cookie's name, value, path or domain, or in the URL of a"
    " redirect; `;` in a cookie's path or domain.",
    why="Some frameworks refuse some of these, some strip them, some send them.",
    source="RFC 9110 5.5, RFC 6265bis 4.1.1",
)
def _injection() -> Answers:
    for evil in (*EVIL, *_CONTROLS):
        yield refused(headers=[["X", f"{evil}"]])
    for evil in EVIL:
        yield refused(headers=[[f"X: {evil}", "1"]])
    for evil in EVIL[:2]:
        yield refused(added=[["X", evil]])
    for evil in EVIL[:2]:
        yield refused(media_type=f"text/{evil}")
    for evil in (*EVIL, "\x1f", "\x7f", "\x85"):
        yield _cookie_of(value=evil)
    for evil in EVIL:
        yield _cookie_of(name=f"a{evil}")
    for evil in (*EVIL[:4], f"; {INJECTED}"):
        yield _cookie_of(path=f"/{evil}")
    for evil in (*EVIL[:4], f"; {INJECTED}"):
        yield _cookie_of(domain=f"a{evil}")
    for evil in (*EVIL, "\t", "\x7f"):
        yield failing("made", {"maker": "redirect", "argument": f"/{evil}", "given": {}})
    yield failing("changed", {"headers": [["X", "1"]], "set": [["X", f"2\r\n{INJECTED}: 1"]]})


@answered(
    "RSP-018 Invalid responses",
    "An invalid response is refused with an exception: a name that is not a token, a value beyond"
    " ASCII, a field that is the server's to send, a status outside 200 to 599, content with a"
    " status that has none, a cookie that user agents drop, a redirect without a redirect status, a"
    " result of another type, or a value that JSON or UTF-8 does not have.",
    why="Each framework would send something different.",
    source="RFC 9110 5.1, 5.5, 7.6.1, 15",
)
def _invalid_responses() -> Answers:
    for name in ("", "a b", "a:", "a(b)", "é", "X\t"):
        yield refused(headers=[[name, "1"]])
    for value in ("é", "\x80", "\u20ac"):
        yield refused(headers=[["X", value]])
    for name, value in (
        *(("Content-Length", "1"), ("transfer-encoding", "chunked")),
        *(("Connection", "close"), ("KEEP-ALIVE", "timeout=5"), ("Trailer", "x")),
        *(("Date", DATES[0][1]), ("Server", "x"), ("Upgrade", "h2c"), ("TE", "x")),
    ):
        yield refused(headers=[[name, value]])
    for status in (0, 99, 100, 101, 199, 600, 999, -200, True, "200", None, 200.0):
        yield refused(status=status)
    for empty in (204, 205, 304):
        yield refused(status=empty, content="x")
    for name in ("", "a b", "a=b", "é", '"a"'):
        yield _cookie_of(name=name)
    for value in ("none", "None", "other", ""):
        yield _cookie_of(samesite=value)
    for path in ("", "a", "/é"):
        yield _cookie_of(path=path)
    for domain in ("", "a b", "é.example", "a,b"):
        yield _cookie_of(domain=domain)
    for name in ("__Secure-a", "__Host-a", "__host-a"):
        yield _cookie_of(name=name)
    yield _cookie_of(name="__Host-a", secure=True, path="/p")
    yield _cookie_of(name="__Host-a", secure=True, domain="example.org")
    yield _cookie_of(partitioned=True)
    yield _cookie_of(max_age="1")
    yield _cookie_of(max_age=True)
    yield _cookie_of(value="v" * 4096)
    for status in (200, 300, 304, 400):
        given = {"status": status}
        yield failing("made", {"maker": "redirect", "argument": "/", "given": given})
    for kind in (
        *("int", "True", "tuple", "set", "float", "NaN", "Infinity", "class"),
        *("object in a list", "lone surrogate"),
    ):
        yield failing("wrong", kind)


@answered(
    "RSP-019 Exceptions",
    "An exception of a handler that is not a `RequestError` is left to the framework. By default,"
    " the client gets status 500.",
)
def _exceptions() -> Answers:
    return (failing("raise", kind) for kind in ("Exception", "ValueError"))
