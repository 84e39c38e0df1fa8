"""Mutants of the connection and the method (CLI)."""

from __future__ import annotations

from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import mutant
from unireq import Address
from unireq._connection import normalize_address, normalize_http_version

# The clauses that compare or show all facts of a request.
_ALL_FACTS = "API-007 API-011 SER-001 SER-002 SER-004 SER-005"
_CLIENT = (SoundASGI, "client")
_SCHEME = (SoundASGI, "scheme")
_METHOD = (SoundASGI, "method")

mutant(
    "NoClient",
    "client is None.",
    "CLI-001 CLI-002 CLI-008 PRX-001 PRX-002 PRX-003 PRX-004 PRX-005 PRX-006",
).puts(_CLIENT, None)
mutant(
    "client_in_brackets",
    "client.host has brackets.",
    "CLI-001 CLI-004 CLI-008 PRX-001 PRX-002 PRX-003 PRX-004 PRX-005 PRX-006 PRX-008",
).wraps(
    normalize_address,
    lambda normalize, *told: (at := normalize(*told)) and at._replace(host=f"[{at.host}]"),
)
mutant(
    "port_zero",
    "client.port is 0, as behind uvicorn's proxy policy.",
    f"{_ALL_FACTS} CLI-002 CLI-004 PRX-001 PRX-002 PRX-004 PRX-005 PRX-006",
).wraps(
    normalize_address, lambda normalize, *told: (at := normalize(*told)) and at._replace(port=0)
)
mutant(
    "PortAsText",
    "client.port is text, as the environ has it.",
    f"{_ALL_FACTS} CLI-002 PRX-001 PRX-002 PRX-004 PRX-005 PRX-006",
    on=SoundWSGI,
).wraps(
    (SoundWSGI, "client"),
    lambda client, self: (at := client(self)) and at._replace(port=self._environ["REMOTE_PORT"]),
)
mutant(
    "PortAsTold",
    "A port of 0, by which servers say that they know none, is kept.",
    "CLI-002 PRX-006",
).puts(_CLIENT, property(lambda self: (at := self._scope.get("client")) and Address(*at)))
mutant("EmptyClient", "A client that is not known has an empty host.", "CLI-003 PRX-006").wraps(
    _CLIENT, lambda client, self: client(self) or Address("", None)
)
mutant(
    "numbers_only", "A host that is no IP address is no client.", "CLI-004 PRX-001 PRX-005"
).wraps(
    normalize_address,
    lambda normalize, host, *told: normalize(host, *told) if str(host)[:1].isdecimal() else None,
)
mutant("any_name_of_a_client", "What is no address is a client's host.", "CLI-004").wraps(
    normalize_address,
    lambda normalize, host, *told: normalize(host, *told) or Address(str(host), None),
)
mutant(
    "port_of_a_proxy", "The port of a proxy stands beside the address that it names.", "CLI-004"
).wraps(normalize_address, lambda normalize, host, port, fields=(): normalize(host, port))
mutant(
    "SchemeInUpperCase",
    "scheme is in upper case.",
    f"{_ALL_FACTS} CLI-004 CLI-005 CLI-008 URL-002 URL-003 URL-004 URL-005 FLD-006"
    " PRX-001 PRX-002 PRX-003 PRX-004 PRX-005 PRX-006",
).wraps(_SCHEME, lambda scheme, self: scheme(self).upper())
mutant("WebsocketByField", "A field Upgrade makes it a websocket.", "CLI-005").wraps(
    _SCHEME,
    lambda scheme, self: "ws" if self.get_header("upgrade") == "websocket" else scheme(self),
)
mutant("MethodAsSent", "method is as sent.", "CLI-006").puts(
    _METHOD, property(lambda self: self._scope["method"])
)
mutant(
    "MethodOverridden", "A method that is not well known is taken for GET.", "API-004 CLI-006"
).wraps(_METHOD, lambda method, self: method(self).replace("PATCH", "POST"))
mutant(
    "version_with_protocol",
    "http_version has the protocol in front.",
    f"{_ALL_FACTS} CLI-004 CLI-007",
).wraps(normalize_http_version, lambda normalize, version: f"HTTP/{normalize(version)}")
mutant("one_version", "http_version is always 1.1.", "CLI-007").puts(
    normalize_http_version, lambda version: "1.1"
)
mutant(
    "BelievesForwardedFor",
    "X-Forwarded-For is believed.",
    "CLI-008 PRX-001 PRX-002 PRX-003 PRX-004 PRX-005 PRX-006",
).wraps(
    _CLIENT,
    lambda client, self: (
        Address(told, None) if (told := self.get_header("x-forwarded-for")) else client(self)
    ),
)
mutant("BelievesForwardedProto", "X-Forwarded-Proto is believed.", "CLI-008 PRX-002 PRX-004").wraps(
    _SCHEME, lambda scheme, self: self.get_header("x-forwarded-proto") or scheme(self)
)
mutant("BelievesForwardedHost", "X-Forwarded-Host is believed.", "CLI-008 PRX-002 PRX-004").wraps(
    (SoundASGI, "host"), lambda host, self: self.get_header("x-forwarded-host") or host(self)
)
mutant("BelievesForwarded", "Forwarded is believed.", "CLI-008 PRX-002 PRX-005 PRX-006").wraps(
    _SCHEME,
    lambda scheme, self: (
        "https" if "proto=https" in self.get_header("forwarded", "") else scheme(self)
    ),
)
