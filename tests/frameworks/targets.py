"""The first-party adapters in the kit's apps, each behind a server in this process."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final

from django.test.utils import override_settings
from sanic import Sanic

from support.natives import configure_django
from unireq_conformance import Added, Probe
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
from unireq_conformance.servers.target import Target
from unireq_conformance.servers.targets import TARGETS
from unireq_sanic import SanicRequest

__all__ = ["APPS", "prepared", "target_of"]

# Sanic rewrites functions of its own when an app starts. Only in this mode can a second app of the
# process start from what they were; it has to be set before the first one.
Sanic.test_mode = True

APPS: Final[dict[str, tuple[Any, Callable[[Probe], Any], str]]] = {
    "asgi": (asgi_app, asgi_app.make_app, "uvicorn-h11"),
    "wsgi": (wsgi_app, wsgi_app.make_app, "waitress"),
    "starlette": (starlette_app, starlette_app.make_app, "uvicorn-h11"),
    "flask": (flask_app, flask_app.make_app, "waitress"),
    "django-asgi": (django_app, django_app.make_asgi_app, "uvicorn-h11"),
    "django-wsgi": (django_app, django_app.make_wsgi_app, "waitress"),
    "sanic": (sanic_app, sanic_app.make_app, "sanic"),
}
"""The module of the app, what makes it, and the server."""


def target_of(name: str, change: Callable[[Probe], Any] = lambda probe: None) -> Target:
    """What the registered target on that server is, but in this process.

    Args:
        name: The framework.
        change: Called with the probe before the app is made.
    """
    app, make, server = APPS[name]
    registered = TARGETS[f"{name}:{server}"]

    def make_app(probe: Probe) -> Any:
        change(probe)
        return make(probe)

    how: dict[str, Any] = {"login": app.login, "read_body": app.read_body}
    if server == "sanic":
        # `create_server`, which works in a thread, leaves the field without a value.
        target = on_its_own(partial(_serve_sanic, make_app), added=[Added("alt-svc", "")], **how)
    else:
        run = on_waitress if server == "waitress" else on_uvicorn
        target = run(make_app, added=registered.on_server.added, **how)
    # Here, no server has a policy of its own for proxies.
    deviations = (d for d in registered.deviations if not d.clause.startswith(("CLI-008", "PRX-")))
    unsupported = {**registered.unsupported, **target.unsupported}
    return replace(target, unsupported=unsupported, deviations=tuple(deviations))


def _serve_sanic(
    make_app: Callable[[Probe], Any],
    probe: Probe,
    listener: socket.socket,
    stop: threading.Event,
) -> None:
    app = make_app(probe)

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


@contextmanager
def prepared(name: str) -> Iterator[None]:
    """What the app needs of this process, while it runs."""
    configure_django()
    SanicRequest.set_username_getter(sanic_app.username)
    try:
        with override_settings(**django_app.settings_for()):
            yield
    finally:
        SanicRequest.set_username_getter(None)
