"""The apps of this directory, each on the server that its framework is mostly run on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from unireq_conformance.servers.targets import Target, get_target

__all__ = ["APPS", "target_of"]

APPS: Final = {
    "starlette": ("starlette:uvicorn-h11", "starlette_app:app"),
    "fastapi": ("starlette:uvicorn-httptools", "fastapi_app:app"),
    "django-wsgi": ("django-wsgi:waitress", "django_app:wsgi"),
    "django-asgi": ("django-asgi:uvicorn-h11", "django_app:asgi"),
    "flask": ("flask:waitress", "flask_app:app"),
    "sanic": ("sanic:sanic", "sanic_app:app"),
}


def target_of(name: str) -> Target:
    """The app of a framework, a key of `APPS`."""
    like, app = APPS[name]
    known = get_target(like)
    if known.driver.server == "waitress":
        # By default it drops the fields of proxies before any application sees them.
        known = known.with_options(clear_untrusted_proxy_headers=False)
    also = (name,) if name == "fastapi" else ()
    mine = replace(known, name=name, distributions=(*also, *known.distributions))
    return mine.with_driver(app=f"examples.apps.{app}")
