"""A second opinion on bytes: what h11 reads, as the normal form.

It serves where a deviation says no more than its witness. h11 takes the message apart, and the bare
ASGI adapter gives the form of what came out.
"""

from __future__ import annotations

from typing import Any

import h11

import unireq
from unireq.adapter import percent_decode

__all__ = ["normal_form", "reference_form"]


def normal_form(request: unireq.Request) -> dict[str, Any]:
    """What `request` says, JSON-able, but for the connection."""
    facts = request.to_dict()
    for name in ("client", "path_params", "root_path", "unireq", "username"):
        facts.pop(name, None)
    cookies, query = request.cookies, request.query_params
    return {
        **facts,
        "url": str(request.url),
        "cookies": {name: cookies.getlist(name) for name in cookies},
        "query_params": [list(pair) for pair in query.multi_items()],
    }


def reference_form(octets: bytes) -> dict[str, Any] | None:
    """The normal form of the request `octets`; None if h11 refuses it."""
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(octets)
    try:
        event = connection.next_event()
    except h11.RemoteProtocolError:
        return None
    if not isinstance(event, h11.Request):
        return None
    path, _, query = event.target.partition(b"?")
    scope = {
        "type": "http",
        "method": event.method.decode("ascii"),
        "http_version": event.http_version.decode("ascii"),
        "path": percent_decode(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "headers": list(event.headers),
    }
    return normal_form(unireq.from_asgi(scope))
