"""A missing part skips at home and fails in CI."""

from __future__ import annotations

import pytest

from support.requirements import in_ci, need


@pytest.mark.parametrize("value", [None, "", "0", "false", "False", "true", "1", "yes"])
def test_what_a_missing_part_does(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("CI", raising=False)
    if value is not None:
        monkeypatch.setenv("CI", value)
    assert in_ci() == (value in {"true", "1", "yes"})
    ends = pytest.fail.Exception if in_ci() else pytest.skip.Exception
    with pytest.raises(ends, match="CI must have it: no such" if in_ci() else "no such server"):
        need(None, "no such server")
    need("/usr/bin/server", "no such server")
