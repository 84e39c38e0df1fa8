"""Response: what a framework-neutral handler returns, the same on every framework.

Rule: this module alone decides and checks what the client receives; an adapter only passes it on.
A value that would begin another field, or a field that the server writes itself (framing,
connection, Date, Server), is refused when it is set, so in the same way everywhere. Source: RFC
9110.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, NoReturn

from unireq._header_editor import HeaderEditor
from unireq._mapping import string_pairs
from unireq._names import OTHER_NAMES_OF_RESPONSES, OtherNameOfResponse, wrong_argument
from unireq._redact import shown_fact

__all__ = ["RawResponse", "Response"]

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_REDIRECTS = (301, 302, 303, 307, 308)
# RFC 9110 8.6, 15.3.5, 15.4.5: no content. A 205 (15.3.6) has content of length 0.
_WITHOUT_CONTENT = (204, 304)
_EMPTY = (*_WITHOUT_CONTENT, 205)
_URL_SAFE = "!#$%&'()*+,/:;=?@[]~"


class RawResponse(
    NamedTuple(
        "RawResponse", [("status", int), ("fields", list[tuple[str, str]]), ("content", bytes)]
    )
):
    """A response as it is sent, for one request method.

    Attributes:
        status: The status code, an int.
        fields: The header fields in order: (name, value) pairs of ASCII str, names in lower case;
            with Content-Length, unless the status forbids it.
        content: The bytes that follow the head.
    """

    __slots__ = ()


class Response(HeaderEditor):
    """A response to a request.

    Args:
        content: The content: bytes; text, sent as UTF-8; or None for no content.
        status: The status code, 200 to 599. Source: RFC 9110 15.
        headers: Header fields: a mapping, or an iterable of (name, value) pairs with names that may
            repeat. Names in any case; values of printable ASCII.
        media_type: The value of Content-Type, if `headers` has none; by default
            `text/plain; charset=utf-8` for text, `application/octet-stream` for bytes.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: The status, a name or a value has the wrong form; the status allows no content;
            or the server writes a field itself (Content-Length, Transfer-Encoding, Connection,
            Date, Server, ...).
    """

    __slots__ = ("_content", "_status")

    def __init__(
        self,
        content: bytes | str | None = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        media_type: str | None = None,
        **wrong: NoReturn,
    ) -> None:
        if wrong:
            raise TypeError(wrong_argument(next(iter(wrong))))
        self._status = _checked_status(status)
        self._fields = []
        for name, value in string_pairs(headers, "headers"):
            self.add_header(name, value)
        if isinstance(content, str):
            media_type = media_type or "text/plain; charset=utf-8"
            content = _utf8(content)
        elif isinstance(content, (bytes, bytearray, memoryview)):
            media_type = media_type or "application/octet-stream"
            content = bytes(content)
        elif content is not None:
            raise TypeError(
                "Response: expected content of bytes, str or None, got"
                f" {type(content).__name__}; Response.json(...) sends any value as JSON"
            )
        if content and status in _EMPTY:
            raise ValueError(
                f"Response: expected no content with status {status}, got {len(content)} bytes"
            )
        self._content: bytes = content or b""
        if status in _EMPTY or any(name == "content-type" for name, _ in self._fields):
            return
        if media_type is not None:
            self.add_header("content-type", media_type)

    @classmethod
    def json(
        cls,
        value: Any,
        *,
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        media_type: str = "application/json",
        default: Callable[[Any], Any] | None = None,
        **wrong: NoReturn,
    ) -> Response:
        """A response whose content is `value` as JSON, with the standard library's encoder.

        Args:
            value: The value.
            status: As `Response()`.
            headers: As `Response()`.
            media_type: As `Response()`.
            default: Converts a value that JSON can't express into one that it can: `default=str`
                sends a date as text.
            wrong: Refused: a TypeError with the right name.

        Raises:
            TypeError: JSON can't express a value; the message says where it is in `value`.
            ValueError: `value` contains NaN, an infinity or itself; or as `Response()`.
        """
        from unireq._body.json import json_text

        text = json_text(value, default, "Response.json")
        content = text.encode("ascii")
        return cls(content, status=status, headers=headers, media_type=media_type, **wrong)

    @classmethod
    def text(
        cls,
        content: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        **wrong: NoReturn,
    ) -> Response:
        """A response of plain text, sent as UTF-8."""
        return cls(content, status=status, headers=headers, **wrong)

    @classmethod
    def html(
        cls,
        content: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        **wrong: NoReturn,
    ) -> Response:
        """A response of HTML, sent as UTF-8. Nothing in it is escaped."""
        html = "text/html; charset=utf-8"
        return cls(content, status=status, headers=headers, media_type=html, **wrong)

    @classmethod
    def redirect(
        cls,
        url: str,
        *,
        status: int = 302,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        **wrong: NoReturn,
    ) -> Response:
        """A redirection. Source: RFC 9110 15.4, 10.2.2.

        Args:
            url: The target; characters that a URL can't contain are percent-encoded as UTF-8. The
                target itself is not checked: never pass a value from a client unchecked.
            status: 301, 302, 303, 307 or 308.
            headers: More header fields.
            wrong: As in `json`.

        Raises:
            TypeError: `url` is not a str.
            ValueError: `url` has control characters, or `status` is another one.
        """
        from urllib.parse import quote

        if not isinstance(url, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"redirect: expected a url that is a str, got {type(url).__name__}")
        if _CONTROL.search(url) is not None:
            raise ValueError(
                f"redirect: expected a url without control characters, got {shown_fact('url', url)}"
            )
        if status not in _REDIRECTS:
            raise ValueError(
                f"redirect: expected one of {', '.join(map(str, _REDIRECTS))}, got {status!r}"
            )
        try:
            location = quote(url, safe=_URL_SAFE)
        except UnicodeEncodeError:
            raise ValueError(
                f"redirect: expected text that UTF-8 can encode, got {shown_fact('url', url)}"
            ) from None
        response = cls(status=status, headers=headers, **wrong)
        response.set_header("location", location)
        return response

    @property
    def status(self) -> int:
        """The status code."""
        return self._status

    @property
    def content(self) -> bytes:
        """The bytes of the content; `b""` if there is none."""
        return self._content

    def to_native(self, native: object) -> Any:
        """The framework's own response object, for native views, middleware and error handlers.

        Args:
            native: The request to answer: the framework's, or the `unireq.Request` made from it.
                A response to HEAD has no content.

        Returns:
            A response of Starlette, Django, Flask, Sanic, ..., which sends the same as a handler
            that returns this `Response`. Later changes of the one do not affect the other.

        Raises:
            UnknownNative: `native` is not a request.
            TypeError: The framework has no response objects, or `native` was made by hand. On bare
                ASGI and WSGI use `unireq_asgi.respond` and `unireq_wsgi.respond`.
        """
        from unireq._detect import from_native
        from unireq._native import NativeRequest

        request = from_native(native)
        if not isinstance(request, NativeRequest):
            raise TypeError(
                "to_native: expected a framework's request, or a unireq.Request made from one, got"
                " a unireq.Request that belongs to no framework"
            )
        return request._make_native_response(self)  # pyright: ignore[reportPrivateUsage]

    def for_method(self, method: str) -> RawResponse:
        """The response as it is sent for the request method `method`; an adapter sends it as is.

        For HEAD the content is left out, but Content-Length is still its length; status 204 and 304
        have neither. Source: RFC 9110 9.3.2, 8.6, 6.4.1.
        """
        if self._status in _WITHOUT_CONTENT:
            return RawResponse(self._status, list(self._fields), b"")
        fields = [*self._fields, ("content-length", str(len(self._content)))]
        return RawResponse(self._status, fields, b"" if method == "HEAD" else self._content)

    def __repr__(self) -> str:
        names = ", ".join(dict.fromkeys(name for name, _ in self._fields))
        return f"<Response {self._status} ({names}), {len(self._content)} bytes>"

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in OTHER_NAMES_OF_RESPONSES]


for _name, _hint in OTHER_NAMES_OF_RESPONSES.items():
    setattr(Response, _name, OtherNameOfResponse(_name, _hint))


def _checked_status(status: object) -> int:
    if not isinstance(status, int) or isinstance(status, bool):
        raise TypeError(f"Response: expected a status that is an int, got {type(status).__name__}")
    if not 200 <= status <= 599:
        raise ValueError(f"Response: expected a final status, 200 to 599, got {status}")
    return int(status)


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(
            f"Response: expected text that UTF-8 can encode, got {text[error.start]!r} at position"
            f" {error.start}"
        ) from None
