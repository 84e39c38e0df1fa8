"""Each check inside the app finds the fault that it is for, and none where there is none."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import unireq
from unireq import adapter
from unireq.adapter import NativeRequest
from unireq_asgi import ASGIRequest
from unireq_conformance.inside import CHECKS, check_all
from unireq_conformance.inside.findings import Checks, finding, raises, real_dict, same
from unireq_conformance.inside.imports import _watch, foreign_imports, watched
from unireq_conformance.probe import Probe
from unireq_wsgi import WSGIRequest

COOKIE = "a-long-secret-value"


def scope() -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "http_version": "1.1",
        "scheme": "http",
        "path": "/p",
        "raw_path": b"/p",
        "query_string": b"a=1&b=2",
        "headers": [
            (b"host", b"example.org:81"),
            (b"x-a", b"1"),
            (b"remote-user", b"admin"),
            (b"cookie", f"sid={COOKIE}".encode()),
        ],
        "client": ("127.0.0.1", 5000),
    }


def environ() -> dict[str, Any]:
    return {
        "wsgi.version": (1, 0),
        "REQUEST_METHOD": "GET",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/p",
        "QUERY_STRING": "a=1",
        "HTTP_HOST": "example.org",
        "HTTP_COOKIE": f"sid={COOKIE}",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "5000",
    }


class Holder:
    """A request of a framework that nobody knows."""

    def __init__(self, **sources: Any) -> None:
        vars(self).update(sources)


@pytest.mark.parametrize(
    "native",
    [scope(), environ(), Holder(scope=scope()), Holder(environ=environ())],
    ids=["scope", "environ", "holds a scope", "holds an environ"],
)
def test_nothing_is_found_of_a_good_object(native: Any) -> None:
    assert check_all(native) == dict.fromkeys(CHECKS)
    # Nor when it is asked again: the checks leave the object as it was.
    assert check_all(native) == dict.fromkeys(CHECKS)


# Broken adapters, at least one for each check. Each breaks what it names, and nothing that it
# need not; where others read what it has broken, more is found.


def good(name: str) -> Callable[[Any], Any]:
    """What `ASGIRequest` has as its property `name`."""
    found: Callable[[Any], Any] = getattr(ASGIRequest, name).fget
    return found


class Exact(unireq.Headers):
    def __missing__(self, key: str) -> str:
        raise KeyError(key)


def only_addresses(self: Any, **changes: Any) -> Any:
    changes.pop("client", None)
    return ASGIRequest.replace(self, **changes)


def only_text(self: Any, **changes: Any) -> Any:
    if "path_params" in changes:
        changes["path_params"] = {k: str(v) for k, v in changes["path_params"].items()}
    return ASGIRequest.replace(self, **changes)


async def never_awaits(self: Any) -> Any:
    return self.username


def give_itself(self: Any) -> Any:
    getter: Any = next(type(self)._getters(), None)
    return getter(self) if getter else None


def keep_everything(self: Any) -> Any:
    self.username  # noqa: B018
    return ASGIRequest.__reduce__(self)


def import_late(self: Any) -> str:
    __import__("a_parser_that_nobody_asked_for")
    return str(good("method")(self))


def build_anew(self: Any) -> Any:
    self._cookies = None
    return good("cookies")(self)


def take(self: Any, *_: object) -> None:
    """Take it."""


def mutable_cookies(self: Any) -> Any:
    if self._cookies is None:
        cookies = good("cookies")(self)
        self._cookies = type("Mutable", (type(cookies),), {"pop": take})(cookies)
    return self._cookies


def fail(_: Any) -> Any:
    raise KeyError("session")


SHARED: dict[str, Any] = {}
BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("CKE-001+", {"cookies": property(lambda r: list(good("cookies")(r).items()))}),
    ("HDR-001+", {"headers": property(lambda r: MappingProxyType(dict(good("headers")(r))))}),
    ("HDR-003", {"_make_headers": lambda r: Exact(ASGIRequest._make_headers(r))}),
    ("HDR-016", {"get_header": lambda r, name, default=None: ASGIRequest.get_header(r, name)}),
    ("QRY-001+", {"query_params": property(lambda _: {"a": ["1"]})}),
    ("URL-001+", {"url": property(lambda r: str(good("url")(r)))}),
    ("CLI-002", {"client": property(lambda r: unireq.Address(*r._scope["client"]))}),
    ("CLI-004", {"replace": only_addresses}),
    ("USR-002", {"_find_username": lambda r: r.get_header("remote-user")}),
    ("USR-003", {"username": property(lambda _: None)}),
    ("USR-003", {"ausername": never_awaits}),
    ("USR-003", {"username": property(give_itself)}),
    ("USR-004", {"__repr__": lambda r: f"<{type(r).__name__} of {r.username}>"}),
    ("USR-004", {"__reduce__": keep_everything}),
    ("API-003", {"method": property(import_late)}),
    ("API-004", {"cookies": property(build_anew)}),
    ("API-004", {"path_params": property(lambda _: SHARED)}),
    ("API-005", {"scheme": property(good("scheme"), take)}),
    ("API-005", {"cookies": property(mutable_cookies)}),
    ("API-006", {"__eq__": lambda a, b: type(a) is type(b), "__hash__": object.__hash__}),
    ("API-006", {"__eq__": object.__eq__, "__hash__": lambda r: hash(r.method)}),
    ("API-007", {"__repr__": lambda r: f"<{dict(r.cookies)}>"}),
    ("API-008", {"args": property(lambda _: {})}),
    ("API-009+", {"session_hash": property(fail)}),
    ("API-011", {"native": property(lambda _: None)}),
    ("SER-001", {"to_dict": lambda r: {**ASGIRequest.to_dict(r), "query_string": ""}}),
    ("SER-002", {"replace": only_text}),
    ("SER-004", {"__copy__": lambda r: r}),
]
"""The check that finds it, with + where others do too; and what is broken."""


def found(native: Any) -> set[str]:
    return {clause for clause, each in check_all(native).items() if each is not None}


@pytest.mark.parametrize(("clause", "members"), BROKEN)
def test_a_broken_adapter_is_found_out(
    clause: str, members: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "a_parser_that_nobody_asked_for.py").touch()
    real = unireq.from_native
    kind: Any = type("Broken", (ASGIRequest,), {"__slots__": (), **members})

    def from_native(native: Any) -> unireq.Request:
        made = real(native)  # what is made by hand and wrong is refused
        return kind(native) if type(native) is dict and "type" in native else made

    monkeypatch.setattr(unireq, "from_native", from_native)
    monkeypatch.setattr(_watch, "names", {})
    clauses = found(scope())
    assert clause[:7] in clauses
    assert (len(clauses) == 1) is not clause.endswith("+")


# What is no adapter's, but the core's.


REAL = unireq.from_native


def a_view_of_a_view(native: Any) -> Any:
    return REAL(native.native if isinstance(native, NativeRequest) else native)


def anything(native: Any) -> Any:
    known = isinstance(native, unireq.Request) or (type(native) is dict and native)
    return REAL(native) if known else unireq.Request()


@pytest.mark.parametrize(
    ("clause", "of", "name", "value"),
    [
        ("API-001", unireq, "from_native", a_view_of_a_view),
        ("API-002", unireq, "from_native", anything),
        ("SER-003", unireq.Request, "from_dict", classmethod(lambda cls, data: unireq.Request())),
        ("SER-005", unireq, "diff", lambda a, b: {}),
        ("CLI-004", adapter, "normalize_address", lambda host, port, forwarded=(): None),
    ],
)
def test_a_broken_function_is_found_out(
    clause: str, of: Any, name: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of, name, value)
    assert clause in found(scope())


def test_what_a_framework_has_parsed_is_found_out() -> None:
    class Parsing(Holder):
        @property
        def cookies(self) -> Any:
            self.scope["headers"] = self.scope["headers"][:1]
            return {}

    native = Parsing(scope=scope())
    assert found(native) == {"API-010"}


def test_a_type_beside_the_type_is_found() -> None:
    class Both(WSGIRequest):
        def _make_headers(self) -> unireq.Headers:
            posing = {"content-type": self._environ.get("HTTP_CONTENT_TYPE", "text/plain")}
            return unireq.Headers({**super()._make_headers(), **posing})

    native = {**environ(), "CONTENT_TYPE": "text/plain"}
    before = dict(native)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unireq, "from_native", Both)
        assert CHECKS["HDR-018"](native) is not None
    assert CHECKS["HDR-018"](native) is None
    assert native == before


def test_no_coroutine_of_an_async_property_is_left_behind(recwarn: pytest.WarningsRecorder) -> None:
    class Async(Holder):
        @property
        async def values(self) -> dict[str, str]:
            return {}

    assert CHECKS["API-010"](Async(scope=scope())) is None
    gc.collect()
    assert [str(each.message) for each in recwarn] == []


def test_every_check_is_seen_to_find_something() -> None:
    others = {"API-001", "API-002", "API-010", "HDR-018", "SER-003", "SER-005"}
    assert {clause[:7] for clause, _ in BROKEN} | others == set(CHECKS)


# The user.


@pytest.mark.parametrize("native", [scope(), environ()], ids=["asgi", "wsgi"])
def test_no_class_that_others_have_is_given_a_getter(native: dict[str, Any]) -> None:
    given: list[type] = []
    base: Any = ASGIRequest if "type" in native else WSGIRequest

    class Recording(base):
        @classmethod
        def set_username_getter(cls, getter: Any) -> None:
            given.append(cls)
            super().set_username_getter(getter)

    Recording.set_username_getter(lambda native: None)
    del given[:]
    mine = vars(Recording)["_username_getters"]
    for clause in ("USR-003", "USR-004"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(unireq, "from_native", Recording)
            assert CHECKS[clause](native) is None
    assert len(set(given)) == 4
    assert all(kind is not Recording and issubclass(kind, Recording) for kind in given)
    assert vars(Recording)["_username_getters"] is mine


def test_a_login_that_has_no_effect_is_found_out() -> None:
    def log_in(native: Any, name: str) -> None:
        native["REMOTE_USER"] = name

    def forget(native: Any, name: str) -> None:
        native["HTTP_REMOTE_USER"] = name

    def fail(native: Any, name: str) -> None:
        raise RuntimeError("no session")

    assert check_all(environ(), log_in)["USR-001"] is None
    assert check_all(environ(), forget)["USR-001"] == finding("username", "ada", None)
    failed = check_all(environ(), fail)["USR-001"]
    assert failed is not None
    assert "RuntimeError: no session" in failed["observed"]
    assert "USR-001" not in check_all(environ())


# What is imported.


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[str]]:
    """Nothing noted yet, and a module to import: `unheard_of`."""
    monkeypatch.setattr(_watch, "names", {})
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "unheard_of.py").touch()
    monkeypatch.delitem(sys.modules, "unheard_of", raising=False)
    return foreign_imports


def test_only_what_is_imported_while_watched_counts(watching: Callable[..., list[str]]) -> None:
    with watched():
        with pytest.raises(ModuleNotFoundError):
            __import__("not_installed_anywhere")
        sys.modules.pop("wave", None)
        __import__("wave")
    __import__("unheard_of")
    assert watching() == []
    del sys.modules["unheard_of"]
    with watched():
        __import__("unheard_of")
    assert watching() == ["unheard_of"]
    assert watching("unheard_of.part") == []


def test_what_another_thread_imports_does_not_count(watching: Callable[..., list[str]]) -> None:
    with watched():
        thread = threading.Thread(target=__import__, args=("unheard_of",))
        thread.start()
        thread.join()
    assert "unheard_of" in sys.modules
    assert watching() == []


def test_what_the_probe_reads_first_counts(
    watching: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Importing(ASGIRequest):
        @property
        def method(self) -> str:
            __import__("unheard_of")
            return super().method

    monkeypatch.setattr(unireq, "from_native", Importing)
    probe = Probe()
    probe.facts(scope())
    found = check_all(scope())["API-003"]
    assert found == finding("imported by detection and reading", "", "unheard_of")


# The helpers.


def first(findings: Any) -> Any:
    return next(findings, None)


def test_same_is_in_value_and_in_type() -> None:
    assert first(same("x", 1, 1)) is None
    assert first(same("x", 1, True)) == finding("x", 1, True)
    assert first(same("x", {}, [])) == finding("x", "{}", "[]")


def test_what_is_raised_has_a_type_and_words() -> None:
    def fail() -> None:
        raise KeyError("the key")

    assert first(raises("x", KeyError, fail, "the", "key")) is None
    assert first(raises("x", (TypeError, KeyError), fail)) is None
    words = first(raises("x", KeyError, fail, "lock"))
    assert words == finding("x", "a message with lock", "'the key'")
    other = first(raises("x", (TypeError, ValueError), fail))
    assert other == finding("x", "TypeError or ValueError", "KeyError: 'the key'")
    assert first(raises("x", TypeError, lambda: 5)) == finding("x", "TypeError", 5)


@pytest.mark.parametrize("wrong", [[], None, {"a": 1}, {1: "a"}, {"a": None}])
def test_a_real_dict_is_of_text(wrong: Any) -> None:
    assert first(real_dict("headers", wrong)) is not None
    assert first(real_dict("headers", {"a": "1"})) is None


def test_what_a_check_raises_is_what_it_found() -> None:
    checks = Checks()

    @checks.of("HDR-900")
    def _fails(native: Any) -> Any:
        raise LookupError(native)
        yield

    result = checks["HDR-900"]("here")
    assert result is not None
    assert (result["where"], result["expected"]) == ("HDR-900", "no error")
    assert "LookupError: here" in result["observed"]
