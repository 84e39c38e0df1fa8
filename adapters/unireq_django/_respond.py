"""A `unireq.Response` as a Django response.

Django keeps one value per field, and cookies in a jar; its handlers send the pairs of `items()` and
the cookies in the jar. So this response adds further values of a field to `items()`, and rendered
cookies to the jar.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import unireq
from unireq.adapter import RawResponse
from unireq_django._cookie import RenderedCookie

if TYPE_CHECKING:
    from http.cookies import Morsel

    from django.http import HttpResponse

__all__ = ["native_response"]


@cache
def _response_class() -> type[HttpResponse]:
    from django.http import HttpResponse

    class Answer(HttpResponse):
        """A response with the status, fields and content of a `unireq.Response`."""

        def __init__(self, wire: RawResponse) -> None:
            super().__init__(wire.content, status=wire.status, content_type="")
            del self.headers["content-type"]
            self._further: dict[str, tuple[str, list[str]]] = {}
            for name, value in wire.fields:
                if name == "set-cookie":
                    self._keep_cookie(value)
                elif name in self.headers:
                    self._further.setdefault(name, (self.headers[name], []))[1].append(value)
                else:
                    self.headers[name] = value

        @property
        def content(self) -> bytes:
            return super().content

        @content.setter
        def content(self, value: Any) -> None:
            HttpResponse.content.fset(self, value)  # type: ignore[attr-defined]
            # Not for HEAD: its length is that of the content that GET would have.
            if value and "content-length" in self.headers:
                self.headers["content-length"] = str(len(self.content))

        def has_header(self, header: str) -> bool:
            # Else CommonMiddleware adds a Content-Length, which is forbidden here (RFC 9110 8.6).
            without_length = self.status_code in {204, 304} and header.lower() == "content-length"
            return without_length or super().has_header(header)

        __contains__ = has_header

        def _keep_cookie(self, line: str) -> None:
            name = line.partition("=")[0]
            # A name may repeat, with another path. The key is unique: no name contains a space.
            key = name if name not in self.cookies else f"{name} {len(self.cookies)}"
            jar: dict[str, Morsel[str]] = self.cookies
            jar[key] = RenderedCookie(line)

        def items(self) -> Iterator[tuple[str, str]]:
            for name, value in self.headers.items():
                yield name, value
                first, further = self._further.get(name.lower(), ("", []))
                # If middleware has replaced the first value, that replaces all of them; but not if
                # it has only extended it, as `patch_vary_headers` does.
                if value == first or value.startswith(f"{first},"):
                    yield from ((name, each) for each in further)

        def __reduce__(self) -> Any:
            # The class is created on first use, in each process.
            return _restore, (dict(self.__dict__),)

    return Answer


def _restore(state: Any) -> HttpResponse:
    kind = _response_class()
    response = kind.__new__(kind)
    response.__dict__.update(state)
    return response


def native_response(response: unireq.Response, method: str | None) -> HttpResponse:
    """The Django response for `response`, to a request with this method."""
    make: Any = _response_class()
    return make(response.for_method((method or "GET").upper()))  # type: ignore[no-any-return]
