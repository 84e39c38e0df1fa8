"""Limits, signatures over the URL, redirects and cookies, behind proxies that end TLS."""

from __future__ import annotations

import base64
import hashlib
import hmac
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from support.reverse_proxies import Front, need_proxies, running

EXAMPLE = "behind"
FORM = {"Body": "Hello", "From": "+49"}


def ask(front: Front, method: str, path: str, client: str, **more: Any) -> Any:
    connection = HTTPSConnection(
        "127.0.0.1", front.port, context=front.trust, timeout=20, source_address=(client, 0)
    )
    fields = {"Host": "shop.example", **more.get("fields", {})}
    try:
        connection.request(method, path, more.get("body"), fields)
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("chain", [("nginx",), ("haproxy", "nginx")])
def test_examples_behind_proxies(client: Any, chain: tuple[str, ...], tmp_path: Path) -> None:
    need_proxies()
    outer, *inner = chain
    upstream = f"127.0.0.1:{client.server.port}"
    if inner:
        with (
            running(inner[0], upstream, tmp_path / "inner", tls=False) as behind,
            running(outer, f"127.0.0.1:{behind.port}", tmp_path / "outer", tls=True) as front,
        ):
            judge(front, "127.0.1")
    else:
        with running(outer, upstream, tmp_path / "outer", tls=True) as front:
            judge(front, "127.0.2")


def judge(front: Front, network: str) -> None:
    # A client can't get another's share by what it sends.
    spoofed = [{"X-Forwarded-For": f"6.6.6.{n}"} for n in range(6)]
    limited = [
        ask(front, "GET", "/items/1", f"{network}.1", fields=fields)[0] for fields in spoofed
    ]
    assert limited == [200] * 4 + [429] * 2
    assert ask(front, "GET", "/items/1", f"{network}.2")[0] == 200

    url = "https://shop.example/twilio"
    message = url + "".join(f"{name}{FORM[name]}" for name in sorted(FORM))
    mac = hmac.new(b"twilio-test", message.encode(), hashlib.sha1).digest()
    signed = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": base64.b64encode(mac).decode(),
    }
    body = urlencode(FORM).encode()
    told = ask(front, "POST", "/twilio", f"{network}.3", fields=signed, body=body)
    assert (told[0], told[2]) == (200, "Hello\n")
    evil = {**signed, "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
    assert ask(front, "POST", "/twilio", f"{network}.3", fields=evil, body=body)[0] == 200

    status, fields, _ = ask(front, "GET", "/redirect", f"{network}.4", fields=evil)
    assert (status, fields["location"]) == (302, "https://shop.example/items/1")
    assert "; Secure" in fields["set-cookie"]
