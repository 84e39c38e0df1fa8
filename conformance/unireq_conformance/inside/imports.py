"""Which modules detection and reading import (API).

Rule: a module is imported once in a process, mostly by the first request, whose report nobody may
have looked at. So whatever was imported is remembered. Only imports of the thread that reads count.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Generator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _Watch(MetaPathFinder):
    """Asked for each module that is not loaded yet; finds none, and takes note."""

    def __init__(self) -> None:
        self.here = threading.local()
        self.names: dict[str, None] = {}

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if getattr(self.here, "reading", False):
            self.names[fullname] = None
        return None


_watch = _Watch()
# For good: another thread may be going through the list.
sys.meta_path.insert(0, _watch)


@contextlib.contextmanager
def watched() -> Generator[None, None, None]:
    """Take note of what this thread imports in the block."""
    before = getattr(_watch.here, "reading", False)
    _watch.here.reading = True
    try:
        yield
    finally:
        _watch.here.reading = before


def foreign_imports(*own: str) -> list[str]:
    """What was imported so far while watched, but for Python's, unireq's and `own` modules.

    Args:
        own: Names of modules; whatever is in the same top-level packages is left out.
    """
    tops = {name.partition(".")[0] for name in own} | sys.stdlib_module_names
    return [
        name
        for name in _watch.names
        if name in sys.modules
        and name.partition(".")[0] not in tops
        and not name.startswith("unireq")
    ]
