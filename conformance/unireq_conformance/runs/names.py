"""Names: the targets, suites and clauses that the user means.

    unireq-conformance run package.module:TestBottle      somebody's own AdapterSuite

Rule: a wrong name raises `Unusable`, whose message lists the right ones. A suite is imported like
any module, with the current directory first on the path, as pytest would have it; what importing it
raises is told with its cause.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from unireq_conformance.clause import SPECS, Clause
from unireq_conformance.clauses import CLAUSES, clauses_of
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.servers.target import Missing, Target
from unireq_conformance.servers.targets import TARGETS

__all__ = [
    "Choice",
    "check_name",
    "check_spec",
    "choose_clauses",
    "choose_targets",
    "find_clause",
    "find_target",
    "is_suite_name",
]


_NAME: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_FRAMEWORKS: Final = frozenset(target.framework for target in TARGETS.values())


@dataclass
class Choice:
    """The chosen targets.

    Attributes:
        names: The targets that can run here, each once, in order.
        missing: The targets of a pattern that cannot, each with the reason.
    """

    names: list[str] = field(default_factory=list[str])
    missing: dict[str, Missing] = field(default_factory=dict[str, Missing])


def choose_targets(typed: Iterable[str]) -> Choice:
    """The targets for names, patterns, `all` and names of suites."""
    choice = Choice()
    for name in typed:
        if name in TARGETS or is_suite_name(name):
            check_name(name)
            names = [name]
        else:
            pattern = "*" if name == "all" else name
            names = [known for known in TARGETS if fnmatchcase(known, pattern)]
            if not names:
                raise _unknown_target(name)
        for each in names:
            lacking = TARGETS[each].missing() if each in TARGETS else None
            if lacking is not None:
                choice.missing[each] = lacking
            elif each not in choice.names:
                choice.names.append(each)
    if not choice.names:
        lines = "".join(f"\n  {missing}" for missing in choice.missing.values())
        raise Unusable(f"none of these targets can run here:{lines}")
    return choice


def check_name(name: str) -> None:
    """Raise if `name` cannot be a target, or cannot run here."""
    if name in TARGETS:
        if (missing := TARGETS[name].missing()) is not None:
            raise Unusable(str(missing))
    elif not is_suite_name(name):
        raise _unknown_target(name)


def find_target(name: str) -> Target:
    """The target or the suite called `name`."""
    check_name(name)
    return TARGETS[name] if name in TARGETS else load_suite(name)


def check_spec(target: Target, asked: str | None) -> None:
    """Raise unless a run by the number `asked`, or by the newest, is what `target` wants."""
    if asked is None and target.spec not in {None, SPECS[-1]}:
        raise Unusable(
            f"{target.name}: expected a run by its `spec`, the specification {target.spec}, got"
            f" one by the newest, {SPECS[-1]}; a run has one number: add --spec {target.spec}, or"
            f" --spec {SPECS[-1]} to try the newest"
        )


def _unknown_target(name: str) -> Unusable:
    known = "".join(f"\n  {each}" for each in TARGETS)
    return Unusable(
        "expected a target, a pattern of targets (flask:*), all, or a suite"
        f" (package.module:TestMine), got {name!r}; the targets are:{known}"
    )


def find_clause(typed: str) -> Clause:
    """The clause with the id `typed`, in any case."""
    found = CLAUSES.get(typed.upper())
    if found is not None:
        return found
    near = get_close_matches(typed.upper(), CLAUSES, n=3, cutoff=0.5)
    meant = f"did you mean {', '.join(near)}?" if near else "ids have the form HDR-003;"
    raise Unusable(
        f"expected the id of a clause, got {typed!r}; {meant} unireq-conformance list shows all"
    )


def choose_clauses(typed: Sequence[str], spec: str) -> list[Clause]:
    """The clauses of `spec` with these ids, in the order of the specification; without ids, all."""
    try:
        clauses = clauses_of(spec)
    except LookupError as error:
        raise Unusable(f"--spec: {error}") from None
    wanted = {clause.id: clause for clause in map(find_clause, typed)}
    for newer in wanted.keys() - clauses.keys():
        raise Unusable(
            f"--clause: expected a clause of the specification {spec}, got {newer}, which is there"
            f" since {wanted[newer].since}; leave it out, or give a newer --spec"
        )
    return [clause for clause in clauses.values() if not typed or clause.id in wanted]


def is_suite_name(name: str) -> bool:
    """Whether `name` is one for a suite rather than for a registered target."""
    return _NAME.fullmatch(name) is not None and name.partition(":")[0] not in _FRAMEWORKS


def load_suite(name: str) -> Target:
    """The suite called `name`."""
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
