"""What a server says of the connection: scheme, protocol version and client, in one spelling.

Servers, gateways and proxies write the same thing in several ways; what they wrote is normalized
here, and nowhere else.

Sources: RFC 9110 2.5 and 4.2, RFC 3986 3.2.2, RFC 7239 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

__all__ = [
    "CLIENT_FIELDS",
    "SCHEMES",
    "Address",
    "normalize_address",
    "normalize_http_version",
    "normalize_scheme",
]

# Servers and gateways write the same version in several ways.
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
    """`"1.0"`, `"1.1"`, `"2"` or `"3"` for what a server says (`"HTTP/1.1"`, `"2.0"`, `"1"`).

    What it does not know is `"1.1"`, the version that every recipient must understand.
    """
    return _VERSIONS.get(said, "1.1") if isinstance(said, str) else "1.1"


SCHEMES: Final = ("http", "https", "ws", "wss")


def normalize_scheme(*told: object) -> str:
    """The scheme: the first of `told` that is `http`, `https`, `ws` or `wss`, in lower case.

    Args:
        *told: What is said of it, whoever counts most first: what a trusted proxy wrote into a
            field may be anything.

    Returns:
        `"http"` where none of them is one.
    """
    for each in told:
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
"""The names of the fields in which proxies name clients, in lower case, for adapters.

`normalize_address` says what for. Sources: RFC 7239 for `Forwarded`; the others are what nginx,
Cloudflare, Akamai, Fastly, Fly.io, Azure, App Engine and Envoy document.
"""

_MAX_PORT = 65535

_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}")
# RFC 7239 6: an IPv6 address stands in brackets; a port, or a name for one, may follow.
_PORT = r":([0-9]{1,5}|_[0-9A-Za-z._\-]+)"
_DECIMAL = re.compile(r"[0-9]{1,5}")
_NODE = re.compile(rf"\[([^\[\]]{{2,80}})\](?:{_PORT})?|({_IPV4.pattern}){_PORT}")
# RFC 4291 2.2 is left to the standard library; this is what may be one, with a zone (RFC 4007 11).
_IPV6 = re.compile(r"([0-9A-Fa-f:.]{2,45})(%[^\s\[\]/%]{1,32})?")
_ELEMENT_END = re.compile("[,;]")
# What Starlette, Litestar and those who follow them call the client of a test.
_TEST_CLIENTS = frozenset({"testclient", "testserver"})


class Address(NamedTuple("Address", [("host", str), ("port", int | None)])):
    """The client's end of the connection.

    Attributes:
        host: An IP address without brackets (`"127.0.0.1"`, `"::1"`), or the name that a test
            client put in its place.
        port: A TCP or UDP port, 1 to 65535; None where the server does not know it.
    """

    __slots__ = ()


_new_tuple: Callable[[type[Address], tuple[str, int | None]], Address] = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def normalize_address(
    host: object, port: object, forwarded: Iterable[str | None] = ()
) -> Address | None:
    """The normal form of what a server says of its peer.

    Args:
        host: The peer's host: an IP address, in brackets or not, with or without a port behind it
            (`"[2001:db8::1]:1234"`), which then counts in place of `port`; or a test client's name.
        port: The peer's port, an int or its decimal text; 0, "", None, or no port at all mean
            unknown.
        forwarded: The values of the fields in which proxies name clients, `CLIENT_FIELDS`. Where a
            server or middleware has taken `host` from one of them, `port` is often still that of
            the proxy; so an address that is named there, in whichever spelling, has only a port
            that is named with it.

    Returns:
        The address, or None where `host` is neither (a Unix socket, `unknown`, a name that hides
        the client). IPv6 is in lower case (RFC 5952 4.3), otherwise as it came.
    """
    if type(host) is not str:
        return None
    address: str = host
    own_port: str | None = None
    if _IPV4.fullmatch(host) is None and host not in _TEST_CLIENTS:
        node = _NODE.fullmatch(host)
        if node is None:
            found = _ipv6(host)
        else:
            own_port = node[2] or node[4]
            found = node[3] or _ipv6(node[1])
        if found is None:
            return None
        address = found
    if own_port is not None:
        port = own_port
    if type(port) is not int:
        port = int(port) if isinstance(port, str) and _DECIMAL.fullmatch(port) else None
    if port is not None and not 0 < port <= _MAX_PORT:
        port = None
    if port is not None and own_port is None:
        port = _port_of(address, port, forwarded)
    # Building the tuple directly takes half the time of calling the class.
    return _new_tuple(Address, (address, port))


def _port_of(host: str, port: int, forwarded: Iterable[str | None]) -> int | None:
    """`port`, unless one of `forwarded` names `host` without it."""
    plain: str | None = None
    for field in filter(None, forwarded):
        plain = plain or _plain(host)
        for element in _ELEMENT_END.split(field):
            name, equals, node = element.strip().rpartition("=")
            if (not equals or name.lower() == "for") and _may_name(plain, node):
                named = normalize_address(node.strip('"'), None)
                if named is not None and _plain(named.host) == plain:
                    return port if named.port == port else None
    return port


def _may_name(plain: str, node: str) -> bool:
    """Whether `node` may be a spelling of `plain`: most are not, and take no time to parse."""
    if ":" in plain:
        return ":" in node
    return plain in node or ("ffff" in node.lower() and ":" in node)


def _plain(host: str) -> str:
    """The one spelling of an address; of an IPv4 address in IPv6 (`::ffff:192.0.2.1`), the IPv4."""
    if ":" not in host:
        return host
    from ipaddress import IPv6Address

    address = IPv6Address(host)
    return str(address.ipv4_mapped or address)


def _ipv6(text: str) -> str | None:
    match = _IPV6.fullmatch(text)
    if match is None or ":" not in match[1]:
        return None
    # Not at the top: most programs never see one.
    from ipaddress import IPv6Address

    try:
        IPv6Address(match[1])
    except ValueError:
        return None
    return match[1].lower() + (match[2] or "")
