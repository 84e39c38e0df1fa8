"""A Django app on WSGI."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIHandler
from django.urls import re_path

from bodies.apps.django_common import PATTERNS, configure, in_async_code, in_sync_code

urlpatterns = [*PATTERNS, re_path("^async$", in_async_code), re_path("", in_sync_code)]
configure(__name__)
app = WSGIHandler()
