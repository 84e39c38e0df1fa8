"""Deviations in what is said of the connection: forwarded fields, ports, versions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from unireq_conformance.deviations.deviation import SOURCE_PORT, Deviation, get, shows
from unireq_conformance.deviations.touching import in_messages
from unireq_conformance.model import AbstractRequest

__all__ = ["CONNECTION_DEVIATIONS"]


def _client_port(_: AbstractRequest) -> Collection[str]:
    return ["client.port"]


def _has(request: AbstractRequest, prefix: str) -> bool:
    return any(line.name.lower().startswith(prefix) for line in request.fields)


def _is_believed(request: AbstractRequest, name: str) -> bool:
    # Servers that trust somebody by default trust 127.0.0.1, and not the address of a proxy.
    return request.proxies is None and _has(request, name)


def _forwarded_client(request: AbstractRequest) -> Collection[str]:
    return ["client", "scheme"] if _is_believed(request, "x-forwarded-") else ()


def _forwarded_scheme(request: AbstractRequest) -> Collection[str]:
    # gunicorn's secure_scheme_headers.
    schemes = ("x-forwarded-proto", "x-forwarded-ssl")
    return ["scheme"] if any(_is_believed(request, name) for name in schemes) else ()


def _deleted(request: AbstractRequest) -> Collection[str]:
    named = any(_has(request, name) for name in ("x-forwarded-", "forwarded", "x-real-ip"))
    if request.proxies is None or not named:
        return ()
    inside = ("host", "url", "native", "response.status", "layers.events")
    return ["forwarded", "client", "scheme", *inside]


def _upgraded(request: AbstractRequest) -> Collection[str]:
    return ["the server"] if _has(request, "upgrade") else ()


_ABOUT_PROXIES: Final = {
    "PRX-001": "X-Forwarded-For",
    "PRX-003": "X-Forwarded-For",
    "PRX-004": "X-Forwarded-Host",
    "PRX-005": "Forwarded",
    "PRX-006": "X-Forwarded-For",
    "PRX-008": "X-Forwarded-Host",
}

CONNECTION_DEVIATIONS: Final = (
    Deviation(
        "CLI-008",
        because="waitress deletes forwarded fields unless a trusted proxy is configured"
        " (clear_untrusted_proxy_headers)",
        witness=get(
            b"/",
            b"X-Forwarded-For: 6.6.6.6",
            b"X-Forwarded-Proto: https",
            b"X-Forwarded-Host: a",
            b"X-Forwarded-Port: 1",
            b"X-Forwarded-By: b",
            b"Forwarded: for=6.6.6.6",
        ),
        targets=("*:waitress",),
        **shows(
            {
                "headers.x-forwarded-for": ("6.6.6.6", None),
                "headers.x-forwarded-proto": ("https", None),
                "headers.x-forwarded-host": ("a", None),
                "headers.x-forwarded-port": ("1", None),
                "headers.x-forwarded-by": ("b", None),
                "headers.forwarded": ("for=6.6.6.6", None),
            }
        ),
    ),
    *(
        Deviation(
            clause,
            because="waitress deletes forwarded fields, see CLI-008, so nothing is believed",
            witness=get(b"/", f"{field}: 203.0.113.9".encode()),
            targets=("*:waitress",),
            specified={f"headers.{field.lower()}": "203.0.113.9"},
            observed={f"headers.{field.lower()}": None},
            touches=_deleted,
        )
        for clause, field in _ABOUT_PROXIES.items()
    ),
    Deviation(
        "CLI-008",
        because="by default, uvicorn trusts forwarded fields from 127.0.0.1 and ::1, so the real"
        " peer is lost (--no-proxy-headers turns this off)",
        witness=get(b"/", b"X-Forwarded-For: 6.6.6.6", b"X-Forwarded-Proto: https"),
        targets=("*:uvicorn-*",),
        **shows(
            {
                "client.host": ("127.0.0.1", "6.6.6.6"),
                "client.port": (SOURCE_PORT, None),
                "scheme": ("http", "https"),
            }
        ),
        touches=_forwarded_client,
    ),
    Deviation(
        "CLI-008",
        because="by default, uvicorn trusts forwarded fields from 127.0.0.1 and ::1, which can"
        " deny TLS as well (--no-proxy-headers turns this off)",
        witness=get(b"/", b"X-Forwarded-For: 6.6.6.6", b"X-Forwarded-Proto: http"),
        targets=("*:uvicorn-*",),
        **shows(
            {
                "client.host": ("127.0.0.1", "6.6.6.6"),
                "client.port": (SOURCE_PORT, None),
                "scheme": ("https", "http"),
            }
        ),
        touches=_forwarded_client,
    ),
    Deviation(
        "CLI-008",
        because="by default, gunicorn takes the scheme from forwarded fields of peers at 127.0.0.1"
        " and ::1 (forwarded_allow_ips)",
        witness=get(b"/", b"X-Forwarded-Proto: https"),
        targets=("*:gunicorn", "*:gunicorn-asgi"),
        **shows({"scheme": ("http", "https")}),
        touches=_forwarded_scheme,
    ),
    Deviation(
        "CLI-008",
        because="by default, gunicorn takes the scheme from forwarded fields of peers at 127.0.0.1"
        " and ::1, which can deny TLS as well (forwarded_allow_ips)",
        witness=get(b"/", b"X-Forwarded-Proto: http"),
        targets=("*:gunicorn", "*:gunicorn-asgi"),
        **shows({"scheme": ("https", "http")}),
        touches=_forwarded_scheme,
    ),
    Deviation(
        "HDR-005",
        because="by default, gunicorn accepts SCRIPT_NAME and PATH_INFO as fields from peers at"
        " 127.0.0.1 and ::1 (forwarder_headers)",
        witness=get(b"/a/b", b"SCRIPT_NAME: /a", b"PATH_INFO: /evil"),
        targets=("*:gunicorn",),
        **shows(
            {
                "root_path": ("", "/a"),
                "headers.script-name": (None, "/a"),
                "headers.path-info": (None, "/evil"),
            }
        ),
    ),
    Deviation(
        "CLI-008",
        because=(
            "daphne takes the mount prefix from a Daphne-Root-Path field of any client, and"
            " drops the field"
        ),
        witness=get(b"/a/b", b"Daphne-Root-Path: /a"),
        targets=("*:daphne",),
        **shows({"root_path": ("", "/a"), "headers.daphne-root-path": ("/a", None)}),
    ),
    Deviation(
        "CLI-005",
        because="daphne takes any request with an Upgrade field as a websocket handshake, and"
        " answers 405 unless it is a GET",
        witness=b"POST / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        targets=("*:daphne",),
        touches=_upgraded,
        refused=True,
    ),
    Deviation(
        "CLI-002",
        because="wsgiref does not pass on the port of the peer",
        witness=get(b"/"),
        targets=("*:runserver",),
        **shows({"client.port": (SOURCE_PORT, None)}),
        always=True,
        touches=_client_port,
    ),
    Deviation(
        "CLI-007",
        because="waitress reads every unknown version as 1.0",
        witness=b"GET / HTTP/1.2\r\nHost: h\r\n\r\n",
        targets=("*:waitress",),
        **shows({"http_version": ("1.1", "1.0")}),
        touches=in_messages("version-to-come version-2-in-the-line version-0.9", "http_version"),
    ),
)
