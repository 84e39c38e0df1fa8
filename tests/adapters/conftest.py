"""Detection starts afresh for every test, so that none depends on what another one met."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unireq import _detect


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    _detect.forget()
    yield
    _detect.forget()
