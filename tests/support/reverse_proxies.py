"""nginx and HAProxy in front of a server: on free loopback ports, ended with the block."""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Final, NamedTuple

import trustme

from support.requirements import need
from unireq_conformance.servers.child import Child
from unireq_conformance.servers.wire import free_port

__all__ = ["HAPROXY", "NGINX", "Front", "need_proxies", "running"]

NGINX: Final = "127.0.0.11"
"""The address that nginx connects from."""
HAPROXY: Final = "127.0.0.12"
"""The address that HAProxy connects from."""
_PROGRAMS: Final = ("nginx", "haproxy")
_START_TIME: Final = 20.0

_NGINX_CONF: Final = """
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

_HAPROXY_CONF: Final = """
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


class Front(NamedTuple):
    """A proxy that a client connects to on 127.0.0.1."""

    port: int
    trust: ssl.SSLContext | None  # what a client needs for its certificate; None without TLS


@contextmanager
def running(kind: str, upstream: str, directory: Path, *, tls: bool) -> Iterator[Front]:
    """A proxy, `nginx` or `haproxy`, in front of `upstream`, until the block ends.

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
        text = _NGINX_CONF.format(
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
        text = _HAPROXY_CONF.format(
            port=port,
            ssl=f" ssl crt {pem}" if tls else "",
            scheme="http-request set-header X-Forwarded-Proto https" if tls else "",
            upstream=upstream,
            address=HAPROXY,
        )
        options = ["-db", "-f", str(conf)]
    conf.write_text(text)
    child = Child([str(which(kind)), *options], {})
    try:
        deadline = time.monotonic() + _START_TIME
        with socket.socket() as connection:
            while connection.connect_ex(("127.0.0.1", port)):
                late = not child.running or time.monotonic() > deadline
                assert not late, f"{kind} did not start:\n{child.log}"
                time.sleep(0.02)
        yield Front(port, trust)
    finally:
        child.begin_to_stop()
        child.finish_stopping()


def need_proxies() -> None:
    """Skip, or in CI fail, unless both programs are installed."""
    missing = [program for program in _PROGRAMS if which(program) is None]
    need(not missing, f"not installed: {', '.join(missing)} (apt-get install nginx haproxy)")
