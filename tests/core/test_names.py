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


@pytest.mark.parametrize(("name", "hint"), OTHER_NAMES_OF_RESPONSES.items())
def test_a_response_says_our_name(name: str, hint: str) -> None:
    response = Response("a")
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
