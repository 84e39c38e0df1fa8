"""What other frameworks call things, so that asking for their name gives ours."""

from __future__ import annotations

__all__ = ["elsewhere"]

_OURS = {
    "args": "query_params",
    "base_url": "url",
    "COOKIES": "cookies",
    "cookie": "cookies",
    "content_type": "get_header('content-type')",
    "ctx": "native.ctx",
    "environ": "native",
    "full_path": "url",
    "GET": "query_params",
    "get_full_path": "url",
    "get_host": "host",
    "header": "get_header(name)",
    "ip": "client.host",
    "is_secure": "scheme",
    "kwargs": "path_params",
    "match_info": "path_params",
    "META": "headers",
    "params": "query_params",
    "path_info": "path",
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


def elsewhere(kind: str, name: str) -> str:
    """The message of the AttributeError for `name`, which a `kind` does not have."""
    if (ours := _OURS.get(name)) is not None:
        return f"{kind!r} has no attribute {name!r}: use request.{ours}"
    return f"{kind!r} has no attribute {name!r}; the framework's own request is request.native"
