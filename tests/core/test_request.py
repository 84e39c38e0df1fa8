from __future__ import annotations

import asyncio
import copy
import pickle
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from support.fake import FakeRequest, fake
from support.made import requests
from unireq import Headers, Request, UnireqError, diff
from unireq._names import OTHER_NAMES

PUBLIC = sorted(
    name for name in dir(Request) if not name.startswith("_") and name not in OTHER_NAMES
)

PROMISED = """
adetach aform ajson aread astream atext ausername authorization body body_is_async client
content_length content_type cookies detach form forwarded from_dict get_header headers host
http_version json method native path path_params preferred_language preferred_type query_params
query_string raw_path read replace root_path route scheme session_hash set_limits state stream text
to_dict url username view_name
""".split()

NATIVE = {
    "path": "/a b",
    "target": b"/a%20b?c=1&c=2",
    "query": "c=1&c=2",
    "headers": [(b"Host", b"h"), (b"Cookie", b"a=1; a=2"), (b"X-Foo", b"b")],
    "client": None,
    "path_params": {"id": 5, "tags": ["x"]},
}


def handmade() -> Request:
    return Request(
        url="http://h/a%20b?c=1&c=2",
        headers={"Cookie": "a=1; a=2", "X-Foo": "b"},
        path_params={"id": 5, "tags": ["x"]},
        username="ann",
    )


def looking() -> Request:
    return FakeRequest(copy.deepcopy(NATIVE))


both_kinds = pytest.mark.parametrize("make", [handmade, looking])

COPIES: list[Callable[[Request], Request]] = [
    copy.copy,
    copy.deepcopy,
    Request.replace,
    *(
        lambda r, protocol=protocol: pickle.loads(pickle.dumps(r, protocol))  # type: ignore[misc]  # noqa: S301
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ),
]


def test_the_public_names() -> None:
    assert set(PUBLIC) == set(PROMISED)


@both_kinds
def test_get_header(make: Callable[[], Request]) -> None:
    for request in (make(), make()):
        assert request.get_header("X-FOO") == "b"
        assert request.get_header("X-Bar") is None
        assert request.get_header("X-Bar", 5) == 5
        assert request.headers["x-foo"] == "b"


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
        ({"headers": [(b"host", b"h")]}, "/%62?d"),  # headers are built once
        ({"method": "CONNECT", "path": "h:1", "target": b"h:1", "query": ""}, ""),
    ):
        request.native.update(change)
        assert request.url == url


@both_kinds
@pytest.mark.parametrize("duplicate", COPIES)
def test_copies_are_detached(
    make: Callable[[], Request], duplicate: Callable[[Request], Request]
) -> None:
    request = make()
    native = request.native
    before = copy.deepcopy(native)
    twin = duplicate(request)
    assert type(twin) is Request
    assert twin is not request
    assert twin.native is None
    assert diff(request, twin) == {}
    assert twin.cookies.getlist("a") == ["1", "2"]
    assert request.native is native
    assert native == before


def test_a_copy_of_a_view_does_not_ask_who_the_user_is() -> None:
    class Curious(FakeRequest):
        __slots__ = ()

        def _find_username(self) -> str | None:
            raise UnireqError("asked")

    request = Curious({})
    with pytest.raises(UnireqError, match="asked"):
        _ = request.username
    for use in (*COPIES, repr, Request.to_dict, lambda r: diff(r, r)):
        use(request)  # type: ignore[operator]
    assert copy.copy(request).username is None


@given(requests)
def test_every_request_is_copied(request: Request) -> None:
    for duplicate in COPIES:
        twin = duplicate(request)
        assert twin.to_dict() == request.to_dict()
        assert twin.username == request.username


@pytest.mark.parametrize("name", ["nothing", "__nothing__", "_private"])
def test_names_that_nobody_has(name: str) -> None:
    assert not hasattr(Request(), name)
    with pytest.raises(AttributeError, match=f"'Request' object has no attribute '{name}'"):
        getattr(Request(), name)


def test_an_attribute_error_of_a_property_is_shown() -> None:
    class Broken(FakeRequest):
        __slots__ = ()

        def _make_headers(self) -> Headers:
            return self.native.nothing  # type: ignore[no-any-return]

    for name in ("headers", "cookies", "host"):
        with pytest.raises(AttributeError, match="'dict' object has no attribute 'nothing'"):
            getattr(Broken({}), name)


SHOWN = [
    (Request(), "<Request GET />"),
    (Request("POST", "https://h:1/a%20b"), "<Request POST https://h:1/a%20b>"),
    (Request(url="http://h/a?b=secret&c&d==x"), "<Request GET http://h/a?b=***&***&d=***>"),
    (Request("OPTIONS", "*"), "<Request OPTIONS *>"),
    (fake(path="evil", headers=[(b"host", b"h")]), "<FakeRequest GET evil>"),
]


@pytest.mark.parametrize(("request_", "shown"), SHOWN)
def test_repr(request_: Request, shown: str) -> None:
    assert repr(request_) == str(request_) == f"{request_}" == shown


def test_the_username_of_a_handmade_request() -> None:
    request = Request(username="ann")
    assert request.username == asyncio.run(request.ausername()) == "ann"
    named = {"Remote-User": "eve", "X-Remote-User": "eve", "Authorization": "Basic ZXZlOng="}
    assert Request(headers=named).username is None
