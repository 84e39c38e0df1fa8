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


@pytest.mark.parametrize("case", CASES)
def test_a_corner(case: Case) -> None:
    for step in (None, 1, 2, 3, 7):
        check(case, step)


@pytest.mark.parametrize("case", CASES)
def test_blocks_end_anywhere(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    # Blocks of 64 KiB have their ends where no short body has anything.
    for size in (160, 161, 170, 200, 333):
        monkeypatch.setattr(multipart_parser, "BLOCK", size)
        check(case, None)


def check(case: Case, step: int | None) -> None:
    if isinstance(case.expected, list):
        form = parse(case.body, case.content_type, case.limits, step)
        assert contents(form) == case.expected
    else:
        kind, says = case.expected
        with pytest.raises(kind, match=says) as caught:
            parse(case.body, case.content_type, case.limits, step)
        assert type(caught.value) is kind
