"""The kit's apps, configured to trust a proxy: `module:attribute` as `Target.app` names them."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    if name == "flask_behind_proxy_fix":
        from werkzeug.middleware.proxy_fix import ProxyFix

        app: Any = import_module("unireq_conformance.apps.flask_app").app()
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
        return app
    if name == "flask_with_trusted_hosts":
        app = import_module("unireq_conformance.apps.flask_app").app()
        app.config["TRUSTED_HOSTS"] = ["example.org"]
        # The host is refused before routing, so the error handler of 404 has to see 400 too.
        app.register_error_handler(400, app.error_handler_spec[None][404].popitem()[1])
        return app
    if name.startswith("django_"):
        app = getattr(import_module("unireq_conformance.apps.django_app"), name[len("django_") :])()
        from django.conf import settings

        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        settings.USE_X_FORWARDED_HOST = True
        settings.FORCE_SCRIPT_NAME = "/api"
        return app
    raise AttributeError(name)
