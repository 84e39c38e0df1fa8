"""The API for authors of adapters; the API for users is `unireq`.

    from unireq.adapter import NativeRequest

An adapter subclasses `NativeRequest` and returns the raw facts of its framework's request; the core
interprets them. docs/write-an-adapter.md is a tutorial. The adapters that come with unireq use only
these names.
"""

from typing import TYPE_CHECKING, Any

from unireq._adapters import loaded_class, make_opener
from unireq._body.cursors import BodyTee
from unireq._body.spooled_body import SpooledBody
from unireq._body.state import AsyncReadBody, ReadBody
from unireq._body.threads import finish, in_async_code, read_elsewhere
from unireq._connection import (
    CLIENT_FIELDS,
    normalize_address,
    normalize_http_version,
    normalize_scheme,
)
from unireq._current import request_context
from unireq._fields import parse_content_length
from unireq._headers import (
    header_from_asgi,
    header_from_h1_head,
    header_from_wsgi,
    headers_from_asgi,
    headers_from_h1_head,
    headers_from_wsgi,
)
from unireq._native import NativeRequest, Opener
from unireq._response import RawResponse
from unireq._url import decode_raw_path
from unireq._urlencoded import latin1_to_bytes, latin1_to_utf8, percent_decode
from unireq._user import UsernameGetter

if TYPE_CHECKING:
    from unireq._handlers.handler import (
        Handler,
        RunInThread,
        error_response,
        make_response,
        problem_response,
    )
    from unireq._handlers.injection import FindNative, FoundNative, Injection, find_in_arguments
    from unireq._layers.contexts import InContext, in_new_task
    from unireq._layers.middleware import checked_layers, merged_layers
    from unireq._layers.run import Around, Wait
    from unireq._proxies import believe_proxies, merged_proxies

__all__ = [
    "CLIENT_FIELDS",
    "Around",
    "AsyncReadBody",
    "BodyTee",
    "FindNative",
    "FoundNative",
    "Handler",
    "InContext",
    "Injection",
    "NativeRequest",
    "Opener",
    "RawResponse",
    "ReadBody",
    "RunInThread",
    "SpooledBody",
    "UsernameGetter",
    "Wait",
    "believe_proxies",
    "checked_layers",
    "decode_raw_path",
    "error_response",
    "find_in_arguments",
    "finish",
    "header_from_asgi",
    "header_from_h1_head",
    "header_from_wsgi",
    "headers_from_asgi",
    "headers_from_h1_head",
    "headers_from_wsgi",
    "in_async_code",
    "in_new_task",
    "latin1_to_bytes",
    "latin1_to_utf8",
    "loaded_class",
    "make_opener",
    "make_response",
    "merged_layers",
    "merged_proxies",
    "normalize_address",
    "normalize_http_version",
    "normalize_scheme",
    "parse_content_length",
    "percent_decode",
    "problem_response",
    "read_elsewhere",
    "request_context",
]

# These inspect functions. They are imported on first use: an adapter that only opens requests
# doesn't need them.
_LATER = {
    "Around": "_layers.run",
    "FindNative": "_handlers.injection",
    "FoundNative": "_handlers.injection",
    "Handler": "_handlers.handler",
    "InContext": "_layers.contexts",
    "Injection": "_handlers.injection",
    "RunInThread": "_handlers.handler",
    "Wait": "_layers.run",
    "believe_proxies": "_proxies",
    "checked_layers": "_layers.middleware",
    "error_response": "_handlers.handler",
    "find_in_arguments": "_handlers.injection",
    "in_new_task": "_layers.contexts",
    "make_response": "_handlers.handler",
    "merged_layers": "_layers.middleware",
    "merged_proxies": "_proxies",
    "problem_response": "_handlers.handler",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"unireq.{_LATER[name]}"), name)
    globals()[name] = value
    return value
