"""The suite tests whole adapters, and takes nobody's word for what it should leave out."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from support.requirements import need
from support.runs import write_suite
from unireq_conformance import clauses
from unireq_conformance import suite as suite_module
from unireq_conformance.clauses import CLAUSES
from unireq_conformance.deviations.deviation import Deviation, Refusal, get
from unireq_conformance.judge import Effort
from unireq_conformance.probe import Probe
from unireq_conformance.servers.drivers import wsgi
from unireq_conformance.suite import AdapterSuite, Capability


def make_app(_: Probe) -> Any:
    """Of a target that is never run."""


# What a suite is made of is checked when its class is made.

TARGET = wsgi(make_app)


def make(*bases: type, **members: Any) -> type:
    """A suite with `members`, over `bases`."""
    return types.new_class(
        "TestMine", (*bases, AdapterSuite), exec_body=lambda body: body.update(members)
    )


def refused(*bases: type, **members: Any) -> str:
    with pytest.raises(TypeError) as error:
        make(*bases, **members)
    return str(error.value)


@pytest.mark.parametrize("name", list(suite_module._FIXED))
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


GOOD = Deviation("HDR-008", because="it joins with a space", witness=get(b"/", b"X: a", b"X: b"))
DRIVER = "wsgi(make_app), asgi(make_app) or server(serve), got"
REASON = "a Capability and a reason, got"
A_DICT = "a dict {Capability: reason}, got"
WITNESS = "a reason and the bytes of a request that shows it, got"
INSTALLED = "the name of an installed distribution, as pip list has it, got"
NUMBER = "a number of the specification (0.1), got"

WRONG: list[tuple[str, Any, str]] = [
    *(
        ("target", value, f"{DRIVER} {value!r}")
        for value in (None, make_app, wsgi, "flask:waitress")
    ),
    ("unsupported", {"LOGIN": "no users"}, f"{REASON} 'LOGIN': 'no users'"),
    *(
        ("unsupported", {Capability.LOGIN: value}, f"{REASON} {Capability.LOGIN!r}: {value!r}")
        for value in ("", None, True)
    ),
    *(("unsupported", value, A_DICT) for value in ([Capability.LOGIN], None, "LOGIN")),
    ("deviations", GOOD, "a list of Deviation, got Deviation("),
    ("deviations", "HDR-008", "a list of Deviation, got 'HDR-008'"),
    ("deviations", ["HDR-008"], "a Deviation, got 'HDR-008'"),
    ("deviations", [Deviation("HDR-999", "no", b"GET")], "the id of a clause, got 'HDR-999'"),
    ("deviations", [Deviation("HDR-008", "", b"GET")], WITNESS),
    ("deviations", [Deviation("HDR-008", "it can't", b"")], WITNESS),
    *(("effort", value, "an Effort, got") for value in (25, None, Effort)),
    *(
        ("distributions", ["waitress", value], f"{INSTALLED} {value!r}")
        for value in ("no-such-thing", "", 3, None)
    ),
    ("distributions", "waitress", "a list of names of distributions, got"),
    *(("spec", value, f"{NUMBER} {value!r}; ") for value in ("0.9", "", 0.1, ["0.1"])),
]


@pytest.mark.parametrize(("name", "value", "expected"), WRONG, ids=range(len(WRONG)))
def test_what_is_no_suite_is_refused(name: str, value: Any, expected: str) -> None:
    message = refused(**{"target": TARGET, name: value})
    assert message.startswith(f"TestMine.{name}: expected {expected}")


def test_a_suite_needs_a_target_and_may_have_tests_of_its_own() -> None:
    assert "TestMine.target: expected" in refused()
    suite: Any = make(
        target=TARGET,
        deviations=[GOOD, Refusal(get(b"/"), "it refuses", of=bool)],
        distributions=["waitress"],
        unsupported={Capability.LOGIN: "no users"},
        test_more=lambda self: None,
    )
    assert "test_more" in vars(suite)
    # What a driver can't do need not be declared.
    assert suite.lacking() == {"LOGIN": "no users", "UNIX_SOCKET": "the driver listens on a port"}
    assert {each.name for each in Capability} >= set(TARGET.unsupported)


# A test of the suite passes, fails or is skipped by the verdict.

LOSSY = 'environ["HTTP_X_VALUE"] = environ.get("HTTP_X_VALUE", "")[:3]'
# The witness of CKE-001 shows nothing: its value is short.
DECLARED = r"""
        Deviation(each, "it cuts", b"GET / HTTP/1.1\r\nHost: h\r\nX-Value: %s\r\n\r\n" % value)
        for each, value in (("HDR-007", b"long"), ("CKE-001", b"abc"))
    """


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "pytest-xdist"])
def test_the_outcome_of_a_test_is_the_verdict(tmp_path: Path, options: tuple[str, ...]) -> None:
    need(not options or find_spec("xdist"), "pip install pytest-xdist")
    write_suite(tmp_path, change=LOSSY, deviation=DECLARED, name="test_lossy")
    wanted = ("HDR-001", "HDR-006", "HDR-007", "CKE-001", "PTH-007")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-rs", "-W", "error", "-p", "no:cacheprovider"),
            *options,
            *(f"test_lossy.py::TestMine::test_clause[{each}]" for each in wanted),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "2 failed, 2 passed, 1 skipped" in done.stdout
    assert "HDR-006 ISO-8859-1 values (MUST) fails on TestMine" in done.stdout
    assert "  where:       headers.x-value\n" in done.stdout
    assert "CKE-001 Real dict (MUST) stale on TestMine" in done.stdout
    assert "unsupported: none here" in done.stdout


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
