"""Every clause on each adapter, in this process: first-party adapters are judged like anybody's.

`nox -s clauses` judges them on all servers.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest
from django.test.utils import override_settings
from sanic import Sanic

from support.natives import configure_django
from unireq_conformance import AdapterSuite, Added, Capability, Deviation, Effort, Probe
from unireq_conformance import asgi as on_uvicorn
from unireq_conformance import server as on_its_own
from unireq_conformance import wsgi as on_waitress
from unireq_conformance.apps import (
    asgi_app,
    django_app,
    flask_app,
    sanic_app,
    starlette_app,
    wsgi_app,
)
from unireq_conformance.deviations import deviations_of
from unireq_conformance.servers.targets import TARGETS, UNSUPPORTED
from unireq_sanic import SanicRequest

# Django closes the file of a body only if the answer doesn't break off.
pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")


def deviating(name: str) -> list[Deviation]:
    """What the target deviates in; but here, no server has a policy of its own for proxies."""
    return [d for d in deviations_of(name) if not d.clause.startswith(("CLI-008", "PRX-"))]


def lacking(framework: str) -> dict[Capability, str]:
    """What the framework's app lacks."""
    return {
        Capability[feature]: reasons[framework]
        for feature, reasons in UNSUPPORTED.items()
        if framework in reasons
    }


class TestASGI(AdapterSuite):
    target = on_uvicorn(asgi_app.make_app, login=asgi_app.login, read_body=asgi_app.read_body)
    unsupported = lacking("asgi")
    deviations = deviating("asgi:uvicorn-h11")
    effort = Effort(4)


class TestWSGI(AdapterSuite):
    target = on_waitress(wsgi_app.make_app, login=wsgi_app.login, read_body=wsgi_app.read_body)
    unsupported = lacking("wsgi")
    deviations = deviating("wsgi:waitress")
    effort = Effort(4)


class TestStarlette(AdapterSuite):
    target = on_uvicorn(
        starlette_app.make_app, login=starlette_app.login, read_body=starlette_app.read_body
    )
    unsupported = lacking("starlette")
    deviations = deviating("starlette:uvicorn-h11")
    effort = Effort(4)


class TestFlask(AdapterSuite):
    target = on_waitress(flask_app.make_app, login=flask_app.login, read_body=flask_app.read_body)
    unsupported = lacking("flask")
    deviations = deviating("flask:waitress")
    effort = Effort(4)


@pytest.fixture(scope="class")
def django() -> Iterator[None]:
    """Django's settings for the app."""
    configure_django()
    with override_settings(**django_app.settings_for()):
        yield


@pytest.mark.usefixtures("django")
class TestDjangoASGI(AdapterSuite):
    target = on_uvicorn(
        django_app.make_asgi_app,
        login=django_app.login,
        read_body=django_app.read_body,
        added=TARGETS["django-asgi:uvicorn-h11"].on_server.added,
    )
    unsupported = lacking("django-asgi")
    deviations = deviating("django-asgi:uvicorn-h11")
    effort = Effort(4)


@pytest.mark.usefixtures("django")
class TestDjangoWSGI(AdapterSuite):
    target = on_waitress(
        django_app.make_wsgi_app,
        login=django_app.login,
        read_body=django_app.read_body,
        added=TARGETS["django-wsgi:waitress"].on_server.added,
    )
    unsupported = lacking("django-wsgi")
    deviations = deviating("django-wsgi:waitress")
    effort = Effort(4)


# Sanic rewrites functions of its own when an app starts. Only in this mode can a second app of the
# process start from what they were; it has to be set before the first one.
Sanic.test_mode = True


def serve_sanic(probe: Probe, listener: socket.socket, stop: threading.Event) -> None:
    app = sanic_app.make_app(probe)

    async def main() -> None:
        with listener.dup() as own:
            server: Any = await app.create_server(
                sock=own, return_asyncio_server=True, access_log=False
            )
            await server.startup()
            await server.start_serving()
            await asyncio.to_thread(stop.wait)
            server.close()
            await server.wait_closed()

    asyncio.run(main())


# `create_server`, which works in a thread, leaves the field without a value; `run` leaves it out.
SANIC_ADDS = [Added("alt-svc", "")]


class TestSanic(AdapterSuite):
    target = on_its_own(
        serve_sanic,
        login=sanic_app.login,
        read_body=sanic_app.read_body,
        added=SANIC_ADDS,
    )
    unsupported: ClassVar[Mapping[Capability, str]] = lacking("sanic")
    deviations: ClassVar[Sequence[Deviation]] = deviating("sanic:sanic")
    effort = Effort(4)

    @pytest.fixture(autouse=True, scope="class")
    @staticmethod
    def users() -> Iterator[None]:
        SanicRequest.set_username_getter(sanic_app.username)
        yield
        SanicRequest.set_username_getter(None)
