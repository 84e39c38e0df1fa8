"""Drawing: the requests of a strategy, once for all the clauses that share it.

Rule: what is drawn follows from the strategy and the effort alone, so clauses with one strategy are
judged by the same requests, on every target and every day. Hypothesis draws; where a request does
not meet a clause it also makes it smaller, from the same seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings

from unireq_conformance.clause import Strategy
from unireq_conformance.model import AbstractRequest

_SEED: Final = 0
"""What is drawn from where nothing else is asked for."""

_NOT_OURS: Final = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
)
"""Health checks that would blame a target for its pace, or its author for our strategies."""


@dataclass(frozen=True)
class Effort:
    """How hard to look.

    Attributes:
        examples: Requests to draw for each clause.
        seed: What they are drawn from; None for the same ones every time.
    """

    examples: int = 25
    seed: int | None = None


@cache
def drawn(strategy: Strategy, effort: Effort) -> tuple[AbstractRequest, ...]:
    """The requests of `strategy`."""
    found: list[AbstractRequest] = []
    draw(strategy, effort, found.append)
    return tuple(found)


def draw(strategy: Strategy, effort: Effort, examine: Callable[[AbstractRequest], object]) -> None:
    """Call `examine` with each request of `strategy`; with smaller ones where it raises.

    Raises:
        Exception: What `examine` raised, at the smallest request.
        Flaky: It raised once, and not again.
    """

    def run(request: AbstractRequest) -> None:
        examine(request)

    test: Any = given(strategy())(run)
    test = seed(_SEED if effort.seed is None else effort.seed)(test)
    settings(
        max_examples=effort.examples,
        derandomize=False,
        database=None,
        deadline=None,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        # An error in a check and a failure would be raised together, as a group.
        report_multiple_bugs=False,
        suppress_health_check=_NOT_OURS,
    )(test)()
