"""make_opener and loaded_class: how an adapter recognises and opens requests."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from support.fake import FakeRequest
from unireq.adapter import loaded_class, make_opener


class Sourced(FakeRequest):
    __slots__ = ("_receive", "_scope", "_whole")

    def __init__(self, native: Any, receive: Any = None) -> None:
        super().__init__(native)
        self._scope, self._receive, self._whole = native["scope"], receive, native


class Attributes(dict[str, Any]):
    """A native request whose items are attributes, too."""

    def __getattr__(self, name: str) -> Any:
        return self[name]


SOURCES = {"_scope": "transport.scope", "_receive": None, "_whole": ""}


def native() -> Attributes:
    return Attributes(method="PUT", transport=SimpleNamespace(scope="the scope"))


def test_a_subclass_with_an_init_of_its_own_is_called() -> None:
    class Inherits(Sourced):
        __slots__ = ()

    class Own(Sourced):
        __slots__ = ()

        def __init__(self, native: Any) -> None:
            super().__init__({"scope": native})

    same: Any = Sourced.__init__
    assert type(make_opener(Inherits, SOURCES, instead_of=same)(native())) is Inherits
    assert make_opener(Own, SOURCES, instead_of=same) is Own


@pytest.mark.parametrize(
    "sources", [{"_a b": "x"}, {"_a": "x()"}, {"_a": "x."}, {"_a": ".x"}, {"": "x"}, {"_a": "x;y"}]
)
def test_what_is_no_name_is_refused(sources: dict[str, str | None]) -> None:
    with pytest.raises(ValueError, match=r"^make_opener: expected a Python name, got '"):
        make_opener(FakeRequest, sources)


def test_a_class_is_found_only_if_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = ModuleType("half_imported")
    assert loaded_class("half_imported", "Request") == ()
    monkeypatch.setitem(sys.modules, "half_imported", module)
    assert loaded_class("half_imported", "Request") == ()
    module.Request = Attributes
    assert loaded_class("half_imported", "Request") is Attributes
    assert not issubclass(dict, loaded_class("nowhere", "Request"))
