"""Why something is slower than native, or misses its goal, as docs/performance.md says it.

A reason says what the code does, without figures, so that it is true until that changes.
"""

from __future__ import annotations

__all__ = ["reason_for"]

_ALL_FIELDS = (
    "native stops at the first field of the name; unireq looks at all, to join repeated ones"
)
_PARSED = (
    "Sanic has parsed the fields before there is a request; unireq reads the bytes of the head"
)
_ENVIRON = "the fields are among the server's own keys: every key of the environ is looked up"
_FEW_FIELDS = "with few fields, the making of our request is the difference"
_NONE_SENT = "where none is sent, the making of our request is the difference"
_KEPT = "native returns the URL that it keeps; unireq first compares what its own was made from"

# By (subject, operation), as `reason_for` takes them; the subject "" is any.
_REASONS = {
    ("", "construct"): (
        "what is left: a look-up of the native request's type, one object, the stores of its slots"
    ),
    ("ASGI", "construct"): "unireq checks that it is the scope of a request",
    ("", "path_params"): "native hands out its own dict; unireq makes its request, and a copy",
    ("", "client"): (
        "native hands out what the server says; unireq makes its request, checks the address, and"
        " looks for a proxy's field that names it: then the port may be the proxy's"
    ),
    ("Sanic", "client"): (
        "native hands out the peer's address; unireq makes its request, checks the address, and"
        " looks into the configuration for a trusted proxy"
    ),
    ("", "host"): (
        "unireq makes its request, keeps what host and URL depend on, for the next access, and"
        " checks the form of the target and of the host"
    ),
    ("", "url"): "as for the host; and unireq checks that the path as sent is the one routed on",
    ("", "url, second"): "unireq first compares what its URL was made from, the settings too",
    ("Starlette", "url, second"): _KEPT,
    ("ASGI", "url, second"): _KEPT,
    ("Flask", "url, second"): _KEPT,
    ("WSGI", "url, second"): _KEPT,
    ("", "headers"): (
        "every name is looked up, and all values are checked for spaces and control characters"
    ),
    ("Starlette", "headers"): _FEW_FIELDS,
    ("ASGI", "headers"): _FEW_FIELDS,
    ("Flask", "headers"): _ENVIRON,
    ("Django WSGI", "headers"): _ENVIRON,
    ("Sanic", "headers"): _PARSED,
    ("Starlette", "header"): _ALL_FIELDS,
    ("ASGI", "header"): _ALL_FIELDS,
    ("Flask", "header"): (
        "native looks up one key; unireq makes its request, looks up the key, and checks the value"
        " for spaces and control characters"
    ),
    ("Sanic", "header"): f"{_PARSED}, and looks for all fields of the name, to join repeated ones",
    ("Starlette", "cookies"): _NONE_SENT,
    ("ASGI", "cookies"): _NONE_SENT,
    ("Django WSGI", "cookies"): _NONE_SENT,
    ("Django ASGI", "cookies"): (
        "Django has copied the fields to META already; unireq looks at all fields of the scope"
    ),
    ("Sanic", "cookies"): f"{_PARSED}; {_NONE_SENT}",
    ("Sanic", "query"): _NONE_SENT,
    ("", "everything"): (
        "the largest part is the headers: every name is looked up, and all values are checked"
    ),
    ("Sanic", "everything"): f"{_PARSED}; with few fields, the checks of the address count too",
    ("Starlette on uvicorn", "a few"): f"our request is made first; {_ALL_FIELDS}",
    ("Starlette on uvicorn, all Python", "a few"): f"our request is made first; {_ALL_FIELDS}",
    ("Flask on gunicorn", "a few"): "our request is made first; natively, one key is looked up",
    ("Sanic", "a few"): _PARSED,
    ("", "a few, beside nothing"): "our request is made, and three facts are read of it",
    ("Starlette on uvicorn", "a few, beside nothing"): (
        "httptools and uvloop are in C, so there are few instructions to compare with: reading the"
        " same natively takes up the goal already"
    ),
    ("Flask on gunicorn", "a few, beside nothing"): "reading the same natively costs no less",
    ("Sanic", "a few, beside nothing"): f"{_PARSED}, the whole head for one field",
}


def reason_for(subject: str, operation: str) -> str | None:
    """Why `subject` takes the time that it takes for `operation`; None if nobody has said.

    Args:
        subject: The name of a framework, or of a server with one.
        operation: What is asked; ", second" for the second time, ", beside nothing" where the other
            side reads nothing.
    """
    return _REASONS.get((subject, operation)) or _REASONS.get(("", operation))
