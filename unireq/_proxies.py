"""TrustedProxies: whose word counts for client, scheme and host; Forwarded: what they say.

    proxies = TrustedProxies(networks=["10.0.0.0/8"])
    request.forwarded(proxies).client

Rule: what a proxy adds stands on the right, and what a client has made up on the left. So the chain
is read from the right, beginning with the peer, never past the first who is not trusted.

Sources: RFC 7239 for `Forwarded`; for X-Forwarded-*, which have no standard, what nginx, HAProxy,
Apache and Envoy send.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from unireq._connection import SCHEMES, Address, normalize_address
from unireq._fields import is_field_name
from unireq._url import valid_host

if TYPE_CHECKING:
    from unireq._native import NativeRequest
    from unireq._request import Request

__all__ = [
    "Forwarded",
    "ServerFacts",
    "TrustedProxies",
    "believe_proxies",
    "merged_proxies",
    "server_facts",
]

_Network: TypeAlias = "IPv4Network | IPv6Network"

_SERVER: Final = "unireq.server"
"""The key of the `ServerFacts` in a request's storage, where proxies have been believed."""

_UNIX: Final = "unix"
_NAMED: Final = ("for", "proto", "host", "port", "prefix")
_STANDARD: Final = ("for", "proto", "host")
_FAMILIES: Final = ("x-forwarded", "forwarded")
_DEFAULT_PORTS: Final = {"http": "80", "https": "443", "ws": "80", "wss": "443"}

_PREFIX = re.compile(r"(?:/[\w.~!$&'()*+,;=:@-]+)+", re.ASCII)
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_OF_LIST = re.compile('[",]')
# RFC 7239 4, and values that had to be quoted there: addresses with a colon.
_PAIR = re.compile(
    r"""[ \t]*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s";,]+)))?[ \t]*"""
)
_ESCAPED = re.compile(r"\\(.)")


class Forwarded(NamedTuple):
    """What trusted proxies say of a request, and for the rest what the server says.

    Attributes:
        client: The client's address; None if it is unknown: a proxy that is trusted gave no address
            (`unknown`, an obfuscated name), or the client is on a Unix socket.
        scheme: `"http"`, `"https"`, `"ws"` or `"wss"`.
        host: The host, with its port if it has one.
        prefix: The path below which the proxy shows the application: `"/shop"`; `""` if none.
        peer: Who is at the other end of the server's connection; None on a Unix socket.
        chain: Who passed the request on, from the peer to the client.
    """

    client: Address | None
    scheme: str
    host: str | None
    prefix: str
    peer: Address | None
    chain: tuple[Address | None, ...]


class ServerFacts(NamedTuple):
    """What the server says of the connection, before any proxy is believed."""

    client: Address | None
    scheme: str
    host: str | None


@dataclass(frozen=True, init=False)
class TrustedProxies:
    """Which proxies are trusted, and with what; for `Request.forwarded`.

    Either `networks` or `hops` says who is trusted. Prefer `networks`: then a client that reaches
    the server past the proxy is not believed.

    Attributes:
        networks: Addresses and networks of proxies (`"10.0.0.0/8"`, `"::1"`), and `"unix"` for a
            peer on a Unix socket.
        hops: The number of proxies in front of the application. They all have to be passed.
        sets: What the proxies set or overwrite in every request: `"for"`, `"proto"`, `"host"`,
            `"port"`, `"prefix"`. A proxy passes on whatever it does not set, so nothing else is
            believed.
        fields: `"x-forwarded"` for X-Forwarded-For, -Proto, -Host, -Port and -Prefix; `"forwarded"`
            for the field of RFC 7239, which has neither port nor prefix.
        client_field: A field with the client's address alone, such as `"x-real-ip"`, in place of
            X-Forwarded-For. The outermost proxy has to set it, and nobody else.

    Raises:
        TypeError: An argument has the wrong type, or not one of `networks` and `hops` is given.
        ValueError: A network, a name or a number is not a valid one.
    """

    networks: tuple[str, ...] | None
    hops: int | None
    sets: frozenset[str]
    fields: Literal["x-forwarded", "forwarded"]
    client_field: str | None
    _trusted: tuple[_Network, ...] = field(repr=False, compare=False)

    def __init__(
        self,
        *,
        networks: Iterable[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network]
        | None = None,
        hops: int | None = None,
        sets: Iterable[str] = ("for", "proto"),
        fields: Literal["x-forwarded", "forwarded"] = "x-forwarded",
        client_field: str | None = None,
    ) -> None:
        if (networks is None) is (hops is None):
            raise TypeError(
                "TrustedProxies: expected either networks=[...] or hops=N, got"
                f" {'none of them' if hops is None else 'both'}"
            )
        trusted, unix = _checked_networks(() if networks is None else networks)
        if networks is not None and not trusted and not unix:
            raise ValueError("TrustedProxies: expected at least one network, got none")
        if hops is not None and (type(hops) is not int or hops < 1):
            raise ValueError(f"TrustedProxies: expected hops of 1 or more, got {hops!r}")
        if fields not in _FAMILIES:
            raise ValueError(f"TrustedProxies: expected fields of {_or(_FAMILIES)}, got {fields!r}")
        known = _NAMED if fields == "x-forwarded" else _STANDARD
        named = frozenset(() if isinstance(sets, str) else sets)
        if not named or not named.issubset(known):
            raise ValueError(
                f"TrustedProxies: expected sets to name some of {_or(known)}, got {sets!r}"
            )
        if client_field is not None:
            if not is_field_name(str(client_field).lower()):
                raise ValueError(
                    "TrustedProxies: expected client_field to be a field name such as 'x-real-ip',"
                    f" got {client_field!r}"
                )
            if "for" not in named:
                raise ValueError('TrustedProxies: a client_field needs "for" in sets')
        texts = [str(each) for each in trusted] + ([_UNIX] if unix else [])
        values = {
            "networks": None if networks is None else tuple(texts),
            "hops": hops,
            "sets": named,
            "fields": fields,
            "client_field": None if client_field is None else client_field.lower(),
            "_trusted": trusted,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def find(self, server: ServerFacts, get_header: Callable[[str], str | None]) -> Forwarded:
        """What the trusted proxies of one request say.

        Args:
            server: What the server says.
            get_header: The value of a header field by its name, `Request.get_header`.
        """
        peer = server.client
        if not self._is_trusted(peer):
            return Forwarded(peer, server.scheme, server.host, "", peer, (peer,))
        said = _Said(self.fields, self.sets, get_header)
        chain = self._chain(peer, said, get_header)
        scheme = _of_family((said.pick("proto") or "").lower(), server.scheme)
        host = valid_host(said.pick("host")) or server.host
        port = said.pick("port")
        if host is not None and port is not None and _PORT.fullmatch(port):
            plain = re.sub(r":[0-9]*\Z", "", host)
            host = (
                valid_host(plain if _DEFAULT_PORTS[scheme] == port else f"{plain}:{port}") or host
            )
        prefix = (said.pick("prefix") or "").rstrip("/")
        if _PREFIX.fullmatch(prefix) is None or {".", ".."} & {*prefix.split("/")}:
            prefix = ""
        return Forwarded(chain[-1], scheme, host, prefix, peer, tuple(chain))

    def _chain(
        self, peer: Address | None, said: _Said, get_header: Callable[[str], str | None]
    ) -> list[Address | None]:
        """From the peer to the client."""
        chain = [peer]
        if self.client_field is not None:
            field = get_header(self.client_field)
            return chain if field is None else [peer, _address(field.strip())]
        if "for" not in self.sets:
            return chain
        at, last = len(said.nodes), 0
        if self.hops is not None:
            last = max(at - self.hops, 0)
            at = _already_at(peer, said.nodes, last)
        while at > last:
            if self.hops is None and not self._is_trusted(chain[-1]):
                break
            at -= 1
            chain.append(_address(said.nodes[at]))
            if chain[-1] is None:
                break
        said.at = at
        return chain

    def _is_trusted(self, peer: Address | None) -> bool:
        if self.networks is None:
            return True
        if peer is None:
            return _UNIX in self.networks
        try:
            address = ip_address(peer.host)
        except ValueError:
            # A test client's name.
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in network for network in self._trusted)


def _already_at(peer: Address | None, nodes: list[str], last: int) -> int:
    """Where the server has come to, if it has followed the chain itself; else the right end.

    What a client has made up stands before `last`, and is not looked at.
    """
    for at in range(len(nodes) - 1, last - 1, -1):
        found = _address(nodes[at])
        if found is not None and peer is not None and found.host == peer.host:
            return at
    return len(nodes)


def believe_proxies(request: NativeRequest, proxies: TrustedProxies) -> Forwarded | None:
    """What `proxies` say of `request`, for a driver to put where the framework reads.

    The server's facts are kept, so `request.forwarded` begins with them afterwards, too.

    Args:
        request: A request that nobody has read from.
        proxies: As passed to `install` or `as_middleware`.

    Returns:
        None if this was done before, or if nothing differs from what the server says.
    """
    storage = request._state_storage  # pyright: ignore[reportPrivateUsage]
    if _SERVER in storage:
        return None
    server = storage[_SERVER] = server_facts(request)
    found = proxies.find(server, request.get_header)
    same = (found.client, found.scheme, found.host) == server and not found.prefix
    return None if same else found


def server_facts(request: Request) -> ServerFacts:
    """What the server says, also where proxies have been believed since."""
    kept: ServerFacts | None = request._state_storage.get(_SERVER)  # pyright: ignore[reportPrivateUsage]
    return ServerFacts(request.client, request.scheme, request.host) if kept is None else kept


def merged_proxies(
    new: TrustedProxies | None, installed: TrustedProxies | None, what: str
) -> TrustedProxies | None:
    """The policy of an app after another `install`.

    Raises:
        TypeError: `new` is something else.
        ValueError: The app has another policy.
    """
    if new is None:
        return installed
    if not isinstance(new, TrustedProxies):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(
            f"{what}: expected proxies of unireq.TrustedProxies or None, got {type(new).__name__}"
        )
    if installed is not None and installed != new:
        raise ValueError(f"{what}: expected one policy for proxies, got {new} after {installed}")
    return new


class _Said:
    """The values of the fields that are believed, each as a list from left to right."""

    def __init__(
        self, family: str, sets: frozenset[str], get_header: Callable[[str], str | None]
    ) -> None:
        self.at: int | None = None  # the element that the last trusted proxy has added
        self._values: Mapping[str, list[str]]
        if family == "forwarded":
            elements = _elements(get_header("forwarded") or "")
            self._values = {
                name: [element.get(name, "") for element in elements] for name in _STANDARD
            }
        else:
            self._values = {name: _list(get_header(f"x-forwarded-{name}") or "") for name in sets}
        self._sets = sets
        self.nodes = self._values.get("for", [])

    def pick(self, name: str) -> str | None:
        """The value that counts of "proto", "host", "port" or "prefix"; "" or None for none."""
        values = self._values.get(name) if name in self._sets else None
        if not values:
            return None
        if self.at is not None and self.at < len(self.nodes) == len(values):
            return values[self.at]
        return values[0] if len(values) == 1 else None


def _list(field: str) -> list[str]:
    return [member for each in field.split(",") if (member := each.strip(" \t"))]


def _elements(field: str) -> list[dict[str, str]]:
    """The elements of a Forwarded field; one that is malformed is empty.

    Commas are looked for from the right: a quote that a client leaves open on the left can't hide
    what a proxy has added.
    """
    ends = [len(field)]
    quoted = False
    for found in reversed(list(_OF_LIST.finditer(field))):
        at = found.start()
        if found[0] == '"':
            quoted ^= field[at - 1 : at] != "\\"
        elif not quoted:
            ends.append(at)
    texts: list[str] = []
    for end, before in zip(ends, [*(at + 1 for at in ends[1:]), 0], strict=False):
        texts.append(field[before:end])
    return [_element(text) for text in reversed(texts) if text.strip(" \t")]


def _element(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    at = 0
    while at <= len(text):
        match = _PAIR.match(text, at)
        if match is None or (match.end() < len(text) and text[match.end()] != ";"):
            return {}
        if match[1] is not None:
            name = match[1].lower()
            if name in pairs:
                return {}
            pairs[name] = match[3] if match[2] is None else _ESCAPED.sub(r"\1", match[2])
        at = match.end() + 1
    return pairs


def _address(node: str) -> Address | None:
    found = normalize_address(node, None)
    if found is None:
        return None
    try:
        ip_address(found.host)
    except ValueError:
        # The name of a test client.
        return None
    return found


def _of_family(said: str, server: str) -> str:
    """The scheme that was said, as that of the protocol which the server speaks: http or ws."""
    if said not in SCHEMES:
        return server
    secure = said in {"https", "wss"}
    if server in {"ws", "wss"}:
        return "wss" if secure else "ws"
    return "https" if secure else "http"


def _checked_networks(given: Any) -> tuple[tuple[_Network, ...], bool]:
    """The networks, and whether Unix sockets are among them."""
    if isinstance(given, str):
        raise TypeError(f"TrustedProxies: expected a list of networks, got the str {given!r}")
    found: list[_Network] = []
    unix = False
    for each in given:
        if each == _UNIX:
            unix = True
            continue
        try:
            network = ip_network(each)
        except (TypeError, ValueError) as error:
            raise ValueError(
                "TrustedProxies: expected networks such as '10.0.0.0/8', '::1' or 'unix', got"
                f" {each!r} ({error})"
            ) from None
        if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped is not None:
            raise ValueError(
                f"TrustedProxies: expected the IPv4 network itself, got {each!r}; addresses that"
                " are mapped into IPv6 are found in it too"
            )
        found.append(network)
    return tuple(found), unix


def _or(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
