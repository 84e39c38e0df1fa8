"""The URL and its parts, and the hosts of clients that are no servers' peers (URL, CLI)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import unireq
from unireq_conformance.inside.findings import Checks, Finding, same

__all__ = ["CHECKS"]

CHECKS = Checks()


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


@CHECKS.of("CLI-004")
def _hosts_of_test_clients(native: Any) -> Iterator[Finding]:
    request = unireq.from_native(native)
    client = unireq.Address("testclient", 50000)
    yield from same("client", client, request.replace(client=client).client)
    yield from same("settle_address", client, unireq.settle_address("testclient", 50000))
