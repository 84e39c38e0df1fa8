"""Every corner of multipart/form-data, in every kind of pieces."""

from __future__ import annotations

import pytest

from support.forms import contents, parse
from support.multipart_corners import CORNERS, Case

CASES = [
    pytest.param(case, id=f"{corner}: {case.name}")
    for corner, cases in CORNERS.items()
    for case in cases
]


@pytest.mark.parametrize("case", CASES)
def test_a_corner(case: Case) -> None:
    for step in (None, 1, 2, 3, 7):
        check(case, step)


def check(case: Case, step: int | None) -> None:
    if isinstance(case.expected, list):
        form = parse(case.body, case.content_type, case.limits, step)
        assert contents(form) == case.expected
    else:
        kind, says = case.expected
        with pytest.raises(kind, match=says) as caught:
            parse(case.body, case.content_type, case.limits, step)
        assert type(caught.value) is kind
