"""Scheme, protocol version and client address of a connection, normalized.

Servers, gateways and proxies write the same value in several ways; they are normalized here, and
nowhere else.

Sources: RFC 9110 2.5 and 4.2, RFC 3986 3.2.2, RFC 7239 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final, NamedTuple

__all__ = [
    "CLIENT_FIELDS",
    "SCHEMES",
    "Address",
    "normalize_address",
    "normalize_http_version",
    "normalize_scheme",
    "remember",
]

_MOST_REMEMBERED = 256
_LONGEST_REMEMBERED = 100


def remember(known: set[str], text: str) -> None:
    """Add `text`, which has passed a costly check, to the cache `known`.

    The cache stays small: a client can invent any number of texts.
    """
    if len(text) <= _LONGEST_REMEMBERED:
        if len(known) >= _MOST_REMEMBERED:
            known.clear()
        known.add(text)


_VERSIONS = {
    "HTTP/1.1": "1.1",
    "HTTP/1.0": "1.0",
    "HTTP/0.9": "0.9",
    "HTTP/2": "2",
    "HTTP/2.0": "2",
    "HTTP/3": "3",
    "HTTP/3.0": "3",
    "HTTP/1": "1.0",
    "0.9": "0.9",
    "1": "1.0",
    "1.0": "1.0",
    "1.1": "1.1",
    "2": "2",
    "2.0": "2",
    "3": "3",
    "3.0": "3",
}


def normalize_http_version(said: object) -> str:
    """`"1.0"`, `"1.1"`, `"2"` or `"3"` for a server's spelling (`"HTTP/1.1"`, `"2.0"`, `"1"`).

    An unknown spelling gives `"1.1"`, the version that every recipient must understand.
    """
    return _VERSIONS.get(said, "1.1") if isinstance(said, str) else "1.1"


SCHEMES: Final = ("http", "https", "ws", "wss")


def normalize_scheme(*told: object) -> str:
    """The scheme: the first of `told` that is `http`, `https`, `ws` or `wss`, in lower case.

    Args:
        *told: Candidates, the most trusted first. They may be anything, because even a trusted
            proxy may pass on any value.

    Returns:
        The scheme; `"http"` if no candidate is valid.
    """
    for each in told:
        if isinstance(each, str) and each in SCHEMES:
            return each
        scheme = each.lower() if isinstance(each, str) else ""
        if scheme in SCHEMES:
            return scheme
    return "http"


CLIENT_FIELDS: Final[tuple[str, ...]] = (
    "x-forwarded-for",
    "forwarded",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-forwarded-for",
    "x-envoy-external-address",
    "x-azure-clientip",
    "x-appengine-user-ip",
    "fastly-client-ip",
    "fly-client-ip",
    "client-ip",
)
"""The header fields in which proxies name the client, names in lower case, for adapters.

Their values are the `forwarded` of `normalize_address`. Sources: RFC 7239 for `Forwarded`; the
documentation of nginx, Cloudflare, Akamai, Fastly, Fly.io, Azure, App Engine and Envoy.
"""

_MAX_PORT = 65535
_MAX_DIGITS = 5

_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}")
# RFC 7239 6: an IPv6 address is in brackets; a port, or a name for one, may follow.
_PORT = r":([0-9]{1,5}|_[0-9A-Za-z._\-]+)"
_NODE = re.compile(rf"\[([^\[\]]{{2,80}})\](?:{_PORT})?|({_IPV4.pattern})(?:{_PORT})?")
# A rough check, with a zone (RFC 4007 11); the standard library implements RFC 4291 2.2.
_IPV6 = re.compile(r"([0-9A-Fa-f:.]{2,45})(%[^\s\[\]/%]{1,32})?")
_ELEMENT_END = re.compile("[,;]")
# The client's name in the test clients of Starlette, Litestar and others.
_TEST_CLIENTS = frozenset({"testclient", "testserver"})
# A server has few peers: a proxy, or clients that send one request after the other.
_known_hosts: set[str] = set()


class Address(NamedTuple("Address", [("host", str), ("port", int | None)])):
    """The client's end of the connection.

    Attributes:
        host: An IP address without brackets (`"127.0.0.1"`, `"::1"`), or the name that a test
            client uses instead.
        port: A TCP or UDP port, 1 to 65535; None if the server does not know it.
    """

    __slots__ = ()


_new_tuple: Callable[[type[Address], tuple[str, int | None]], Address] = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def normalize_address(
    host: object, port: object, forwarded: Collection[str | None] = ()
) -> Address | None:
    """The normal form of the client's address that a server reports.

    Args:
        host: The client's host: an IP address, with or without brackets, with or without a port
            (`"[2001:db8::1]:1234"`), which then counts instead of `port`, in quotes or not; or a
            test client's name.
        port: The client's port, an int or its decimal text; 0, "", None, or an invalid port mean
            unknown.
        forwarded: The values of the fields in which proxies name the client, `CLIENT_FIELDS`. If a
            server or middleware has taken `host` from one of them, `port` is often still the
            proxy's; so if such a field names the address, in any spelling, only a port that it
            names together with the address counts.

    Returns:
        The address; None if `host` is neither (a Unix socket, `unknown`, a name that hides the
        client). IPv6 is in lower case (RFC 5952 4.3), otherwise unchanged.
    """
    if type(host) is not str:
        return None
    address: str = host
    own_port: str | None = None
    if host not in _known_hosts:
        if _IPV4.fullmatch(host) is None and host not in _TEST_CLIENTS:
            # hypercorn leaves the quotes of a Forwarded field (RFC 7239 4) where they are.
            text = host[1:-1] if host[:1] == '"' == host[-1:] else host
            node = _NODE.fullmatch(text)
            if node is None:
                found = _ipv6(text)
            else:
                own_port = node[2] or node[4]
                found = node[3] or _ipv6(node[1])
            if found is None:
                return None
            address = found
        if address == host:
            remember(_known_hosts, host)
    if own_port is not None:
        port = own_port
    if type(port) is not int:
        text = port if isinstance(port, str) else ""
        digits = len(text) <= _MAX_DIGITS and text.isascii() and text.isdecimal()
        port = int(text) if digits else 0
    if not 0 < port <= _MAX_PORT:
        port = None
    if forwarded and port is not None and own_port is None:
        port = _port_of(address, port, forwarded)
    # Building the tuple directly takes half the time of calling the class.
    return _new_tuple(Address, (address, port))


def _port_of(host: str, port: int, forwarded: Collection[str | None]) -> int | None:
    """`port`, or None if one of `forwarded`, in any order, names `host` without this port."""
    plain = _plain(host)
    for field in forwarded:
        # Most name another address: `_may_name` would say so, and a call takes longer.
        if not field or (plain not in field and ":" not in field) or not _may_name(plain, field):
            continue
        for element in _ELEMENT_END.split(field):
            name, equals, node = element.strip().rpartition("=")
            if (not equals or name.lower() == "for") and _may_name(plain, node):
                named = normalize_address(node.strip('"'), None)
                if named is not None and _plain(named.host) == plain and named.port != port:
                    return None
    return port


def _may_name(plain: str, node: str) -> bool:
    """Whether `node` may be a spelling of `plain`; rules out most without parsing them."""
    if ":" in plain:
        return ":" in node
    return plain in node or (":" in node and "ffff" in node.lower())


def _plain(host: str) -> str:
    """The canonical spelling of an address; IPv4 for IPv4-mapped IPv6 (`::ffff:192.0.2.1`)."""
    if ":" not in host:
        return host
    from ipaddress import IPv6Address

    address = IPv6Address(host)
    return str(address.ipv4_mapped or address)


def _ipv6(text: str) -> str | None:
    match = _IPV6.fullmatch(text)
    if match is None or ":" not in match[1]:
        return None
    # Imported here, because most programs never see an IPv6 address.
    from ipaddress import IPv6Address

    try:
        IPv6Address(match[1])
    except ValueError:
        return None
    return match[1].lower() + (match[2] or "")
