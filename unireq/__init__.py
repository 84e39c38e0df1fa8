"""unireq: one web Request for every Python framework.

    request = unireq.from_native(native)    # of Starlette, FastAPI, Django, Flask, Sanic, ...
    request.headers["user-agent"]           # a real dict, with the same content everywhere

The same bytes give the same answer, whichever framework received them: docs/specification.md says
which.
"""

from typing import TYPE_CHECKING, Any

from unireq._address import CLIENT_FIELDS, Address, settle_address
from unireq._body.cursors import Recording
from unireq._body.form_data import Files, FormData
from unireq._body.limits import Limits
from unireq._body.state import AsyncPull, Pull
from unireq._body.store import Store
from unireq._body.uploads import UploadedFile
from unireq._cookies import Cookies
from unireq._current import as_current, current_request
from unireq._detect import from_asgi, from_native, from_wsgi
from unireq._diff import diff
from unireq._errors import (
    BodyConsumed,
    BodyNotRead,
    BodyTooLarge,
    IncompleteBody,
    InvalidParameter,
    MalformedBody,
    NoCurrentRequest,
    RequestError,
    StorageError,
    TooManyFields,
    UnireqError,
    UnknownNative,
    UnsupportedCoding,
)
from unireq._headers import (
    Headers,
    get_from_environ,
    get_from_head,
    get_from_pairs,
    headers_from_environ,
    headers_from_head,
    headers_from_pairs,
)
from unireq._native import NativeRequest, Opener, UsernameGetter
from unireq._octets import octets, percent_decode, utf8
from unireq._protocol import settle_http_version, settle_scheme
from unireq._query import QueryParams
from unireq._request import Request
from unireq._response import Response, Wire
from unireq._session import new_session_hash
from unireq._set_cookie import SameSite
from unireq._target import decode_raw_path
from unireq._url import URL
from unireq._version import __version__

if TYPE_CHECKING:
    from unireq._handlers.handler import Handler, InThread, to_response
    from unireq._handlers.injection import Finder, Found, Injection, among
    from unireq._handlers.param import Param
    from unireq._problem import problem

__all__ = [
    "CLIENT_FIELDS",
    "URL",
    "Address",
    "AsyncPull",
    "BodyConsumed",
    "BodyNotRead",
    "BodyTooLarge",
    "Cookies",
    "Files",
    "Finder",
    "FormData",
    "Found",
    "Handler",
    "Headers",
    "InThread",
    "IncompleteBody",
    "Injection",
    "InvalidParameter",
    "Limits",
    "MalformedBody",
    "NativeRequest",
    "NoCurrentRequest",
    "Opener",
    "Param",
    "Pull",
    "QueryParams",
    "Recording",
    "Request",
    "RequestError",
    "Response",
    "SameSite",
    "StorageError",
    "Store",
    "TooManyFields",
    "UnireqError",
    "UnknownNative",
    "UnsupportedCoding",
    "UploadedFile",
    "UsernameGetter",
    "Wire",
    "__version__",
    "among",
    "as_current",
    "current_request",
    "decode_raw_path",
    "diff",
    "from_asgi",
    "from_native",
    "from_wsgi",
    "get_from_environ",
    "get_from_head",
    "get_from_pairs",
    "headers_from_environ",
    "headers_from_head",
    "headers_from_pairs",
    "new_session_hash",
    "octets",
    "percent_decode",
    "problem",
    "settle_address",
    "settle_http_version",
    "settle_scheme",
    "to_response",
    "utf8",
]

# What handlers need looks into functions, which most programs that import unireq never do.
_LAZY = {
    "Finder": "_handlers.injection",
    "Found": "_handlers.injection",
    "Handler": "_handlers.handler",
    "InThread": "_handlers.handler",
    "Injection": "_handlers.injection",
    "Param": "_handlers.param",
    "among": "_handlers.injection",
    "problem": "_problem",
    "to_response": "_handlers.handler",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"unireq.{_LAZY[name]}"), name)
    globals()[name] = value
    return value
