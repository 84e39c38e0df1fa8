"""Suites as targets: `package.module:TestBottle` names somebody's own AdapterSuite.

Rule: a suite is imported like any module, with the current directory first on the path, as pytest
would have it; whatever importing it raises is told with its cause.
"""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import Any, Final

from unireq_conformance.runs.errors import Unusable
from unireq_conformance.servers.target import Target
from unireq_conformance.servers.targets import TARGETS

__all__ = ["is_suite_name", "load_suite"]

_NAME: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_FRAMEWORKS: Final = frozenset(target.framework for target in TARGETS.values())


def is_suite_name(name: str) -> bool:
    """Whether `name` is one for a suite rather than for a registered target."""
    return _NAME.fullmatch(name) is not None and name.partition(":")[0] not in _FRAMEWORKS


def load_suite(name: str) -> Target:
    """The suite called `name`.

    Raises:
        Unusable: There is none, it can't be imported, or it is something else.
    """
    from unireq_conformance.suite import AdapterSuite  # and pytest, which other targets don't need

    found = _find(name)
    if not (isinstance(found, type) and issubclass(found, AdapterSuite)):
        raise Unusable(f"{name}: expected a subclass of AdapterSuite, got {found!r}")
    if not hasattr(found, "target"):
        raise Unusable(f"{name}: expected a subclass with a target, got AdapterSuite itself")
    return found.judged(name)


def _find(name: str) -> Any:
    module_name, _, class_name = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        raise Unusable(
            f"{name}: expected a module that can be imported from {here}, got {error!r}; give the"
            " module of an AdapterSuite, or a registered target (unireq-conformance run --help)"
        ) from error
    try:
        return getattr(module, class_name)
    except AttributeError:
        there = [found for found in vars(module) if found.startswith("Test")]
        names = ", ".join(there) or "no class whose name begins with Test"
        raise Unusable(
            f"{name}: expected a class in {module_name}, got {class_name!r}; it has {names}"
        ) from None
