"""What unireq says that single fields mean, and what follows from the URL (FLD)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unireq


def field_readers(request: unireq.Request) -> dict[str, Callable[[], Any]]:
    """How each parsed field of `request` is read, JSON-able.

    The request itself says in fields of its own what is offered and joined: `X-Types`,
    `X-Languages`, `X-Reference`.
    """
    headers = request.headers

    def content_type() -> Any:
        media = request.content_type
        return media and {"text": str(media), **_members(media, _OF_MEDIA_TYPE)}

    def authorization() -> Any:
        given = request.authorization
        return given and {**_members(given, _OF_CREDENTIALS), "shown": repr(given)}

    def joined() -> unireq.URL:
        return request.url.join(headers.get("x-reference", ""))

    return {
        "content_type": content_type,
        "content_length": lambda: request.content_length,
        "authorization": authorization,
        "preferred_type": lambda: request.preferred_type(*headers.getlist("x-types")),
        "preferred_language": lambda: request.preferred_language(*headers.getlist("x-languages")),
        "origin": lambda: request.url.origin,
        "joined": joined,
        "joined_origin": lambda: joined().origin,
    }


_OF_MEDIA_TYPE = ("essence", "type", "subtype", "parameters", "charset")
_OF_CREDENTIALS = ("scheme", "token", "parameters", "username", "password")


def _members(value: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}
