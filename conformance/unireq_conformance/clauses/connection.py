"""CLI: the clauses about the connection and the method."""

from __future__ import annotations

from unireq_conformance.clause import Expectation, Found, Rows, clause
from unireq_conformance.clauses.drawing import (
    about_nothing,
    checked_inside,
    inside,
    one_of,
    plain,
    says,
    with_lines,
)
from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import Seen

clause(
    "CLI-001 Client",
    "`client` is `(host, port)` of the peer, as the server reports it after applying its own proxy"
    " policy. `host` is a `str` without brackets.",
    strategy=about_nothing,
)(says("client.host", lambda _: "127.0.0.1"))

_no_port = inside("CLI-002")


@clause(
    "CLI-002 Port",
    "`client.port` is an `int` from 1 to 65535, or `None` if it is unknown. 0 counts as unknown.",
    strategy=about_nothing,
)
def _port(sent: AbstractRequest, seen: Seen) -> Found:
    yield Expectation("client.port", seen.source_port, seen.at("client.port"))
    yield from _no_port(sent, seen)


clause(
    "CLI-003 No client",
    "`client` is `None` on a Unix socket, and if the server knows no peer.",
    strategy=about_nothing,
    capability="UNIX_SOCKET",
)(says("client", lambda _: None))

checked_inside(
    "CLI-004 Only addresses",
    "`host` is an IP address, without brackets or port. A port that stands with the address"
    " becomes `port`. A test client's own name (`testclient`) passes unchanged. Anything else"
    " (`unknown`, `_hidden`, the name of a socket) is no client. If a proxy names the address and"
    " the port is the proxy's own, `port` is `None`.",
    why="Servers and middleware copy what proxies write.",
    source="RFC 7239 6",
)


clause(
    "CLI-005 Scheme",
    "`scheme` is `http`, `https`, `ws` or `wss`, in lower case, as the server reports it after"
    " applying its own proxy policy. An Upgrade field does not make a websocket of a request that"
    " opens none.",
    source="RFC 6455 4.1",
    strategy=one_of(
        AbstractRequest(),
        plain(("Connection", b"Upgrade"), ("Upgrade", b"websocket"), method="POST"),
    ),
)(says("scheme", lambda sent: sent.scheme))


def _methods(*methods: str) -> Rows:
    return (AbstractRequest(method=method) for method in methods)


clause(
    "CLI-006 Method",
    "`method` is the method in upper case. For a websocket it is `GET`.",
    source="RFC 9110 9.1, RFC 6455 4.1",
    may_refuse=True,
    strategy=one_of(*_methods("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "Post")),
    always=(
        *_methods("TRACE", "QUERY", "PROPFIND", "M-SEARCH", "A!#$%&'*+-.^`|~9"),
        plain(("X-HTTP-Method-Override", b"DELETE"), method="POST"),
    ),
)(says("method", lambda sent: sent.method.upper()))

clause(
    "CLI-007 Version",
    "`http_version` is `1.0`, `1.1`, `2` or `3`.",
    source="RFC 9110 2.5",
    may_refuse=True,
    strategy=one_of(*(AbstractRequest(version=version) for version in ("1.1", "1.0"))),
)(says("http_version", lambda sent: sent.version))


@clause(
    "CLI-008 Untrusted forwarded fields",
    "`X-Forwarded-*` and `Forwarded` change `client`, `scheme` and `host` only if the server or"
    " the framework is configured to trust them.",
    strategy=with_lines(
        (("X-Forwarded-For", b"9.9.9.9"),),
        (("X-Forwarded-Proto", b"https"),),
        (("X-Forwarded-Host", b"evil.example"),),
        (("Forwarded", b"for=9.9.9.9;proto=https;host=evil.example"),),
    ),
    always=(
        plain(("X-Forwarded-For", b"6.6.6.6, 7.7.7.7")),
        plain(("X-Forwarded-For", b"unknown")),
        plain(("X-Forwarded-Proto", b"http")),
        plain(("X-Forwarded-Ssl", b"on")),
        plain(("X-Forwarded-Protocol", b"ssl")),
        plain(("X-Forwarded-Port", b"81")),
        plain(("X-Real-IP", b"6.6.6.6")),
    ),
)
def _forwarded(sent: AbstractRequest, seen: Seen) -> Found:
    yield Expectation("client.host", "127.0.0.1", seen.at("client.host"))
    yield Expectation("scheme", sent.scheme, seen.facts["scheme"])
    yield Expectation("host", sent.host, seen.facts["host"])
