"""Behind nginx and HAProxy that end TLS, no client can pass for another, nor turn TLS on or off.

So limits, signatures over the URL, redirects and cookies are right there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from examples.clients import Client, target_of
from examples.test_webhooks import signed_by_twilio
from support.reverse_proxies import need_proxies, running
from unireq_conformance.servers.process import Server

EXAMPLE = "behind"
CHAINS = [("nginx",), ("haproxy",), ("haproxy", "nginx"), ("nginx", "haproxy")]
HOST = {"Host": "shop.example"}

SPOOFED: list[tuple[str, str]] = [
    ("X-Forwarded-For", "6.6.6.6"),
    ("X-Forwarded-For", "127.0.0.11"),
    ("X-Forwarded-For", "6.6.6.6, 127.0.0.11, 127.0.0.12"),
    ("X-Forwarded-For", "unknown"),
    ("X-Forwarded-For", ", ,"),
    ("X-Real-IP", "6.6.6.6"),
    ("Forwarded", "for=6.6.6.6;proto=http;host=evil.example"),
    ("Forwarded", 'for="6.6.6.6'),
    ("X-Forwarded-Proto", "http"),
    ("X-Forwarded-Proto", "ftp, http"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Port", "1"),
    ("X-Forwarded-Prefix", "/evil"),
    ("X-Forwarded-Scheme", "http"),
    ("X-Url-Scheme", "http"),
    ("Client-IP", "6.6.6.6"),
    ("X_Forwarded_For", "6.6.6.6"),
    ("X_Forwarded_Proto", "http"),
]


@contextmanager
def behind(chain: tuple[str, ...], upstream: str, directory: Path) -> Iterator[Client]:
    """A client of the outermost of `chain`, which ends TLS."""
    need_proxies()
    outer, *inner = chain
    if inner:
        with (
            running(inner[0], upstream, directory / "inner", tls=False) as between,
            behind((outer,), f"127.0.0.1:{between.port}", directory) as client,
        ):
            yield client
    else:
        with running(outer, upstream, directory / "outer", tls=True) as front:
            yield Client("front", front.port, front.trust)


def nobody_passes_for_another(front: Client, scheme: str, address: str) -> None:
    expected = {
        "client": address,
        "url": f"{scheme}://shop.example/whoami?a=%20b",
        "host field": "shop.example",
    }
    for fields in ((), *((field,) for field in SPOOFED), tuple(SPOOFED)):
        answer = front.ask("/whoami?a=%20b", fields=HOST, client=address, more=fields)
        assert (answer.status, json.loads(answer.text)) == (200, expected), fields


@pytest.mark.parametrize("number", range(len(CHAINS)))
def test_a_chain(client: Any, number: int, tmp_path: Path) -> None:
    with behind(CHAINS[number], f"127.0.0.1:{client.port}", tmp_path) as front:
        network = f"127.0.{number + 1}"
        nobody_passes_for_another(front, "https", f"{network}.1")
        # A client can't get another's share by what it sends.
        limited = [
            front.ask(
                "/items/1", client=f"{network}.2", fields={"X-Forwarded-For": f"6.6.6.{n}"}
            ).status
            for n in range(32)
        ]
        assert limited == [200] * 30 + [429] * 2
        assert front.ask("/items/1", client=f"{network}.3").status == 200

        signed, body = signed_by_twilio("https://shop.example/twilio")
        evil = {**HOST, "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
        for fields in ({**HOST, **signed}, {**evil, **signed}):
            told = front.ask("/twilio", "POST", fields, body, f"{network}.4")
            assert (told.status, told.text) == (200, "Grüße\n")
        told = front.ask("/redirect", fields=evil, client=f"{network}.4")
        assert (told.status, told.fields["location"]) == (302, "https://shop.example/items/1")
        assert "; Secure" in told.fields["set-cookie"]


def test_who_comes_past_the_proxies_is_not_believed(client: Any) -> None:
    nobody_passes_for_another(client, "http", "127.0.0.5")
    fields = {**HOST, "X-Forwarded-Proto": "https"}
    answer = client.ask("/whoami", fields=fields, client="127.0.0.5")
    assert json.loads(answer.text)["url"] == "http://shop.example/whoami"


@pytest.mark.parametrize("name", ["starlette", "flask"])
def test_a_unix_socket(name: str, tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with (
        mock.patch.dict(os.environ, {"UNIREQ_EXAMPLE": EXAMPLE}),
        Server(target_of(name), timeout=60, uds=path),
        behind(("nginx",), f"unix:{path}:", tmp_path) as front,
    ):
        nobody_passes_for_another(front, "https", "127.0.0.5")
