"""The protocol version and the scheme, in one spelling. Source: RFC 9110 2.5 and 4.2."""

from __future__ import annotations

from typing import Final

__all__ = ["SCHEMES", "settle_http_version", "settle_scheme"]

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


def settle_http_version(said: object) -> str:
    """`"1.0"`, `"1.1"`, `"2"` or `"3"` for what a server says (`"HTTP/1.1"`, `"2.0"`, `"1"`).

    What it does not know is `"1.1"`, the version that every recipient must understand.
    """
    return _VERSIONS.get(said, "1.1") if isinstance(said, str) else "1.1"


SCHEMES: Final = ("http", "https", "ws", "wss")


def settle_scheme(*told: object) -> str:
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
