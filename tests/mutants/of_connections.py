"""Mutants of the connection and the method (CLI)."""

from __future__ import annotations

from typing import Any

import unireq
from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import breaks
from unireq import _connection

_normalize = _connection.normalize_address
_normalize_version = _connection.normalize_http_version


@breaks("CLI-001", "CLI-002", "CLI-008")
class NoClient(SoundASGI):
    """client is None."""

    __slots__ = ()

    @property
    def client(self) -> unireq.Address | None:
        return None


@breaks("CLI-001", "CLI-004", "CLI-008", of=_normalize)
def client_in_brackets(host: object, port: object, fields: Any = ()) -> unireq.Address | None:
    """client.host has brackets."""
    found = _normalize(host, port, fields)
    return None if found is None else found._replace(host=f"[{found.host}]")


@breaks(
    "API-007",
    "API-011",
    "CLI-002",
    "CLI-004",
    "SER-001",
    "SER-002",
    "SER-004",
    "SER-005",
    of=_normalize,
)
def port_zero(host: object, port: object, fields: Any = ()) -> unireq.Address | None:
    """client.port is 0, as behind uvicorn's proxy policy."""
    found = _normalize(host, port, fields)
    return None if found is None else found._replace(port=0)


@breaks("API-007", "API-011", "CLI-002", "SER-001", "SER-002", "SER-004", "SER-005")
class PortAsText(SoundWSGI):
    """client.port is text, as the environ has it."""

    __slots__ = ()

    @property
    def client(self) -> unireq.Address | None:
        found = super().client
        port: Any = self._environ["REMOTE_PORT"]
        return None if found is None else found._replace(port=port)


@breaks("CLI-002")
class PortAsTold(SoundASGI):
    """A port of 0, by which servers say that they know none, is kept."""

    __slots__ = ()

    @property
    def client(self) -> unireq.Address | None:
        client = self._scope.get("client")
        return None if client is None else unireq.Address(*client)


@breaks("CLI-003")
class EmptyClient(SoundASGI):
    """A client that is not known has an empty host."""

    __slots__ = ()

    @property
    def client(self) -> unireq.Address | None:
        return super().client or unireq.Address("", None)


@breaks("CLI-004", of=_normalize)
def numbers_only(host: object, port: object, *more: Any) -> unireq.Address | None:
    """A host that is no IP address is no client."""
    return _normalize(host, port, *more) if isinstance(host, str) and host[:1].isdecimal() else None


@breaks(
    "API-007",
    "API-011",
    "CLI-004",
    "CLI-005",
    "CLI-008",
    "SER-001",
    "SER-002",
    "SER-004",
    "SER-005",
    "URL-002",
    "URL-003",
    "URL-004",
    "URL-005",
)
class SchemeInUpperCase(SoundASGI):
    """scheme is in upper case."""

    __slots__ = ()

    @property
    def scheme(self) -> str:
        return super().scheme.upper()


@breaks("CLI-006")
class MethodAsSent(SoundASGI):
    """method is as sent."""

    __slots__ = ()

    @property
    def method(self) -> str:
        return self._scope["method"]  # type: ignore[no-any-return]


@breaks("API-004", "CLI-006")
class MethodOverridden(SoundASGI):
    """A method that is not well known is taken for GET."""

    __slots__ = ()

    @property
    def method(self) -> str:
        return super().method.replace("PATCH", "POST")


@breaks(
    "API-007",
    "API-011",
    "CLI-004",
    "CLI-007",
    "SER-001",
    "SER-002",
    "SER-004",
    "SER-005",
    of=_connection.normalize_http_version,
)
def version_with_protocol(version: str | None) -> str:
    """http_version has the protocol in front."""
    return "HTTP/" + _normalize_version(version)


@breaks("CLI-007", of=_connection.normalize_http_version)
def one_version(version: str | None) -> str:
    """http_version is always 1.1."""
    return "1.1"


@breaks("CLI-004", of=_normalize)
def any_name_of_a_client(host: object, port: object, fields: Any = ()) -> unireq.Address | None:
    """What is no address is a client's host."""
    return _normalize(host, port, fields) or unireq.Address(str(host), None)


@breaks("CLI-004", of=_normalize)
def port_of_a_proxy(host: object, port: object, fields: Any = ()) -> unireq.Address | None:
    """The port of a proxy stands beside the address that it names."""
    return _normalize(host, port)


@breaks("CLI-005")
class WebsocketByField(SoundASGI):
    """A field Upgrade makes it a websocket."""

    __slots__ = ()

    @property
    def scheme(self) -> str:
        return "ws" if self.get_header("upgrade") == "websocket" else super().scheme


@breaks("CLI-008")
class BelievesForwardedFor(SoundASGI):
    """X-Forwarded-For is believed."""

    __slots__ = ()

    @property
    def client(self) -> unireq.Address | None:
        told = self.get_header("x-forwarded-for")
        return unireq.Address(told, None) if told else super().client


@breaks("CLI-008")
class BelievesForwardedProto(SoundASGI):
    """X-Forwarded-Proto is believed."""

    __slots__ = ()

    @property
    def scheme(self) -> str:
        return self.get_header("x-forwarded-proto") or super().scheme


@breaks("CLI-008")
class BelievesForwardedHost(SoundASGI):
    """X-Forwarded-Host is believed."""

    __slots__ = ()

    @property
    def host(self) -> str | None:
        return self.get_header("x-forwarded-host") or super().host


@breaks("CLI-008")
class BelievesForwarded(SoundASGI):
    """Forwarded is believed."""

    __slots__ = ()

    @property
    def scheme(self) -> str:
        told = self.get_header("forwarded", "")
        return "https" if "proto=https" in told else super().scheme
