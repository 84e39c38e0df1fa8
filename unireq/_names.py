"""What other frameworks call things, so that asking for their name gives ours.

The names are attributes of the class that raise. A `__getattr__` could do the same, but its mere
presence makes reading every other attribute a third slower.
"""

from __future__ import annotations

from typing import NoReturn

__all__ = ["OTHER_NAMES", "OtherName", "elsewhere"]

_OURS = {
    "args": "query_params",
    "base_url": "url",
    "COOKIES": "cookies",
    "cookie": "cookies",
    "content_type": "get_header('content-type')",
    "ctx": "native.ctx",
    "data": "read()",
    "environ": "native",
    "FILES": "form().files",
    "files": "form().files",
    "form_data": "form()",
    "full_path": "url",
    "GET": "query_params",
    "get_data": "read()",
    "get_full_path": "url",
    "get_json": "json()",
    "get_host": "host",
    "header": "get_header(name)",
    "ip": "client.host",
    "is_secure": "scheme",
    "kwargs": "path_params",
    "match_info": "path_params",
    "META": "headers",
    "params": "query_params",
    "path_info": "path",
    "POST": "form()",
    "query": "query_params",
    "query_args": "query_params",
    "raw_url": "raw_path",
    "remote_addr": "client.host",
    "remote_user": "username",
    "scope": "native",
    "script_root": "root_path",
    "session": "native.session",
    "state": "native.state",
    "uri": "url",
    "user": "username",
    "verb": "method",
    "view_args": "path_params",
}


OTHER_NAMES = frozenset(_OURS)
"""The names of other frameworks that are known here."""


class OtherName:
    """An attribute that is an AttributeError which names ours: `hasattr` says that it isn't there.

    Args:
        name: What others call it.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, request: object, kind: type) -> NoReturn:
        name = self._name
        raise AttributeError(elsewhere(kind.__name__, name), name=name, obj=request)


def elsewhere(kind: str, name: str) -> str:
    """The message of the AttributeError for `name`, which others have and a `kind` does not."""
    return f"{kind!r} has no attribute {name!r}: use request.{_OURS[name]}"
