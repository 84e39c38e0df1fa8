"""A `unireq.Response` as a Django response."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import unireq
from unireq.adapter import RawResponse
from unireq_django._fields import keep_cookie, repeating

if TYPE_CHECKING:
    from django.http import HttpResponse

__all__ = ["native_from_raw", "native_response"]


@cache
def _response_class() -> type[HttpResponse]:
    from django.http import HttpResponse

    class Answer(repeating(HttpResponse)):  # type: ignore[misc]
        """A response with the status, fields and content of a `unireq.Response`."""

        def __init__(self, wire: RawResponse) -> None:
            base: Any = super()
            base.__init__(wire.content, status=wire.status, content_type="")
            del self.headers["content-type"]
            self._further: dict[str, tuple[str, list[str]]] = {}
            for name, value in wire.fields:
                if name == "set-cookie":
                    keep_cookie(self, value)
                elif name in self.headers:
                    self._further.setdefault(name, (self.headers[name], []))[1].append(value)
                else:
                    self.headers[name] = value

        @property
        def content(self) -> bytes:
            return super().content  # type: ignore[no-any-return]

        @content.setter
        def content(self, value: Any) -> None:
            HttpResponse.content.fset(self, value)  # type: ignore[attr-defined]
            # Not for HEAD: its length is that of the content that GET would have.
            if value and "content-length" in self.headers:
                self.headers["content-length"] = str(len(self.content))

        def has_header(self, header: str) -> bool:
            # Else CommonMiddleware adds a Content-Length, which is forbidden here (RFC 9110 8.6).
            without_length = self.status_code in {204, 304} and header.lower() == "content-length"
            base: Any = super()
            return without_length or bool(base.has_header(header))

        __contains__ = has_header

        def __reduce__(self) -> Any:
            # The class is created on first use, in each process.
            return _restore, (dict(self.__dict__),)

    return Answer


def _restore(state: Any) -> HttpResponse:
    kind = _response_class()
    response = kind.__new__(kind)
    response.__dict__.update(state)
    return response


def native_from_raw(raw: RawResponse) -> HttpResponse:
    """The Django response for `raw`."""
    make: Any = _response_class()
    return make(raw)  # type: ignore[no-any-return]


def native_response(response: unireq.Response, method: str | None) -> HttpResponse:
    """The Django response for `response`, to a request with this method."""
    return native_from_raw(response.for_method((method or "GET").upper()))
