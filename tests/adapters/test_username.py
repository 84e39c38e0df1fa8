"""username: whom the framework has authenticated, asked only when somebody asks us."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import flask
import flask_login
import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.utils.asyncio import async_unsafe
from django.utils.functional import SimpleLazyObject
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView
from starlette.authentication import BaseUser, SimpleUser, UnauthenticatedUser

import unireq
import unireq_asgi
from support import natives
from support.reading import read_everything
from unireq import from_native


class Alarm(BaseException):
    """Somebody looked for the user."""


class Untouchable:
    def __getattribute__(self, name: str) -> Any:
        raise Alarm(name)


@pytest.mark.parametrize("name", [n for n in natives.NATIVES if n not in {"environ", "flask"}])
def test_nothing_else_looks_for_the_user(name: str) -> None:
    native = natives.NATIVES[name]()
    if name == "sanic":
        native.ctx.user = Untouchable()
    elif name.startswith("django"):
        native.user = Untouchable()
    else:
        native = natives.NATIVES[name](user=Untouchable())
    request = from_native(native)
    assert read_everything(request, username=False) == natives.FACTS
    if name != "sanic":
        # The alarm works.
        with pytest.raises(Alarm):
            _ = request.username


class _ById(BaseUser):
    is_authenticated = True
    identity = "id-7"  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("user", "name"),
    [
        (SimpleUser("alice"), "alice"),
        (UnauthenticatedUser(), None),
        (_ById(), "id-7"),
        (User(username="alice"), "alice"),
        (AnonymousUser(), None),
        (SimpleNamespace(is_authenticated=True, username="", display_name="al"), "al"),
        (SimpleNamespace(is_authenticated=True, get_username=lambda: "al"), "al"),
        (SimpleNamespace(is_authenticated=True), None),
        (SimpleNamespace(is_authenticated=False, username="alice"), None),
        (SimpleNamespace(username="alice"), None),
        (SimpleNamespace(is_authenticated=lambda: True, username="alice"), "alice"),
        (SimpleNamespace(is_authenticated=lambda: False, username="alice"), None),
        ("alice", None),
        (None, None),
    ],
)
def test_users_in_a_scope(user: Any, name: str | None) -> None:
    assert from_native(natives.scope(user=user)).username == name
    assert unireq_asgi.name_of_user(user) == name


# Django.


@async_unsafe("the database is asked")  # as Django's own functions are that ask it
def alice() -> User:
    return User(username="alice")


DJANGO = pytest.mark.parametrize("make", [natives.django_wsgi, natives.django_asgi])


@DJANGO
def test_djangos_user(make: Any) -> None:
    native = make()
    request = from_native(native)
    # Django has a middleware and a backend for it; without them it is not Django's user.
    native.META["REMOTE_USER"] = "mallory"
    assert request.username is asyncio.run(request.ausername()) is None
    for user, name in (
        (AnonymousUser(), None),
        (User(username="bob"), "bob"),
        (SimpleLazyObject(alice), "alice"),
        (User(username=""), None),
    ):
        native.user = user
        assert request.username == from_native(native).username == name


@DJANGO
def test_django_in_async_code(make: Any) -> None:
    native = make()
    native.user = SimpleLazyObject(alice)

    async def ask() -> list[str | None]:
        request = from_native(native)
        with pytest.raises(unireq.UnireqError, match=r"await request\.ausername\(\)") as caught:
            _ = request.username
        assert type(caught.value) is unireq.UnireqError
        assert caught.value.__cause__ is None
        read_everything(request, username=False)
        found = [await request.ausername()]
        # Known from now on, for every view of the request, and for Django's own code.
        found += [request.username, from_native(native).username, native.user.get_username()]
        # A middleware replaces the user.
        for user in (User(username="bob"), AnonymousUser()):
            native.user = user
            found += [request.username, await request.ausername()]
        return found

    assert asyncio.run(ask()) == ["alice"] * 4 + ["bob"] * 2 + [None] * 2


class Authentication(BaseAuthentication):
    def authenticate(self, request: Any) -> Any:
        name = request.headers.get("X-User")
        if name == "mallory":
            raise AuthenticationFailed
        return None if name is None else (User(username=name), None)


def test_rest_frameworks_authentication() -> None:
    seen: list[str | None] = []

    class View(APIView):
        authentication_classes = (Authentication,)
        permission_classes = ()

        def get(self, request: Any) -> Response:
            seen.append(from_native(request).username)
            return Response({})

    forced = APIRequestFactory().get("/")
    force_authenticate(forced, user=User(username="forced"))
    asked = [
        *(APIRequestFactory().get("/", HTTP_X_USER=name) for name in ("alice", "mallory")),
        APIRequestFactory().get("/"),
        forced,
    ]
    assert [View.as_view()(each).status_code for each in asked] == [200, 403, 200, 200]
    assert seen == ["alice", None, "forced"]


# Flask-Login, and what WSGI servers say.


class LoginUser(flask_login.UserMixin):
    def __init__(self, number: str, username: str | None = None) -> None:
        self.id = number
        if username is not None:
            self.username = username


USERS = {"1": LoginUser("1", "alice"), "2": LoginUser("2")}


@pytest.fixture
def app() -> flask.Flask:
    app = flask.Flask(__name__)
    app.secret_key = "nothing that is signed here leaves the process"
    flask_login.LoginManager(app).user_loader(USERS.get)
    return app


@pytest.mark.parametrize(("number", "name"), [("1", "alice"), ("2", "2"), ("3", None)])
def test_flask_login(app: flask.Flask, number: str, name: str | None) -> None:
    with app.test_request_context("/"):
        flask.session["_user_id"] = number
        request = from_native(flask.request)
        assert request.username == request.username == name
        # Only the current request has a user.
        assert from_native(flask.Request(natives.environ())).username is None
        assert from_native(natives.environ()).username is None
    # Its context is gone, and with it the user.
    assert request.username is None
    with flask.Flask("without login").test_request_context("/"):
        assert from_native(flask.request).username is None
    # Where it knows nobody, what the server says counts.
    with app.test_request_context("/", environ_base={"REMOTE_USER": "carol"}):
        assert from_native(flask.request).username == "carol"


def test_nothing_else_asks_flask_login(app: flask.Flask) -> None:
    def alarm(number: str) -> Any:
        raise Alarm(number)

    with app.test_request_context("/"):
        flask.session["_user_id"] = "1"
        app.login_manager.user_loader(alarm)  # type: ignore[attr-defined]
        request = from_native(flask.request)
        assert "username" not in read_everything(request, username=False)
        with pytest.raises(Alarm):
            _ = request.username
