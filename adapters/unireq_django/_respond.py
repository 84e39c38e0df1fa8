"""A `unireq.Response` as Django answers, and the answer to a `RequestError` of a native view.

Django keeps one value of a field, and cookies in a jar; its handlers send what `items()` and the
jar give. So further values of a field, and cookies as they were rendered, are put there.
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
        """Says what a `unireq.Response` says; what middleware adds comes on top."""

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
            # Of an answer to HEAD the length is that of the content that GET would have.
            if value and "content-length" in self.headers:
                self.headers["content-length"] = str(len(self.content))

        def has_header(self, header: str) -> bool:
            # Else CommonMiddleware adds a Content-Length, which these may not have (RFC 9110 8.6).
            without_length = self.status_code in {204, 304} and header.lower() == "content-length"
            return without_length or super().has_header(header)

        __contains__ = has_header

        def _keep_cookie(self, line: str) -> None:
            name = line.partition("=")[0]
            # A name may come again, for another path; no name has a space in it.
            key = name if name not in self.cookies else f"{name} {len(self.cookies)}"
            jar: dict[str, Morsel[str]] = self.cookies
            jar[key] = RenderedCookie(line)

        def items(self) -> Iterator[tuple[str, str]]:
            for name, value in self.headers.items():
                yield name, value
                first, further = self._further.get(name.lower(), ("", []))
                # What middleware has put in the place of a field stands for all of it; what it has
                # added to, as `patch_vary_headers` does, still is the first.
                if value == first or value.startswith(f"{first},"):
                    yield from ((name, each) for each in further)

        def __reduce__(self) -> Any:
            # Of this class there is one in each process, made when it is first needed.
            return _restore, (dict(self.__dict__),)

    return Answer


def _restore(state: Any) -> HttpResponse:
    kind = _response_class()
    response = kind.__new__(kind)
    response.__dict__.update(state)
    return response


def native_response(response: unireq.Response, method: str | None) -> HttpResponse:
    """The Django response that says the same in answer to this method."""
    make: Any = _response_class()
    return make(response.for_method((method or "GET").upper()))  # type: ignore[no-any-return]
