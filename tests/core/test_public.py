"""What `import unireq` gives: the names, their documentation, the errors, and nothing else."""

from __future__ import annotations

import inspect
import operator
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import unireq
from support.fake import fake
from unireq import Limits, Request, Response
from unireq._names import METHODS, OTHER_NAMES, OTHER_NAMES_OF_RESPONSES
from unireq.adapter import NativeRequest

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def on_the_page(door: str) -> set[str]:
    shown = re.search(rf"<!-- door: {re.escape(door)} -->(.*?)<!-- end -->", PAGE, re.DOTALL)
    assert shown is not None
    return set(re.findall(r"^\| `(\w+)", shown[1], re.MULTILINE))


# What each door gives: nothing goes through one of them that the page does not list.
DOORS = {door: on_the_page(door) for door in ("unireq", "unireq.adapter")}
NO_TEXT = """
    AsyncReadBody AsyncSteps FindNative Opener ReadBody RunInThread Steps UsernameGetter Wait
    CLIENT_FIELDS read_elsewhere __version__
""".split()
DOCUMENTED = {
    f"{door}.{name}": getattr(import_module(door), name)
    for door, names in DOORS.items()
    for name in sorted(names)
    if name not in NO_TEXT
}


@pytest.mark.parametrize("door", DOORS)
def test_a_door_gives_what_is_listed(door: str) -> None:
    module = import_module(door)
    assert sorted(module.__all__) == sorted(DOORS[door])
    for name in module.__all__:
        getattr(module, name)  # some are loaded when they are asked for
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public - {"TYPE_CHECKING", "Any"} == DOORS[door] - {"__version__"}
    assert DOORS["unireq"] & DOORS["unireq.adapter"] == set()


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_is_public_is_documented(name: str) -> None:
    thing = DOCUMENTED[name]
    if not isinstance(thing, type):
        assert thing.__doc__
        return
    assert vars(thing).get("__doc__")
    for member_name, member in vars(thing).items():
        if not member_name.startswith("_") and (callable(member) or isinstance(member, property)):
            assert len(inspect.getdoc(member) or "") > 10, member_name


def test_errors_are_one_tree() -> None:
    tree = {
        name: " ".join(base.__name__ for base in kind.__bases__)
        for name in DOORS["unireq"]
        if isinstance(kind := getattr(unireq, name), type) and issubclass(kind, BaseException)
    }
    refused = "IncompleteBody MalformedBody BodyTooLarge TooManyFields UnsupportedCoding"
    assert tree == {
        "UnireqError": "Exception",
        "UnknownNative": "UnireqError TypeError",
        "BodyNotRead": "UnireqError RuntimeError",
        "BodyConsumed": "UnireqError RuntimeError",
        "NoCurrentRequest": "UnireqError LookupError",
        "StorageError": "UnireqError",
        "Abort": "UnireqError",
        "RequestError": "UnireqError ValueError",
        **dict.fromkeys([*refused.split(), "InvalidParameter"], "RequestError"),
    }


def test_importing_it_is_cheap() -> None:
    # What else must stay out is checked on the installed wheel, in tests/packaging. Since Python
    # 3.14 a class statement with typing.NamedTuple loads `ast`, the call NamedTuple(...) does not.
    code = "import sys; before = {*sys.modules}; import unireq; print(*({*sys.modules} - before))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(done.stdout.split())
    assert "unireq" in loaded
    slow = """
        inspect ast dis json asyncio dataclasses tempfile importlib.metadata email uuid datetime
        decimal http.cookies
    """
    assert loaded & {*slow.split(), "multipart"} == set()


# Names that other frameworks have for the same.


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
