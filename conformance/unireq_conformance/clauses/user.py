"""USR and CUR: the clauses about the user, the session, and our request in native views."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from unireq_conformance.clause import Expectation, Found, Rows, clause
from unireq_conformance.clauses.drawing import (
    checked_inside,
    literal,
    one_parameter,
    plain,
    with_lines,
)
from unireq_conformance.clauses.responding import asking, handled, in_async_code
from unireq_conformance.model import AbstractRequest
from unireq_conformance.response import AbstractResponse, told
from unireq_conformance.seen import Seen
from unireq_conformance.strategies import requests

checked_inside(
    "USR-001 Username",
    "`username` is the name of the user that the framework's authentication has verified, or"
    ' `None`. It comes from: Starlette `scope["user"]`, Django `request.user`, Flask Flask-Login,'
    " WSGI `REMOTE_USER`, Sanic the hook.",
    capability="LOGIN",
)

checked_inside(
    "USR-002 Never from an unverified field",
    "A header field that the client sends (Authorization, Remote-User) never sets `username`.",
    strategy=with_lines(
        (("Authorization", b"Basic YWRtaW46YWRtaW4="),),
        (("Remote-User", b"admin"),),
        (("X-Remote-User", b"admin"), ("X-Forwarded-User", b"admin")),
    ),
)

checked_inside(
    "USR-003 Replaceable",
    "The functions set by `set_username_getter` are called before the framework is asked, the last"
    " one first. A function that returns `None` leaves it to the next one, and finally to the"
    ' framework. `""` means that there is no user. `ausername()` awaits async functions.',
)

checked_inside(
    "USR-004 No accidental look-up",
    "`repr`, `diff`, `to_dict`, `pickle` and `copy` do not look up the user.",
    why="The look-up may need a database.",
)

checked_inside(
    "USR-005 Username of a copy",
    "`detach` and `adetach` look up the user, and the copy has the name, as have its own copies."
    " With `username=False` they don't. No other copy of a native request has a username.",
    why="A worker of a queue can't ask the framework who was logged in.",
)

_HASHES = (
    ("abc", "abc"),
    ("A-Z_0.9~", "A-Z_0.9~"),
    ("x" * 128, "x" * 128),
    ("x" * 129, None),
    ("a b", None),
    ("a/b", None),
    ("<script>", None),
)


def _sent_hashes() -> st.SearchStrategy[AbstractRequest]:
    by_field = [plain(("X-Session-Hash", text.encode())) for text, _ in _HASHES]
    by_query = [plain(query=one_parameter("session_hash", text)) for text, _ in _HASHES[:4]]
    second = one_parameter("session_hash", "second")
    both = [plain(("X-Session-Hash", each), query=second) for each in (b"first", b"")]
    return st.one_of(*map(st.sampled_from, (by_field, by_query)), *map(st.just, both))


@clause(
    "USR-010 Session hash",
    "`session_hash` is the field `x-session-hash` if it is present and not empty, else the query"
    " parameter `session_hash`. If that is not 1 to 128 characters of `A-Z a-z 0-9 - . _ ~`, it is"
    " `None`. The client chooses it, and it grants nothing.",
    source="RFC 3986 2.3",
    strategy=_sent_hashes,
)
def _session_hash(sent: AbstractRequest, seen: Seen) -> Found:
    by_field = sent.fields[0].text if sent.fields else ""
    given = by_field or sent.expected_query_params.get("session_hash")
    plausible = {"first": "first", "second": "second", **dict(_HASHES)}
    yield Expectation("session_hash", plausible.get(given or ""), seen.derived["session_hash"])


def _at(path: str) -> st.SearchStrategy[AbstractRequest]:
    """Requests of every kind for `path`."""
    return requests().map(lambda drawn: replace(drawn, path=literal(path), slashes=1))


def _current(_: AbstractRequest, seen: Seen) -> Found:
    yield Expectation("current_request()", seen.facts, seen.current)


def _injected(_: AbstractRequest, seen: Seen) -> Found:
    yield Expectation("injected", seen.facts, seen.injected)


clause(
    "CUR-001 The current request",
    "Below the adapter's middleware, `current_request()` has the facts of the request that is being"
    " handled.",
    why="Code that nobody passes a request to, such as a logger, needs it too.",
    strategy=lambda: _at("current"),
    capability="CURRENT",
)(_current)

clause(
    "CUR-002 Injected",
    "`inject` gives a native view a request with the facts of the native request.",
    strategy=lambda: _at("injected"),
    capability="INJECT",
)(_injected)


_OURS = AbstractResponse.text("the handler's own")
_CURRENT = asking(replace(_OURS, instruction=told("current", "")))


@handled(
    "CUR-003 Current in a handler",
    "In a handler, `current_request()` gives the handler's own request, without any middleware.",
)
def _current_in_a_handler() -> Rows:
    yield _CURRENT
    yield in_async_code(_CURRENT)
