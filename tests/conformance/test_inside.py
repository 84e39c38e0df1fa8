"""The checks inside the app find nothing of what is right, and leave no trace.

That each finds the fault that it is for, and no other, is shown by tests/mutants.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import unireq
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


def test_no_coroutine_of_an_async_property_is_left_behind(recwarn: pytest.WarningsRecorder) -> None:
    class Async(Holder):
        @property
        async def values(self) -> dict[str, str]:
            return {}

    assert CHECKS["API-010"](Async(scope=scope())) is None
    gc.collect()
    assert [str(each.message) for each in recwarn] == []


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
