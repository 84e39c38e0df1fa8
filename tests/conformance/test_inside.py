"""The checks inside the app leave no trace, and count only what is the app's own.

That each finds the fault that it is for, and no other, is shown by tests/mutants; that they find
nothing of what is right, by the clauses.
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
from support.natives import environ, scope
from unireq_asgi import ASGIRequest
from unireq_conformance.inside import CHECKS, check_all
from unireq_conformance.inside.findings import finding
from unireq_conformance.inside.imports import _watch, foreign_imports, watched
from unireq_conformance.probe import Probe
from unireq_wsgi import WSGIRequest


def test_no_coroutine_of_an_async_property_is_left_behind(recwarn: pytest.WarningsRecorder) -> None:
    class Async:
        scope = scope()

        @property
        async def values(self) -> dict[str, str]:
            return {}

    assert CHECKS["API-010"](Async()) is None
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
    def found(log_in: Any) -> Any:
        return check_all(environ(), log_in)["USR-001"]

    assert found(lambda native, name: native.update(REMOTE_USER=name)) is None
    forgotten = found(lambda native, name: native.update(HTTP_REMOTE_USER=name))
    assert forgotten == finding("username", "ada", None)
    assert "KeyError: 'ada'" in found(lambda native, name: native[name])["observed"]
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
