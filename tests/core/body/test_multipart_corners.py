"""Every corner of multipart/form-data, in every kind of pieces."""

from __future__ import annotations

import pytest

from support.forms import contents, parse
from support.multipart_corners import CORNERS, Case
from unireq._body import multipart_parser

CASES = [
    pytest.param(case, id=f"{corner}: {case.name}")
    for corner, cases in CORNERS.items()
    for case in cases
]


@pytest.mark.parametrize("step", [None, 1, 2, 3, 7])
@pytest.mark.parametrize("case", CASES)
def test_a_corner(case: Case, step: int | None) -> None:
    if isinstance(case.expected, list):
        form = parse(case.body, case.content_type, case.limits, step)
        assert contents(form) == case.expected
    else:
        kind, says = case.expected
        with pytest.raises(kind, match=says) as caught:
            parse(case.body, case.content_type, case.limits, step)
        assert type(caught.value) is kind


@pytest.mark.parametrize("size", [160, 161, 170, 200, 333])
@pytest.mark.parametrize("case", CASES)
def test_blocks_end_anywhere(case: Case, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Blocks of 64 KiB have their ends where no short body has anything.
    monkeypatch.setattr(multipart_parser, "BLOCK", size)
    test_a_corner(case, None)
