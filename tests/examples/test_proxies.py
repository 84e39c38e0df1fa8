"""Behind nginx and HAProxy that end TLS, no client can pass for another, nor turn TLS on or off.

So limits, signatures over the URL, redirects and cookies are right there.
"""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import which
from typing import Any
from unittest import mock

import pytest
import trustme

from examples.clients import Client, target_of
from examples.test_webhooks import signed_by_twilio
from support.children import listens, running
from support.requirements import need
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.wire import free_port

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


NGINX = "127.0.0.11"
"""The address that nginx connects from."""
HAPROXY = "127.0.0.12"
"""The address that HAProxy connects from."""

NGINX_CONF = """
daemon off;
{user}
pid {directory}/nginx.pid;
error_log stderr;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {directory}; proxy_temp_path {directory};
  fastcgi_temp_path {directory}; uwsgi_temp_path {directory}; scgi_temp_path {directory};
  server {{
    listen 127.0.0.1:{port}{ssl};
    {certificate}
    location / {{
      proxy_pass http://{upstream};
      proxy_http_version 1.1;
      {bind}
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto {scheme};
      proxy_set_header X-Real-IP $remote_addr;
    }}
  }}
}}
"""

HAPROXY_CONF = """
defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
frontend front
  bind 127.0.0.1:{port}{ssl}
  option forwardfor
  {scheme}
  default_backend app
backend app
  source {address}
  server app {upstream}
"""


@contextmanager
def proxy(kind: str, upstream: str, directory: Path, *, tls: bool) -> Iterator[Client]:
    """A client of a proxy, `nginx` or `haproxy`, in front of `upstream`, until the block ends.

    `upstream` is "127.0.0.1:8000", or "unix:/path". It ends TLS, or it is the inner of two proxies,
    and passes on the scheme.
    """
    directory.mkdir()
    port = free_port()
    trust: ssl.SSLContext | None = None
    pem = directory / "server.pem"
    if tls:
        authority = trustme.CA()
        issued = authority.issue_cert("localhost", "127.0.0.1")
        issued.private_key_and_cert_chain_pem.write_to_path(pem)
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
    conf = directory / "conf"
    if kind == "nginx":
        text = NGINX_CONF.format(
            # Else its worker is somebody who may not reach the socket.
            user="user root;" if os.geteuid() == 0 else "",
            directory=directory,
            port=port,
            ssl=" ssl" if tls else "",
            certificate=f"ssl_certificate {pem}; ssl_certificate_key {pem};" if tls else "",
            upstream=upstream,
            bind="" if upstream.startswith("unix:") else f"proxy_bind {NGINX};",
            scheme="$scheme" if tls else "$http_x_forwarded_proto",
        )
        options = ["-p", str(directory), "-c", str(conf)]
    else:
        text = HAPROXY_CONF.format(
            port=port,
            ssl=f" ssl crt {pem}" if tls else "",
            scheme="http-request set-header X-Forwarded-Proto https" if tls else "",
            upstream=upstream,
            address=HAPROXY,
        )
        options = ["-db", "-f", str(conf)]
    conf.write_text(text)
    with running([str(which(kind)), *options], lambda: listens(port)):
        yield Client("front", port, trust)


@contextmanager
def behind(chain: tuple[str, ...], upstream: str, directory: Path) -> Iterator[Client]:
    """A client of the outermost of `chain`, which ends TLS."""
    missing = [program for program in ("nginx", "haproxy") if which(program) is None]
    need(not missing, f"not installed: {', '.join(missing)} (apt-get install nginx haproxy)")
    outer, *inner = chain
    with ExitStack() as stack:
        if inner:
            between = proxy(inner[0], upstream, directory / "inner", tls=False)
            upstream = f"127.0.0.1:{stack.enter_context(between).port}"
        yield stack.enter_context(proxy(outer, upstream, directory / "outer", tls=True))


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
