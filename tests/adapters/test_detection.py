"""from_native finds the adapter of whatever is a request, and says UnknownNative to the rest.

Adapters of third parties go first, and a broken one harms nobody else.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections import UserDict
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
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


# Adapters of third parties.


class Site:
    """A directory on the import path, with distributions in it that were never built."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def add(self, name: str, entry_points: str, source: str | None = None) -> None:
        """Install a distribution whose one module, `name`, has the given source."""
        info = self.directory / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[unireq.adapters]\n{entry_points}\n")
        if source is not None:
            (self.directory / f"{name}.py").write_text(dedent(source))
        importlib.invalidate_caches()
        _detect.forget()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield Site(tmp_path)
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


OWN = """
    import unireq_flask

    class Adapter(unireq_flask.FlaskRequest):
        @classmethod
        def _matches(cls, kind):
            return kind.__name__ == "Request"
"""

BROKEN = {
    "raises at import": ("{claim} = broken:Adapter", "raise RuntimeError('no luck')", "no luck"),
    "exits at import": ("{claim} = broken:Adapter", "raise SystemExit(3)", "SystemExit"),
    "is no adapter": ("{claim} = broken:Adapter", "Adapter = int", "expected a subclass of"),
    "is no class": ("{claim} = broken:Adapter", "Adapter = 1", "expected a subclass of"),
    "has no module": ("{claim} = broken:Adapter", None, "No module named 'broken'"),
    "has no such name": ("{claim} = broken:Adapter", "", "'Adapter'"),
    "is no reference": ("{claim} = ???", "", "???"),
    "misses members": (
        "{claim} = broken:Adapter",
        "import unireq\nclass Adapter(unireq.adapter.NativeRequest): pass",
        "Adapter must define method, scheme",
    ),
    "raises when asked": (
        "{claim} = broken:Adapter",
        OWN.replace("return kind.", "raise OSError('asleep')\n            return kind."),
        "broken:Adapter (OSError: asleep)",
    ),
    "has an unreadable file": ("this is no entry point, {claim}", "", "entry_points.txt of broken"),
}


@pytest.mark.parametrize(
    ("fault", "claim"),
    [
        *((fault, claim) for fault in BROKEN for claim in ("flask", "broken")),
        ("raises at import", "asgi"),
        ("raises at import", "wsgi"),
    ],
)
def test_a_broken_adapter_harms_nobody_else(site: Site, fault: str, claim: str) -> None:
    entry_points, source, told = BROKEN[fault]
    site.add("broken", entry_points.format(claim=claim), source)
    for name in natives.NATIVES:
        assert from_native(natives.NATIVES[name]()).to_dict() == natives.FACTS
    assert type(from_native(natives.flask())) is unireq_flask.FlaskRequest

    # Who misses it is told what is wrong with it.
    stranger = type("Request", (), {"__module__": f"{claim}.web"})()
    with pytest.raises(unireq.UnknownNative) as caught:
        from_native(stranger)
    assert "Adapters that could not be loaded: " in str(caught.value)
    assert told in str(caught.value)


def test_an_adapter_of_a_third_party_goes_before_ours(site: Site) -> None:
    site.add("their_flask", "flask = their_flask:Adapter", OWN)
    request = from_native(natives.flask())
    assert type(request).__module__ == "their_flask"
    assert read_everything(request) == natives.FACTS
    # It may leave some types to ours.
    other = type("Other", (flask.Request,), {"__module__": "flask"})(natives.environ())
    assert type(from_native(other)) is unireq_flask.FlaskRequest


EVENT = """
    import unireq_asgi

    class Event(dict): pass
    class Other(dict): pass

    class Adapter(unireq_asgi.ASGIRequest):
        def __init__(self, event):
            super().__init__(event["inner"], native=event)

        @classmethod
        def _matches(cls, kind):
            return issubclass(kind, Event)
"""


def test_a_request_may_be_a_dict(site: Site) -> None:
    site.add("events", "events = events:Adapter", EVENT)
    events = importlib.import_module("events")
    derived: Any = type("Derived", (events.Event,), {"__module__": "elsewhere"})
    for kind in (events.Event, derived):
        # Whatever else is in it.
        event = kind({**natives.environ(), "inner": natives.scope()})
        request = from_native(event)
        assert (type(request).__module__, request.native) == ("events", event)
        assert request.to_dict() == natives.FACTS
    for raw in (natives.scope(), natives.environ()):
        assert from_native(events.Other(raw)).to_dict() == natives.FACTS
    with pytest.raises(unireq.UnknownNative, match="django, events, flask"):
        from_native(type("Event", (), {"__module__": "events.http"})())


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("order", [("alpha", "zeta"), ("zeta", "alpha")])
def test_several_are_asked_in_the_order_of_their_names(
    site: Site, order: tuple[str, ...], named: bool
) -> None:
    for name in order:
        site.add(name, f"flask = {name}:Adapter", OWN)
        if not named:
            (site.directory / f"{name}-1.0.dist-info" / "METADATA").unlink()
    _detect.forget()
    assert type(from_native(natives.flask())).__module__ == "alpha"
