"""unireq for acme: `AcmeRequest` looks at a request of acme."""

from collections.abc import MutableMapping
from typing import Any, ClassVar

from unireq import Address, Headers
from unireq.adapter import (
    AsyncReadBody,
    NativeRequest,
    decode_raw_path,
    headers_from_asgi,
    normalize_address,
    normalize_http_version,
    normalize_scheme,
)

__all__ = ["AcmeRequest"]


class AcmeRequest(NativeRequest):
    """The facts of a request of acme, which has its own server."""

    # TODO: read each fact from acme's request, in the form that the stand-in in the tests has it.

    __slots__ = ()
    # TODO: False if the body is not awaited; `_open_body` then returns a `ReadBody`.
    body_is_async: ClassVar[bool] = True

    @property
    def method(self) -> str:
        """In upper case."""
        method: str = self._native.method
        return method.upper()

    @property
    def scheme(self) -> str:
        """As the server reports it, after its own proxy policy."""
        return normalize_scheme(self._native.scheme)

    @property
    def http_version(self) -> str:
        """As the request line says it."""
        return normalize_http_version(self._native.http_version)

    @property
    def root_path(self) -> str:
        """The mount prefix, decoded."""
        # TODO: if acme mounts applications below a prefix, return it.
        return ""

    @property
    def query_string(self) -> str:
        """What follows `?`, as sent."""
        return self._raw_target().partition(b"?")[2].decode("latin-1")

    @property
    def client(self) -> Address | None:
        """The peer, after the server's own proxy policy."""
        host, port = self._native.peer
        return normalize_address(host, port)

    @property
    def path_params(self) -> dict[str, Any]:
        """What the router found in the path; `{}` before routing."""
        # TODO: return a new dict of them.
        return {}

    @property
    def _storage(self) -> MutableMapping[str, Any]:
        state: MutableMapping[str, Any] = self._native.state
        return state

    def _open_body(self) -> AsyncReadBody:
        read: AsyncReadBody = self._native.read
        return read

    def _routed_path(self) -> str:
        # TODO: return the path that acme's router compares, decoded.
        return decode_raw_path(self._raw_target())

    def _raw_target(self) -> bytes:
        target: bytes = self._native.target
        return target

    def _make_headers(self) -> Headers:
        return headers_from_asgi(self._native.headers)

    @classmethod
    def _matches(cls, kind: type) -> bool:
        # TODO: import acme at the top, and return issubclass(kind, acme.Request).
        return kind.__name__ == "Request"
