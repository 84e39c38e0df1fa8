"""The suite tests whole adapters, and takes nobody's word for what it should leave out."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from support.mounted import handlers_before_asgi, handlers_before_wsgi
from support.requirements import need
from unireq_conformance import clauses
from unireq_conformance import suite as suite_module
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.deviations.deviation import Deviation, Refusal, get
from unireq_conformance.inside.bare import read_asgi, read_wsgi
from unireq_conformance.judge import Effort
from unireq_conformance.probe import Probe
from unireq_conformance.servers.drivers import asgi, wsgi
from unireq_conformance.suite import AdapterSuite, Capability


def wsgi_app(probe: Probe) -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = probe(environ, probe.facts(environ))
        length = ("content-length", str(len(body)))
        start_response("200 OK", [("content-type", probe.content_type), length])
        return [body]

    return handlers_before_wsgi(probe, app)


def asgi_app(probe: Probe) -> Any:
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = await probe.answer(scope, probe.facts(scope), receive=receive)
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": body})

    return handlers_before_asgi(probe, app)


def log_in(environ: dict[str, Any], name: str) -> None:
    environ["REMOTE_USER"] = name


UNSUPPORTED: Mapping[Capability, str] = {
    Capability.ALLOWED_HOSTS: "the protocol has no such list",
    Capability.MOUNT: "the protocol has no mounts",
    Capability.PATH_PARAMS: "the protocol has no router",
}
SYNC = {**UNSUPPORTED, Capability.ASYNC_BODY: "sync code awaits nothing"}
WITHOUT_USERS = {**UNSUPPORTED, Capability.LOGIN: "the protocol has no users"}


class TestBareWSGI(AdapterSuite):
    target = wsgi(wsgi_app, login=log_in, read_body=read_wsgi)
    unsupported = SYNC
    effort = Effort(examples=4)


class TestBareASGI(AdapterSuite):
    target = asgi(asgi_app, read_body=read_asgi)
    unsupported = WITHOUT_USERS
    effort = Effort(examples=4)


# What a suite is made of is checked when its class is made.

TARGET = wsgi(wsgi_app)


def make(*bases: type, **members: Any) -> type:
    """A suite with `members`, over `bases`."""
    return types.new_class(
        "TestMine", (*bases, AdapterSuite), exec_body=lambda body: body.update(members)
    )


def refused(*bases: type, **members: Any) -> str:
    with pytest.raises(TypeError) as error:
        make(*bases, **members)
    return str(error.value)


def test_a_suite_needs_no_more_than_a_target() -> None:
    assert issubclass(make(target=TARGET), AdapterSuite)


def test_what_a_driver_can_not_do_need_not_be_declared() -> None:
    suite: Any = make(target=TARGET, unsupported={Capability.LOGIN: "no users"})
    assert suite.lacking() == {"LOGIN": "no users", "UNIX_SOCKET": "the driver listens on a port"}
    assert {each.name for each in Capability} >= set(TARGET.unsupported)


@pytest.mark.parametrize("name", ["test_clause", "running", "lacking", "pytest_generate_tests"])
def test_what_the_suite_owns_can_not_be_replaced(name: str) -> None:
    expected = (
        f"TestMine must not define {name}: declare what the adapter cannot do in `unsupported`"
        " and `deviations`"
    )

    def nothing(self: object) -> None:
        """Check nothing."""

    assert refused(target=TARGET, **{name: nothing}) == expected
    mixin = type("Mixin", (), {name: nothing})
    assert refused(mixin, target=TARGET) == expected
    assert refused(target=TARGET, **{name: None}) == expected


def test_a_suite_may_have_tests_of_its_own() -> None:
    kind = make(target=TARGET, test_more=lambda self: None)
    assert "test_more" in vars(kind)


@pytest.mark.parametrize("target", [None, wsgi_app, wsgi, "flask:waitress", object()])
def test_a_target_is_made_by_a_driver(target: object) -> None:
    message = refused(target=target)
    assert message.startswith("TestMine.target: expected wsgi(make_app), asgi(make_app) or server(")
    assert message.endswith(f"got {target!r}")


def test_a_suite_without_a_target_is_refused() -> None:
    assert "TestMine.target: expected" in refused()


@pytest.mark.parametrize(
    "unsupported",
    [
        {"LOGIN": "no users"},
        {Capability.LOGIN: ""},
        {Capability.LOGIN: None},
        {Capability.LOGIN: True},
        {"HDR-001": "too hard"},
    ],
)
def test_what_is_unsupported_is_a_capability_with_a_reason(unsupported: Any) -> None:
    message = refused(target=TARGET, unsupported=unsupported)
    ((capability, reason),) = unsupported.items()
    assert message == (
        f"TestMine.unsupported: expected a Capability and a reason, got {capability!r}: {reason!r}"
    )


@pytest.mark.parametrize("unsupported", [[Capability.LOGIN], {Capability.LOGIN}, None, "LOGIN"])
def test_unsupported_is_a_dict(unsupported: Any) -> None:
    message = refused(target=TARGET, unsupported=unsupported)
    assert message.startswith("TestMine.unsupported: expected a dict {Capability: reason}, got ")


GOOD = Deviation("HDR-008", because="it joins with a space", witness=get(b"/", b"X: a", b"X: b"))


def test_a_deviation_has_a_clause_a_reason_and_a_witness() -> None:
    assert make(target=TARGET, deviations=[GOOD, Refusal(get(b"/"), "it refuses", of=bool)])
    for deviations, expected in (
        (GOOD, "expected a list of Deviation, got Deviation("),
        ("HDR-008", "expected a list of Deviation, got 'HDR-008'"),
        (["HDR-008"], "expected a Deviation, got 'HDR-008'"),
        ([Deviation("HDR-999", "it can't", b"GET")], "the id of a clause, got 'HDR-999'"),
        ([Deviation("HDR-008", "", b"GET")], "expected a reason and the bytes of a request"),
        ([Deviation("HDR-008", "it can't", b"")], "expected a reason and the bytes of a request"),
    ):
        message = refused(target=TARGET, deviations=deviations)
        assert message.startswith("TestMine.deviations: expected ")
        assert expected in message


@pytest.mark.parametrize("effort", [25, None, Effort])
def test_effort_is_an_effort(effort: object) -> None:
    assert "TestMine.effort: expected an Effort, got" in refused(target=TARGET, effort=effort)


@pytest.mark.parametrize("name", ["no-such-thing", "", 3, None])
def test_a_suite_names_distributions_that_are_there(name: object) -> None:
    assert make(target=TARGET, distributions=["waitress"])
    assert refused(target=TARGET, distributions=["waitress", name]) == (
        "TestMine.distributions: expected the name of an installed distribution, as pip list has"
        f" it, got {name!r}"
    )
    assert "expected a list of names of dis" in refused(target=TARGET, distributions="waitress")


# A test of the suite passes, fails or is skipped by the verdict.

LOSSY = """
import json
from unireq_conformance.deviations.deviation import Deviation, get
from unireq_conformance.servers.drivers import wsgi
from unireq_conformance.inside.bare import read_asgi, read_wsgi
from unireq_conformance.judge import Effort
from unireq_conformance.suite import AdapterSuite, Capability

def make_app(probe):
    def app(environ, start_response):
        environ["HTTP_X_VALUE"] = environ.get("HTTP_X_VALUE", "")[:3]
        body = probe(environ)
        start_response("200 OK", [("content-length", str(len(body)))])
        return [body]
    return app

class TestLossy(AdapterSuite):
    target = wsgi(make_app)
    unsupported = {Capability.MOUNT: "no mounts"}
    effort = Effort(examples=20)
    deviations = [
        Deviation("HDR-007", "it cuts", get(b"/", b"X-Value: long")),
        Deviation("CKE-001", "it lies", get(b"/", b"X-Value: abc", b"Cookie: a=1")),
    ]
"""


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "pytest-xdist"])
def test_the_outcome_of_a_test_is_the_verdict(tmp_path: Path, options: tuple[str, ...]) -> None:
    need(not options or find_spec("xdist"), "pip install pytest-xdist")
    (tmp_path / "test_lossy.py").write_text(LOSSY, encoding="utf-8")
    wanted = ("HDR-001", "HDR-006", "HDR-007", "CKE-001", "PTH-007")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-rs", "-W", "error", "-p", "no:cacheprovider"),
            *options,
            *(f"test_lossy.py::TestLossy::test_clause[{each}]" for each in wanted),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "2 failed, 2 passed, 1 skipped" in done.stdout
    assert "HDR-006 ISO-8859-1 values (MUST) fails on TestLossy" in done.stdout
    assert "  where:       headers.x-value\n" in done.stdout
    assert "CKE-001 Real dict (MUST) stale on TestLossy" in done.stdout
    assert "unsupported: no mounts" in done.stdout


def made_tests_of(suite: Any) -> list[str]:
    """The clauses that pytest makes tests of."""
    made: dict[str, list[str]] = {}
    suite().pytest_generate_tests(
        types.SimpleNamespace(fixturenames=["clause_id", "running"], parametrize=made.__setitem__)
    )
    suite().pytest_generate_tests(types.SimpleNamespace(fixturenames=["running"]))
    return made["clause_id"]


def test_there_is_a_test_for_every_clause_of_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert made_tests_of(make(target=TARGET)) == list(CLAUSES)
    for module in (clauses, suite_module):
        monkeypatch.setattr(module, "SPECS", ("0.1", "0.2"))
    monkeypatch.setitem(CLAUSES, "HDR-001", replace(CLAUSES["HDR-001"], since="0.2"))
    assert made_tests_of(make(target=TARGET)) == list(CLAUSES)
    assert made_tests_of(make(target=TARGET, spec="0.1")) == [
        each for each in CLAUSES if each != "HDR-001"
    ]


@pytest.mark.parametrize("spec", ["0.9", "", 0.1, ["0.1"]])
def test_a_suite_names_a_number_that_there_is(spec: object) -> None:
    message = refused(target=TARGET, spec=spec)
    assert message.startswith(
        f"TestMine.spec: expected a number of the specification (0.1), got {spec!r}; "
    )
