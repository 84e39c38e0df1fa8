"""Abstract requests as JSON: what a failure file keeps, so that its clause can be checked again.

Rule: all of it is kept, bytes as ISO-8859-1 text; `decode(encode(request)) == request`.
"""

from __future__ import annotations

from typing import Any

from unireq_conformance.layers import LAYERS_FIELD, AbstractLayers
from unireq_conformance.model import AbstractRequest, Cookie, Field, Parameter, Piece, Pieces
from unireq_conformance.proxies import PROXIES_FIELD, AbstractProxies
from unireq_conformance.runs.contents import decode_content, encode_content
from unireq_conformance.runs.fields import Node
from unireq_conformance.runs.responses import decode_response, encode_response

__all__ = ["decode", "encode"]

_SLASHES = 1000
"""More than any server takes."""


def encode(request: AbstractRequest) -> dict[str, Any]:
    """`request` as JSON."""
    return {
        "method": request.method,
        "path": _pieces(request.path),
        "query": None
        if request.query is None
        else [
            {"name": _pieces(p.name), "value": None if p.value is None else _pieces(p.value)}
            for p in request.query
        ],
        "host": request.host,
        "fields": [
            {
                "name": line.name,
                "value": line.value.decode("latin-1"),
                "before": line.before.decode("latin-1"),
                "after": line.after.decode("latin-1"),
                "members": None if line.members is None else list(line.members),
            }
            for line in request.fields
        ],
        "cookies": [
            [
                {"name": c.name, "value": c.value, "octets": c.octets.decode("latin-1")}
                for c in pieces
            ]
            for pieces in request.cookies
        ],
        "slashes": request.slashes,
        "version": request.version,
        "body": request.body.decode("latin-1"),
        "content": None if request.content is None else encode_content(request.content),
        "message": None if request.message is None else request.message.decode("latin-1"),
        "response": None if request.response is None else encode_response(request.response),
        "layers": None
        if request.layers is None
        else {"instruction": request.layers.instruction, "expected": request.layers.expected},
        "proxies": None
        if request.proxies is None
        else {"policy": request.proxies.policy, "expected": request.proxies.expected},
    }


def _pieces(pieces: Pieces) -> list[dict[str, Any]]:
    return [{"text": p.text, "octets": p.octets.decode("latin-1"), "kind": p.kind} for p in pieces]


def decode(node: Node) -> AbstractRequest:
    """The request that `node` says.

    Raises:
        Unusable: It says none.
    """
    query, slashes, content = node["query"], node["slashes"], node.find("content")
    message, response, layers = (node.find(name) for name in ("message", "response", "layers"))
    proxies = node.find("proxies")
    if not 0 <= slashes.number <= _SLASHES:
        slashes.refuse(f"a number from 0 to {_SLASHES}")
    request = AbstractRequest(
        method=node["method"].text,
        path=_read_pieces(node["path"]),
        query=None if query.value is None else tuple(map(_read_parameter, query.elements())),
        host=node["host"].text,
        fields=tuple(map(_read_field, node["fields"].elements())),
        cookies=tuple(
            tuple(map(_read_cookie, pieces.elements())) for pieces in node["cookies"].elements()
        ),
        slashes=slashes.number,
        version=node["version"].text,
        body=node["body"].octets,
        content=None if content is None else decode_content(content),
        message=None if message is None else message.octets,
        response=None if response is None else decode_response(response),
        layers=None if layers is None else _read_layers(layers),
        proxies=None if proxies is None else _read_proxies(proxies),
    )
    try:
        request.render()
    except UnicodeEncodeError:
        node.refuse("a request whose method, version, host and field names are ASCII")
    return request


def _read_pieces(node: Node) -> Pieces:
    return tuple(
        Piece(each["text"].text, each["octets"].octets, each["kind"].text)
        for each in node.elements()
    )


def _read_parameter(node: Node) -> Parameter:
    value = node["value"]
    return Parameter(
        _read_pieces(node["name"]), None if value.value is None else _read_pieces(value)
    )


def _read_field(node: Node) -> Field:
    members = node["members"]
    return Field(
        node["name"].text,
        node["value"].octets,
        before=node["before"].octets,
        after=node["after"].octets,
        members=None
        if members.value is None
        else tuple(member.text for member in members.elements()),
    )


def _read_cookie(node: Node) -> Cookie:
    name, value = node["name"], node["value"]
    return Cookie(
        None if name.value is None else name.text,
        None if value.value is None else value.text,
        node["octets"].octets,
    )


def _read_layers(node: Node) -> AbstractLayers:
    instruction = node["instruction"]
    if not (instruction.text.isascii() and instruction.text.isprintable()):
        instruction.refuse(f"JSON text in ASCII, as in {LAYERS_FIELD}")
    return AbstractLayers(instruction.text, node["expected"].text)


def _read_proxies(node: Node) -> AbstractProxies:
    policy = node["policy"]
    if not (policy.text.isascii() and policy.text.isprintable()):
        policy.refuse(f"JSON text in ASCII, as in {PROXIES_FIELD}")
    return AbstractProxies(policy.text, node["expected"].text)
