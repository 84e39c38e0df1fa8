"""WSGIRequest: the facts of a WSGI environ. Source: PEP 3333, RFC 3875 4.1."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, TypeVar, overload

import unireq
from unireq.adapter import (
    BodyTee,
    NativeRequest,
    Opener,
    ReadBody,
    decode_raw_path,
    header_from_wsgi,
    headers_from_wsgi,
    latin1_to_bytes,
    latin1_to_utf8,
    make_opener,
    normalize_http_version,
    normalize_scheme,
)
from unireq_wsgi._body import body_from, content_length
from unireq_wsgi._proxies import BY_PROXY_FIX, TOLD_HOST, as_sent, client_of, found_by_proxy_fix
from unireq_wsgi._tee import TeeInput

__all__ = ["WSGIRequest"]

_T = TypeVar("_T")
_WITHOUT_BODY = ("GET", "HEAD")
_NO_LENGTH = (None, "", "0")


class WSGIRequest(NativeRequest):
    """A request that reads from a WSGI environ.

    Args:
        environ: The environ.
        native: The value of `request.native`, by default the environ.
    """

    __slots__ = ("_environ",)

    def __init__(self, environ: MutableMapping[str, Any], *, native: Any = None) -> None:
        super().__init__(environ if native is None else native)
        self._environ = environ

    @property
    def method(self) -> str:
        """The method, in upper case."""
        return self._text("REQUEST_METHOD", None).upper()

    @property
    def scheme(self) -> str:
        """The scheme that the server reports."""
        told = self._text("wsgi.url_scheme", "http")
        if BY_PROXY_FIX not in self._environ:
            return normalize_scheme(told)
        # ProxyFix copies any value from a trusted proxy's field.
        return normalize_scheme(told, found_by_proxy_fix(self._environ).get("wsgi.url_scheme"))

    @property
    def http_version(self) -> str:
        """The protocol version."""
        return normalize_http_version(self._environ.get("SERVER_PROTOCOL"))

    @property
    def root_path(self) -> str:
        """SCRIPT_NAME, decoded."""
        return latin1_to_utf8(self._text("SCRIPT_NAME"))

    @property
    def query_string(self) -> str:
        """QUERY_STRING, the query as sent."""
        return self._text("QUERY_STRING")

    @property
    def client(self) -> unireq.Address | None:
        """REMOTE_ADDR and REMOTE_PORT."""
        return client_of(self._environ)

    @property
    def path_params(self) -> dict[str, Any]:
        """The named arguments in the environ's `wsgiorg.routing_args`, set by a router.

        Source: the wsgi.org specification "routing_args": a pair of positional and named arguments.
        """
        args = self._environ.get("wsgiorg.routing_args")
        named: Any = args[1] if isinstance(args, tuple) and len(args) == 2 else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        return dict(named) if isinstance(named, Mapping) else {}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]

    @overload
    def get_header(self, name: str, default: None = None) -> str | None: ...
    @overload
    def get_header(self, name: str, default: _T) -> str | _T: ...
    def get_header(self, name: str, default: Any = None) -> Any:
        """One header field, without building the whole mapping."""
        if self._headers is not None or BY_PROXY_FIX in self._environ:
            return super().get_header(name, default)
        value = header_from_wsgi(self._environ, name)
        if value == "text/plain" and self._content_type_is_made_up():
            value = self.headers.get(name)
        return default if value is None else value

    @property
    def _storage(self) -> MutableMapping[str, Any]:
        return self._environ

    def _open_body(self) -> ReadBody:
        return body_from(self._environ)

    def _divert(self, tee: BodyTee) -> bool:
        environ = self._environ
        environ["wsgi.input"] = TeeInput(tee)
        if content_length(environ) is None:
            environ["wsgi.input_terminated"] = True
        return True

    @property
    def may_have_body(self) -> bool:
        """Whether the request may have a body; in HTTP/1 the head tells (RFC 9112 6.3)."""
        environ = self._environ
        return (
            environ.get("REQUEST_METHOD") not in _WITHOUT_BODY
            or environ.get("CONTENT_LENGTH") not in _NO_LENGTH
            or "HTTP_TRANSFER_ENCODING" in environ
            or not str(environ.get("SERVER_PROTOCOL")).startswith("HTTP/1")
        )

    def _text(self, key: str, default: str | None = "") -> str:
        """The str in the environ under `key`; `default` if the key is missing.

        Raises:
            unireq.UnknownNative: The environ is hand-written, and does not follow PEP 3333.
        """
        text = self._environ.get(key, default)
        if isinstance(text, str):
            return text
        got = type(text).__name__ if key in self._environ else "nothing, the key is missing"
        raise unireq.UnknownNative(f"WSGI environ[{key!r}]: expected a str, got {got}")

    def _routed_path(self) -> str:
        path = self._text("SCRIPT_NAME") + self._text("PATH_INFO") or "/"
        if path.isascii():
            return path
        raw = self._raw_target()
        if raw is not None and decode_raw_path(raw) == path:
            # Bottle puts decoded text there. ISO-8859-1 text of the bytes differs: é would be Ã©.
            return path
        return latin1_to_utf8(path)

    def _raw_target(self) -> bytes | None:
        environ = self._environ
        # Servers that provide it set one of these keys, or both to the same value.
        key = "RAW_URI" if environ.get("RAW_URI") else "REQUEST_URI"
        raw = self._text(key)
        return latin1_to_bytes(raw) if raw else None

    def _location_sources(self) -> tuple[Any, ...] | None:
        get = self._environ.get
        return (
            get("wsgi.url_scheme"),
            get("REQUEST_METHOD"),
            get("SCRIPT_NAME"),
            get("PATH_INFO"),
            get("RAW_URI") or get("REQUEST_URI"),
            get("QUERY_STRING"),
            get("HTTP_HOST"),
            get(BY_PROXY_FIX) and dict(found_by_proxy_fix(self._environ)),
        )

    def _told_host(self) -> str | None:
        environ = self._environ
        if BY_PROXY_FIX not in environ:
            return None
        told: str | None = found_by_proxy_fix(environ).get(TOLD_HOST)
        if told is not None:
            return told
        sent = as_sent(environ)
        return None if sent is environ else environ.get("HTTP_HOST")

    def _make_headers(self) -> unireq.Headers:
        environ: Mapping[str, Any] = self._environ
        if BY_PROXY_FIX in environ:
            environ = as_sent(environ)
        if environ.get("CONTENT_LENGTH") == "" and self._content_type_is_made_up():
            environ = {**environ, "CONTENT_TYPE": ""}
        return headers_from_wsgi(environ)

    def _content_type_is_made_up(self) -> bool:
        """Whether the server, and not the client, has set the Content-Type.

        wsgiref (and so Django's runserver) sets `text/plain` if the client sent none. Then
        CONTENT_LENGTH is empty, which only wsgiref writes.
        """
        environ = self._environ
        return (
            environ.get("CONTENT_TYPE") == "text/plain"
            and environ.get("CONTENT_LENGTH") == ""
            and str(environ.get("SERVER_SOFTWARE", "")).startswith("WSGIServer")
        )

    @classmethod
    def _opener(cls, kind: type) -> Opener:
        return make_opener(cls, {"_environ": ""}, instead_of=WSGIRequest.__init__)

    def _find_username(self) -> str | None:
        # Set by the server or an authentication middleware. Never HTTP_REMOTE_USER: a client can
        # send it.
        name = self._environ.get("REMOTE_USER")
        return latin1_to_utf8(name) if isinstance(name, str) and name else None
