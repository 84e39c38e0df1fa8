"""A running target: sends it requests and returns what was seen."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from unireq_conformance.content import Content, steps
from unireq_conformance.layers import RECORD_FIELD, AbstractLayers
from unireq_conformance.model import AbstractRequest, Field, Piece
from unireq_conformance.proxies import PROXY
from unireq_conformance.response import AbstractResponse, told
from unireq_conformance.seen import Seen, is_refusal
from unireq_conformance.servers.frames import Inexpressible
from unireq_conformance.servers.received import Added, received
from unireq_conformance.servers.reply import Reply
from unireq_conformance.servers.wire import (
    HOST,
    Address,
    ForeignReply,
    HttpVersion,
    Observation,
    Tls,
    free_port,
    observe,
)
from unireq_conformance.texts import end_of

__all__ = ["Answers", "Running", "noting", "record_of", "record_request"]

_MOST: Final = 1000
_LONGEST: Final = 16 * 1024
_CONTENT_TIME: Final = 30.0
_BROKEN_TIME: Final = 5.0
_LOG_TIME: Final = 0.3
_RECORD_TIME: Final = 2.0
_RECORD_PAUSE: Final = 0.02
_IDENTIFY: Final = AbstractRequest().render()


def noting(request: AbstractRequest, name: str) -> AbstractRequest:
    """`request`, whose layers note what they see in the record `name`."""
    return _with(request, Field(RECORD_FIELD, name.encode("ascii")))


def _with(request: AbstractRequest, line: Field) -> AbstractRequest:
    return replace(request, fields=(*request.fields, line))


def record_request(name: str) -> AbstractRequest:
    """The request for a record."""
    response = AbstractResponse(told("record", name))
    return AbstractRequest(path=(Piece("respond", b"respond"),), response=response)


def record_of(reply: Reply) -> dict[str, Any]:
    """The record that an app has answered with; an empty one if it has answered anything else."""
    found: dict[str, Any] = {}
    with suppress(ValueError):
        found = json.loads(reply.body)
    return {"events": found.get("events", []), "after": found.get("after")}


class Answers:
    """What was seen of the latest requests, for other clauses to use; long requests are not kept.

    A request sent in other pieces is another request.
    """

    def __init__(self) -> None:
        self._seen: dict[AbstractRequest, Seen | str] = {}

    def get(self, request: AbstractRequest) -> Seen | str | None:
        """What was seen of `request`, or how it was refused; None if that is not kept."""
        return self._seen.get(request)

    def keep(self, request: AbstractRequest, seen: Seen | str) -> None:
        """Keep what was seen of `request`."""
        if len(request.sent_body) <= _LONGEST:
            self._seen[request] = seen
            if len(self._seen) > _MOST:
                del self._seen[next(iter(self._seen))]


@dataclass(eq=False)
class Running:
    """A target that listens at an address.

    What sends raises `ConnectionError` where the target is gone, `ForeignReply` where another
    process answers in its place, and `Inexpressible` where its protocol cannot express the request.

    Attributes:
        name: The target's name, `framework:server`.
        address: Where it listens.
        nonce: The mark of its reports.
        source_port: The port that requests are sent from.
        http_version: The protocol that it speaks.
        tls: What connections to it are wrapped with; None for plain ones.
        answers: What was seen of requests so far.
        added: The fields that it adds to responses.
        printed: Gives how many bytes it has printed, and the last of them; None where nobody knows.
    """

    name: str
    address: Address
    nonce: str
    source_port: int = field(default_factory=free_port)
    http_version: HttpVersion = "1.1"
    tls: Tls = field(default=None, repr=False)
    answers: Answers = field(default_factory=Answers, repr=False)
    added: tuple[Added, ...] = ()
    printed: Callable[[], tuple[int, bytes]] | None = field(default=None, repr=False)

    def check(self) -> None:
        """Raise if it has died; a subclass that runs it as a process overrides this."""

    def send(self, octets: bytes) -> Observation:
        """Send `octets`."""
        port = None if isinstance(self.address, str) else self.source_port
        return observe(self, octets, source_port=port)

    def printed_on(self, request: AbstractRequest | None, octets: bytes) -> str:
        """The last lines that it prints when it is sent `request`, or `octets` if there is none."""
        if self.printed is None:
            return ""
        before, _ = self.printed()
        _ = self.send(octets) if request is None else self.see(request)
        deadline = time.monotonic() + _LOG_TIME
        while (log := self.printed())[0] == before and time.monotonic() < deadline:
            time.sleep(0.01)
        after, end = log
        return end_of(end[len(end) - min(after - before, len(end)) :].decode(errors="replace"))

    def spare(self) -> None:
        """Tell the app that its checks inside are no longer needed."""
        self.see(AbstractRequest(method="POST", content=Content(steps=steps(("spare", {})))))

    def as_sent(self, request: AbstractRequest) -> AbstractRequest:
        """`request` as it is sent: over HTTP/2 the version is 2, over TLS the scheme is https."""
        version = request.version if self.http_version == "1.1" else self.http_version
        return replace(request, version=version, scheme=self.scheme)

    @property
    def scheme(self) -> str:
        """`http` or `https`."""
        return "http" if self.tls is None else "https"

    def see(self, request: AbstractRequest) -> Seen | str:
        """What was seen of `request`, or how it was refused: a status, `closed`, `reset`, ..."""
        if request.proxies is not None and isinstance(self.address, str):
            raise Inexpressible("a Unix socket is not reached from a proxy's address")
        if request.layers is not None:
            return self._see_layers(request, request.layers)
        if request.response is not None:
            return self._see_response(request)
        whole = request.content is None and request.proxies is None
        observation = self.send(request.render()) if whole else self._send_content(request)
        return self.look(observation) or str(observation.refused)

    def look(self, observation: Observation) -> Seen | None:
        """What was seen, from what came back; None if the app did not see the request."""
        report = observation.report
        if report is None:
            return None
        of_handler = report.keys() == {"nonce"}
        return self._look_at(observation.reply) if of_handler else self._as_seen(report)

    def _look_at(self, reply: Reply) -> Seen:
        return self._as_seen({"response": received(reply, self.added)})

    def _as_seen(self, report: dict[str, Any]) -> Seen:
        return Seen(report, source_port=self.source_port)

    def _see_layers(self, request: AbstractRequest, layers: AbstractLayers) -> Seen | str:
        name = secrets.token_hex(8)
        asks = record_request(name)
        # A server may leave the connection of a stream that breaks off as it is.
        timeout = _BROKEN_TIME if layers.outcome["broken"] else _CONTENT_TIME
        observation = self._send_content(noting(request, name), then=asks.render(), timeout=timeout)
        deadline = time.monotonic() + _RECORD_TIME
        reply = observation.reply.following
        after: dict[str, Any] | None = None
        while True:
            record = record_of(reply or self.send(asks.render()).reply)
            # What the request left behind shows on its own connection.
            after = after or record["after"]
            noted = {event["part"] for event in record["events"]}
            if layers.noted <= noted or time.monotonic() > deadline:
                break
            time.sleep(_RECORD_PAUSE)
            reply = None
        return self.look_at_layers(observation, {**record, "after": after})

    def look_at_layers(self, observation: Observation, record: Mapping[str, Any]) -> Seen | str:
        """What was seen of a request that layers noted in `record`, or how it was refused."""
        how = observation.refused
        if not record["events"] and how is not None and is_refusal(how):
            return how
        response = received(observation.reply, self.added)
        layers = {**record, "broken": observation.reply.error is not None}
        return self._as_seen({**(observation.report or {}), "response": response, "layers": layers})

    def _see_response(self, request: AbstractRequest) -> Seen | str:
        if self.http_version == "1.1":
            # So that nothing after the response stays unseen.
            request = _with(request, Field("Connection", b"close"))
        return self.look_at_response(self._send_content(request, to_end=True))

    def look_at_response(self, observation: Observation) -> Seen | str:
        """What was seen of a handler's response, or how the request was refused."""
        if observation.reply.error is not None:
            return str(observation.refused)
        if observation.report is None and self.send(_IDENTIFY).report is None:
            # Not every response can carry the mark, so ask whose it is.
            raise ForeignReply(
                f"expected a report from {self.address}, which answered a handler's request with"
                f" {observation.reply.status}, got none; end the other process on this port"
            )
        return self._look_at(observation.reply)

    def _send_content(
        self,
        request: AbstractRequest,
        *,
        to_end: bool = False,
        then: bytes = b"",
        timeout: float = _CONTENT_TIME,
    ) -> Observation:
        framing = request.content.framing if request.content else None
        pause = 0.0 if framing is None else framing.pause

        def writes() -> Iterator[bytes]:
            for number, piece in enumerate(request.writes()):
                if number and pause:
                    time.sleep(pause)
                yield piece

        return observe(
            self,
            writes(),
            timeout=timeout,
            source=HOST if request.proxies is None else PROXY,
            source_port=None if isinstance(self.address, str) else self.source_port,
            half_close=framing is not None and framing.missing > 0,
            to_end=to_end,
            then=then,
        )
