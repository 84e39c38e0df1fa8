"""Mutants of the connection and the method (CLI)."""

from __future__ import annotations

from mutants.mutant import mutants

mutants(
    r"""
NoClient: client is None. [CLI-001,002,008 PRX-001..006]
  adapter.client = None
client_in_brackets: client.host has brackets. [CLI-001,004,008 PRX-001..006,008]
  normalize_address = lambda *told: (at := was(*told)) and at._replace(host=f"[{at.host}]")
port_zero: client.port is 0, as behind uvicorn's proxy policy.
  [ALL_FACTS CLI-002,004 PRX-001,002,004..006]
  normalize_address = lambda *told: (at := was(*told)) and at._replace(port=0)
PortAsText (WSGI): client.port is text, as the environ has it.
  [ALL_FACTS CLI-002 PRX-001,002,004..006]
  adapter.client = lambda self: (at := was(self)) and at._replace(port=self._environ["REMOTE_PORT"])
PortAsTold: A port of 0, by which servers say that they know none, is kept. [CLI-002 PRX-006]
  adapter.client = property(lambda self: (at := self._scope.get("client")) and Address(*at))
EmptyClient: A client that is not known has an empty host. [CLI-003 PRX-006]
  adapter.client = lambda self: was(self) or Address("", None)
numbers_only: A host that is no IP address is no client. [CLI-004 PRX-001,005]
  normalize_address = lambda host, *told: was(host, *told) if str(host)[:1].isdecimal() else None
any_name_of_a_client: What is no address is a client's host. [CLI-004]
  normalize_address = lambda host, *told: was(host, *told) or Address(str(host), None)
port_of_a_proxy: The port of a proxy stands beside the address that it names. [CLI-004]
  normalize_address = lambda host, port, fields=(): was(host, port)
SchemeInUpperCase: scheme is in upper case.
  [ALL_FACTS CLI-004,005,008 FLD-006 PRX-001..006 URL-002..005]
  adapter.scheme = lambda self: was(self).upper()
WebsocketByField: A field Upgrade makes it a websocket. [CLI-005]
  adapter.scheme = lambda self: "ws" if self.get_header("upgrade") == "websocket" else was(self)
MethodAsSent: method is as sent. [CLI-006]
  adapter.method = property(lambda self: self._scope["method"])
MethodOverridden: A method that is not well known is taken for GET. [API-004 CLI-006]
  adapter.method = lambda self: was(self).replace("PATCH", "POST")
version_with_protocol: http_version has the protocol in front. [ALL_FACTS CLI-004,007]
  normalize_http_version = lambda version: f"HTTP/{was(version)}"
one_version: http_version is always 1.1. [CLI-007]
  normalize_http_version = lambda version: "1.1"
BelievesForwardedFor: X-Forwarded-For is believed. [CLI-008 PRX-001..006]
  adapter.client = lambda self: Address(told, None) if (told := self.get_header("x-forwarded-for"))
    else was(self)
BelievesForwardedProto: X-Forwarded-Proto is believed. [CLI-008 PRX-002,004]
  adapter.scheme = lambda self: self.get_header("x-forwarded-proto") or was(self)
BelievesForwardedHost: X-Forwarded-Host is believed. [CLI-008 PRX-002,004]
  adapter.host = lambda self: self.get_header("x-forwarded-host") or was(self)
BelievesForwarded: Forwarded is believed. [CLI-008 PRX-002,005,006]
  adapter.scheme = lambda self: "https" if "proto=https" in self.get_header("forwarded", "") else
    was(self)
""",
    ALL_FACTS="API-007 API-011 SER-001..002 SER-004..005",  # they compare or show all of a request
)
