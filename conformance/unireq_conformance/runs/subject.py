"""Subjects: what a run is about, whether registered here or somebody's own suite."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from unireq_conformance.clause import SPECS
from unireq_conformance.deviations.deviation import Deviation
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.servers.running import Running

__all__ = ["Subject"]


@dataclass(frozen=True)
class Subject:
    """A target with all that judging it takes.

    Attributes:
        name: As it is typed: `flask:gunicorn`, or `package.module:TestBottle`.
        start: Starts it; it ends with the block.
        deviations: Those that are declared for it.
        unsupported: The optional features that it does not have, each with the reason.
        versions: The distributions involved, with their versions.
        start_local: Starts it on a Unix socket; None where it can't listen on one.
        spec: The number of the specification that it wants to be judged by; None for any.
    """

    name: str
    start: Callable[[], AbstractContextManager[Running]]
    deviations: tuple[Deviation, ...] = ()
    unsupported: Mapping[str, str] = field(default_factory=dict[str, str])
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    start_local: Callable[[], AbstractContextManager[Running]] | None = None
    spec: str | None = None

    def check_spec(self, asked: str | None) -> None:
        """Raise unless a run by the number `asked`, or by the newest, is what the target wants.

        Raises:
            Unusable: Nobody asked for a number, and the newest is another.
        """
        if asked is None and self.spec not in {None, SPECS[-1]}:
            raise Unusable(
                f"{self.name}: expected a run by its `spec`, the specification {self.spec}, got one"
                f" by the newest, {SPECS[-1]}; a run has one number: add --spec {self.spec}, or"
                f" --spec {SPECS[-1]} to try the newest"
            )
