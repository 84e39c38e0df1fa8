"""AdapterSuite: the whole specification as a pytest class, for one adapter.

    from unireq_conformance import AdapterSuite, Capability, wsgi

    class TestBottle(AdapterSuite):
        target = wsgi(make_app)
        unsupported = {Capability.LOGIN: "Bottle has no users"}

A clause is a test: `TestBottle::test_clause[HDR-003]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar

import pytest

from unireq_conformance.clauses import CLAUSES
from unireq_conformance.deviations.deviation import Deviation
from unireq_conformance.failure import describe
from unireq_conformance.judge import Effort, judge
from unireq_conformance.servers.drivers import Driver
from unireq_conformance.servers.running import Running
from unireq_conformance.verdict import Status

__all__ = ["AdapterSuite", "Capability"]


class Capability(Enum):
    """The optional features. What is not among them, every adapter has."""

    ALLOWED_HOSTS = (
        "the framework has a list of allowed hosts, and the app allows all but `refused.example`"
    )
    ASYNC_BODY = "the body is awaited: the app calls `await probe.answer(native_request)`"
    EARLY = "the app passes `probe.facts(native)`, taken before routing, as the probe's `early`"
    HANDLERS = "the app mounts each of `probe.handlers` at its path, by the adapter's `as_view`"
    LOGIN = "the driver's `login` authenticates a request by the framework's own means"
    MOUNT = "the app has a sub-application at `/mounted`, by the framework's own means"
    NATIVE_BODY = "the driver's `read_body` reads a body by the framework's own means"
    PATH_PARAMS = "the app routes `/params/KIND/<value>` for the kinds str, int, path and uuid"
    STRICT_SERVER = "the server refuses what must be refused"
    UNIX_SOCKET = "the target listens on a Unix socket; no driver does, so no suite declares it"


class AdapterSuite:
    """Subclass it, name the target, and collect it with pytest.

    Attributes:
        target: How the app is started: `wsgi(make_app)`, `asgi(make_app)` or `server(serve)`.
        unsupported: Features that it does not have, each with the reason. What its driver can't do
            is none of its business.
        deviations: Clauses that it can't meet, each with the reason and a witness.
        effort: How hard to look.
    """

    target: ClassVar[Driver]
    unsupported: ClassVar[Mapping[Capability, str]] = {}
    deviations: ClassVar[Sequence[Deviation]] = ()
    effort: ClassVar[Effort] = Effort()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _check_ungutted(cls)
        _check_type(cls, "target", Driver, "wsgi(make_app), asgi(make_app) or server(serve)")
        _check_type(cls, "unsupported", Mapping, "a dict {Capability: reason}")
        _check_type(cls, "deviations", Sequence, "a list of Deviation")
        _check_type(cls, "effort", Effort, "an Effort")
        _check_unsupported(cls)
        _check_deviations(cls)

    @classmethod
    def lacking(cls) -> dict[str, str]:
        """What it does not have, by the name of the `Capability`, with the reason."""
        own = {capability.name: reason for capability, reason in cls.unsupported.items()}
        return {**cls.target.unsupported, **own}

    @pytest.fixture(scope="class")
    @classmethod
    def running(cls) -> Iterator[Running]:
        """The target, started once for the class."""
        with cls.target.run(cls.__name__) as running:
            yield running

    @pytest.mark.parametrize("clause_id", list(CLAUSES))
    def test_clause(self, running: Running, clause_id: str) -> None:
        """The target meets the clause, or deviates as declared."""
        verdict = judge(
            CLAUSES[clause_id],
            running,
            effort=self.effort,
            deviations=[*self.target.deviations, *self.deviations],
            unsupported=self.lacking(),
        )
        if verdict.status is Status.UNSUPPORTED:
            pytest.skip(f"unsupported: {verdict.because}")
        if not verdict.status.good:
            pytest.fail(describe(verdict, running.name), pytrace=False)


_FIXED = {name: vars(AdapterSuite)[name] for name in ("lacking", "test_clause", "running")}


def _check_ungutted(suite: type[AdapterSuite]) -> None:
    # A class that is mixed in may define them too.
    inherited: dict[str, Any] = {}
    for kind in reversed(suite.__mro__):
        inherited.update(vars(kind))
    gutted = [name for name, ours in _FIXED.items() if inherited[name] is not ours]
    if gutted:
        raise TypeError(
            f"{suite.__name__} must not define {', '.join(gutted)}: what the adapter can't do is"
            " declared in `unsupported` and `deviations`"
        )


def _check_type(suite: type[AdapterSuite], name: str, kind: type, expected: str) -> None:
    value = getattr(suite, name, None)
    if not isinstance(value, kind) or isinstance(value, str | bytes):
        raise TypeError(f"{suite.__name__}.{name}: expected {expected}, got {value!r}")


def _check_unsupported(suite: type[AdapterSuite]) -> None:
    unsupported: Mapping[Any, Any] = suite.unsupported
    for capability, reason in unsupported.items():
        if not (isinstance(capability, Capability) and isinstance(reason, str) and reason):
            raise TypeError(
                f"{suite.__name__}.unsupported: expected a Capability and a reason, got"
                f" {capability!r}: {reason!r}"
            )


def _check_deviations(suite: type[AdapterSuite]) -> None:
    deviations: Sequence[Any] = suite.deviations
    for deviation in deviations:
        where = f"{suite.__name__}.deviations"
        if not isinstance(deviation, Deviation):
            raise TypeError(f"{where}: expected a Deviation, got {deviation!r}")
        if deviation.clause not in CLAUSES:
            raise TypeError(f"{where}: expected the id of a clause, got {deviation.clause!r}")
        if not deviation.because or not deviation.witness:
            raise TypeError(
                f"{where}: expected a reason and the bytes of a request that shows it, got"
                f" because={deviation.because!r}, witness={deviation.witness!r}"
            )
