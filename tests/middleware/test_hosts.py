"""allowed_hosts: what is allowed, what is refused before anybody sees it, and what is no list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from unittest import mock

import flask
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import override_settings
from sanic.response import empty

import unireq
import unireq_asgi
import unireq_django
import unireq_flask
import unireq_sanic
import unireq_starlette
import unireq_wsgi
from middleware.asking import ask, connect
from support import natives
from unireq._layers.hosts import AllowedHosts

natives.configure_django()

LISTED = ["Example.com", ".wild.example", "*.sub.example", "127.0.0.1", "::1", "xn--bcher-kva.de"]
HOSTS = AllowedHosts(LISTED, "install")

ALLOWED = """
example.com EXAMPLE.com example.com. example.com:8080 example.com: wild.example a.wild.example
a.b.wild.example:1 A-1.WILD.example. x.sub.example 127.0.0.1:8000 [::1] [::1]:8000 [0:0:0:0:0:0:0:1]
xn--bcher-kva.de
""".split()

WORDS = """
evil.example example.com.evil.example notexample.com a.example.com evilwild.example
.wild.example a..wild.example ..wild.example evil%2f.wild.example evil%00.wild.example
a_b.wild.example sub.example a.wild.example.. example.com.. . 127.0.0.2 [::2] [::1%25eth0] [::1
[v1.a] ::1 2130706433 0x7f.1 127.1 user@example.com example.com:80@evil.example
evil.example:80@example.com example.com:port example.com:99999 example.com:-1 example.com:80:80
example.com/ example.com/evil.example evil.example/.wild.example evil.example#.wild.example
evil.example?.wild.example evil.example\\.wild.example example.com,evil.example
evil.example,.wild.example evil.example;.wild.example b\xfccher.de *.wild.example *
"""
REFUSED = [*WORDS.split(), "", " ", "example.com evil.example", "evil.example\t.wild.example"]


def _allows(request: unireq.Request, hosts: AllowedHosts = HOSTS) -> bool:
    try:
        hosts(request)
    except unireq.RequestError:
        return False
    return True


def test_which_hosts() -> None:
    allowed = {
        host: _allows(unireq.Request(headers={"host": host} if host else {}))
        for host in (*ALLOWED, *REFUSED)
    }
    assert allowed == {**dict.fromkeys(ALLOWED, True), **dict.fromkeys(REFUSED, False)}


@pytest.mark.parametrize(
    ("listed", "error", "says"),
    [
        ("example.com", TypeError, "a list of hosts, such as ['example.com'], got 'example.com'"),
        (5, TypeError, "got 5"),
        (b"example.com", TypeError, "a list of hosts, such as ['example.com'], got b'example.com'"),
        ([b"example.com"], TypeError, "got b'example.com' in it"),
        ([], ValueError, "got none; leave it out"),
        (["*"], ValueError, "got '*'; leave it out"),
        *(
            ([text], ValueError, f"got {text!r}")
            for text in (
                *("", ".", "*.", "**.example.com", "a.*.com", "*example.com", "..example.com"),
                *("https://example.com", "example.com:80", "[::1]:80", "example.com/x", "a b"),
                *("bücher.de", "my_app", ".0.0.1", "user@example.com", "::g", "*.::1"),
            )
        ),
    ],
)
def test_what_is_no_list(listed: Any, error: type[Exception], says: str) -> None:
    for install in (unireq_asgi.install, unireq_wsgi.install):
        with pytest.raises(error) as raised:
            install(lambda *_: None, allowed_hosts=listed)  # type: ignore[arg-type]
        assert str(raised.value).startswith("install: expected ")
        assert says in str(raised.value)
    with pytest.raises(error, match="as_middleware: expected"):
        unireq_django.as_middleware(allowed_hosts=listed)


def _on_django(host: str) -> int:
    around = unireq_django.as_middleware(allowed_hosts=["example.org"])(lambda _: HttpResponse())
    response: HttpResponse = around(natives.django_wsgi(HTTP_HOST=host))
    return response.status_code


def _on_sanic(host: str) -> int:
    app: Any = natives.sanic_app(TOUCHUP=False)
    app.add_route(lambda _: empty(200), "/")
    unireq_sanic.install(app, allowed_hosts=["example.org"])
    app.asgi = True
    asyncio.run(app._startup())
    return ask(app, host=host).status


@pytest.mark.parametrize("status_on", [_on_django, _on_sanic])
def test_where_the_kits_app_has_no_list(status_on: Callable[[str], int]) -> None:
    assert [*map(status_on, ("example.org", "evil.example"))] == [200, 400]


def test_both_hosts_of_a_target_in_absolute_form() -> None:
    hosts = AllowedHosts(["example.org"], "install")
    for target, host, allowed in (
        ("http://example.org/", "example.org", True),
        ("http://example.org/", "evil.example", False),
        ("http://evil.example/", "example.org", False),
        ("//evil.example/", "example.org", True),
        ("*", "evil.example", False),
    ):
        fields = [(b"host", host.encode())]
        for request in (
            unireq.from_asgi(natives.scope(raw_path=target.encode(), headers=fields)),
            unireq.from_wsgi(natives.environ(RAW_URI=target, HTTP_HOST=host)),
        ):
            assert _allows(request, hosts) == allowed, (target, host)
    two = [(b"host", b"example.org"), (b"host", b"evil.example")]
    for raw in (b"/", b"http://example.org/"):
        assert not _allows(unireq.from_asgi(natives.scope(raw_path=raw, headers=two)), hosts)


def test_what_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    app = unireq_wsgi.install(lambda *_: [], allowed_hosts=["example.org", "::1"])
    assert list(app(natives.environ(HTTP_HOST="evil.example:80"), mock.Mock()))
    assert "asks for the host 'evil.example" in caplog.text
    assert "allowed_hosts has ['[::1]', 'example.org']" in caplog.text


async def _accept(_: Any, __: Any, send: Any) -> None:
    await send({"type": "websocket.accept"})


def test_handshakes_of_websockets() -> None:
    for app in (
        unireq_asgi.install(_accept, allowed_hosts=["example.org"]),
        unireq_starlette.as_middleware(allowed_hosts=["example.org"])(_accept),
    ):
        for host, answer in ((b"example.org", "accept"), (b"evil.example", "close")):
            assert connect(app, headers=[(b"host", host)]) == [f"websocket.{answer}"]


def test_one_list() -> None:
    app = unireq_asgi.install(_accept, allowed_hosts=["example.org"])
    again = unireq_asgi.install(app, allowed_hosts=("EXAMPLE.org",))

    @unireq.middleware
    def layer(_: unireq.Request) -> None: ...

    outside: Any = unireq_asgi.install(again, layer)
    assert [type(each) for each in outside.layers] == [AllowedHosts, unireq.Middleware]
    with pytest.raises(
        ValueError, match=r"got allowed_hosts=\['other'\] after allowed_hosts=\['ex"
    ):
        unireq_asgi.install(outside, allowed_hosts=["other"])


def test_the_lists_of_frameworks() -> None:
    below: Any = mock.Mock()
    listed = flask.Flask("listed")
    listed.config["TRUSTED_HOSTS"] = ["example.org"]
    with pytest.raises(ValueError, match="TRUSTED_HOSTS"):
        unireq_flask.install(listed, allowed_hosts=["example.org"])
    for allowed in ([], ["example.org"]):
        for wrap in (
            lambda: unireq_django.as_middleware(allowed_hosts=["example.org"])(below),
            lambda: unireq_django.RequestMiddleware(below, allowed_hosts=["example.org"]),
        ):
            with (
                override_settings(ALLOWED_HOSTS=allowed),
                pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"),
            ):
                wrap()
    inside: Any
    for inside, app in (
        (unireq_flask.install, flask.Blueprint("b", "b")),
        (unireq_sanic.install, natives.sanic_app()),
    ):
        with pytest.raises(ValueError, match="outermost=False"):
            inside(app, outermost=False, allowed_hosts=["example.org"])
