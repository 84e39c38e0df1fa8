"""Garbage: what reference cycles keep of bodies is collected before it piles up.

Rule: a body ends with the native request. Some who let go of a request leave it in a reference
cycle: Django on ASGI does, and whoever keeps an exception. Python's collector counts objects, not
octets or open files: a hundred uploads might wait for it. So large stores are weighed here, and the
collector is run when they are too much together.
"""

from __future__ import annotations

import gc

__all__ = ["BUDGET", "STEP", "forget", "weigh"]

MIB = 1024 * 1024

STEP = MIB
"""From how many octets on a store is weighed, and after how many more again."""

BUDGET = 64 * MIB
"""What all stores together may weigh before the collector is run, in octets."""

FILE = 4 * MIB
"""What an open file weighs beside its octets."""

# By the id of a store: what is done to a dict needs no lock of ours, which a destructor, called in
# the middle of anything, might wait for.
_weights: dict[int, int] = {}
_limit = BUDGET


def weigh(store: object, size: int, *, on_file: bool) -> None:
    """Note that `store` has `size` octets; called again when it has grown."""
    global _limit  # noqa: PLW0603 (one process has one collector)
    _weights[id(store)] = size + FILE if on_file else size
    if _total() > _limit:
        gc.collect()
        # What is left is in use, so collecting again at once would find nothing.
        _limit = max(BUDGET, 2 * _total())


def forget(store: object) -> None:
    """Note that `store` has ended."""
    global _limit  # noqa: PLW0603
    if _weights.pop(id(store), None) is not None and _limit > BUDGET:
        _limit = max(BUDGET, min(_limit, 2 * _total()))


def _total() -> int:
    return sum(list(_weights.values()))
