"""from_native finds the adapter of whatever is a request, and says UnknownNative to the rest."""

from __future__ import annotations

import importlib
import re
from collections import UserDict
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import flask
import pytest
import sanic
import starlette.requests
from django.http import HttpResponse, QueryDict
from starlette.datastructures import Headers
from starlette.responses import Response
from werkzeug.datastructures import EnvironHeaders, MultiDict

import unireq
import unireq_asgi
import unireq_django
import unireq_flask
import unireq_sanic
import unireq_starlette
import unireq_wsgi
from support import natives
from support.reading import read_everything
from unireq import _detect, from_native
from unireq._names import OTHER_NAMES

ADAPTERS: dict[str, type[unireq.Request]] = {
    "scope": unireq_asgi.ASGIRequest,
    "environ": unireq_wsgi.WSGIRequest,
    "starlette": unireq_starlette.StarletteRequest,
    "fastapi": unireq_starlette.StarletteRequest,
    "django-wsgi": unireq_django.DjangoWSGIRequest,
    "django-asgi": unireq_django.DjangoASGIRequest,
    "flask": unireq_flask.FlaskRequest,
    "sanic": unireq_sanic.SanicHTTPRequest,
    "sanic-asgi": unireq_sanic.SanicASGIRequest,
}


@pytest.mark.parametrize("name", natives.NATIVES)
def test_each_native_finds_its_adapter_and_tells_the_same(name: str) -> None:
    native = natives.NATIVES[name]()
    request = from_native(native)
    assert type(request) is ADAPTERS[name]
    assert request.native is native
    assert read_everything(request) == natives.FACTS
    public = ADAPTERS[name].__mro__[1] if name.startswith(("django", "sanic")) else ADAPTERS[name]
    assert type(public(native)) is ADAPTERS[name]
    assert public(native).to_dict() == natives.FACTS
    if name in {"scope", "environ"}:
        opened = (unireq.from_asgi if name == "scope" else unireq.from_wsgi)(native)
        # A mapping that is no dict may be one, too.
        for each in (opened, from_native(UserDict(native))):
            assert each.to_dict() == natives.FACTS
        return
    # A user's subclass; through __class__, as the ways to construct one differ.
    for slots in ({"__slots__": ()}, {}):
        kind = type("TheirRequest", (type(native),), {**slots, "__module__": "their.app"})
        try:
            native.__class__ = kind
        except TypeError:
            continue
        break
    request = from_native(native)
    assert (type(native), type(request), request.native) == (kind, ADAPTERS[name], native)
    assert request.to_dict() == natives.FACTS


@pytest.mark.parametrize(
    ("open_it", "wrong"),
    [
        (unireq.from_asgi, {}),
        (unireq.from_asgi, {"type": "lifespan", "asgi": {"version": "3.0"}}),
        (unireq.from_asgi, natives.environ()),
        (unireq.from_asgi, None),
        (unireq.from_wsgi, {}),
        (unireq.from_wsgi, natives.scope()),
        (unireq.from_wsgi, None),
    ],
)
def test_from_asgi_and_from_wsgi_take_nothing_else(
    open_it: Callable[[Any], unireq.Request], wrong: Any
) -> None:
    with pytest.raises(unireq.UnknownNative, match=rf"{open_it.__name__}: expected .*, got "):
        open_it(wrong)


@pytest.mark.parametrize(
    ("attribute", "name"), [("scope", "scope"), ("environ", "environ"), ("env", "environ")]
)
def test_an_object_that_holds_a_scope_or_an_environ(attribute: str, name: str) -> None:
    native = SimpleNamespace(**{attribute: natives.NATIVES[name]()})
    request = from_native(native)
    assert type(request) is ADAPTERS[name]
    assert request.native is native
    assert request.to_dict() == natives.FACTS
    # The answer is kept for the type, yet asked of each object anew.
    with pytest.raises(unireq.UnknownNative):
        from_native(SimpleNamespace())


def raising(error: Exception) -> Any:
    def get(*_: Any) -> Any:
        raise error

    return get


class Raising:
    scope = property(raising(RuntimeError("not now")))
    environ = property(raising(ZeroDivisionError()))
    env = property(raising(AttributeError("env")))


class RaisingMapping(UserDict[str, Any]):
    __getitem__ = raising(RuntimeError("not now"))


ATTACKERS_SCOPE = {"type": "http", "path": "/", "headers": "x", "method": "GET"}
ATTACKERS_ENVIRON = {"REQUEST_METHOD": "GET", "wsgi.version": "1", "wsgi.input": "x"}


def _headers(pairs: dict[str, str]) -> Headers:
    return Headers(raw=[(name.encode(), value.encode()) for name, value in pairs.items()])


NO_REQUESTS: dict[str, Callable[[], Any]] = {
    "bytes": lambda: b"GET / HTTP/1.1\r\n\r\n",
    "a scope whose headers are None": lambda: {"type": "http", "path": "/", "headers": None},
    "a lifespan scope": lambda: {"type": "lifespan", "asgi": {"version": "3.0"}},
    "a scope without a path": lambda: {"type": "http", "headers": []},
    "an environ's head": lambda: {"REQUEST_METHOD": "GET"},
    "a dict of text like a scope": lambda: dict(ATTACKERS_SCOPE),
    "a dict of text like an environ": lambda: dict(ATTACKERS_ENVIRON),
    "a mapping of text like an environ": lambda: UserDict(ATTACKERS_ENVIRON),
    "a dict of lists like an environ": lambda: {k: [v] for k, v in ATTACKERS_ENVIRON.items()},
    "JSON like an environ": lambda: {"REQUEST_METHOD": "GET", "wsgi.version": [1, 0]},
    "unireq.Headers like a scope": lambda: unireq.Headers(ATTACKERS_SCOPE),
    "starlette Headers like a scope": lambda: _headers(ATTACKERS_SCOPE),
    "starlette Headers like an environ": lambda: _headers(ATTACKERS_ENVIRON),
    "werkzeug EnvironHeaders": lambda: EnvironHeaders({"HTTP_WSGI.INPUT": "x"}),
    "werkzeug MultiDict": lambda: MultiDict(ATTACKERS_ENVIRON),
    "Django QueryDict like a scope": lambda: QueryDict("type=http&path=/&headers=x"),
    "Django QueryDict like an environ": lambda: QueryDict("REQUEST_METHOD=GET&wsgi.input=x"),
    "Django HttpResponse": HttpResponse,
    "starlette Response": Response,
    "flask Response": flask.Response,
    "sanic HTTPResponse": sanic.HTTPResponse,
    "sanic app": natives.sanic_app,
    "a mock": MagicMock,
    "a mock of a request": lambda: MagicMock(spec=starlette.requests.Request),
    "raising properties": Raising,
    "a raising mapping": lambda: RaisingMapping({"type": "http"}),
    "a class of a request": lambda: starlette.requests.Request,
    "a function": lambda: _headers,
    "a module": lambda: flask,
}


@pytest.mark.parametrize("name", NO_REQUESTS)
def test_what_is_no_request_is_unknown(name: str) -> None:
    native = NO_REQUESTS[name]()
    for _ in range(2):
        message = told(native)
        assert message.startswith("from_native: expected a web framework's request")
        assert "got " in message
        assert "Adapters installed: asgi, django, flask, gradio, rest_framework, sanic" in message
        assert "Pass the request itself" in message or "install its adapter" in message


def told(native: Any) -> str:
    with pytest.raises(unireq.UnknownNative) as caught:
        from_native(native)
    return str(caught.value)


def test_the_message_describes_what_it_got() -> None:
    assert "got an object of type NoneType." in told(None)
    assert "got an ASGI scope of type 'lifespan'." in told({"type": "lifespan", "asgi": {}})
    assert "got a dict that is neither an ASGI scope nor a WSGI environ." in told({})
    assert "got an object of type flask.wrappers.Response." in told(flask.Response())
    assert "got the class flask.wrappers.Request, not an instance of it." in told(flask.Request)
    stranger = type("Request", (), {"__module__": "aframework.web"})()
    assert "(unireq-aframework, if it is published)" in told(stranger)


def test_the_types_that_are_remembered_are_bounded() -> None:
    for _ in range(_detect._MAX_KNOWN + 10):
        from_native(type("Request", (SimpleNamespace,), {})(scope=natives.scope()))
    assert len(_detect._openers) <= _detect._MAX_KNOWN


def test_hints_that_name_a_framework_are_true() -> None:
    classes: dict[str, Any] = {
        "Starlette": starlette.requests.Request,
        "Sanic": sanic.Request,
        "Flask": flask.Request,
    }
    named: set[str] = set()
    for hint in OTHER_NAMES.values():
        for frameworks, attribute in re.findall(
            r"([A-Z][\w, ]*): (?:await )?request\.native\.(\w+)", hint
        ):
            for framework in classes.keys() & set(re.findall(r"\w+", frameworks)):
                assert hasattr(classes[framework], attribute), (framework, attribute)
                named.add(attribute)
        for path in re.findall(r"\b(?:flask|django)\.[\w.]+\w", hint):
            module, _, member = path.rpartition(".")
            assert hasattr(importlib.import_module(module), member), path
            named.add(path)
    assert {"url_for", "app", "flask.url_for", "django.urls.reverse", "auth"} <= named
