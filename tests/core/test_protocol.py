from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq.adapter import normalize_http_version, normalize_scheme


@given(st.one_of(st.text(), st.integers(), st.none()))
def test_any_version_is_one_of_these(said: Any) -> None:
    assert normalize_http_version(said) in {"0.9", "1.0", "1.1", "2", "3"}


@pytest.mark.parametrize(
    ("told", "scheme"),
    [
        (("HTTPS",), "https"),
        (("wss", "http"), "wss"),
        (("javascript", "https"), "https"),
        (("", None, 5), "http"),
        ((), "http"),
    ],
)
def test_the_first_that_is_a_scheme(told: tuple[object, ...], scheme: str) -> None:
    assert normalize_scheme(*told) == scheme
