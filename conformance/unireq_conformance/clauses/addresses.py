"""URL and CLI: the clauses about the URL, the host, the connection and the method."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from unireq_conformance.clause import Expectation, Found, Rows, clause
from unireq_conformance.clauses.drawing import (
    about_nothing,
    about_path,
    about_query,
    checked_inside,
    inside,
    literal,
    one_of,
    one_parameter,
    plain,
    says,
    with_lines,
)
from unireq_conformance.model import AbstractRequest, Piece
from unireq_conformance.seen import Seen
from unireq_conformance.strategies import requests


def _asked_of(host: str) -> AbstractRequest:
    return replace(_asked("a", "b", "1"), host=host)


def _plain_url(sent: AbstractRequest) -> str:
    return f"{sent.expected_origin}{sent.sent_path.decode()}"


def _asked(path: str, name: str, value: str) -> AbstractRequest:
    return AbstractRequest(path=literal(path), query=one_parameter(name, value))


checked_inside(
    "URL-001 A string with parts",
    "`url` is a `str` of ASCII characters only. It has `scheme`, `netloc`, `path`, `query`,"
    " `hostname`, `port` and `with_(...)`.",
    strategy=requests,
)


@clause(
    "URL-002 Built by the core",
    "`url` is `scheme://host`, then `raw_path` (or the quoted `path`, if `raw_path` is `None`),"
    " then `?` and the query, if there is one.",
    strategy=lambda: st.tuples(about_path(), about_query()).map(
        lambda drawn: AbstractRequest(path=drawn[0].path, query=drawn[1].query)
    ),
    always=(
        AbstractRequest(path=(Piece("é+//../", b"%c3%a9+//../"),), query=one_parameter("a", "1")),
        AbstractRequest(path=(Piece("\ufffd%41", b"%FF%2541"),)),
        AbstractRequest(path=literal("http://other.example/a")),
    ),
)
def _built_by_the_core(sent: AbstractRequest, seen: Seen) -> Found:
    if sent.expected_raw_path is not None:
        query = f"?{sent.expected_query_string}" if sent.expected_query_string else ""
        url = f"{_plain_url(sent)}{query}"
        yield Expectation("url", url, seen.derived["url"])


_QUOTED = {
    b"caf%c3%a9": ("café", "/caf%C3%A9"),
    b"a%20b": ("a b", "/a%20b"),
    b"!$&'()*+,;=:@~-._": ("!$&'()*+,;=:@~-._", "/!$&'()*+,;=:@~-._"),
    b"%22%3C%3E%5C%5E%60%7B%7C%7D": ('"<>\\^`{|}', "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
    b"%3F%23%25%5B%5D": ("?#%[]", "/%3F%23%25%5B%5D"),
    b"%FF": ("\ufffd", "/%EF%BF%BD"),
}

clause(
    "URL-003 Quoting set",
    "In a quoted path, letters, digits and ``-._~/!$&'()*+,;=:@`` stand for themselves. Every"
    " other character becomes the upper-case percent-escapes of its UTF-8 bytes.",
    source="RFC 3986 3.3",
    strategy=one_of(
        *(plain(path=(Piece(text, sent),), slashes=2) for sent, (text, _) in _QUOTED.items())
    ),
)(says("url", lambda sent: sent.expected_origin + _QUOTED[sent.path[0].octets][1]))

clause(
    "URL-004 As sent where a URI allows it",
    "In `raw_path` and the query, only bytes that a URI does not allow there are escaped: up to"
    " 0x20, `#`, and 0x7F to 0xFF. Everything else stays as sent.",
    why="Signatures are computed over these bytes, and a `#` would begin a fragment.",
    source="RFC 3986 2, 3.5",
    strategy=one_of(
        _asked("a|b{c}", "q", "[x]|^"),
        AbstractRequest(path=(Piece("é", b"%c3%a9"),), query=one_parameter("a", "%zz")),
        _asked("~!$&'()*+,;=:@", "a", "/?:@"),
    ),
    always=(_asked("a", "a", "!$'()*,@-._~|^`{}\\"),),
)(says("url", lambda sent: f"{_plain_url(sent)}?{sent.expected_query_string}"))

clause(
    "URL-005 Other forms of the target",
    "A path that does not begin with `/` is never appended to the authority. `*` and CONNECT give"
    " the origin alone. A path in absolute form gives its path part. Anything else gives an empty"
    " `url`. A server may refuse the request.",
    source="RFC 9112 3.2",
    may_refuse=True,
    strategy=one_of(AbstractRequest(method="OPTIONS", slashes=0, path=literal("*"))),
)(says("url", lambda sent: sent.expected_origin))

clause(
    "URL-006 Without a host",
    "Without a valid host, `url` is the relative reference. A server may refuse the request.",
    source="RFC 3986 4.2",
    may_refuse=True,
    strategy=one_of(*map(_asked_of, ("a b", "user@h", "h:port", "[::1", "h:99999"))),
)(says("url", lambda _: "/a?b=1"))

_HOSTS = (
    *("example.org", "EXAMPLE.org", "example.org:8080", "127.0.0.1:80", "[::1]", "[::1]:8080"),
    *("h", "example.org.", "xn--caf-dma.example.org:65535"),
)
_BAD_HOSTS = (
    *("", "a b", "user@h", "h:port", "[::1", "h:65536", "h/x", "a,b", "h?", ":80"),
    *("h#x", "h\\x", "::1", "h%zz", '"h"'),
)


clause(
    "URL-010 Host",
    '`host` is the Host field, including the port, if it has the form `uri-host [":" port]` with a'
    " host that is not empty and a port up to 65535. Otherwise it is `None`. A server may refuse a"
    " request with any other Host.",
    source="RFC 9110 7.2, RFC 3986 3.2.2",
    may_refuse=True,
    strategy=one_of(*(AbstractRequest(host=host) for host in _HOSTS + _BAD_HOSTS)),
    always=tuple(AbstractRequest(host=host) for host in _HOSTS + _BAD_HOSTS),
)(says("host", lambda sent: None if sent.host in _BAD_HOSTS else sent.host))

clause(
    "URL-011 No host if Host is repeated",
    "If Host is repeated, `host` is `None`. A server may refuse the request.",
    why="Two readers that trust different Host fields are a security hole.",
    source="RFC 9112 3.2",
    may_refuse=True,
    strategy=one_of(AbstractRequest(host="a\r\nHost: b")),
)(says("host", lambda _: None))

clause(
    "URL-012 Absolute form",
    "If the server passes on a target in absolute form, its authority replaces Host.",
    source="RFC 9112 3.2.2",
    may_refuse=True,
    strategy=one_of(AbstractRequest(slashes=0, path=literal("http://other.example/a"))),
)(says("host", lambda _: "other.example"))

clause(
    "URL-013 The framework's hosts",
    "If the framework has a list of allowed hosts (Django's ALLOWED_HOSTS), `host` is `None` for"
    " any other host.",
    strategy=one_of(AbstractRequest(host="refused.example")),
    capability="ALLOWED_HOSTS",
)(says("host", lambda _: None))


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
        plain(), plain(("Connection", b"Upgrade"), ("Upgrade", b"websocket"), method="POST")
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
