"""Every registered target starts, answers every path and method, and tells what it saw."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.requirements import need
from unireq_conformance.servers import target as targets
from unireq_conformance.servers.launch import SERVERS
from unireq_conformance.servers.process import Server, ServerFailed, start_all
from unireq_conformance.servers.target import is_installed
from unireq_conformance.servers.targets import TARGETS, OnServer, Target, get_target, usual_targets
from unireq_conformance.servers.wire import observe, send

STARLETTE = TARGETS["starlette:uvicorn-h11"]
every_target = pytest.mark.parametrize("name", TARGETS)


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server | ServerFailed]]:
    installed = [target for target in TARGETS.values() if target.missing() is None]
    with start_all(installed, timeout=60) as started:
        yield started


def here(target: Target) -> Target:
    need(target.missing() is None, str(target.missing()))
    return target


def running(servers: dict[str, Server | ServerFailed], name: str) -> Server:
    server = servers[here(TARGETS[name]).name]
    if isinstance(server, ServerFailed):
        raise server
    return server


def ask(
    server: Server, target: str = "/", method: str = "GET", fields: bytes = b"Host: h\r\n"
) -> dict[str, Any]:
    """Return the report on one request, which is expected to reach the app."""
    data = f"{method} {target} HTTP/1.1\r\n".encode() + fields + b"\r\n"
    observation = observe(server, data)
    assert observation.report is not None, (observation.refused, observation.reply, server.log)
    return observation.report


@every_target
def test_the_report(servers: dict[str, Server | ServerFailed], name: str) -> None:
    server = running(servers, name)
    fields = b"Host: h.example:81\r\nCookie: a=1\r\nX-A: x\r\n"
    report = ask(server, "/caf%C3%A9?q=1&q=2", fields=fields)
    assert (report["nonce"], report["target"]) == (server.nonce, name)
    assert "inside" not in report  # nobody has asked for it

    # What unireq says is judged by the clauses; this is what the framework says.
    native = report["native"]
    seen = {key.lower(): value for key, value in native["headers"].items()}
    assert (seen["host"], seen["x-a"]) == ("h.example:81", "x")
    assert native["method"] == "GET"
    assert native["client"] == "127.0.0.1"
    assert native["scheme"] == ("https" if TARGETS[name].on_server.tls else "http")
    assert set(native["query"]) == {"q"}
    assert native.get("cookies", {"a": "1"}) == {"a": "1"}
    assert [
        key for key, value in native.items() if isinstance(value, dict) and "error" in value
    ] == []


@every_target
def test_the_server_prints_nothing_per_request(
    servers: dict[str, Server | ServerFailed], name: str
) -> None:
    server = running(servers, name)
    ask(server)
    before = server.log
    for _ in range(3):
        ask(server, "/not-logged")
    assert server.log == before


def test_names_say_what_runs_where() -> None:
    for name, target in TARGETS.items():
        assert name == target.name
        assert name.startswith(f"{target.framework}:")
        assert target.driver.server in SERVERS
    assert {target.driver.server for target in TARGETS.values()} == set(SERVERS)


def test_the_usual_targets_are_one_per_framework() -> None:
    frameworks = [target.framework for target in usual_targets()]
    assert frameworks == ["starlette", "django-wsgi", "django-asgi", "flask", "sanic"]
    assert all(sys.platform in target.on_server.platforms for target in usual_targets())


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(
        LookupError, match=r"expected a target, got 'flask'; the targets are: .*flask:waitress"
    ):
        get_target("flask")


NEEDED = ("no-such-framework", "pytest", "no-such-server")
NO_SUCH = Target("a:b", OnServer("b", "m:app"), distributions=NEEDED)


@pytest.mark.parametrize(
    ("target", "installed", "missing", "install"),
    [
        (NO_SUCH, None, NEEDED[::2], "no-such-framework no-such-server"),
        (STARLETTE, "h11", STARLETTE.distributions[:2], '"unireq[starlette]" uvicorn'),
        (STARLETTE, "starlette", STARLETTE.distributions[1:], "uvicorn h11"),
    ],
)
def test_what_is_missing_comes_with_the_line_to_type(
    target: Target,
    installed: str | None,
    missing: tuple[str, ...],
    install: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if installed is not None:
        monkeypatch.setattr(targets, "is_installed", lambda name: name == installed)
    found = target.missing()
    assert found is not None
    assert (found.distributions, found.install) == (missing, f"pip install {install}")
    assert f"needs {' and '.join(missing)}, not installed here" in str(found)


@pytest.mark.parametrize(
    ("installed", "enough"),
    [
        *dict.fromkeys(["25.2.9", "23.0.0", "9", "25"], False).items(),
        *dict.fromkeys(["25.3", "25.3.0rc1", "25.10.0", "26.0.0.post1"], True).items(),
    ],
)
def test_a_version_that_is_too_old_is_missing(
    installed: str, enough: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = here(TARGETS["starlette:gunicorn-asgi"])
    monkeypatch.setattr(targets, "version", lambda _: installed)
    missing = target.missing()
    assert (missing is None) is enough
    if missing is not None:
        assert missing.distributions == ("gunicorn>=25.3",)
        assert missing.install == 'pip install "gunicorn>=25.3"'
    # Its own worker takes any.
    assert TARGETS["flask:gunicorn"].missing() is None


def test_a_server_of_another_platform_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    missing = TARGETS["flask:gunicorn"].missing()
    assert missing is not None
    assert missing.install == ""
    assert "flask:gunicorn runs on linux, darwin, not on win32" in str(missing)
    assert "flask:waitress" in [target.name for target in usual_targets()]


@pytest.mark.parametrize("server", ["daphne", "gunicorn-asgi", "hypercorn", "sanic", "werkzeug"])
def test_other_servers_speak_tls_too(server: str) -> None:
    (target, *_) = (each for each in TARGETS.values() if each.driver.server == server)
    target = here(replace(target, distributions=(*target.distributions, "trustme")))
    with Server(target.with_driver(tls=True)) as running:
        report = ask(running, "/a")
        directory = Path(str(running.certificate)).parent
        assert directory.is_dir()
    assert report["unireq"]["scheme"] == report["native"]["scheme"] == "https"
    assert report["derived"]["url"] == "https://h/a"
    assert not directory.exists()


@pytest.mark.parametrize("name", ["wsgi:waitress", "django-wsgi:runserver"])
def test_a_server_without_tls_says_so(name: str) -> None:
    need(is_installed("trustme"), "pip install trustme")
    target = get_target(name).with_driver(tls=True)
    with pytest.raises(ServerFailed, match="does not speak TLS: leave out the certificate"):
        Server(target).start()


def test_plain_connections_are_no_answer_of_a_server_that_speaks_tls() -> None:
    with Server(here(get_target("starlette:uvicorn-h11-tls"))) as running:
        assert send(running.address, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").status is None
        stranger = ssl.create_default_context()  # which trusts no certificate of ours
        reply = send(running.address, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", tls=stranger)
        assert reply.error == "unreachable"


def test_options_reach_the_server() -> None:
    target = here(get_target("asgi:uvicorn-h11"))
    fields = b"Host: h\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n"
    with Server(target) as server:
        assert ask(server, fields=fields)["native"]["client"] == "192.0.2.7"
    with Server(target.with_options(proxy_headers=False)) as server:
        assert ask(server, fields=fields)["native"]["client"] == "127.0.0.1"
