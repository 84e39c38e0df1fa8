"""Proxies: whom the app is told to trust, and what must come of it.

Requests of this kind come from an address of their own, `PROXY`, which no server trusts unless it
is configured to. This module imports neither unireq nor a framework.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from unireq_conformance.told import Told

PROXIES_FIELD: Final = "Unireq-Proxies"
"""The header field with the arguments of `unireq.TrustedProxies`, as a JSON object of ASCII."""

PROXY: Final = "127.0.0.2"
"""The address of the proxy that requests come from: on the loopback interface, where servers also
trust 127.0.0.1 by default."""

TRUSTED: Final[Mapping[str, Any]] = {
    "networks": [PROXY, "10.0.0.0/8"],
    "sets": ["for", "proto", "host", "port"],
}
"""The arguments of the policy that the layered app is installed with."""

ALLOWED: Final = tuple(
    "example.org shop.example.org .wild.example *.sub.example 127.0.0.1 ::1".split()
)
"""The hosts that it is allowed to answer for."""


class AbstractProxies(Told):
    """The arguments of `unireq.TrustedProxies`, and what must come of them.

    `chain` is who passed the request on, from the peer to the client; `port` the client's port, if
    it is not the peer; `scheme` the scheme, or None for that of the connection; `prefix` the path
    below which the app is shown.
    """

    FIELD = PROXIES_FIELD
    OUTCOME: ClassVar[Mapping[str, Any]] = {
        "chain": [PROXY],
        "port": None,
        "scheme": None,
        "host": "example.org",
        "prefix": "",
    }
