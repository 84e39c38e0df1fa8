"""unireq: one web Request for every Python framework.

    request = unireq.from_native(native)    # of Starlette, FastAPI, Django, Flask, Sanic, ...
    request.headers["user-agent"]           # a real dict, with the same content everywhere

The same bytes give the same values on every framework: docs/specification.md lists them. The API
for authors of adapters is `unireq.adapter`.
"""

from typing import TYPE_CHECKING, Any

from unireq._body.form_data import Files, FormData
from unireq._body.limits import Limits
from unireq._body.uploads import UploadedFile
from unireq._connection import Address
from unireq._cookies import Cookies
from unireq._current import current_request
from unireq._detect import from_asgi, from_native, from_wsgi
from unireq._diff import diff
from unireq._errors import (
    Abort,
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
from unireq._facts import new_session_hash
from unireq._headers import Headers
from unireq._request import Request
from unireq._response import Response
from unireq._url import URL
from unireq._urlencoded import QueryParams
from unireq._version import __version__

if TYPE_CHECKING:
    from unireq._authorization import Authorization
    from unireq._handlers.param import Param
    from unireq._layers.head import ResponseHead, Sent
    from unireq._layers.middleware import AsyncSteps, Middleware, Steps, middleware
    from unireq._media_type import MediaType
    from unireq._proxies import Forwarded, TrustedProxies

__all__ = [
    "URL",
    "Abort",
    "Address",
    "AsyncSteps",
    "Authorization",
    "BodyConsumed",
    "BodyNotRead",
    "BodyTooLarge",
    "Cookies",
    "Files",
    "FormData",
    "Forwarded",
    "Headers",
    "IncompleteBody",
    "InvalidParameter",
    "Limits",
    "MalformedBody",
    "MediaType",
    "Middleware",
    "NoCurrentRequest",
    "Param",
    "QueryParams",
    "Request",
    "RequestError",
    "Response",
    "ResponseHead",
    "Sent",
    "Steps",
    "StorageError",
    "TooManyFields",
    "TrustedProxies",
    "UnireqError",
    "UnknownNative",
    "UnsupportedCoding",
    "UploadedFile",
    "__version__",
    "current_request",
    "diff",
    "from_asgi",
    "from_native",
    "from_wsgi",
    "middleware",
    "new_session_hash",
]


# Imported on first use: most programs don't need them.
_LATER = {
    "AsyncSteps": "_layers.middleware",
    "Authorization": "_authorization",
    "Forwarded": "_proxies",
    "MediaType": "_media_type",
    "Middleware": "_layers.middleware",
    "Param": "_handlers.param",
    "middleware": "_layers.middleware",
    "ResponseHead": "_layers.head",
    "Sent": "_layers.head",
    "Steps": "_layers.middleware",
    "TrustedProxies": "_proxies",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"unireq.{_LATER[name]}"), name)
    globals()[name] = value
    return value
