"""One response as it came over the wire.

Rule: what a server does is a value, never an exception. h11 parses, so RFC 9112 section 6.3 decides
where a response ends; whatever it cannot make sense of is kept as raw bytes with a word for what is
wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import h11

from unireq_conformance.texts import cut

MAX_REPLY: Final = 16 * 1024 * 1024
"""Most bytes that are read of one reply."""

_RAW_PREFIX: Final = 64 * 1024
_LONGEST_REASON: Final = 200

ReplyError = Literal["closed", "reset", "timeout", "not-http", "too-large", "unreachable"]


@dataclass(frozen=True)
class Reply:
    """What came back over one connection.

    Attributes:
        status: status code of the final response; None if none came.
        headers: its fields in order, names in lower case, values as ISO-8859-1 text.
        body: its content, without transfer coding; cut short if `error` is set.
        raw: the first 64 KiB as received, interim responses included.
        error: None if the response is whole; else what ended it: "closed" or "reset" by the server,
            "timeout", "not-http" (no HTTP/1 response), "too-large" (above `MAX_REPLY`),
            "unreachable" (nobody accepted the connection).
        behind: how many bytes came behind the response, as far as they were read.
        reason: what the parser says of a response that is "not-http".
        following: what came back for the next request over the same connection; None if there was
            none, or if the server had closed it.
    """

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    raw: bytes = b""
    error: ReplyError | None = None
    behind: int = 0
    reason: str = ""
    following: Reply | None = None

    def get_header(self, name: str) -> str | None:
        """Return the first field called `name` (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)


class ReplyReader:
    """Makes one `Reply` of received chunks; does no input or output of its own."""

    def __init__(self) -> None:
        self.complete = False
        self._method = b""
        self._parser: h11.Connection | None = None
        self._response: h11.Response | None = None
        self._body: list[bytes] = []
        self._raw = bytearray()
        self._size = 0
        self._behind = 0
        self._reason = ""

    def note_request(self, piece: bytes) -> None:
        """Learn the method from the first bytes sent: a response to HEAD ends with its header."""
        if len(self._method) < 8:
            self._method += piece[:8]

    def feed(self, chunk: bytes) -> ReplyError | None:
        """Take the next bytes, b"" at the end of the connection; return what is wrong with them."""
        self._raw += chunk[: _RAW_PREFIX - len(self._raw)]
        self._size += len(chunk)
        if self._size > MAX_REPLY:
            return "too-large"
        parser = self._parser = self._parser or self._new_parser()
        try:
            parser.receive_data(chunk)
            while True:
                event = parser.next_event()
                if isinstance(event, h11.Response):
                    self._response = event
                elif isinstance(event, h11.Data):
                    self._body.append(bytes(event.data))
                elif isinstance(event, h11.EndOfMessage):
                    self.complete = True
                    self._behind = len(parser.trailing_data[0])
                    return None
                elif not isinstance(event, h11.InformationalResponse):
                    return None if event is h11.NEED_DATA else "closed"
        except h11.RemoteProtocolError as error:
            if not chunk and b"HTTP/".startswith(self._raw[:5]):
                return "closed"
            self._reason = cut(str(error), _LONGEST_REASON)
            return "not-http"

    def feed_behind(self, chunk: bytes) -> None:
        """Take bytes that came after the response was complete."""
        self._behind += len(chunk)

    def reply(self, error: ReplyError | None) -> Reply:
        """Return what has been read, with `error` as what ended it."""
        response = self._response
        fields = response.headers if response else ()
        return Reply(
            status=response.status_code if response else None,
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in fields
            ),
            body=b"".join(self._body),
            raw=bytes(self._raw),
            error=error,
            behind=self._behind,
            reason=self._reason,
        )

    def _new_parser(self) -> h11.Connection:
        # h11 reads a response only to a request that it has sent; all it needs to know is the
        # method.
        head = self._method.split(b" ", 1)[0].upper() == b"HEAD"
        parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_REPLY)
        parser.send(
            h11.Request(method="HEAD" if head else "GET", target="/", headers=[("host", "h")])
        )
        parser.send(h11.EndOfMessage())
        return parser
