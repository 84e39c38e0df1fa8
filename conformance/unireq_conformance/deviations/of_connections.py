"""Deviations in what is said of the connection: forwarded fields, ports, versions."""

from __future__ import annotations

from typing import Final

from unireq_conformance.deviations.deviation import SOURCE_PORT, get, lost
from unireq_conformance.deviations.touching import has_field, in_messages, when

__all__ = ["CONNECTION_DEVIATIONS"]

# Servers that trust somebody by default trust 127.0.0.1, and not the address of a proxy.
_forwarded_client = when(
    lambda r: r.proxies is None and has_field(r, "x-forwarded-"), "client", "scheme"
)
# gunicorn's secure_scheme_headers.
_forwarded_scheme = when(
    lambda r: r.proxies is None and has_field(r, "x-forwarded-proto", "x-forwarded-ssl"), "scheme"
)
_deleted = when(
    lambda r: r.proxies is not None and has_field(r, "x-forwarded-", "forwarded", "x-real-ip"),
    *("forwarded", "client", "scheme", "host", "url", "native"),
    *("response.status", "layers.events"),
)

_ABOUT_PROXIES: Final = {
    "PRX-001": "X-Forwarded-For",
    "PRX-003": "X-Forwarded-For",
    "PRX-004": "X-Forwarded-Host",
    "PRX-005": "Forwarded",
    "PRX-006": "X-Forwarded-For",
    "PRX-008": "X-Forwarded-Host",
}

_BY_PROXIES: Final = {
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "a",
    "X-Forwarded-Port": "1",
    "X-Forwarded-By": "b",
    "Forwarded": "for=6.6.6.6",
}

CONNECTION_DEVIATIONS: Final = (
    lost(
        "CLI-008 *:waitress",
        "waitress deletes forwarded fields unless a trusted proxy is configured"
        " (clear_untrusted_proxy_headers)",
        get(b"/", *(f"{name}: {value}".encode() for name, value in _BY_PROXIES.items())),
        {f"headers.{name.lower()}": (value, None) for name, value in _BY_PROXIES.items()},
    ),
    *(
        lost(
            f"{clause} *:waitress",
            "waitress deletes forwarded fields, see CLI-008, so nothing is believed",
            get(b"/", f"{field}: 203.0.113.9".encode()),
            {f"headers.{field.lower()}": ("203.0.113.9", None)},
            _deleted,
        )
        for clause, field in _ABOUT_PROXIES.items()
    ),
    lost(
        "CLI-008 *:uvicorn-*",
        "by default, uvicorn trusts forwarded fields from 127.0.0.1 and ::1, so the real"
        " peer is lost (--no-proxy-headers turns this off)",
        get(b"/", b"X-Forwarded-For: 6.6.6.6", b"X-Forwarded-Proto: https"),
        {
            "client.host": ("127.0.0.1", "6.6.6.6"),
            "client.port": (SOURCE_PORT, None),
            "scheme": ("http", "https"),
        },
        _forwarded_client,
    ),
    lost(
        "CLI-008 *:uvicorn-*",
        "by default, uvicorn trusts forwarded fields from 127.0.0.1 and ::1, which can"
        " deny TLS as well (--no-proxy-headers turns this off)",
        get(b"/", b"X-Forwarded-For: 6.6.6.6", b"X-Forwarded-Proto: http"),
        {
            "client.host": ("127.0.0.1", "6.6.6.6"),
            "client.port": (SOURCE_PORT, None),
            "scheme": ("https", "http"),
        },
        _forwarded_client,
    ),
    lost(
        "CLI-008 *:gunicorn *:gunicorn-asgi",
        "by default, gunicorn takes the scheme from forwarded fields of peers at 127.0.0.1"
        " and ::1 (forwarded_allow_ips)",
        get(b"/", b"X-Forwarded-Proto: https"),
        {"scheme": ("http", "https")},
        _forwarded_scheme,
    ),
    lost(
        "CLI-008 *:gunicorn *:gunicorn-asgi",
        "by default, gunicorn takes the scheme from forwarded fields of peers at 127.0.0.1"
        " and ::1, which can deny TLS as well (forwarded_allow_ips)",
        get(b"/", b"X-Forwarded-Proto: http"),
        {"scheme": ("https", "http")},
        _forwarded_scheme,
    ),
    lost(
        "HDR-005 *:gunicorn",
        "by default, gunicorn accepts SCRIPT_NAME and PATH_INFO as fields from peers at"
        " 127.0.0.1 and ::1 (forwarder_headers)",
        get(b"/a/b", b"SCRIPT_NAME: /a", b"PATH_INFO: /evil"),
        {
            "root_path": ("", "/a"),
            "headers.script-name": (None, "/a"),
            "headers.path-info": (None, "/evil"),
        },
    ),
    lost(
        "CLI-008 *:daphne",
        "daphne takes the mount prefix from a Daphne-Root-Path field of any client, and"
        " drops the field",
        get(b"/a/b", b"Daphne-Root-Path: /a"),
        {"root_path": ("", "/a"), "headers.daphne-root-path": ("/a", None)},
    ),
    lost(
        "CLI-005 *:daphne",
        "daphne takes any request with an Upgrade field as a websocket handshake, and"
        " answers 405 unless it is a GET",
        b"POST / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        touches=when(lambda request: has_field(request, "upgrade"), "the server"),
    ),
    lost(
        "CLI-002 *:runserver",
        "wsgiref does not pass on the port of the peer",
        get(b"/"),
        {"client.port": (SOURCE_PORT, None)},
        when(lambda _: True, "client.port"),
        always=True,
    ),
    lost(
        "CLI-007 *:waitress",
        "waitress reads every unknown version as 1.0",
        b"GET / HTTP/1.2\r\nHost: h\r\n\r\n",
        {"http_version": ("1.1", "1.0")},
        in_messages("version-to-come version-2-in-the-line version-0.9", "http_version"),
    ),
)
