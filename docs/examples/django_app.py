"""The handlers on Django: `application` for a WSGI server, `asgi_application` for an ASGI server.

A project has its settings, its routes and its applications in files of their own.
"""

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.urls import path

from handlers import echo, predict
from unireq_django import as_view

settings.configure(
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    MIDDLEWARE=[
        "unireq_django.RequestMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="an example signs nothing",  # noqa: S106
)

# Exempt, since who sends text here is a program, and has no token of a page.
urlpatterns = [
    path("echo", as_view(echo, csrf_exempt=True)),
    path("predict", as_view(predict, csrf_exempt=True)),
]

application = get_wsgi_application()
asgi_application = get_asgi_application()
