"""Sends exact bytes over one connection, and reads what comes back.

Rule: what a server does is a value (`Reply`), never an exception. Exceptions are for problems on
our side: a source port in use, a server that has died. A connection is half-closed only on request,
since some servers then give up on the request.
"""

from __future__ import annotations

import errno
import json
import random
import socket
import ssl
import struct
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from unireq_conformance.apps import NONCE_FIELD, REPORT_FIELD
from unireq_conformance.servers.certificate import NAME
from unireq_conformance.servers.frames import Inexpressible, translate
from unireq_conformance.servers.reply import Reply, ReplyError, ReplyReader

if TYPE_CHECKING:
    from unireq_conformance.servers.http2 import Exchange
    from unireq_conformance.servers.running import Running

HOST: Final = "127.0.0.1"

# Below the ranges that Linux, macOS and Windows take outgoing ports from, so that no connection of
# another process is given a port between our choosing it and our using it.
_PORTS: Final = range(20_000, 32_000)
# Not the shared generator: property-based tests seed that, in every worker process alike.
_RANDOM: Final = random.SystemRandom()
_RESET_ON_CLOSE: Final = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)

Address = tuple[str, int] | str
"""Host and port, or the path of a Unix socket."""

HttpVersion = Literal["1.1", "2"]
"""What is spoken: HTTP/1.1, or HTTP/2: by ALPN over TLS, by prior knowledge in cleartext."""

Tls = ssl.SSLContext | None
"""What connections are wrapped with; None for plain ones."""


class ForeignReply(Exception):
    """Another server answers at the address of ours."""


@dataclass(frozen=True)
class Observation:
    """The result of one request.

    Attributes:
        reply: the response as received.
        report: the document of the probe app, or only the nonce if a handler answered; None if the
            request did not reach the app.
    """

    reply: Reply
    report: dict[str, Any] | None = None

    @property
    def refused(self) -> str | None:
        """How the request was refused: "400", "closed", "reset", ...; None if it was not.

        "not-http" is followed by a colon and the parser's reason.
        """
        if self.report is not None:
            return None
        error, reason = self.reply.error, self.reply.reason
        return f"{error}: {reason}" if error and reason else error or str(self.reply.status)


def free_port() -> int:
    """Return a loopback port that nobody is bound to, outside the range of outgoing connections.

    Raises:
        OSError: none was found in 100 attempts.
    """
    for port in _RANDOM.sample(_PORTS, 100):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise OSError(
        f"expected a free port of {HOST} from {_PORTS.start} to {_PORTS.stop - 1}, found none in"
        " 100 attempts; end programs that use these ports"
    )


def send(
    address: Address,
    data: bytes | Iterable[bytes],
    *,
    timeout: float = 5.0,
    source: str = HOST,
    source_port: int | None = None,
    http_version: HttpVersion = "1.1",
    tls: Tls = None,
    half_close: bool = False,
    to_end: bool = False,
    then: bytes = b"",
) -> Reply:
    """Send `data` over a new connection and return the first whole response.

    Args:
        address: where the server listens.
        data: exact bytes; an iterable sends each piece on its own, without delay (TCP_NODELAY), and
            may itself wait between them.
        timeout: seconds for all of it.
        source: the client's own address, with `source_port`.
        source_port: the client's own port, so that several servers can see one client address. It
            can be used again at once, since connections are reset when they are done with. TCP
            only.
        http_version: what is spoken. For HTTP/2 `data` is translated, and sent as a whole.
        tls: what the connection is wrapped with; None for a plain one.
        half_close: whether to say, after `data`, that no more will come.
        to_end: whether to read on behind the response until the server closes the connection, which
            `data` should ask it to; on HTTP/1.1.
        then: what to send next over the same connection, if it is still open; on HTTP/1.1.

    Raises:
        Inexpressible: the protocol has no way to say `data`, or this machine has no `source`.
        OSError: `source_port` is taken.
        ValueError: `source_port` with a Unix socket.
    """
    if isinstance(address, str) and source_port is not None:
        raise ValueError(
            f"source_port={source_port}: expected a TCP address, got the Unix socket {address}"
        )
    deadline = time.monotonic() + timeout
    pieces = (data,) if isinstance(data, bytes) else data
    reader = ReplyReader() if http_version == "1.1" else _make_exchange(pieces, tls)
    with ExitStack() as stack:
        connection = stack.enter_context(_new_socket(address))
        if source_port is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            _bind(connection, source, source_port)
        try:
            connection.settimeout(timeout)
            connection.connect(address)
            if tls is not None:
                connection = stack.enter_context(tls.wrap_socket(connection, server_hostname=NAME))
        except (ConnectionError, FileNotFoundError, BlockingIOError, TimeoutError, ssl.SSLError):
            return reader.reply("unreachable")
        error = _converse(connection, pieces, reader, deadline, half_close, to_end)
        reply = reader.reply(error)
        if then and error is None and isinstance(reader, ReplyReader):
            if _closes(reply):
                # A reset connection would keep Werkzeug's server from ending the request.
                with suppress(TimeoutError):
                    _read_behind(connection, reader, deadline)
                return reply
            following = ReplyReader()
            if _converse(connection, (then,), following, deadline) is None:
                return replace(reply, following=following.reply(None))
        return reply


def _bind(connection: socket.socket, source: str, port: int) -> None:
    try:
        connection.bind((source, port))
    except OSError as error:
        if error.errno != errno.EADDRNOTAVAIL:
            raise
        raise Inexpressible(
            f"this machine has no address {source} to send from; on macOS: ifconfig lo0 alias"
            f" {source}"
        ) from None


def _closes(reply: Reply) -> bool:
    """Whether the server takes no other request. Source: RFC 9112 9.3."""
    said = (reply.get_header("connection") or "").lower()
    return "close" in said or (reply.raw.startswith(b"HTTP/1.0") and "keep-alive" not in said)


def _converse(
    connection: socket.socket,
    pieces: Iterable[bytes],
    reader: ReplyReader | Exchange,
    deadline: float,
    half_close: bool = False,
    to_end: bool = False,
) -> ReplyError | None:
    """Send one request, and read what comes back; what is wrong with that."""
    try:
        if isinstance(reader, ReplyReader):
            with suppress(ConnectionError, ssl.SSLError):  # an early answer may be waiting
                for piece in pieces:
                    reader.note_request(piece)
                    _limit(connection, deadline)
                    connection.sendall(piece)
            if half_close:
                # That of an SSLSocket would give up reading, too.
                socket.socket.shutdown(connection, socket.SHUT_WR)
        while not reader.complete:
            _limit(connection, deadline)
            if not isinstance(reader, ReplyReader):
                connection.sendall(reader.to_send())
            if error := reader.feed(connection.recv(65536)):
                return error
        if to_end and isinstance(reader, ReplyReader):
            _read_behind(connection, reader, deadline)
    except TimeoutError:
        return "timeout"
    except (ConnectionError, ssl.SSLError):
        return "reset"
    return None


def observe(
    server: Running,
    data: bytes | Iterable[bytes],
    *,
    timeout: float = 5.0,
    source: str = HOST,
    source_port: int | None = None,
    half_close: bool = False,
    to_end: bool = False,
    then: bytes = b"",
) -> Observation:
    """Send `data` to a running probe and return what its app reported; see `send`.

    Raises:
        ServerFailed: the server is not running, which is no way to refuse a request.
        ConnectionError: it is running, and does not accept connections.
        ForeignReply: another process answers at its address.
    """
    reply = send(
        server.address,
        data,
        timeout=timeout,
        source=source,
        source_port=source_port,
        http_version=server.http_version,
        tls=server.tls,
        half_close=half_close,
        to_end=to_end,
        then=then,
    )
    report = _report(reply)
    if report is None:
        if reply.error is not None:
            server.check()
        if reply.error == "unreachable":
            raise ConnectionError(f"no server accepted a connection at {server.address}")
        return Observation(reply)
    if report["nonce"] != server.nonce:
        raise ForeignReply(
            f"expected a report with the nonce {server.nonce} from {server.address}, got one of "
            f"{report.get('target')} with {report['nonce']}: another process uses the port; end it"
        )
    return Observation(reply, report)


def _make_exchange(pieces: Iterable[bytes], tls: Tls) -> Exchange:
    # Only targets on HTTP/2 need h2.
    from unireq_conformance.servers.http2 import Exchange

    return Exchange(translate(b"".join(pieces), "http" if tls is None else "https"))


def _new_socket(address: Address) -> socket.socket:
    if isinstance(address, str):
        if sys.platform == "win32":
            raise OSError(f"{address}: Python has no Unix sockets on Windows")
        return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Thousands of exchanges would fill the port range with connections in TIME_WAIT.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    return connection


def _limit(connection: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)


def _read_behind(connection: socket.socket, reader: ReplyReader, deadline: float) -> None:
    # However it ends, the response was whole.
    with suppress(ConnectionError, ssl.SSLError):
        while True:
            _limit(connection, deadline)
            chunk = connection.recv(65536)
            if not chunk:
                return
            reader.feed_behind(chunk)


def _report(reply: Reply) -> dict[str, Any] | None:
    if reply.error is not None:
        return None
    if (nonce := reply.get_header(NONCE_FIELD)) is not None:
        # A handler's response tells no more than whose it is.
        return {"nonce": nonce}
    text = reply.get_header(REPORT_FIELD)
    if text is None and not reply.body.startswith(b'{"nonce": '):
        return None
    try:
        document: dict[str, Any] = json.loads(reply.body if text is None else text)
    except ValueError:
        return None
    return document
