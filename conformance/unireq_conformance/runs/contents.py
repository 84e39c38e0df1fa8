"""Content as JSON: the part of a request in a failure file that is about its body."""

from __future__ import annotations

import json
from typing import Any

from unireq_conformance.content import PROBE_FIELD, Content, Framing, Step
from unireq_conformance.runs.fields import Node

__all__ = ["decode_content", "encode_content"]

_LONGEST_PAUSE = 1000
"""Milliseconds: more than any clause wants."""


def encode_content(content: Content) -> dict[str, Any]:
    """`content` as JSON."""
    media_type, framing = content.media_type, content.framing
    return {
        "data": content.data.decode("latin-1"),
        "media_type": None if media_type is None else media_type.decode("latin-1"),
        "framing": None
        if framing is None
        else {
            "chunks": None if framing.chunks is None else list(framing.chunks),
            "extension": framing.extension.decode("latin-1"),
            "writes": list(framing.writes),
            "milliseconds": round(framing.pause * 1000),
            "missing": framing.missing,
            "extra": framing.extra.decode("latin-1"),
        },
        "steps": [
            {"operation": step.operation, "expected": json.loads(step.expected)}
            for step in content.steps
        ],
    }


def decode_content(node: Node) -> Content:
    """The content that `node` says.

    Raises:
        Unusable: It says none.
    """
    media_type, framing = node["media_type"], node.find("framing")
    return Content(
        node["data"].octets,
        None if media_type.value is None else media_type.octets,
        None if framing is None else _framing(framing),
        tuple(_step(step) for step in node["steps"].elements()),
    )


def _framing(node: Node) -> Framing:
    chunks, pause = node["chunks"], node["milliseconds"]
    if not 0 <= pause.number <= _LONGEST_PAUSE:
        pause.refuse(f"a number from 0 to {_LONGEST_PAUSE}")
    return Framing(
        None if chunks.value is None else _sizes(chunks),
        node["extension"].octets,
        _sizes(node["writes"]),
        pause.number / 1000,
        node["missing"].number,
        node["extra"].octets,
    )


def _sizes(node: Node) -> tuple[int, ...]:
    for size in node.elements():
        if size.number < 1:
            size.refuse("a number of bytes, 1 or more")
    return tuple(size.number for size in node.elements())


def _step(node: Node) -> Step:
    operation = node["operation"]
    if not operation.text.isascii() or not operation.text.isprintable():
        operation.refuse(f"a step that {PROBE_FIELD} can name")
    return Step(operation.text, json.dumps(node["expected"].value))
