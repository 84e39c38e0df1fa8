"""A Django app on ASGI."""

from __future__ import annotations

from django.core.handlers.asgi import ASGIHandler
from django.urls import re_path

from bodies.apps.django_common import PATTERNS, configure, in_async_code, in_sync_code

urlpatterns = [*PATTERNS, re_path("^sync$", in_sync_code), re_path("", in_async_code)]
configure(__name__)
app = ASGIHandler()
