"""No parser of a framework has a say: all metadata reads while every one of them raises.

What is left of a framework is its raw storage, and what is its own decision: the path that it
routes on, the path parameters, and which hosts Django allows.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import unireq
from support import natives
from support.reading import read_everything

FRAMEWORKS = {"starlette", "fastapi", "django", "flask", "werkzeug", "sanic"}


class ParserUsed(BaseException):
    """Not an Exception, so that nothing mistakes it for an answer."""


def _raise(*_: Any, **__: Any) -> Any:
    raise ParserUsed


_READING_DUNDERS = {"__getitem__", "__iter__", "__len__", "__contains__", "__getattr__"}


class Ban:
    """Replaces what a framework would parse with."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def request(self, kind: type, keep: set[str]) -> None:
        """Every method and property of the request class and its bases, but those to keep."""
        for base in kind.__mro__:
            if base.__module__.partition(".")[0] not in FRAMEWORKS:
                continue
            for name, value in list(vars(base).items()):
                dunder = name.startswith("__") and name not in _READING_DUNDERS
                storage = isinstance(value, types.MemberDescriptorType)
                if name in keep or dunder or storage or not hasattr(value, "__get__"):
                    continue
                called = isinstance(value, (types.FunctionType, classmethod, staticmethod))
                self._patch.setattr(base, name, _raise if called else property(_raise))

    def functions(self, *modules: types.ModuleType, keep: frozenset[str] = frozenset()) -> None:
        """Every function that a module defines or has imported."""
        for module in modules:
            for name, value in list(vars(module).items()):
                if inspect.isroutine(value) and name not in keep:
                    self._patch.setattr(module, name, _raise)

    def classes(self, *kinds: type) -> None:
        """Making an instance, and reading one."""
        for kind in kinds:
            for name in (
                "__init__",
                "__getitem__",
                "__iter__",
                "get",
                "getlist",
                "getone",
                "getall",
            ):
                if hasattr(kind, name):
                    self._patch.setattr(kind, name, _raise)


@pytest.fixture
def ban() -> Iterator[Ban]:
    # One of its own, undone before other fixtures end: they may use what is banned.
    with pytest.MonkeyPatch.context() as patch:
        yield Ban(patch)


def _ban_starlette(ban: Ban, native: Any) -> list[Callable[[], object]]:
    from starlette import datastructures, requests

    parsers: list[Callable[[], object]] = [
        lambda: requests.cookie_parser("a=1"),
        lambda: datastructures.Headers(raw=[]),
        lambda: datastructures.QueryParams("a=1"),
        lambda: datastructures.URL("http://h/"),
        lambda: native["path"],
    ]
    ban.request(type(native), keep=set())
    ban.functions(datastructures, requests)
    ban.classes(
        datastructures.Headers,
        datastructures.QueryParams,
        datastructures.ImmutableMultiDict,
        datastructures.URL,
        datastructures.URLPath,
    )
    return parsers


def _ban_django(ban: Ban, native: Any) -> list[Callable[[], object]]:
    from django.core.handlers import asgi, wsgi
    from django.http import cookie, request
    from django.utils import datastructures

    ban.request(type(native), keep=set())
    ban.functions(request, keep=frozenset({"split_domain_port", "validate_host", "is_same_domain"}))
    ban.functions(asgi, cookie, wsgi)
    ban.classes(
        request.QueryDict,
        request.HttpHeaders,
        datastructures.MultiValueDict,
        datastructures.CaseInsensitiveMapping,
    )
    return [
        lambda: request.QueryDict("a=1"),
        lambda: request.HttpHeaders({}),
        lambda: cookie.parse_cookie("a=1"),
        lambda: wsgi.parse_cookie("a=1"),
        lambda: wsgi.get_path_info({}),
        lambda: request.parse_qsl("a=1"),
        native.get_host,
        native._get_raw_host,
        native.build_absolute_uri,
        native.get_full_path,
    ]


def _ban_flask(ban: Ban, native: Any) -> list[Callable[[], object]]:
    import flask.wrappers
    from werkzeug import datastructures, http, wsgi
    from werkzeug.sansio import http as sansio_http
    from werkzeug.sansio import request, utils
    from werkzeug.wrappers import request as wrapper

    ban.request(type(native), keep=set())
    ban.functions(flask.wrappers, http, request, sansio_http, utils, wrapper, wsgi)
    ban.classes(datastructures.EnvironHeaders, datastructures.Headers, datastructures.MultiDict)
    return [
        lambda: http.parse_cookie("a=1"),
        lambda: request.parse_cookie("a=1"),
        lambda: request.parse_qsl("a=1"),
        lambda: request.get_host("http", "h"),
        lambda: utils.get_current_url("http", "h"),
        lambda: datastructures.EnvironHeaders({}),
        lambda: native.headers["x-foo"],
        native.get_data,
    ]


def _ban_sanic(ban: Ban, native: Any) -> list[Callable[[], object]]:
    from sanic import compat, headers
    from sanic.cookies import request as cookies
    from sanic.request import parameters
    from sanic.request import types as request

    # The path that it routes on, what the router found in it, and a place to keep things.
    ban.request(type(native), keep={"path", "match_info", "ctx", "make_context"})
    ban.functions(cookies, headers, request, keep=frozenset({"cast"}))
    ban.classes(compat.Header, cookies.CookieRequestParameters, parameters.RequestParameters)
    return [
        lambda: compat.Header([]),
        lambda: headers.parse_host("h"),
        lambda: headers.parse_forwarded({}, None),
        lambda: request.parse_cookie("a=1"),
        lambda: request.parse_qs("a=1"),
        lambda: request.parse_qsl("a=1"),
        lambda: request.parse_xforwarded({}, None),
        native.get_args,
    ]


# What an ordinary user would read: each must raise, or the ban is worth nothing.
STARLETTE = ["cookies", "headers", "query_params", "url", "base_url", "client", "method"]
DJANGO = ["COOKIES", "GET", "headers", "scheme"]
FLASK = ["args", "base_url", "cookies", "host", "remote_user", "url"]
SANIC = ["args", "cookies", "forwarded", "host", "query_string", "remote_addr", "scheme", "url"]

CASES: dict[str, tuple[Callable[[Ban, Any], list[Callable[[], object]]], list[str]]] = {
    "starlette": (_ban_starlette, STARLETTE),
    "fastapi": (_ban_starlette, STARLETTE),
    "django-wsgi": (_ban_django, DJANGO),
    "django-asgi": (_ban_django, DJANGO),
    "flask": (_ban_flask, FLASK),
    "sanic": (_ban_sanic, SANIC),
    "sanic-asgi": (_ban_sanic, SANIC),
}


@pytest.mark.parametrize("name", CASES)
def test_all_metadata_reads_without_the_frameworks_parsers(name: str, ban: Ban) -> None:
    native = natives.NATIVES[name]()
    banner, attributes = CASES[name]
    for call in banner(ban, native):
        with pytest.raises(ParserUsed):
            call()
    for attribute in attributes:
        with pytest.raises(ParserUsed):
            getattr(native, attribute)
    assert read_everything(unireq.from_native(native)) == natives.FACTS
