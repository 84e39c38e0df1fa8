from __future__ import annotations

import re

import pytest

from unireq import NativeRequest, Request
from unireq._names import _OURS, OTHER_NAMES, elsewhere

# What each framework's users type first.
TYPED = {
    "Starlette": "scope state user base_url session",
    "Django": "GET META COOKIES path_info user get_host get_full_path is_secure session",
    "Flask": "args environ remote_addr remote_user view_args full_path base_url script_root",
    "Sanic": "args ip query_args raw_url ctx match_info",
    "aiohttp": "query match_info",
    "Falcon": "params",
}


@pytest.mark.parametrize(("framework", "names"), TYPED.items())
def test_names_of_a_framework_are_known(framework: str, names: str) -> None:
    assert set(names.split()) - set(_OURS) == set()


@pytest.mark.parametrize(("theirs", "ours"), _OURS.items())
def test_what_is_recommended_exists(theirs: str, ours: str) -> None:
    assert hasattr(Request, re.split(r"[.(]", ours)[0])
    assert not hasattr(NativeRequest, theirs)


def test_the_error_names_ours() -> None:
    assert (
        elsewhere("Request", "GET") == "'Request' has no attribute 'GET': use request.query_params"
    )


def test_they_are_not_listed() -> None:
    assert OTHER_NAMES.isdisjoint(dir(Request()))
    assert {"query_params", "headers", "native"} <= set(dir(Request()))
