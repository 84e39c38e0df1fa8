"""The names that other frameworks use for what a request or a response has.

Reading one raises an error with unireq's name; so does setting one of a response.

The names are class attributes that raise. A `__getattr__` could do the same, but its mere presence
makes reading every other attribute a third slower.

A hint must be true on every framework; a member that only some frameworks have is listed with their
names.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any, NoReturn

__all__ = [
    "METHODS",
    "OTHER_NAMES",
    "OTHER_NAMES_OF_RESPONSES",
    "Called",
    "OtherName",
    "OtherNameOfResponse",
    "elsewhere",
    "wrong_argument",
]

_QUERY = "request.query_params"
_FORM = "request.form(), in async code `await request.aform()`"
_JSON = "request.json(), in async code `await request.ajson()`"
_BODY = "request.read(), in async code `await request.aread()`, for the bytes of the body"
_FILES = "request.form().files, in async code `(await request.aform()).files`"
_CLIENT = "request.client, an Address with .host and .port; None if the server knows no client"
_TARGET = "request.url.path and request.url.query, as sent, or request.path, decoded"
_ON_HOST = 'request.url.with_(path="/...", query=""), a URL on the same host'
_STATE = (
    'request.state["my-library"], a dict; or the framework\'s own (Starlette:'
    " request.native.state; Sanic: request.native.ctx; Flask: flask.g; Django: attributes of"
    " request.native)"
)
_ROUTE = (
    "request.route for the template, request.view_name for the view, request.path_params for the"
    " path parameters; request.native for the framework's own"
)
_MEDIA_TYPE = ".essence of request.content_type, a MediaType or None: 'application/json'"
_CREDENTIALS = (
    "request.authorization, an Authorization with .scheme, .token, .username, ..., or None"
)
_ACCEPT = "request.preferred_type('text/html', 'application/json', ...)"
_NATIVE = "request.native, the framework's own request"

OTHER_NAMES = {
    "COOKIES": "request.cookies",
    "FILES": _FILES,
    "GET": _QUERY,
    "META": "request.headers for header fields, request.client, .scheme, .path, ... for the rest",
    "POST": _FORM,
    "access_route": "request.forwarded(proxies).chain, with proxies a unireq.TrustedProxies",
    "accept": _ACCEPT,
    "accept_languages": "request.preferred_language('en', 'de', ...)",
    "accept_mimetypes": _ACCEPT,
    "accepts": _ACCEPT,
    "app": (
        "the framework's own (Starlette, Sanic: request.native.app; Flask: flask.current_app;"
        " Django: django.conf.settings)"
    ),
    "args": _QUERY,
    "arguments": f"{_QUERY} and request.form()",
    "auth": (
        "request.username, the name; the rest is the framework's own (Starlette:"
        " request.native.auth)"
    ),
    "base_url": _ON_HOST,
    "blueprint": "the framework's own (Flask: request.native.blueprint)",
    "build_absolute_uri": _ON_HOST,
    "charset": "request.text(), which decodes the body, or .charset of request.content_type",
    "client_ip": _CLIENT,
    "content_params": ".parameters of request.content_type, a MediaType or None",
    "cookie": "request.cookies",
    "credentials": _CREDENTIALS,
    "ctx": _STATE,
    "data": f"{_BODY}, request.json() or request.form() for the parsed body",
    "endpoint": _ROUTE,
    "environ": f"{_NATIVE}; on bare WSGI it is the environ",
    "files": _FILES,
    "form_data": _FORM,
    "full_path": _TARGET,
    "g": _STATE,
    "get_data": _BODY,
    "get_full_path": _TARGET,
    "get_host": "request.host",
    "get_json": _JSON,
    "get_preferred_type": _ACCEPT,
    "get_port": "request.url.port; None if the client sent none, then the scheme's default applies",
    "header": "request.get_header(name)",
    "host_url": _ON_HOST,
    "hostname": "request.url.hostname",
    "ip": _CLIENT,
    "is_ajax": "request.get_header('x-requested-with')",
    "is_disconnected": "the framework's own (Starlette: await request.native.is_disconnected())",
    "is_json": _MEDIA_TYPE,
    "is_secure": "request.scheme in ('https', 'wss')",
    "json_body": _JSON,
    "kwargs": "request.path_params",
    "load_json": _JSON,
    "match_info": "request.path_params",
    "matchdict": "request.path_params",
    "mimetype": _MEDIA_TYPE,
    "mimetype_params": ".parameters of request.content_type, a MediaType or None",
    "params": _QUERY,
    "path_info": "request.path, which begins with request.root_path",
    "path_qs": _TARGET,
    "post": _FORM,
    "query": _QUERY,
    "query_args": _QUERY,
    "raw_url": f"{_TARGET}; request.raw_path for the bytes of the path",
    "referrer": "request.get_header('referer')",
    "rel_url": _TARGET,
    "remote": _CLIENT,
    "remote_addr": _CLIENT,
    "remote_user": "request.username",
    "resolver_match": _ROUTE,
    "root_url": _ON_HOST,
    "scope": f"{_NATIVE}; on bare ASGI it is the scope",
    "script_name": "request.root_path",
    "script_root": "request.root_path",
    "server_name": "request.url.hostname",
    "session": (
        "the framework's own (Django, and Starlette with its SessionMiddleware:"
        " request.native.session; Flask: flask.session)"
    ),
    "token": _CREDENTIALS,
    "uri": "request.url",
    "uri_template": "request.route",
    "url_for": (
        "the framework's own (Starlette, Sanic: request.native.url_for; Flask: flask.url_for;"
        " Django: django.urls.reverse)"
    ),
    "url_root": _ON_HOST,
    "url_rule": _ROUTE,
    "user": "request.username, the name; the user as an object is the framework's own",
    "user_agent": "request.get_header('user-agent')",
    "values": f"{_QUERY} and request.form()",
    "verb": "request.method",
    "version": "request.http_version",
    "view_args": "request.path_params",
}
"""What to use here instead of the names that other frameworks have for a request."""

METHODS = {
    "form": _FORM,
    "json": _JSON,
    "stream": "request.stream(), in async code request.astream()",
}
"""Names that are attributes in other frameworks and methods here: what to write instead."""


class OtherName:
    """An attribute that raises AttributeError with unireq's name; `hasattr` is False.

    Args:
        name: The name in other frameworks.
        hint: What to use here.
    """

    __slots__ = ("_hint", "_name")

    def __init__(self, name: str, hint: str) -> None:
        self._name = name
        self._hint = hint

    def __get__(self, owner: object, kind: type) -> NoReturn:
        name = self._name
        raise AttributeError(elsewhere(kind.__name__, name, self._hint), name=name, obj=owner)


def elsewhere(kind: str, name: str, hint: str) -> str:
    """The message of the AttributeError for `name`, which frameworks have and `kind` does not."""
    return f"{kind!r} has no attribute {name!r}: use {hint}"


class OtherNameOfResponse(OtherName):
    """The same for a response, whose attributes programs also set."""

    __slots__ = ()

    def __set__(self, owner: object, value: object) -> NoReturn:
        self.__get__(owner, type(owner))


_CONTENT = "response.content, bytes; Response(content, ...) sets it"
_CONTENT_TYPE = "response.get_header('content-type'); Response(..., media_type=...) sets it"
_FIELD = "response.get_header(name) and response.set_header(name, value)"
_FIELDS = "response.headers, a read-only dict, or response.fields, all pairs"
_STATUS = "response.status, an int; Response(..., status=404) sets it"
_SET_COOKIE = "response.set_cookie(name, value, ...)"
_NATIVE_RESPONSE = "the framework's own response: response.to_native(request)"

OTHER_NAMES_OF_RESPONSES = {
    **dict.fromkeys("body data get_data getvalue set_data write".split(), _CONTENT),
    **dict.fromkeys("charset content_type media_type mimetype".split(), _CONTENT_TYPE),
    **dict.fromkeys(
        "allow cache_control content_encoding content_language content_location etag expires"
        " last_modified location retry_after set_etag setdefault www_authenticate".split(),
        _FIELD,
    ),
    **dict.fromkeys("has_header header header_items headerlist items raw_headers".split(), _FIELDS),
    **dict.fromkeys("reason reason_phrase status_code status_int".split(), _STATUS),
    **dict.fromkeys("add_cookie set_signed_cookie".split(), _SET_COOKIE),
    **dict.fromkeys("del_cookie unset_cookie".split(), "response.delete_cookie(name, ...)"),
    **dict.fromkeys("append append_header".split(), "response.add_header(name, value)"),
    **dict.fromkeys(
        "background body_iterator call_on_close is_streamed stream streaming"
        " streaming_content".split(),
        _NATIVE_RESPONSE,
    ),
    "content_length": "len(response.content); the field is made from it",
    "cookies": f"{_SET_COOKIE}; response.get_headers('set-cookie') has the lines",
    "delete_header": "response.remove_header(name)",
    "getlist": "response.get_headers(name)",
    "vary": "response.extend_header('vary', name)",
}
"""What to use here instead of the names that other frameworks have for a response."""


def wrong_argument(name: str) -> str:
    """The message of the TypeError for an argument `name` that `Response` does not have."""
    hint = OTHER_NAMES_OF_RESPONSES.get(name)
    return f"Response: expected no argument {name!r}" + (
        f"; here it is {hint}"
        if hint
        else ", but content, status=, headers=, media_type=; fields and cookies are set by methods"
    )


class Called:
    """A method that raises a helpful error if it is used like the mapping of other frameworks.

    Args:
        function: The function of the class.
    """

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __get__(self, request: object, kind: type) -> Callable[..., Any]:
        return self._function if request is None else _Bound(MethodType(self._function, request))


class _Bound:
    """A bound method, with these errors."""

    __slots__ = ("_method",)

    def __init__(self, method: MethodType) -> None:
        self._method = method

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._method(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name == "__signature__":
            # For `inspect`, which would take this for a function.
            from inspect import signature

            return signature(self._method)
        if name[:2] == "__":
            return getattr(self._method, name)
        raise AttributeError(self._hint(), name=name)

    def __getitem__(self, key: object) -> NoReturn:
        # `in` and iteration call this too.
        raise TypeError(self._hint())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bound) and self._method == other._method

    def __hash__(self) -> int:
        return hash(self._method)

    def __repr__(self) -> str:
        return repr(self._method)

    def _hint(self) -> str:
        name = self._method.__name__
        return f"request.{name} is a method here: use {METHODS[name]}"
