"""PTH: the clauses about the path, and about path parameters."""

from __future__ import annotations

import re
from typing import Final

from hypothesis import strategies as st

from unireq_conformance.clause import Expectation, Found, Rows, clause
from unireq_conformance.clauses.drawing import about_path, literal, one_of, one_parameter, says
from unireq_conformance.model import AbstractRequest, Piece, text_of
from unireq_conformance.seen import Seen
from unireq_conformance.strategies import requests


def _path(sent: AbstractRequest, seen: Seen) -> Found:
    yield Expectation("path", sent.expected_path, seen.facts["path"])


def _raw(sent: AbstractRequest, seen: Seen) -> Found:
    expected = sent.expected_raw_path
    text = None if expected is None else expected.decode("latin-1")
    yield Expectation("raw_path", text, seen.facts["raw_path"])


def _at(text: str, sent: bytes, *, slashes: int = 1) -> AbstractRequest:
    return AbstractRequest(path=(Piece(text, sent),), slashes=slashes)


def _sent(*paths: str) -> Rows:
    return (AbstractRequest(path=literal(path)) for path in paths)


_PATHS = (
    _at("café/a b", b"caf%C3%A9/a%20b"),
    _at("%41", b"%2541"),
    _at("a\ufffd", b"a%FF"),
    _at("a+b/.//../c", b"a+b/.//../c"),
    _at("admin", b"admin", slashes=2),
    _at("http://other.example/a:80@b", b"http://other.example/a:80@b"),
    _at("a" * 4000, b"a" * 4000),
)

clause(
    "PTH-001 The routed path",
    "`path` is the whole path that the framework routes on, including the mount prefix.",
    why="A guard that reads a different path than the router is a security hole.",
    strategy=about_path,
    always=_PATHS,
)(_path)

clause(
    "PTH-002 Decoded once",
    "`path` is percent-decoded once, then decoded as UTF-8. Invalid bytes become U+FFFD.",
    strategy=one_of(
        _at("café", b"caf%C3%A9"),
        _at("a b", b"a%20b"),
        _at("%41", b"%2541"),
        _at("a/b", b"a%2Fb"),
        _at("a+b", b"a+b"),
        _at("%zz", b"%zz"),
        _at("a\ufffdb", b"a%FFb"),
    ),
    always=(
        _at("a\nb\r\0\x7f\t", b"a%0Ab%0D%00%7F%09"),
        _at("%A/%u00e9/%41", b"%%41/%u00e9/%4%31"),
        _at("\ufffd/\u2028/%25", b"%EF%BF%BD/%E2%80%A8/%2525"),
    ),
)(_path)

clause(
    "PTH-003 One leading slash",
    "Leading slashes are collapsed to one.",
    why="Flask routes `//admin` to `/admin`, and some servers collapse the slashes before that.",
    strategy=lambda: st.integers(1, 4).map(lambda n: _at("admin", b"admin", slashes=n)),
    always=(
        AbstractRequest(slashes=2),
        AbstractRequest(slashes=2, path=literal("a"), query=one_parameter("b", "//c")),
        _at("/admin", b"%2Fadmin"),
    ),
)(_path)

clause(
    "PTH-004 Dot segments stay",
    "`.` and `..` segments, and slashes inside the path, are not changed.",
    why="No framework removes them before routing.",
    strategy=one_of(*_sent("a/../b", "a/./b", "..", "a//b", "a/", "./a", "a/b//", "...")),
    always=(_at("a/.././b", b"a/%2e%2e/%2E/b"), _at("../../etc/passwd", b"../..%2fetc/passwd")),
)(_path)

clause(
    "PTH-005 Raw path",
    "`raw_path` is the path's bytes as sent, without scheme, authority and query. If decoding them"
    " does not give `path`, it is `None`.",
    why="Bytes that differ from the routed path mislead the code that reads them.",
    strategy=about_path,
    always=(
        *_PATHS,
        AbstractRequest(path=literal("a"), query=one_parameter("b", "1")),
        _at("/admin", b"%2Fadmin"),
        _at("a/~b", b"a%2F%7eb"),
    ),
)(_raw)


@clause(
    "PTH-006 Undecodable bytes",
    "If a framework shows a byte that is not UTF-8 as an escape (`%FF`), `path` has U+FFFD, and"
    " `raw_path` agrees with it.",
    strategy=one_of(_at("\ufffd", b"%FF"), _at("a\ufffd/%FF", b"a%FF/%25FF"), _at("%FF", b"%25FF")),
    always=(
        _at("\ufffd\ufffd\ufffd/\ufffd\ufffd/\ufffdx", b"%ED%A0%80/%C0%80/%F0%9F%8Dx"),
        _at("mounted/\ufffd/é", b"mounted/%ff/%C3%A9"),
    ),
)
def _undecodable(sent: AbstractRequest, seen: Seen) -> Found:
    yield from _path(sent, seen)
    yield from _raw(sent, seen)


@clause(
    "PTH-007 Mount prefix",
    '`root_path` is the framework\'s mount prefix, or `""` if there is none. A request for the'
    " prefix itself has the prefix as `path`, without a slash that was not sent.",
    strategy=one_of(*_sent("mounted/a", "mounted/", "mounted/caf", "mounted/a/b")),
    always=(
        AbstractRequest(path=literal("mounted/../a")),
        _at("mounted/a b", b"mounted/a%20b"),
        AbstractRequest(path=literal("mountedness")),
    ),
    capability="MOUNT",
)
def _mount_prefix(sent: AbstractRequest, seen: Seen) -> Found:
    yield from _path(sent, seen)
    mounted = sent.sent_path.startswith(b"/mounted/")
    yield Expectation("root_path", "/mounted" if mounted else "", seen.facts["root_path"])


@clause(
    "PTH-008 Before routing",
    "In a middleware before routing, every fact is the same as in the handler, except"
    " `path_params`, which is `{}`, `route` and `view_name`, which are `None`, and `root_path`,"
    " which grows with each mount.",
    strategy=requests,
    capability="EARLY",
)
def _before_routing(_: AbstractRequest, seen: Seen) -> Found:
    changing = ("path_params", "route", "view_name", "root_path")
    early = {name: value for name, value in seen.early.items() if name not in changing}
    late = {name: value for name, value in seen.facts.items() if name not in changing}
    yield Expectation("early", late, early)
    for name in ("route", "view_name"):
        yield Expectation(f"early.{name}", None, seen.early.get(name))


_UUID = "12345678-1234-5678-1234-567812345678"
_PARAMETERS = {
    "str/abc": "abc",
    "path/a/b/c": "a/b/c",
    "int/42": 42,
    f"uuid/{_UUID}": {"uuid": _UUID},
}


clause(
    "PTH-010 Path parameters",
    "`path_params` is a new `dict` of the parameters by name, with the values and types that the"
    " framework's router gives.",
    strategy=one_of(*_sent(*(f"params/{path}" for path in _PARAMETERS))),
    capability="PATH_PARAMS",
)(says("path_params", lambda sent: {"value": _PARAMETERS[text_of(sent.path)[len("params/") :]]}))


def _text(kind: str, text: str, sent: bytes) -> AbstractRequest:
    return AbstractRequest(path=(*literal(f"params/{kind}/"), Piece(text, sent)))


clause(
    "PTH-011 Text parameters",
    "Text in path parameters is percent-decoded exactly once.",
    why="Sanic leaves it encoded, and `%2525` must give `%25`.",
    strategy=one_of(
        _text("str", "a b", b"a%20b"),
        _text("str", "é", b"%C3%A9"),
        _text("str", "%25", b"%2525"),
        _text("str", "+", b"+"),
        _text("str", "%", b"%25"),
    ),
    always=(
        _text("str", "a b", b"a%20b"),
        _text("str", "?a#%zz", b"%3Fa%23%zz"),
        _text("path", "a/../%41//é", b"a/../%2541//%C3%A9"),
    ),
    capability="PATH_PARAMS",
)(says("path_params", lambda sent: {"value": sent.path[-1].text}))


_AT_PARAMETERS = one_of(
    *_sent(*(f"params/{path}" for path in (*_PARAMETERS, "str/{value}", "path/params/int/5")))
)

clause(
    "PTH-012 The route",
    "`route` is the template of the route that matched: the prefix of the deployment, then the"
    " prefixes of mounts and routers, then the path of the route, with the name of each parameter"
    " in braces, without converter or pattern. It is `None` before routing, if no route matched, or"
    " none for the method, and if the route is no template.",
    why="Metrics and traces are grouped by it: text of the client would make a group of each"
    " request.",
    strategy=_AT_PARAMETERS,
    capability="ROUTE",
)(says("route", lambda sent: f"/params/{text_of(sent.path).split('/')[1]}/{{value}}"))


_NAME: Final = re.compile(r"\w+(\.(\w+|<locals>|<lambda>))+")


@clause(
    "PTH-013 The view",
    "`view_name` is the name of the view that answers: of its module, a dot, and its qualified name"
    " there. Decorators, partials and the views of classes are seen through. It is `None` before"
    " routing, and where no view answers.",
    source="PEP 3155 (qualified names)",
    strategy=_AT_PARAMETERS,
    capability="ROUTE",
)
def _view_name(_: AbstractRequest, seen: Seen) -> Found:
    name = seen.facts.get("view_name")
    right = isinstance(name, str) and _NAME.fullmatch(name) is not None
    yield Expectation("view_name", name if right else "module.qualname of the view", name)
