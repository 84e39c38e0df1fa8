from __future__ import annotations

from typing import Any

import pytest

from unireq.adapter import normalize_http_version, normalize_scheme

SAID = [
    ("HTTP/1.1", "1.1"),
    ("1.0", "1.0"),
    ("1", "1.0"),
    ("HTTP/1", "1.0"),
    ("HTTP/2", "2"),
    ("2", "2"),
    ("3.0", "3"),
    ("HTTP/0.9", "0.9"),
    ("", "1.1"),
    ("HTTP/9.9", "1.1"),
    (None, "1.1"),
    (1.0, "1.1"),
]


@pytest.mark.parametrize(("said", "version"), SAID)
def test_versions(said: Any, version: str) -> None:
    assert normalize_http_version(said) == version


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
