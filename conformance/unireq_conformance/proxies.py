"""Proxies: whom the app is told to trust, and what must come of it.

Rule: as in `model`, nothing here parses, and what must come of it is written down beside what is
told. This module imports neither unireq nor a framework. Requests of this kind come from an address
of their own, `PROXY`, which no server trusts unless it is configured to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["ALLOWED", "PROXIES_FIELD", "PROXY", "TRUSTED", "AbstractProxies"]

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

ALLOWED: Final = (
    "example.org",
    "shop.example.org",
    ".wild.example",
    "*.sub.example",
    "127.0.0.1",
    "::1",
)
"""The hosts that it is allowed to answer for."""


@dataclass(frozen=True)
class AbstractProxies:
    """A policy, and what must come of it.

    Attributes:
        policy: The arguments of `unireq.TrustedProxies`, as JSON text.
        expected: What must come of it, as JSON text; see `of`.
    """

    policy: str
    expected: str

    @property
    def line(self) -> bytes:
        """The field line that tells it."""
        return f"{PROXIES_FIELD}: {self.policy}".encode("ascii")

    @property
    def outcome(self) -> dict[str, Any]:
        """What must come of it."""
        found: dict[str, Any] = json.loads(self.expected)
        return found

    @classmethod
    def of(
        cls,
        policy: Mapping[str, Any],
        *,
        chain: Iterable[str | None] = (PROXY,),
        port: int | None = None,
        scheme: str | None = None,
        host: str = "example.org",
        prefix: str = "",
    ) -> AbstractProxies:
        """A policy.

        Args:
            policy: The arguments of `unireq.TrustedProxies`.
            chain: Who passed the request on, from the peer to the client.
            port: The client's port, if it is not the peer.
            scheme: The scheme; None for that of the connection.
            host: The host.
            prefix: The path below which the app is shown.
        """
        outcome = {
            "chain": list(chain),
            "port": port,
            "scheme": scheme,
            "host": host,
            "prefix": prefix,
        }
        return cls(json.dumps(policy, separators=(",", ":")), json.dumps(outcome))
