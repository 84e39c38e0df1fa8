"""Address: where a connection comes from, as the server reports it.

Servers spell "no address" in many ways: None, an empty host, the port 0, the text "None". Here
there is one: a client that is not known is None, and so is a port that is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

__all__ = ["Address", "settle_address"]

_MAX_PORT = 65535


class Address(NamedTuple("Address", [("host", str), ("port", int | None)])):
    """The client's end of the connection.

    Attributes:
        host: An IP address without brackets (`"127.0.0.1"`, `"::1"`), or the name that a test
            client or a proxy-aware server put in its place.
        port: A TCP or UDP port, 1 to 65535; None where the server does not know it.
    """

    __slots__ = ()


_new_tuple: Callable[[type[Address], tuple[str, int | None]], Address] = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def settle_address(host: object, port: object) -> Address | None:
    """The normal form of what a server says of its peer.

    Args:
        host: The peer's host; anything but a non-empty str means that there is none.
        port: The peer's port, an int or its decimal text; 0, "", None, or no port at all mean
            unknown.

    Returns:
        The address, or None where there is no host (a Unix socket).
    """
    if type(host) is not str or not host:
        return None
    if type(port) is not int:
        port = int(port) if isinstance(port, str) and port.isdecimal() and len(port) < 6 else None
    if port is not None and not 0 < port <= _MAX_PORT:
        port = None
    # Building the tuple directly takes half the time of calling the class.
    return _new_tuple(Address, (host, port))
