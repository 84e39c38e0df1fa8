"""A hundred draws, the same ones every time: what is to be drawn soon is among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

T = TypeVar("T")
Kinds = dict[str, Callable[[T], bool]]


def hundred(strategy: st.SearchStrategy[T]) -> list[T]:
    """The first hundred that `strategy` draws."""
    found: list[T] = []

    @settings(
        max_examples=100,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(value: Any) -> None:
        found.append(value)

    draw()
    assert len(found) == 100
    return found


def undrawn(strategy: st.SearchStrategy[T], kinds: Kinds[T]) -> list[str]:
    """The kinds of which none, or nothing else, is among a hundred: any would be there then."""
    drawn = hundred(strategy)
    counts = {kind: sum(map(bool, map(is_one, drawn))) for kind, is_one in kinds.items()}
    return [kind for kind, count in counts.items() if count in {0, 100}]
