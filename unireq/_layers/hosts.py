"""AllowedHosts: the outermost layer of an app that was given `allowed_hosts`.

    install(app, allowed_hosts=["example.com", ".example.org"])

Rule: a layer like any other, so each adapter has the check where its layers begin, for websockets
too: after proxies are believed, and before other layers and the application see the request. Both
hosts are checked that code may build links from: `Request.host`, and the Host field, which many
frameworks read where a target in absolute form names another (RFC 9112 3.2.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv6Address
from typing import Any, Final

from unireq._errors import RequestError
from unireq._layers.middleware import OutermostLayer
from unireq._native import NativeRequest
from unireq._redact import shown_name
from unireq._request import Request

__all__ = ["AllowedHosts"]

# RFC 952 and RFC 1123 2.1, as in a URL. Frameworks refuse underscores too.
_NAME: Final = re.compile(r"[0-9a-z-]+(?:\.[0-9a-z-]+)*")
_PORT: Final = re.compile(r":[0-9]*\Z")


class AllowedHosts(OutermostLayer):
    """Answers a request for any other host with status 400.

    Args:
        given: Names (`"example.com"`), addresses (`"127.0.0.1"`, `"::1"`), a domain with all its
            subdomains (`".example.com"`), or its subdomains alone (`"*.example.com"`).
        what: The name of the function that it was passed to.

    Attributes:
        hosts: What is allowed, in normal form.

    Raises:
        TypeError: `given` is not a list of str.
        ValueError: It is empty, or has something that no host can equal.
    """

    __slots__ = ("_names", "_suffixes", "hosts")

    def __init__(self, given: Iterable[str], what: str) -> None:
        super().__init__(self._check, websocket=True)
        self.name: str = "unireq.allowed_hosts"
        self.hosts: frozenset[str] = frozenset(_checked(given, what))
        plain = {each.removeprefix(".") for each in self.hosts if each[0] != "*"}
        self._names: frozenset[str] = frozenset(plain)
        self._suffixes: tuple[str, ...] = tuple(
            each.removeprefix("*") for each in self.hosts if each[0] in "*."
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AllowedHosts) and self.hosts == other.hosts

    def __hash__(self) -> int:
        return hash(self.hosts)

    def __repr__(self) -> str:
        return f"allowed_hosts={sorted(self.hosts)}"

    def allows(self, host: str | None) -> bool:
        """Whether `host`, with or without a port, is allowed; None, which is no host, never is."""
        name = None if host is None else _normal(_PORT.sub("", host))
        return name is not None and (name in self._names or name.endswith(self._suffixes))

    def _check(self, request: Request) -> None:
        host = request.host
        told = isinstance(request, NativeRequest) and request._told_host() is not None  # pyright: ignore[reportPrivateUsage]
        field = None if told else request.get_header("host")
        for each in (host,) if field in (host, None) else (host, field):
            if not self.allows(each):
                shown = "no valid host" if each is None else f"the host {shown_name(each)}"
                raise RequestError(
                    "expected a host that is served here",
                    f"the request asks for {shown}; allowed_hosts has {sorted(self.hosts)}",
                )


def _checked(given: Any, what: str) -> list[str]:
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise TypeError(
            f"{what}: expected allowed_hosts of a list of hosts, such as ['example.com'], got"
            f" {given!r}"
        )
    found: list[str] = []
    for each in given:  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(each, str):
            raise TypeError(f"{what}: expected allowed_hosts of str, got {each!r} in it")
        found.append(_checked_host(each, what))
    if not found:
        raise ValueError(
            f"{what}: expected at least one host in allowed_hosts, got none; leave it out to allow"
            " every host"
        )
    return found


def _checked_host(text: str, what: str) -> str:
    if text == "*":
        raise ValueError(
            f"{what}: expected hosts in allowed_hosts, got '*'; leave it out to allow every host"
        )
    wild = "*." if text[:2] == "*." else "." if text[:1] == "." else ""
    found = _normal(text.removeprefix(wild))
    if found is None and not wild:
        found = _normal(f"[{text}]")
    if found is None or (wild and found.rpartition(".")[2].isdecimal()):
        raise ValueError(
            f"{what}: expected a host in allowed_hosts such as 'example.com', '.example.com' for it"
            f" and its subdomains, '*.example.com' for these alone, or '::1', got {text!r};"
            " without a scheme, port or path, and an international name in its ASCII form (xn--...)"
        )
    return wild + found


def _normal(host: str) -> str | None:
    """A name or an address (IPv6 in brackets) in normal form; None if it is neither."""
    if host[:1] == "[" and host[-1:] == "]" and "%" not in host:
        try:
            return f"[{IPv6Address(host[1:-1])}]"
        except ValueError:
            return None
    # A dot at the end says that the name is absolute (RFC 1034 3.1).
    name = host.lower().removesuffix(".")
    return name if _NAME.fullmatch(name) else None
