"""Django is configured, and detection starts afresh, so that no test depends on another one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support import natives
from unireq import _detect

natives.configure_django()


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    _detect.forget()
    yield
    _detect.forget()
