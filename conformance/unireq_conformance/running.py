"""A running target: sends a request, and gives what was seen of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import Seen
from unireq_conformance.wire import Address, Observation, free_source_port, observe

__all__ = ["Running"]


@dataclass
class Running:
    """What answers at an address.

    Attributes:
        name: The target's name, `framework:server`.
        address: Where it listens.
        nonce: What its reports are marked with.
        source_port: The port that requests are sent from.
    """

    name: str
    address: Address
    nonce: str
    source_port: int = field(default_factory=free_source_port)

    def check(self) -> None:
        """Raise if it has died; whoever runs it as a process overrides this."""

    def send(self, octets: bytes) -> Observation:
        """Send `octets`.

        Raises:
            ConnectionError, ForeignReply: It is gone, or another process answers in its place.
        """
        port = None if isinstance(self.address, str) else self.source_port
        return observe(self, octets, source_port=port)

    def see(self, request: AbstractRequest) -> Seen | str:
        """What was seen of `request`, or how it was refused.

        A refusal is a status, `closed`, `reset` or `timeout`.

        Raises:
            ConnectionError, ForeignReply: As `send`.
        """
        observation = self.send(request.render())
        if observation.report is None:
            return str(observation.refused)
        return Seen(observation.report, source_port=self.source_port)
