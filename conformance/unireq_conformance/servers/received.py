"""What a client received of a handler's response, without what is the server's own.

Rule: names are compared in lower case, order only among fields of one name. Left out are Date,
Server, Connection, Keep-Alive and the fields of framing, which are told apart; the mark of our own
server; and what the target is declared to add, which must be there. Source: RFC 9110 5.3, 6.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from unireq_conformance.apps import NONCE_FIELD
from unireq_conformance.content import octets
from unireq_conformance.response import INJECTED
from unireq_conformance.servers.reply import Reply

__all__ = ["Added", "received"]

_SERVERS_OWN: Final = frozenset({"date", "server", "connection", "keep-alive", NONCE_FIELD})
_FRAMING: Final = frozenset({"content-length", "transfer-encoding"})


@dataclass(frozen=True)
class Added:
    """A field that a target adds to responses.

    Attributes:
        name: Its name, in lower case.
        value: Its value.
        statuses: To which; to all for none.
    """

    name: str
    value: str
    statuses: tuple[int, ...] = ()


def received(reply: Reply, added: Iterable[Added] = ()) -> dict[str, Any]:
    """What came back, as JSON.

    It has `status`; `fields`, the values by name; `framing`, the same for fields of framing;
    `content`, as the outcome of a step has bytes; `text`, the content as ISO-8859-1; `behind`, how
    many bytes came behind the response; `missing`, the declared fields that are not there;
    `injected`, whether what would inject has come as far as the head.
    """
    pairs = [(name.lower(), value) for name, value in reply.headers]
    missing: list[str] = []
    for each in added:
        if each.statuses and reply.status not in each.statuses:
            continue
        if (each.name, each.value) in pairs:
            pairs.remove((each.name, each.value))
        else:
            missing.append(each.name)
    fields: dict[str, list[str]] = {}
    framing: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in _SERVERS_OWN:
            (framing if name in _FRAMING else fields).setdefault(name, []).append(value)
    head = reply.raw.partition(b"\r\n\r\n")[0] + repr(reply.headers).encode()
    return {
        "status": reply.status,
        "fields": fields,
        "framing": framing,
        "content": octets(reply.body),
        "text": reply.body.decode("latin-1"),
        "behind": reply.behind,
        "missing": missing,
        "injected": INJECTED.lower().encode() in head.lower(),
    }
