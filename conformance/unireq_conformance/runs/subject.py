"""Subjects: what a run is about, whether registered here or somebody's own suite."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from unireq_conformance.deviations.deviation import Deviation
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
    """

    name: str
    start: Callable[[], AbstractContextManager[Running]]
    deviations: tuple[Deviation, ...] = ()
    unsupported: Mapping[str, str] = field(default_factory=dict[str, str])
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    start_local: Callable[[], AbstractContextManager[Running]] | None = None
