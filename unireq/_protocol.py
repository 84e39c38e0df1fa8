"""The protocol version, in one spelling. Source: RFC 9110 2.5."""

from __future__ import annotations

__all__ = ["settle_http_version"]

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
