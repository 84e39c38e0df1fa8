"""Reads whatever a request has to tell."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import unireq

METADATA = tuple(
    name
    for name, value in vars(unireq.Request).items()
    if isinstance(value, property) and name != "native" and not name.startswith("_")
)
"""Every public property of a request but `native`."""


NOTHING = {
    "unireq": 1,
    "method": "GET",
    "scheme": "http",
    "http_version": "1.1",
    "host": None,
    "path": "/",
    "root_path": "",
    "raw_path": None,
    "query_string": "",
    "headers": {},
    "client": None,
    "path_params": {},
    "session_hash": None,
    "body": None,
}
"""What is told of a request that has the least that it may have."""


def read_everything(request: unireq.Request, *, username: bool = True) -> dict[str, Any]:
    """Call all that is public and reads; returns `to_dict()`."""
    for name in METADATA:
        if username or name != "username":
            getattr(request, name)
    for field in ("x-foo", "X-FOO", "host", "content-type", "absent"):
        assert request.get_header(field) == request.headers.get(field)
    for name in request.headers:
        request.headers.getlist(name)
    for name in request.cookies:
        request.cookies.getlist(name)
    request.query_params.multi_items()
    url = request.url
    assert url == url.with_(scheme=url.scheme)
    assert unireq.diff(request, request) == {}
    assert repr(request)
    for copied in (copy.copy(request), copy.deepcopy(request), request.replace(method="PUT")):
        assert copied.path == request.path
    assert pickle.loads(pickle.dumps(request)).headers == request.headers  # noqa: S301
    facts = request.to_dict()
    assert unireq.diff(unireq.Request.from_dict(facts), request) == {}
    return facts
