"""username: whom the framework has authenticated, asked only when somebody asks us."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import flask
import flask_login
import pytest
from asgiref.sync import sync_to_async
from starlette.authentication import (
    BaseUser,
    SimpleUser,
    UnauthenticatedUser,
)

import unireq
import unireq_asgi
import unireq_wsgi
from support import natives
from support.reading import read_everything
from unireq import from_native
from unireq.adapter import NativeRequest

natives.configure_django()

from django.contrib.auth import authenticate, login  # noqa: E402
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoAuth  # noqa: E402
from django.contrib.auth.models import AnonymousUser, User  # noqa: E402
from django.contrib.sessions.backends.signed_cookies import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.utils.functional import SimpleLazyObject  # noqa: E402

T = TypeVar("T")

FORGED = {
    "Authorization": "Basic " + base64.b64encode(b"mallory:x").decode(),
    "Remote-User": "mallory",
    "X-Remote-User": "mallory",
    "X-Forwarded-User": "mallory",
}


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


# Starlette.


class _ById(BaseUser):
    is_authenticated = True
    identity = "id-7"  # type: ignore[assignment]


class _Likeness:
    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


@pytest.mark.parametrize(
    ("user", "name"),
    [
        (SimpleUser("alice"), "alice"),
        (UnauthenticatedUser(), None),
        (_ById(), "id-7"),
        (User(username="alice"), "alice"),
        (AnonymousUser(), None),
        (_Likeness(is_authenticated=True, username="", display_name="al"), "al"),
        (_Likeness(is_authenticated=True), None),
        (_Likeness(is_authenticated=False, username="alice"), None),
        (_Likeness(username="alice"), None),
        (_Likeness(is_authenticated=lambda: True, username="alice"), "alice"),
        (_Likeness(is_authenticated=lambda: False, username="alice"), None),
        ("alice", None),
        (None, None),
    ],
)
def test_users_in_a_scope(user: Any, name: str | None) -> None:
    assert from_native(natives.scope(user=user)).username == name
    assert unireq_asgi.name_of_user(user) == name


# Django, with its own login and an in-memory database.


@pytest.fixture(scope="module", autouse=True)
def database() -> Iterator[None]:
    call_command("migrate", verbosity=0)
    User.objects.create_user("alice", password="correct")
    yield
    connections.close_all()


def run(asking: Coroutine[Any, Any, T]) -> T:
    """Run async code, and close the connection of the thread in which Django asked for it."""

    async def ask() -> T:
        try:
            return await asking
        finally:
            await sync_to_async(connections.close_all)()

    return asyncio.run(ask())


def _log_in(native: Any) -> str:
    """Log alice in, as a login view does; the session that her browser keeps."""
    native.session = SessionStore()
    native.user = AnonymousUser()
    user = authenticate(native, username="alice", password="correct")
    assert user is not None
    login(native, user)
    native.session.save()
    key: str = native.session.session_key
    return key


def _returning(make: Any, session_key: str | None) -> Any:
    """A later request, after Django's middleware has seen it: its user is found when asked for."""
    native = make()
    native.session = SessionStore(session_key)
    DjangoAuth(lambda _: HttpResponse()).process_request(native)
    return native


DJANGO = pytest.mark.parametrize("make", [natives.django_wsgi, natives.django_asgi])


@DJANGO
def test_djangos_login(make: Any) -> None:
    first = make()
    request = from_native(first)
    # Without authentication, and before it.
    assert request.username is asyncio.run(request.ausername()) is None
    key = _log_in(first)
    assert request.username == from_native(first).username == "alice"
    assert from_native(_returning(make, key)).username == "alice"
    assert from_native(_returning(make, None)).username is None
    # Django has a middleware and a backend for it; without them it is not Django's user.
    assert from_native(natives.django_wsgi(REMOTE_USER="mallory")).username is None


@DJANGO
def test_django_in_async_code(make: Any) -> None:
    key = _log_in(natives.django_wsgi())
    with_user, without = _returning(make, key), _returning(make, None)

    async def ask() -> list[str | None]:
        request = from_native(with_user)
        with pytest.raises(unireq.UnireqError, match=r"await request\.ausername\(\)") as caught:
            _ = request.username
        assert type(caught.value) is unireq.UnireqError
        assert caught.value.__cause__ is None
        read_everything(request, username=False)
        found = [await request.ausername(), await from_native(without).ausername()]
        # Known from now on, for every view of the request, and for Django's own code.
        views = [request, from_native(with_user), from_native(without)]
        found += [*(view.username for view in views), with_user.user.get_username()]
        # A middleware replaces the user.
        for user in (User(username="bob"), AnonymousUser()):
            with_user.user = user
            found += [request.username, await request.ausername()]
        # It has users of its own, beside those of the session.
        with_user.user = SimpleLazyObject(lambda: User.objects.get(username="alice"))
        with_user.auser = None
        return [*found, await request.ausername(), request.username]

    expected = ["alice", None, "alice", "alice", None, "alice"]
    assert run(ask()) == [*expected, "bob", "bob", None, None, "alice", "alice"]


def test_rest_frameworks_authentication() -> None:
    from rest_framework.authentication import BasicAuthentication
    from rest_framework.permissions import AllowAny
    from rest_framework.request import Request as DRFRequest
    from rest_framework.response import Response as DRFResponse
    from rest_framework.test import APIRequestFactory, force_authenticate
    from rest_framework.views import APIView

    seen: list[str | None] = []

    class View(APIView):
        authentication_classes = (BasicAuthentication,)
        permission_classes = (AllowAny,)

        def get(self, request: DRFRequest) -> DRFResponse:
            seen.append(from_native(request).username)
            return DRFResponse({})

    def call(**headers: str) -> int:
        status: int = View.as_view()(APIRequestFactory().get("/", headers=headers)).status_code
        return status

    right = "Basic " + base64.b64encode(b"alice:correct").decode()
    assert call(authorization=right) == 200
    assert call() == 200
    assert call(authorization=FORGED["Authorization"]) == 401
    forced = APIRequestFactory().get("/")
    force_authenticate(forced, user=User(username="forced"))
    View.as_view()(forced)
    assert seen == ["alice", None, "forced"]


# Flask-Login, and what WSGI servers say.


class LoginUser(flask_login.UserMixin):
    def __init__(self, number: str, username: str | None = None) -> None:
        self.id = number
        if username is not None:
            self.username = username


USERS = {"1": LoginUser("1", "alice"), "2": LoginUser("2")}


@pytest.fixture
def flask_app() -> flask.Flask:
    app = flask.Flask(__name__)
    app.secret_key = "nothing that is signed here leaves the process"
    manager = flask_login.LoginManager(app)
    manager.user_loader(USERS.get)

    @app.get("/login/<number>")
    def log_in(number: str) -> str:
        flask_login.login_user(USERS[number])
        return ""

    @app.get("/who")
    def who() -> dict[str, Any]:
        return {"username": from_native(flask.request).username}

    return app


def test_flask_login(flask_app: flask.Flask) -> None:
    alice, other, nobody = (flask_app.test_client() for _ in range(3))
    alice.get("/login/1")
    other.get("/login/2")
    for _ in range(2):
        assert alice.get("/who").get_json() == {"username": "alice"}
        assert other.get("/who").get_json() == {"username": "2"}
        assert nobody.get("/who", headers=FORGED).get_json() == {"username": None}
    # Where it knows nobody, what the server says counts.
    who = {"REMOTE_USER": "carol"}
    assert nobody.get("/who", environ_base=who).get_json() == {"username": "carol"}


def test_nothing_else_asks_flask_login(flask_app: flask.Flask) -> None:
    def alarm(number: str) -> Any:
        raise Alarm(number)

    with flask_app.test_request_context("/"):
        flask.session["_user_id"] = "1"
        flask_app.login_manager.user_loader(alarm)  # type: ignore[attr-defined]
        request = from_native(flask.request)
        assert "username" not in read_everything(request, username=False)
        with pytest.raises(Alarm):
            _ = request.username


def test_another_requests_user_never_leaks(flask_app: flask.Flask) -> None:
    with flask_app.test_request_context("/mine"):
        flask_login.login_user(USERS["1"])
        mine = from_native(flask.request)
        assert mine.username == "alice"
        assert from_native(flask.Request(natives.environ())).username is None
        assert from_native(natives.environ()).username is None
    # Its context is gone, and with it the user.
    assert mine.username is None
    with flask.Flask("without login").test_request_context("/"):
        assert from_native(flask.request).username is None


# The hook.


@pytest.fixture
def hook() -> Iterator[Any]:
    kinds: list[type[NativeRequest]] = []

    def set_on(kind: type[NativeRequest], getter: Any) -> None:
        kinds.append(kind)
        kind.set_username_getter(getter)

    yield set_on
    for kind in kinds:
        kind.set_username_getter(None)


def test_the_hook_belongs_to_a_class_and_its_subclasses(hook: Any) -> None:
    hook(unireq_wsgi.WSGIRequest, lambda _: "by the hook")
    environ = natives.environ(REMOTE_USER="by the server")
    assert from_native(environ).username == "by the hook"
    assert from_native(natives.flask()).username == "by the hook"
    assert from_native(natives.scope()).username is None
    # What it raises is not hidden, and harms nothing else.
    hook(unireq_wsgi.WSGIRequest, lambda native: native.no_such_attribute)
    with pytest.raises(AttributeError, match="'dict' object has no attribute 'no_such_attribute'"):
        _ = from_native(environ).username
    assert read_everything(from_native(environ), username=False)
    unireq_wsgi.WSGIRequest.set_username_getter(None)
    assert from_native(environ).username == "by the server"
