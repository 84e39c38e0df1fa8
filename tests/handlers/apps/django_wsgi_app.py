"""Django on WSGI."""

from __future__ import annotations

from handlers.apps.django_common import configure

configure(__name__)

from django.core.wsgi import get_wsgi_application  # noqa: E402

from handlers.apps.django_common import urlpatterns  # noqa: E402

app = get_wsgi_application()

__all__ = ["app", "urlpatterns"]
