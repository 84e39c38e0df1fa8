"""make_opener and loaded_class: how an adapter recognises and opens requests."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from support.fake import FakeRequest
from unireq.adapter import make_opener


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
