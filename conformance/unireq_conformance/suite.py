"""AdapterSuite: tests one adapter by the whole specification, as a pytest class.

    from unireq_conformance import AdapterSuite, Capability, wsgi

    class TestBottle(AdapterSuite):
        target = wsgi(make_app)
        unsupported = {Capability.LOGIN: "Bottle has no users"}

Each clause is a test: `TestBottle::test_clause[HDR-003]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any, ClassVar, NoReturn

import pytest

from unireq_conformance.clause import SPECS
from unireq_conformance.clauses import CLAUSES, clauses_of
from unireq_conformance.deviations.deviation import Deviation, Refusal
from unireq_conformance.judge import Effort, judge
from unireq_conformance.servers.running import Running
from unireq_conformance.servers.target import Target, is_installed
from unireq_conformance.verdict import Status, describe

__all__ = ["AdapterSuite", "Capability"]


class Capability(Enum):
    """The optional features. Every adapter must have all others."""

    ALLOWED_HOSTS = (
        "the framework has a list of allowed hosts; the app allows all hosts but `refused.example`"
    )
    ASYNC_BODY = "the body must be awaited: the app calls `await probe.answer(native_request)`"
    CURRENT = "what answers at `/current` is below the adapter's middleware, or its `install`"
    EARLY = "the app calls `probe.facts(native)` before routing, and passes the result as `early`"
    ERRORS = (
        "the view at `/native` is below the adapter's middleware, or its `install`, and what the"
        " view raises gets there"
    )
    HANDLERS = "the app mounts each of `probe.handlers` at its path, with the adapter's `as_view`"
    HOSTS = (
        "the app has `LAYERS`, and installs them with `allowed_hosts=probe.allowed_hosts`,"
        " for requests with the field `Unireq-Layers` alone"
    )
    INJECT = (
        "the view at `/injected` has the adapter's `inject`, and passes our request as `injected`"
    )
    LAYERS = (
        "the app installs `probe.layers` around itself and `probe.reading` around `/reading`, and"
        " has `HANDLERS`, a stream, an error page and an error handler"
    )
    LOGIN = "the driver's `login` authenticates a request with the framework's own means"
    MOUNT = "the app mounts a sub-application at `/mounted`, with the framework's own means"
    NATIVE_BODY = "the driver's `read_body` reads a body with the framework's own means"
    NATIVE_RESPONSE = (
        "the framework has response objects: the view at `/native` returns"
        " `probe.respond(native).to_native(native)`"
    )
    PATH_PARAMS = "the app routes `/params/KIND/<value>` for the kinds str, int, path and uuid"
    PROXIES = (
        "the app has `LAYERS`, and installs them with `proxies=probe.proxies`; what"
        " `native_view` tells of client, scheme and url is read where the framework has a proxy's"
    )
    ROUTE = "the adapter tells the route and the view; the app routes as for `PATH_PARAMS`"
    STRICT_SERVER = "the server refuses the messages that must be refused"
    UNIX_SOCKET = (
        "the target listens on a Unix socket; no driver does this, so no suite declares it"
    )


class AdapterSuite:
    """Subclass it, name the target, and collect it with pytest.

    Attributes:
        target: The app, by what runs it: `wsgi(make_app)`, `asgi(make_app)` or `server(serve)`.
        unsupported: The optional features that it lacks, each with the reason. Leave out what the
            driver cannot do.
        deviations: The clauses that it cannot meet, and what it refuses whatever the clause, each
            with the reason and a witness.
        effort: How many requests to draw.
        spec: The number of the specification to judge by; None for the newest.
        distributions: The names of what is judged, such as that of the framework, for the versions
            in the reports of `unireq-conformance run`.
    """

    target: ClassVar[Target]
    unsupported: ClassVar[Mapping[Capability, str]] = {}
    deviations: ClassVar[Sequence[Deviation]] = ()
    effort: ClassVar[Effort] = Effort()
    spec: ClassVar[str | None] = None
    distributions: ClassVar[Sequence[str]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _check_ungutted(cls)
        for name, (kind, expected) in _TYPES.items():
            value = getattr(cls, name, None)
            if not isinstance(value, kind) or isinstance(value, str | bytes):
                _refuse(cls, name, expected, repr(value))
        _check_elements(cls)

    @classmethod
    def lacking(cls) -> dict[str, str]:
        """The features that it lacks, by the name of the `Capability`, with the reason."""
        own = {capability.name: reason for capability, reason in cls.unsupported.items()}
        return {**cls.target.unsupported, **own}

    @classmethod
    def judged(cls, name: str) -> Target:
        """The target with all that the suite declares of it, called `name`."""
        return replace(
            cls.target,
            name=name,
            unsupported=cls.lacking(),
            deviations=(*cls.target.deviations, *cls.deviations),
            distributions=(*cls.distributions, *cls.target.distributions),
            spec=cls.spec,
        )

    @pytest.fixture(scope="class")
    @classmethod
    def running(cls) -> Iterator[Running]:
        """The target, started once for the class."""
        with cls.judged(cls.__name__).run() as running:
            yield running

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        """Make a test of each clause."""
        if "clause_id" in metafunc.fixturenames:
            metafunc.parametrize("clause_id", list(clauses_of(cls.spec or SPECS[-1])))

    def test_clause(self, running: Running, clause_id: str) -> None:
        """The target meets the clause, or deviates as declared."""
        target = self.judged(running.name)
        verdict = judge(
            clauses_of(self.spec or SPECS[-1])[clause_id],
            running,
            effort=self.effort,
            deviations=target.deviations,
            unsupported=target.unsupported,
        )
        if verdict.status is Status.UNSUPPORTED:
            pytest.skip(f"unsupported: {verdict.because}")
        if not verdict.status.good:
            pytest.fail(describe(verdict, running.name), pytrace=False)


_TYPES: dict[str, tuple[type, str]] = {
    "target": (Target, "wsgi(make_app), asgi(make_app) or server(serve)"),
    "unsupported": (Mapping, "a dict {Capability: reason}"),
    "deviations": (Sequence, "a list of Deviation"),
    "effort": (Effort, "an Effort"),
    "distributions": (Sequence, "a list of names of distributions"),
}
_FIXED = {
    name: vars(AdapterSuite)[name]
    for name in ("judged", "lacking", "test_clause", "running", "pytest_generate_tests")
}


def _check_ungutted(suite: type[AdapterSuite]) -> None:
    # A mixin may define them too.
    inherited: dict[str, Any] = {}
    for kind in reversed(suite.__mro__):
        inherited.update(vars(kind))
    gutted = [name for name, ours in _FIXED.items() if inherited[name] is not ours]
    if gutted:
        raise TypeError(
            f"{suite.__name__} must not define {', '.join(gutted)}: declare what the adapter cannot"
            " do in `unsupported` and `deviations`"
        )


def _check_elements(suite: type[AdapterSuite]) -> None:
    if suite.spec is not None:
        try:
            clauses_of(suite.spec)
        except LookupError as error:
            raise TypeError(f"{suite.__name__}.spec: {error}") from None
    unsupported: Mapping[Any, Any] = suite.unsupported
    for capability, reason in unsupported.items():
        if not (isinstance(capability, Capability) and isinstance(reason, str) and reason):
            _refuse(
                suite, "unsupported", "a Capability and a reason", f"{capability!r}: {reason!r}"
            )
    distributions: Sequence[Any] = suite.distributions
    for name in distributions:
        if not (isinstance(name, str) and name and is_installed(name)):
            expected = "the name of an installed distribution, as pip list has it"
            _refuse(suite, "distributions", expected, repr(name))
    deviations: Sequence[Any] = suite.deviations
    for deviation in deviations:
        if not isinstance(deviation, Deviation):
            _refuse(suite, "deviations", "a Deviation", repr(deviation))
        if deviation.clause not in CLAUSES and not isinstance(deviation, Refusal):
            _refuse(suite, "deviations", "the id of a clause", repr(deviation.clause))
        if not deviation.because or not deviation.witness:
            got = f"because={deviation.because!r}, witness={deviation.witness!r}"
            expected = "a reason and the bytes of a request that shows it"
            _refuse(suite, "deviations", expected, got)


def _refuse(suite: type[AdapterSuite], name: str, expected: str, got: str) -> NoReturn:
    raise TypeError(f"{suite.__name__}.{name}: expected {expected}, got {got}")
