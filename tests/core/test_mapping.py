"""What Headers, Cookies and QueryParams share: real dicts that refuse to be changed."""

from __future__ import annotations

import pprint
from collections.abc import Callable
from typing import Any

import pytest

from unireq import Cookies, QueryParams


@pytest.mark.parametrize("kind", [Cookies, QueryParams])
@pytest.mark.parametrize("show", [repr, str, pprint.pformat, "{}".format, "{!r}".format])
def test_what_is_shown_hides_values(kind: type[Any], show: Callable[[Any], str]) -> None:
    shown = show(kind({"name": "v4lue"}))
    assert "v4lue" not in shown
    assert shown == f"{kind.__name__}({{'name': '***'}})"
