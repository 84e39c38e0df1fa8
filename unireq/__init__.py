"""unireq: one web Request for every Python framework.

    request = unireq.from_native(native)    # of Starlette, FastAPI, Django, Flask, Sanic, ...
    request.headers["user-agent"]           # a real dict, with the same content everywhere

The same bytes give the same answer, whichever framework received them: docs/specification.md says
which.
"""

from unireq._address import Address, settle_address
from unireq._body.form_data import Files, FormData
from unireq._body.limits import Limits
from unireq._body.state import AsyncPull, Pull
from unireq._body.store import Store
from unireq._body.uploads import UploadedFile
from unireq._cookies import Cookies
from unireq._detect import from_asgi, from_native, from_wsgi
from unireq._diff import diff
from unireq._errors import (
    BodyConsumed,
    BodyNotRead,
    BodyTooLarge,
    IncompleteBody,
    MalformedBody,
    RequestError,
    TooManyFields,
    UnireqError,
    UnknownNative,
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
from unireq._protocol import settle_http_version
from unireq._query import QueryParams
from unireq._request import Request
from unireq._target import decode_raw_path
from unireq._url import URL
from unireq._version import __version__

__all__ = [
    "URL",
    "Address",
    "AsyncPull",
    "BodyConsumed",
    "BodyNotRead",
    "BodyTooLarge",
    "Cookies",
    "Files",
    "FormData",
    "Headers",
    "IncompleteBody",
    "Limits",
    "MalformedBody",
    "NativeRequest",
    "Opener",
    "Pull",
    "QueryParams",
    "Request",
    "RequestError",
    "Store",
    "TooManyFields",
    "UnireqError",
    "UnknownNative",
    "UploadedFile",
    "UsernameGetter",
    "__version__",
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
    "octets",
    "percent_decode",
    "settle_address",
    "settle_http_version",
    "utf8",
]
