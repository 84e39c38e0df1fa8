"""Django has one configuration in a process: that of the other tests, which need its apps."""

from __future__ import annotations

import pytest

from support.natives import configure_django


@pytest.fixture(scope="package", autouse=True)
def django() -> None:
    configure_django()
