"""DjangoRequest: the facts of a Django request, read from its environ or scope.

Django itself decides the path that it routes on, the mount prefix, the allowed hosts, and whether
it trusts the values of a proxy (by its settings).
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import unireq
from unireq.adapter import (
    BodyTee,
    NativeRequest,
    Opener,
    SpooledBody,
    decode_raw_path,
    loaded_class,
    make_opener,
    normalize_address,
    normalize_scheme,
)
from unireq_asgi import ASGIRequest
from unireq_django._body import cached_body, divert, open_body, restore_body
from unireq_django._hosts import (
    forced_prefix,
    host_is_allowed,
    location_sources,
    script_prefix,
    told_host,
    told_scheme,
)
from unireq_django._respond import native_response
from unireq_django._route import template_of
from unireq_django._users import auser_name, user_name
from unireq_wsgi import TeeInput, WSGIRequest

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["DjangoASGIRequest", "DjangoRequest", "DjangoWSGIRequest"]

_R = TypeVar("_R", bound="DjangoRequest")


class DjangoRequest(NativeRequest, abstract=True):
    """A request that reads from a Django request; calling it returns one of its two subclasses.

    Args:
        native: The `django.http.HttpRequest`.
    """

    __slots__ = ()

    # Sync on ASGI too: Django reads the body before it calls middleware or views.
    body_is_async: ClassVar[bool] = False

    def __new__(cls: type[_R], native: HttpRequest) -> _R:  # noqa: PYI019 (Self is new in 3.11)
        """Create a `DjangoASGIRequest` if the native request has a scope, else the WSGI one."""
        kind: type[Any] = cls
        if kind is DjangoRequest:
            kind = DjangoASGIRequest if _is_on_asgi(native) else DjangoWSGIRequest
        return object.__new__(kind)  # type: ignore[no-any-return]

    @property
    def scheme(self) -> str:
        """The server's scheme; a proxy's if SECURE_PROXY_SSL_HEADER is set."""
        told = told_scheme(self._native)
        return super().scheme if told is None else normalize_scheme(told)

    @property
    def root_path(self) -> str:
        """Django's SCRIPT_NAME (or FORCE_SCRIPT_NAME), or its current script prefix."""
        return script_prefix(self._native)

    @property
    def path_params(self) -> dict[str, Any]:
        """The named captures of the URL resolver, converted; `{}` before it runs."""
        match = self._native.resolver_match
        return {} if match is None else dict(match.captured_kwargs)

    @property
    def route(self) -> str | None:
        """The pattern that the URL resolver has matched, after the mount prefix."""
        match = self._native.resolver_match
        template = None if match is None else template_of(match.route)
        prefix = None if template is None else self._root_template()
        return None if template is None or prefix is None else f"{prefix}/{template}"

    def _root_template(self) -> str | None:
        return self.root_path

    def _find_view(self) -> Any:
        match = self._native.resolver_match
        return None if match is None else match.func

    @property
    def _storage(self) -> MutableMapping[str, Any]:
        return self._native.META  # type: ignore[no-any-return]

    def _cached_body(self) -> bytes | None:
        return cached_body(self._native)

    def _open_body(self) -> Any:
        return open_body(self._native)

    def _divert(self, tee: BodyTee) -> bool:
        stream = TeeInput(tee)
        if "wsgi.input" in self._native.META:
            self._native.META["wsgi.input"] = stream
        divert(self._native, stream)
        return True

    def _restore_body(self, body: SpooledBody) -> None:
        restore_body(self._native, body)

    def _told_host(self) -> str | None:
        told = told_host(self._native)
        return super()._told_host() if told is None else told

    def _location_sources(self) -> tuple[Any, ...] | None:
        native = self._native
        own = (native.method, native.path, native.path_info)
        return (super()._location_sources(), own, location_sources(native))

    def _allows_host(self, host: str) -> bool:
        return host_is_allowed(self._native, host)

    def _find_username(self) -> str | None:
        return user_name(self._native)

    async def _afind_username(self) -> str | None:
        return await auser_name(self._native)

    def _make_native_response(self, response: unireq.Response) -> Any:
        return native_response(response, self.method)

    @classmethod
    def _matches(cls, kind: type) -> bool:
        django = loaded_class("django.http.request", "HttpRequest")
        return issubclass(kind, django) or issubclass(kind, _wrapper_class())

    @classmethod
    def _opener(cls, kind: type) -> Opener:
        if issubclass(kind, _wrapper_class()):
            return _open_wrapped
        return _open if cls is DjangoRequest else cls


class DjangoWSGIRequest(DjangoRequest, WSGIRequest):
    """A request that reads from a Django request on WSGI, or from one made by hand."""

    __slots__ = ()

    def __init__(self, native: HttpRequest) -> None:
        super().__init__(native.META, native=native)

    _location_sources = DjangoRequest._location_sources

    @property
    def method(self) -> str:
        """The method, in upper case; `"GET"` for a bare `HttpRequest()`, which has none."""
        method = self._environ.get("REQUEST_METHOD") or self._native.method
        return method.upper() if method else "GET"

    def _routed_path(self) -> str:
        native = self._native
        # Django routes on path_info. If that has no leading slash (`*`, CONNECT), `path` differs:
        # Django adds a leading slash to it and removes the first one inside.
        if native.path_info[:1] in ("/", ""):
            return native.path  # type: ignore[no-any-return]
        return native.path_info  # type: ignore[no-any-return]

    @property
    def path(self) -> str:
        """The path that Django routes on, decoded, mount prefix included.

        Django replaces an invalid UTF-8 byte with an escape (`%FF`), and adds a slash to the path
        of the mount prefix itself; if there is a raw target, it shows what was sent.
        """
        path = super().path
        root = (self._environ.get("SCRIPT_NAME") or "").rstrip("/")
        if "%" in path or (root and path == root + "/"):
            raw = self._raw_target()
            sent = path if raw is None else decode_raw_path(raw)
            if sent == root:
                return sent
            # Compare with one leading slash, as in `path`: some servers collapse several.
            if "%" in path and _one_slash(_as_django_shows(raw)) == path:
                return _one_slash(sent)
        return path


class DjangoASGIRequest(DjangoRequest, ASGIRequest):
    """A request that reads from a Django request on ASGI."""

    __slots__ = ()

    def __init__(self, native: HttpRequest) -> None:
        asgi: Any = native
        super().__init__(asgi.scope, native=native)

    @property
    def _state_storage(self) -> MutableMapping[str, Any]:
        return self._scope

    def _location_sources(self) -> tuple[Any, ...] | None:
        return (DjangoRequest._location_sources(self), forced_prefix())

    def _root_template(self) -> str | None:
        root_path = self.root_path
        # FORCE_SCRIPT_NAME is as it stands in the settings.
        sent = str(self._scope.get("root_path") or "").rstrip("/")
        return ASGIRequest._root_template(self) if root_path == sent else root_path

    @property
    def client(self) -> unireq.Address | None:
        """REMOTE_ADDR and REMOTE_PORT, as on WSGI: a middleware may have changed them."""
        meta: Any = self._native.META
        peer: Any = self._native.scope.get("client") or (None, None)
        host, port = meta.get("REMOTE_ADDR"), meta.get("REMOTE_PORT")
        if host == peer[0]:
            return super().client
        return normalize_address(host, None if port == peer[1] else port)

    def _routed_path(self) -> str:
        native = self._native
        path: str = native.path
        forced = forced_prefix()
        # A proxy has removed the prefix. On WSGI Django adds it again, on ASGI it doesn't.
        if forced and path == native.path_info and path[:1] == "/":
            return forced.rstrip("/") + path
        return path


def _one_slash(path: str) -> str:
    return "/" + path.lstrip("/") if path[:2] == "//" else path


def _as_django_shows(raw: bytes | None) -> str:
    """The path that Django on WSGI makes from the raw target: invalid bytes become escapes."""
    if raw is None:
        return ""
    text = decode_raw_path(raw, "surrogateescape")
    return "".join(f"%{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else c for c in text)


_open_on_asgi = make_opener(DjangoASGIRequest, {"_scope": "scope", "_receive": None})
_open = make_opener(DjangoWSGIRequest, {"_environ": "META"}, unless=("scope", _open_on_asgi))


def _is_on_asgi(native: Any) -> bool:
    # An app may use an attribute with this name for something else.
    return isinstance(getattr(native, "scope", None), dict)


def _wrapper_class() -> type | tuple[()]:
    return loaded_class("rest_framework.request", "Request")


def _open_wrapped(native: Any) -> unireq.Request:
    return unireq.from_native(native._request)
