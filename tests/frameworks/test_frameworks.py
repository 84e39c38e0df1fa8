"""Every clause on each adapter, in this process: first-party adapters are judged like anybody's.

`nox -s clauses` judges them on all servers.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from frameworks.targets import prepared, target_of
from unireq_conformance import AdapterSuite, Effort

# Django closes the file of a body only if the answer doesn't break off.
pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")


class Judged:
    """What the suites have in common."""

    framework: str
    effort = Effort(4)

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def prepared(cls) -> Iterator[None]:
        with prepared(cls.framework):
            yield


class TestASGI(Judged, AdapterSuite):
    framework = "asgi"
    target = target_of(framework)


class TestWSGI(Judged, AdapterSuite):
    framework = "wsgi"
    target = target_of(framework)


class TestStarlette(Judged, AdapterSuite):
    framework = "starlette"
    target = target_of(framework)


class TestFlask(Judged, AdapterSuite):
    framework = "flask"
    target = target_of(framework)


class TestDjangoASGI(Judged, AdapterSuite):
    framework = "django-asgi"
    target = target_of(framework)


class TestDjangoWSGI(Judged, AdapterSuite):
    framework = "django-wsgi"
    target = target_of(framework)


class TestSanic(Judged, AdapterSuite):
    framework = "sanic"
    target = target_of(framework)
