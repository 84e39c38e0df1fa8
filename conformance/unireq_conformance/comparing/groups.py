"""Who says what: values that are the same, and the targets that gave them.

Rule: the same means equal, of equal types, down to the bottom. 1, 1.0, True and "1" are four
values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, final


@final
class Absent:
    """The value of a key that is not there, and of an attribute that a framework does not have."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT: Final = Absent()


@dataclass(frozen=True)
class Raised:
    """What reading an attribute raised, as `Type: message`."""

    error: str


@dataclass(frozen=True)
class Group:
    """One value, and the names of the targets that gave it."""

    value: Any
    targets: tuple[str, ...]


def identity(value: Any) -> str:
    """Return a text that is equal for values that are the same, and for no others.

    What is neither plain data, `ABSENT` nor a `Raised` is taken as `str` has it.
    """
    if isinstance(value, Absent | Raised):
        return repr(value)
    return json.dumps(value, sort_keys=True, default=str)


def group(
    said: Iterable[tuple[str, Any]], same: Callable[[str, str], bool] | None = None
) -> tuple[Group, ...]:
    """Return who says what.

    Args:
        said: (name of a target, value) pairs.
        same: whether two targets, in the order of `said`, say the same; by default, whether their
            values have one identity.
    """
    values = dict(said)
    groups: dict[str, list[str]] = {}
    for name, value in values.items():
        for first, names in groups.items():
            if same(first, name) if same else identity(values[first]) == identity(value):
                names.append(name)
                break
        else:
            groups[name] = [name]
    return tuple(Group(values[first], tuple(names)) for first, names in groups.items())


def group_of(groups: Sequence[Group], target: str) -> Group:
    """Return the group that `target` is in; one with the value `ABSENT` if it is in none."""
    return next((found for found in groups if target in found.targets), Group(ABSENT, ()))
