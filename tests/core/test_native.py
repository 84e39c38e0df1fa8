"""NativeRequest: what an adapter must define, and what follows from it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from support.fake import AsyncFakeRequest, FakeRequest, Octets, fake
from unireq import BodyNotRead, BodyTooLarge, Limits, Request, UnireqError, _adapters
from unireq.adapter import NativeRequest, loaded_class, make_opener, request_context

MUST = """
method scheme http_version root_path query_string client _storage _open_body _routed_path
_raw_target _make_headers
""".split()


def test_an_adapter_that_defines_them_all() -> None:
    assert list(NativeRequest.MUST) == MUST
    members = {"__slots__": (), **{name: vars(FakeRequest)[name] for name in MUST}}
    kind: Any = type("Whole", (NativeRequest,), members)
    native = {"path": "/a"}
    request = kind(native)
    assert isinstance(request, Request)
    assert request.native is native
    assert (request.path, request.path_params, request.username) == ("/a", {}, None)
    assert kind({"path": "//a"}).path == "/a"
    assert username(Request(username="ann")) == "ann"
    # It opens nothing unless it says so.
    assert not kind._matches(dict)
    assert kind._opener(dict) is kind


class Named(FakeRequest):
    __slots__ = ()

    def _find_username(self) -> str | None:
        name: str | None = self.native.get("user")
        return name


def username(request: Request) -> str | None:
    return asyncio.run(request.ausername())


@pytest.mark.parametrize("given", [7, b"ann", {"name": "ann"}, False])
def test_what_a_getter_gives_is_a_name_or_nothing(given: Any) -> None:
    class Own(Named):
        __slots__ = ()

    Own.set_username_getter(lambda _: given)
    said = f"Own.username: expected the username getter to return .*, got {type(given).__name__};"
    for ask in (username, lambda request: request.username):
        with pytest.raises(UnireqError, match=said):
            ask(Own({"user": "ann"}))


class Ready(Awaitable[str]):
    def __await__(self) -> Any:
        yield from ()
        return "ANN"


async def in_upper_case(native: dict[str, str]) -> str:
    await asyncio.sleep(0)
    return native["user"].upper()


@pytest.mark.parametrize("getter", [in_upper_case, lambda native: Ready()])
def test_a_getter_may_be_async(getter: Any) -> None:
    class Own(Named):
        __slots__ = ()

    Own.set_username_getter(getter)
    assert username(Own({"user": "ann"})) == "ANN"
    # Warnings are errors here, so a coroutine that is never awaited would be noticed.
    with pytest.raises(UnireqError, match=r"^Own.username: .*async; use `await request.ausername"):
        _ = Own({"user": "ann"}).username


# How an adapter recognises and opens requests.


class Sourced(FakeRequest):
    __slots__ = ("_receive", "_scope", "_whole")

    def __init__(self, native: Any, receive: Any = None) -> None:
        super().__init__(native)
        self._scope, self._receive, self._whole = native["scope"], receive, native


class Attributes(dict[str, Any]):
    """A native request whose items are attributes, too."""

    def __getattr__(self, name: str) -> Any:
        return self[name]


def test_a_subclass_with_an_init_of_its_own_is_called() -> None:
    class Inherits(Sourced):
        __slots__ = ()

    class Own(Sourced):
        __slots__ = ()

        def __init__(self, native: Any) -> None:
            super().__init__({"scope": native})

    same: Any = Sourced.__init__
    sources = {"_scope": "transport.scope", "_receive": None, "_whole": ""}
    native = Attributes(method="PUT", transport=SimpleNamespace(scope="the scope"))
    assert type(make_opener(Inherits, sources, instead_of=same)(native)) is Inherits
    assert make_opener(Own, sources, instead_of=same) is Own


def test_a_class_is_found_only_if_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = ModuleType("half_imported")
    assert loaded_class("half_imported", "Request") == ()
    monkeypatch.setitem(sys.modules, "half_imported", module)
    assert loaded_class("half_imported", "Request") == ()
    module.Request = Attributes
    assert loaded_class("half_imported", "Request") is Attributes
    assert not issubclass(dict, loaded_class("nowhere", "Request"))


def test_entry_points_give_adapters_or_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise SystemExit

    loads = {"it": lambda: FakeRequest, "int": lambda: int, "text": lambda: "a", "fails": fails}
    entries = [SimpleNamespace(name="x", value=name, load=load) for name, load in loads.items()]
    monkeypatch.setattr(_adapters, "_entry_points", lambda: {"x": entries})
    monkeypatch.setattr(_adapters, "_failures", {})
    assert _adapters.adapters_for("x") == [FakeRequest]
    assert list(_adapters.load_failures()) == ["x = int", "x = text", "x = fails"]


# What clauses can't show: what a client's choice costs, threads, what can't be detached.
CHOSEN = [
    {"target": b"/" + b"\xff" * 5000, "path": "/" + "\ufffd" * 5000},
    {"target": b"/" + b"%" * 5000, "path": "/" + "%" * 5000, "query": "%\xff%4" * 5000},
    {"headers": [(b"cookie", b'a="' + b'\\"' * 5000 + b'"')], "query": "%41" * 5000},
]


@pytest.mark.parametrize("native", CHOSEN)
def test_what_a_client_chooses_runs_no_python_code_for_each_byte(native: dict[str, Any]) -> None:
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    request = fake(**native)
    sys.setprofile(count)
    try:
        _ = (request.url, request.raw_path, request.query_params, request.cookies, repr(request))
    finally:
        sys.setprofile(None)
    assert calls < 500


def test_a_url_is_made_once_of_what_stays_the_same() -> None:
    request = fake(path="/a b", target=b"/a%20b", query="c")
    assert request.url is request.url
    for change, url in (
        ({"query": "d"}, "/a%20b?d"),
        ({"path": "/b", "target": None}, "/b?d"),
        ({"target": b"/%62"}, "/%62?d"),
        ({"method": "CONNECT", "path": "h:1", "target": b"h:1", "query": ""}, ""),
    ):
        request.native.update(change)
        assert request.url == url


def test_views_in_threads_get_one_state() -> None:
    native: dict[str, Any] = {}
    with ThreadPoolExecutor(20) as pool:
        states = list(pool.map(lambda _: FakeRequest(native).state, range(200)))
    assert all(state is states[0] for state in states)


def test_a_middleware_makes_it_before_the_scope_is_copied() -> None:
    for native in ({}, {"unireq.state": {"a": 1}}):
        with request_context(FakeRequest(native)) as request:
            copied = FakeRequest(dict(native))
        assert copied.state is request.state


async def _limit(request: Request) -> None:
    type(request).set_limits(Limits(body_size=4))


async def _name(request: Request) -> None:
    await request.aread()
    type(request).set_username_getter(lambda native: asyncio.sleep(0, "ada"))


@pytest.mark.parametrize(
    ("kind", "before", "error", "message"),
    [
        (FakeRequest, _limit, BodyTooLarge, "at most 4 bytes"),
        (AsyncFakeRequest, None, BodyNotRead, r"^detach\(\) in .*, or use `request\.adetach\(\)`$"),
        (AsyncFakeRequest, _name, UnireqError, r"is async; .*`await request\.adetach\(\)`$"),
    ],
)
def test_what_can_not_be_detached(kind: Any, before: Any, error: Any, message: str) -> None:
    class Own(kind):  # getters and limits are those of a class
        __slots__ = ()

    async def main() -> None:
        request = Own({"octets": Octets(b"he", b"llo")})
        if before is not None:
            await before(request)
        with pytest.raises(error, match=message):
            request.detach()
        twin = request.detach(body=False, username=False)
        with pytest.raises(BodyNotRead, match=r"with detach\(\), in async code `await adetach\("):
            twin.detach()

    asyncio.run(main())
