"""What Headers, Cookies and QueryParams share: real dicts that refuse to be changed."""

from __future__ import annotations

import copy
import pickle
import pprint
from collections.abc import Callable
from typing import Any

import pytest

from unireq import Cookies, QueryParams, Request


@pytest.mark.parametrize("kind", [Cookies, QueryParams])
@pytest.mark.parametrize("show", [repr, str, pprint.pformat, "{}".format, "{!r}".format])
def test_what_is_shown_hides_values(kind: type[Any], show: Callable[[Any], str]) -> None:
    shown = show(kind({"name": "v4lue"}))
    assert "v4lue" not in shown
    assert shown == f"{kind.__name__}({{'name': '***'}})"


@pytest.mark.parametrize(
    "mapping",
    [Request(url="/?a=1&a=2").query_params, Request(headers={"cookie": "a=1; a=2"}).cookies],
)
def test_a_copy_is_equal_and_apart(mapping: Any) -> None:
    for twin in (copy.copy(mapping), copy.deepcopy(mapping), pickle.loads(pickle.dumps(mapping))):  # noqa: S301
        assert twin == mapping
        assert twin is not mapping
        assert twin.getlist("a") == ["1", "2"]
