"""Abstract requests as JSON: what a failure file keeps, so that its clause can be checked again.

Rule: all of it is kept; `decode(encode(request)) == request`. What is no request is `Unusable`.
"""

from __future__ import annotations

from typing import Any, Final

from unireq_conformance.model import AbstractRequest
from unireq_conformance.runs import codec
from unireq_conformance.runs.fields import Node

__all__ = ["LIMITS", "check", "decode", "encode"]


def _is_line(text: str) -> bool:
    return not text or (text.isascii() and text.isprintable())


def _are_sizes(sizes: tuple[int, ...]) -> bool:
    return all(size > 0 for size in sizes)


LIMITS: Final[codec.Limits] = {
    # More than any server takes, and than any clause wants.
    "slashes": (lambda number: 0 <= number <= 1000, "a number from 0 to 1000"),
    "pause": (lambda seconds: 0 <= seconds <= 1, "a number of seconds from 0 to 1"),
    "chunks": (_are_sizes, "numbers of bytes, 1 or more"),
    "writes": (_are_sizes, "numbers of bytes, 1 or more"),
    "instruction": (_is_line, "JSON text in ASCII, as the field has it that tells it"),
    "operation": (_is_line, "a step that a field can name"),
}


def encode(request: AbstractRequest) -> dict[str, Any]:
    """`request` as JSON."""
    found: dict[str, Any] = codec.encode(request)
    return found


def decode(node: Node) -> AbstractRequest:
    """The request that `node` says."""
    return check(codec.decode(AbstractRequest, node, LIMITS), node)


def check(request: AbstractRequest, node: Node) -> AbstractRequest:
    """`request`, which `node` says, if it can be sent."""
    try:
        request.render()
    except UnicodeEncodeError:
        node.refuse("a request whose method, version, host and field names are ASCII")
    return request
