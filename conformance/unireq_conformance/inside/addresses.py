"""The URL and its parts, and the hosts of clients that are no servers' peers (URL, CLI)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import unireq
from unireq import adapter
from unireq_conformance.inside.findings import CHECKS, Finding, same, told


@CHECKS.of("URL-001")
def _url_has_parts(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native)
    url: Any = request.url
    yield from same("isinstance(url, str)", True, isinstance(url, str))
    yield from same("url.isascii()", True, url.isascii())
    if request.host is not None and request.path.startswith("/"):
        yield from same("url.scheme", request.scheme, url.scheme)
        yield from same("url.netloc", request.host, url.netloc)
        rest = url.path + (f"?{url.query}" if url.query else "")
        yield from same("url", f"{url.scheme}://{url.netloc}{rest}", str(url))
        host, colon, port = request.host.rpartition(":")
        has_port = bool(colon) and port.isdecimal()
        yield from same("url.port", int(port) if has_port else None, url.port)
        name = (host if has_port else request.host).strip("[]").lower()
        yield from same("url.hostname", name, url.hostname)
        elsewhere = url.with_(netloc="other", path="/", query="")
        yield from same("url.with_", f"{url.scheme}://other/", str(elsewhere))


# What a server says of its peer, with what a proxy has written.
_TOLD: Final[dict[tuple[str, object, tuple[str, ...]], tuple[str, int | None] | None]] = {
    ("testclient", 50000, ()): ("testclient", 50000),
    ("192.0.2.7", "80", ()): ("192.0.2.7", 80),
    ("192.0.2.7:4711", 80, ()): ("192.0.2.7", 4711),
    ("[2001:db8::1]:1234", 0, ()): ("2001:db8::1", 1234),
    ("[2001:db8::1]", 0, ()): ("2001:db8::1", None),
    ("fe80::1%eth0", 80, ()): ("fe80::1%eth0", 80),
    ("192.0.2.7", "80", ("192.0.2.7, 192.0.2.1",)): ("192.0.2.7", None),
    ("unknown", 80, ()): None,
    ("_hidden", 80, ()): None,
    ("localhost", "None", ()): None,
}


@CHECKS.of("CLI-002")
def _no_port_is_0(native: Any) -> Iterator[Finding]:
    with told(native, {"client": ("192.0.2.7", 0)}, {"REMOTE_PORT": "0"}):
        client = unireq.from_native(native).client
    # Where neither a scope nor an environ is asked, nothing has changed.
    yield from same("client.port == 0", False, client is not None and client.port == 0)


@CHECKS.of("CLI-004")
def _hosts_of_test_clients(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native)
    client = unireq.Address("testclient", 50000)
    yield from same("client", client, request.replace(client=client).client)
    for (host, port, fields), expected in _TOLD.items():
        right = None if expected is None else unireq.Address(*expected)
        found = adapter.normalize_address(host, port, fields)
        yield from same(f"normalize_address({host!r}, {port!r})", right, found)
