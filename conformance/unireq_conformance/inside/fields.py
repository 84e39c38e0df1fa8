"""What unireq says that single fields mean, and what follows from the URL (FLD)."""

from __future__ import annotations

from typing import Any

import unireq

__all__ = ["read_fields"]


def read_fields(request: unireq.Request) -> dict[str, Any]:
    """The parsed fields of `request`, JSON-able.

    The request itself says in fields of its own what is offered and joined: `X-Types`,
    `X-Languages`, `X-Reference`.
    """
    headers, media, given = request.headers, request.content_type, request.authorization
    return {
        "content_type": media and {"text": str(media), **_members(media, _OF_MEDIA_TYPE)},
        "content_length": request.content_length,
        "authorization": given and {**_members(given, _OF_CREDENTIALS), "shown": repr(given)},
        "preferred_type": request.preferred_type(*headers.getlist("x-types")),
        "preferred_language": request.preferred_language(*headers.getlist("x-languages")),
        "origin": request.url.origin,
        "joined": str(request.url.join(headers.get("x-reference", ""))),
        "joined_origin": request.url.join(headers.get("x-reference", "")).origin,
    }


_OF_MEDIA_TYPE = ("essence", "type", "subtype", "parameters", "charset")
_OF_CREDENTIALS = ("scheme", "token", "parameters", "username", "password")


def _members(value: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}
