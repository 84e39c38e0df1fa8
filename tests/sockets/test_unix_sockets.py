"""Over a Unix socket there is no client (CLI-003); all else is as it is over TCP."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

import unireq
from support.answers import PATIENCE
from support.app_servers import START_TIME
from support.requirements import need
from unireq_conformance.malformed.message import get
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.targets import get_target
from unireq_conformance.servers.wire import observe

# Each server that can listen on one, and each framework.
TARGET_NAMES = (
    "starlette:uvicorn-h11",
    "starlette:uvicorn-httptools",
    "starlette:hypercorn",
    "starlette:granian",
    "django-asgi:uvicorn-h11",
    "django-wsgi:gunicorn",
    "flask:gunicorn",
    "flask:waitress",
    "flask:werkzeug",
    "sanic:sanic",
    "sanic:uvicorn-h11",
    "asgi:hypercorn",
    "wsgi:waitress",
)

if sys.platform == "win32":
    pytest.skip("Python has no Unix sockets on Windows", allow_module_level=True)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """The targets, each on a Unix socket."""
    directory = tmp_path_factory.mktemp("uds")
    targets = [get_target(name) for name in TARGET_NAMES]
    missing = [str(why) for target in targets if (why := target.missing()) is not None]
    need(not missing, "; ".join(missing))
    servers = {
        target.name: Server(target, uds=directory / str(number), timeout=START_TIME)
        for number, target in enumerate(targets)
    }
    with ExitStack() as stack:
        for server in servers.values():
            stack.callback(server.stop)
            server.begin()
        for server in servers.values():
            server.wait_until_ready()
        yield servers


def test_there_is_no_client(local: dict[str, Server]) -> None:
    request = get(b"/a?b=c", b"X-Foo: a", b"Cookie: d=e", host=b"example.org")
    answers = {name: observe(each, request, timeout=PATIENCE) for name, each in local.items()}
    assert {name: each.refused for name, each in answers.items() if each.report is None} == {}
    found = {n: unireq.Request.from_dict((a.report or {})["unireq"]) for n, a in answers.items()}
    assert {name: request.client for name, request in found.items()} == dict.fromkeys(found)
    first = found[TARGET_NAMES[0]]
    assert (first.url, first.scheme) == ("http://example.org/a?b=c", "http")
    assert first.headers == {"host": "example.org", "x-foo": "a", "cookie": "d=e"}
    assert {n: d for n, request in found.items() if (d := unireq.diff(first, request))} == {}
