"""A missing part skips at home and fails in CI."""

from __future__ import annotations

import pytest

from support.requirements import in_ci, need


@pytest.mark.parametrize("value", ["true", "1", "yes"])
def test_a_missing_part_fails_in_ci(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CI", value)
    with pytest.raises(pytest.fail.Exception, match="CI must have it: no such server"):
        need(None, "no such server")


@pytest.mark.parametrize("value", ["", "0", "false", "False"])
def test_a_missing_part_skips_at_home(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CI", value)
    with pytest.raises(pytest.skip.Exception, match="no such server"):
        need(None, "no such server")


def test_a_present_part_is_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("", "true"):
        monkeypatch.setenv("CI", value)
        need("/usr/bin/server", "no such server")


def test_no_variable_is_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert not in_ci()
