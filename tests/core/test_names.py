from __future__ import annotations

import inspect
import operator
import re
from collections.abc import Callable
from typing import Any

import pytest

from support.fake import fake
from unireq import Limits, Request, Response
from unireq._names import METHODS, OTHER_NAMES, OTHER_NAMES_OF_RESPONSES
from unireq.adapter import NativeRequest

# What each framework's users type first.
TYPED = {
    "Starlette": "scope user base_url session app url_for auth is_disconnected",
    "Django": "GET POST FILES META COOKIES path_info user get_host get_full_path is_secure session"
    " get_preferred_type build_absolute_uri resolver_match get_port accepts",
    "Flask": "args environ remote_addr remote_user view_args full_path base_url script_root is_json"
    " data get_json files values mimetype user_agent referrer url_rule endpoint session g"
    " access_route root_url blueprint",
    "Sanic": "args ip query_args raw_url ctx match_info files token version uri_template app"
    " client_ip server_name load_json credentials url_for",
    "aiohttp": "query match_info remote path_qs rel_url post",
    "Falcon": "params",
    "Pyramid": "matchdict session json_body",
    "Tornado": "arguments",
}


@pytest.mark.parametrize(("framework", "names"), TYPED.items())
def test_names_of_a_framework_are_known(framework: str, names: str) -> None:
    assert set(names.split()) - set(OTHER_NAMES) == set()


@pytest.mark.parametrize(("theirs", "hint"), OTHER_NAMES.items())
def test_what_is_recommended_exists(theirs: str, hint: str) -> None:
    """Whatever a hint says that stands before its list of frameworks is there on all of them."""
    request = Request(url="http://h/", client=("h", 1))
    everywhere = hint.partition("the framework's own (")[0]
    attributes = re.findall(r"request((?:\.\w+)+)", everywhere)
    assert attributes or "the framework's own (" in hint
    for attribute in attributes:
        assert not attribute.startswith(".native.")
        assert operator.attrgetter(attribute[1:].partition(".files")[0])(request) is not request
    assert not hasattr(NativeRequest, theirs)


USES: list[Callable[[Any], object]] = [
    *(lambda method: method["a"], lambda method: "a" in method, list),
    *(lambda method: method.get("a"), lambda method: method.read()),
]


@pytest.mark.parametrize("name", METHODS)
def test_a_method_that_is_an_attribute_elsewhere(name: str) -> None:
    for request in (Request(), fake()):
        for use in USES:
            with pytest.raises((AttributeError, TypeError)) as caught:
                use(getattr(request, name))
            message = f"request.{name} is a method here: use request.{name}(), in async code "
            assert str(caught.value).startswith(message)
            assert f"request.a{name}()" in str(caught.value)


def test_it_is_a_method_otherwise() -> None:
    request = Request(body=b"[1]", headers={"content-type": "application/json"})
    assert request.json() == request.json(limits=Limits()) == [1]
    assert request.json == request.json != Request().json
    assert {request.json: 1}[request.json] == 1
    assert list(inspect.signature(request.json).parameters) == ["limits"]
    assert (request.form.__name__, Request.form.__name__) == ("form", "form")
    assert repr(request.form).startswith("<bound method BodyReader.form of <Request GET /")
    assert not hasattr(request.form, "get")


def test_they_are_not_listed() -> None:
    assert OTHER_NAMES.keys().isdisjoint(dir(Request()))
    assert {"query_params", "headers", "native"} <= set(dir(Request()))


SET = {
    "Starlette": "status_code body media_type charset background raw_headers body_iterator",
    "Django": "status_code reason_phrase charset has_header items setdefault write streaming"
    " streaming_content cookies set_signed_cookie",
    "Flask": "status_code mimetype content_type data get_data set_data vary cache_control location"
    " content_length last_modified expires set_etag retry_after is_streamed call_on_close",
    "Sanic": "body content_type add_cookie",
    "aiohttp": "body charset del_cookie reason",
    "Falcon": "media_type append_header delete_header unset_cookie",
}


@pytest.mark.parametrize("name", sorted({*" ".join(SET.values()).split()}))
def test_a_response_says_our_name(name: str) -> None:
    response = Response("a")
    hint = OTHER_NAMES_OF_RESPONSES[name]
    for act in (lambda: getattr(response, name), lambda: setattr(response, name, 404)):
        with pytest.raises(AttributeError, match=re.escape(f"no attribute {name!r}: use {hint}")):
            act()
    make: Any = Response
    if name != "media_type":  # which Response() and Response.json() have
        for call in (make, make.html, make.text, make.redirect, make.json):
            with pytest.raises(TypeError, match=re.escape(f"no argument {name!r}; here it is")):
                call("a", **{name: "a/b"})
    # What is recommended is there.
    for attribute in re.findall(r"response\.(\w+)", hint):
        assert hasattr(response, attribute)
