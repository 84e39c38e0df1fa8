"""A second opinion on bytes: what h11 and the bare ASGI adapter read.

Rule: a deviation's witness is bytes, so what the specification says of it is not known by the way
that it was drawn. h11 takes the message apart, and unireq reads what came out, in this process,
without a framework: the app that every app under test is to be like.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

import h11

import unireq
from unireq.adapter import Handler, percent_decode
from unireq_conformance.inside.bare import read_asgi
from unireq_conformance.inside.bodies import aperform
from unireq_conformance.inside.responding import make_handlers
from unireq_conformance.probe import derived
from unireq_conformance.seen import Seen
from unireq_conformance.servers.received import received
from unireq_conformance.servers.reply import Reply

__all__ = ["reference", "reference_form", "report"]

_ABSOLUTE: Final = re.compile(rb"\A[a-z]+://[^/?#]*")
_KINDS: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "str": ("[^/]+", str),
    "int": ("[0-9]+", int),
    "path": (".+", str),
    "uuid": ("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid.UUID),
}
"""The path parameters of an app under test: the pattern of their text, and their type."""


def reference_form(octets: bytes, scheme: str = "http") -> dict[str, Any] | None:
    """The normal form of the request `octets`, but for the connection; None if h11 refuses it."""
    seen = reference(octets, scheme=scheme)
    if seen is None:
        return None
    form = seen.normal_form
    for name in ("client", "path_params", "root_path", "unireq", "username"):
        form.pop(name, None)
    return form


def reference(
    octets: bytes, *, port: int | None = None, version: str = "", scheme: str = "http"
) -> Seen | None:
    """What is to be seen of the request `octets`; None if h11 or unireq refuses it."""
    found = report(octets, port=port, version=version, scheme=scheme)
    return None if found is None else Seen(found, source_port=port)


def report(
    octets: bytes, *, port: int | None = None, version: str = "", scheme: str = "http"
) -> dict[str, Any] | None:
    """What an app reports of the request `octets`; None if h11 or unireq refuses it.

    Args:
        octets: The request.
        port: The port that it is sent from.
        version: The version of HTTP that it is translated to; "" for the one that it says.
        scheme: That of the connection.
    """
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(octets)
    try:
        event = connection.next_event()
    except h11.RemoteProtocolError:
        return None
    if not isinstance(event, h11.Request):
        return None
    content, whole = _content(connection)
    path, _, query = event.target.partition(b"?")
    routed = _ABSOLUTE.sub(b"", path) or b"/"
    decoded = percent_decode(routed.decode("latin-1"))
    scope = {
        "type": "http",
        "scheme": scheme,
        "method": event.method.decode("ascii"),
        "http_version": version or event.http_version.decode("ascii"),
        "path": decoded,
        "raw_path": path,
        "query_string": query,
        "headers": _fields(octets) or list(event.headers),
        "client": ("127.0.0.1", port),
        "path_params": _params(decoded),
    }
    try:
        return asyncio.run(_report(scope, content, whole=whole))
    except unireq.UnireqError:
        return None


def _content(connection: h11.Connection) -> tuple[bytes, bool]:
    """The content, as far as it can be read, and whether it is whole."""
    content = b""
    try:
        while isinstance(event := connection.next_event(), h11.Data):
            content += event.data
    except h11.RemoteProtocolError:
        return content, False
    return content, isinstance(event, h11.EndOfMessage)


def _fields(octets: bytes) -> list[tuple[bytes, bytes]]:
    """The fields of a message that h11 has read, which leaves lengths as they are; [] if folded."""
    lines = octets.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    if any(line[:1] in {b" ", b"\t"} or b"\n" in line for line in lines):
        return []
    pairs = (line.partition(b":") for line in lines)
    return [(name.lower(), value.strip(b" \t")) for name, _, value in pairs]


async def _report(scope: dict[str, Any], content: bytes, *, whole: bool) -> dict[str, Any]:
    events: list[dict[str, Any]] = [
        {"type": "http.request", "body": content, "more_body": not whole},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return events.pop(0) if len(events) > 1 else events[0]

    request: Any = unireq.from_asgi(scope, receive)
    if (handler := make_handlers("").get(scope["path"])) is not None:
        try:
            wire = (await Handler(handler).acall(request)).for_method(scope["method"])
        except Exception:  # noqa: BLE001  # a framework makes the same of whatever a handler raises
            return {"response": {"status": 500}}
        return {"response": received(Reply(wire.status, tuple(wire.fields), wire.content))}
    body = await aperform(lambda: request, lambda: read_asgi(scope, request.receive))
    return {"unireq": request.to_dict(), "derived": derived(request), "body": body}


def _params(path: str) -> dict[str, Any]:
    found = re.fullmatch(r"/params/([a-z]+)/(.*)", path, re.DOTALL)
    pattern, kind = _KINDS.get(found[1], ("", str)) if found else ("", str)
    matches = found is not None and re.fullmatch(pattern, found[2], re.DOTALL)
    return {"value": kind(found[2])} if found and matches else {}
