"""Responses as JSON: the part of a request in a failure file that is about its response."""

from __future__ import annotations

from typing import Any

from unireq_conformance.response import RESPOND_FIELD, AbstractResponse
from unireq_conformance.runs.fields import Node

__all__ = ["decode_response", "encode_response"]


def encode_response(response: AbstractResponse) -> dict[str, Any]:
    """`response` as JSON."""
    return {
        "instruction": response.instruction,
        "status": response.status,
        "fields": [list(field) for field in response.fields],
        "content": response.content.decode("latin-1"),
        "members": response.members,
        "refused": response.refused,
    }


def decode_response(node: Node) -> AbstractResponse:
    """The response that `node` says.

    Raises:
        Unusable: It says none.
    """
    instruction = node["instruction"]
    if instruction.text and not (instruction.text.isascii() and instruction.text.isprintable()):
        instruction.refuse(f"JSON text in ASCII, as in {RESPOND_FIELD}")
    return AbstractResponse(
        instruction.text,
        node["status"].number,
        tuple(_field(each) for each in node["fields"].elements()),
        node["content"].octets,
        node["members"].text,
        node["refused"].value is True,
    )


def _field(node: Node) -> tuple[str, str]:
    pair = list(node.elements())
    if len(pair) != 2:
        node.refuse("a name and a value")
    return pair[0].text, pair[1].text
