"""Sends a request over HTTP/2, and reads the response.

Rule: as in `wire`, what a server does is a value (`Reply`): a stream that is reset is "reset", a
connection that is given up is "closed". The client checks nothing of what it sends.

Source: RFC 9113.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import ProtocolError

from unireq_conformance.servers.frames import Frames
from unireq_conformance.servers.reply import MAX_REPLY, Reply, ReplyError

__all__ = ["Exchange"]

_RAW_PREFIX: Final = 64 * 1024


class Exchange:
    """One request and its response, over a connection of its own; does no input or output."""

    def __init__(self, request: Frames) -> None:
        self.complete = False
        self._connection = H2Connection(
            H2Configuration(
                client_side=True,
                header_encoding=None,
                validate_outbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        self._stream = 1
        self._content = deque(request.content)
        self._trailers = request.trailers
        self._status: int | None = None
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body: list[bytes] = []
        self._raw = bytearray()
        self._size = 0
        self._connection.initiate_connection()
        self._ended = not request.content and not request.trailers
        self._connection.send_headers(self._stream, list(request.head), end_stream=self._ended)

    def to_send(self) -> bytes:
        """The next bytes, as far as the server takes any."""
        self._send_content()
        return self._connection.data_to_send()

    def feed(self, chunk: bytes) -> ReplyError | None:
        """Take the next bytes, b"" at the end of the connection; return what is wrong with them."""
        self._raw += chunk[: _RAW_PREFIX - len(self._raw)]
        self._size += len(chunk)
        if not chunk:
            return "closed"
        if self._size > MAX_REPLY:
            return "too-large"
        if self._raw.startswith(b"HTTP/"):
            # As the length of a frame it is more than h2 would ever wait for.
            return "not-http"
        try:
            events = self._connection.receive_data(chunk)
        except ProtocolError:
            return "not-http"
        for event in events:
            if error := self._take(event):
                return error
        return None

    def reply(self, error: ReplyError | None) -> Reply:
        """Return what has been read, with `error` as what ended it."""
        return Reply(self._status, self._headers, b"".join(self._body), bytes(self._raw), error)

    def _take(self, event: Event) -> ReplyError | None:
        match event:
            case ResponseReceived(headers=[(_, status), *fields]):
                self._status = int(status)
                self._headers = tuple(
                    (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
                    for name, value in fields
                )
            case DataReceived(data=bytes(data), flow_controlled_length=int(length)):
                self._body.append(data)
                self._connection.acknowledge_received_data(length, self._stream)
            case StreamEnded():
                self.complete = True
            case StreamReset() if not self.complete:
                return "reset"
            case ConnectionTerminated() if not self.complete:
                return "closed"
            case _:
                pass
        return None

    def _send_content(self) -> None:
        while self._content and not self.complete:
            window = self._connection.local_flow_control_window(self._stream)
            size = min(window, self._connection.max_outbound_frame_size)
            if size <= 0:
                return
            piece = self._content.popleft()
            if piece[size:]:
                self._content.appendleft(piece[size:])
            last = not self._content and not self._trailers
            self._connection.send_data(self._stream, piece[:size], end_stream=last)
            self._ended = last
        if not self._content and not self._ended:
            self._connection.send_headers(self._stream, list(self._trailers), end_stream=True)
            self._ended = True
