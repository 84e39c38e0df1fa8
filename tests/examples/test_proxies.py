"""Behind nginx and HAProxy that end TLS, no client can pass for another, nor turn TLS on or off."""

from __future__ import annotations

import json
import os
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from examples.targets import target_of
from support.reverse_proxies import Front, need_proxies, running
from unireq_conformance.servers.process import Server

EXAMPLE = "whoami"
CLIENT = "127.0.0.5"

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


def ask(front: Front, *fields: tuple[str, str]) -> dict[str, Any]:
    """What the app says of a request with these fields."""
    how: dict[str, Any] = {"timeout": 20, "source_address": (CLIENT, 0)}
    if front.trust is None:
        connection = HTTPConnection("127.0.0.1", front.port, **how)
    else:
        connection = HTTPSConnection("127.0.0.1", front.port, context=front.trust, **how)
    try:
        connection.putrequest("GET", "/whoami?a=%20b", skip_host=True)
        connection.putheader("Host", "shop.example")
        for name, value in fields:
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        text = response.read().decode()
        assert response.status == 200, text
        found: dict[str, Any] = json.loads(text)
        return found
    finally:
        connection.close()


@pytest.mark.parametrize(
    "chain", [("nginx",), ("haproxy",), ("haproxy", "nginx"), ("nginx", "haproxy")]
)
def test_nobody_passes_for_another(client: Any, chain: tuple[str, ...], tmp_path: Path) -> None:
    need_proxies()
    outer, *inner = chain
    upstream = f"127.0.0.1:{client.server.port}"
    expected = {
        "client": CLIENT,
        "url": "https://shop.example/whoami?a=%20b",
        "host field": "shop.example",
    }
    if inner:
        with (
            running(inner[0], upstream, tmp_path / "inner", tls=False) as behind,
            running(outer, f"127.0.0.1:{behind.port}", tmp_path / "outer", tls=True) as front,
        ):
            spoof(front, expected)
    else:
        with running(outer, upstream, tmp_path / "outer", tls=True) as front:
            spoof(front, expected)


def spoof(front: Front, expected: dict[str, Any]) -> None:
    assert ask(front) == expected
    for field in SPOOFED:
        assert ask(front, field) == expected, field
    assert ask(front, *SPOOFED) == expected


def test_who_comes_past_the_proxies_is_not_believed(client: Any) -> None:
    direct = Front(client.server.port, None)
    expected = {
        "client": CLIENT,
        "url": "http://shop.example/whoami?a=%20b",
        "host field": "shop.example",
    }
    for field in [*SPOOFED, ("X-Forwarded-Proto", "https")]:
        assert ask(direct, field) == expected, field


@pytest.mark.parametrize("name", ["starlette:uvicorn-h11", "flask:waitress"])
def test_a_unix_socket(name: str, tmp_path: Path) -> None:
    need_proxies()
    path = tmp_path / "socket"
    target = target_of(name.partition(":")[0])
    with (
        mock.patch.dict(os.environ, {"UNIREQ_EXAMPLE": "on_unix_socket"}),
        Server(target, timeout=60, uds=path),
        running("nginx", f"unix:{path}:", tmp_path / "outer", tls=True) as front,
    ):
        spoof(
            front,
            {
                "client": CLIENT,
                "url": "https://shop.example/whoami?a=%20b",
                "host field": "shop.example",
            },
        )
