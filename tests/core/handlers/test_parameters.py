"""Where each parameter of a handler is looked for, in which order, and what is missing."""

from __future__ import annotations

import copy
import functools
import json
from typing import Annotated, Any, Literal, TypedDict
from urllib.parse import urlencode
from uuid import UUID

import pytest

from support.fake import FakeRequest, Octets
from unireq import InvalidParameter, Param, Request, UploadedFile
from unireq._handlers.parameters import Parameters

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def ask(
    path: dict[str, Any] | None = None, query: str = "", body: str = "", content_type: str = ""
) -> Request:
    """A request that holds these."""
    headers = {"content-type": content_type}
    return Request("POST", f"/?{query}", path_params=path, headers=headers, body=body.encode())


def given(function: Any, request: Request) -> dict[str, Any]:
    """What `function` is called with by name."""
    found = Parameters(function).arguments(request)
    assert found.positional == []
    return found.named


def missing(function: Any, request: Request) -> InvalidParameter:
    with pytest.raises(InvalidParameter) as raised:
        Parameters(function).arguments(request)
    assert raised.value.status == 422
    return raised.value


MULTIPART = "multipart/form-data; boundary=b"

WRONG_TYPES: list[tuple[dict[str, Any], str]] = [
    ({"path": {"a": "x"}, "query": "a=1"}, "path parameter): expected an integer in decimal"),
    ({"query": "a=x", "body": '{"a": [1]}', "content_type": JSON}, "query parameter): expected an"),
    ({"body": "a=x", "content_type": FORM}, "field of the body): expected an integer in decimal"),
    ({"body": '{"a": "1"}', "content_type": JSON}, "field of the body): expected an array, got"),
]


@pytest.mark.parametrize(("asked", "said"), WRONG_TYPES)
def test_a_value_of_the_wrong_type_is_looked_for_no_further(
    asked: dict[str, Any], said: str
) -> None:
    def function(b: str = "", a: list[int] = []) -> None: ...  # noqa: B006

    error = missing(function, ask(**asked))
    assert (error.parameter, error.__cause__) == ("a", None)
    assert str(error).startswith(f"a ({said}")


def test_what_the_router_made_of_another_type_is_told_to_the_log() -> None:
    def several(a: str) -> None: ...
    def many(a: list[str]) -> None: ...
    def others(**more: str) -> None: ...

    for function in (several, many, others):
        error = missing(function, ask(path={"a": 5}))
        assert error.detail == "a (path parameter): expected text, got a number"
        assert error.advice.startswith(
            f"the router converts the path parameter 'a' of {function.__name__} to int: annotate"
        )
        again = copy.copy(error)
        assert (again.parameter, again.detail, again.advice) == ("a", error.detail, error.advice)


def test_what_the_client_chose_is_no_fault_of_the_route() -> None:
    def function(a: Literal[1, 2] | None = None, b: int = 0, c: float = 0.0) -> None: ...

    for path in ({"a": 3}, {"a": "3"}, {"b": "x"}, {"c": 1e999}):
        assert missing(function, ask(path=path)).advice == ""
    assert missing(function, ask(body='{"b": [1]}', content_type=JSON)).advice == ""
    assert missing(function, ask(path={"a": UUID(int=7)})).advice


# What can never work is refused when it is mounted, and not by every request.


class Views:
    def method(self, text: str) -> None: ...

    async def __call__(self, day: bytes) -> None: ...


async def yields_in_async_code(text: str) -> Any:
    yield text


def view(parameters: str) -> Any:
    source = f"""
from __future__ import annotations
import typing, unireq, starlette.requests, django.http
from typing import Annotated, Any, Optional
from unireq import Param, Request
if typing.TYPE_CHECKING:
    from unireq import Request as Alias
def f({parameters}): ...
"""
    scope: dict[str, Any] = {}
    exec(compile(source, "made.py", "exec", dont_inherit=True), scope)  # noqa: S102
    return scope["f"]


def fastapi(kind: str) -> Any:
    """A marker as FastAPI has it, known by its module."""
    return type("Marked", (type(kind, (), {"__module__": "fastapi.params"}),), {})()


def user(annotation: Any, default: Any = "") -> Any:
    def f(user: str = default) -> None: ...

    f.__annotations__["user"] = annotation
    return f


AS_NATIVE = "'%s': its annotation accepts almost any value.*; write %s: unireq.Request for"
BYTES = "'%s': unireq can't convert a value .*to bytes"
FILES = "'x': .*: the files of one name are one list"
ANOTHER = "'x': unireq can't convert a value"
NEVER: list[tuple[Any, str]] = [
    (user(str, fastapi("Depends")), r"'user': Depends\(...\) is FastAPI's.*with unireq_starl"),
    (user(str, fastapi("Query")), r"'user': Query\(...\) is FastAPI's.*; write a plain"),
    (user(Annotated[str, fastapi("Header")]), r"'user': Header.*get_header\(...\)$"),
    (user(Annotated[str, 1, fastapi("Depends")] | None), "'user': Depends"),
    *(
        (view(f"{name}: {annotation}"), AS_NATIVE % (name, name))
        for name in ("request", "req", "scope", "environ", "websocket", "_receive")
        for annotation in ("Any", "object = None", "Annotated[Any, 1]", "dict", "dict[str, Any]")
    ),
    (lambda scope, receive, send: None, "'scope': it has no annotation"),
    (lambda request: None, "'request': it has no annotation.*; write request: unireq.Request"),
    (view("text, http_request"), "'http_request': it has no annotation"),
    (Views.method, "'self': .* mount a method of an instance"),
    (Views, "got a class; mount an instance of it"),
    (Views(), BYTES % "day"),
    (functools.wraps(view("data: bytes"))(lambda *a, **k: None), BYTES % "data"),
    (view("r: starlette.requests.Request"), "'r': .*HTTPConnection|Request; write unireq"),
    (view("r: django.http.HttpRequest"), "django.http.*; write unireq.Request for the request"),
    (view("r: Alias"), "'Alias' can't be resolved; import its names|unireq can't tell"),
    (view("r: unireq.Requst"), "'unireq.Requst'.* can't be resolved"),
    (view("text: Strr"), "'text': the annotation 'Strr' can't be resolved"),
    (view("*args: Request"), "got \\*args"),
    (view("**more: Request"), "got \\*\\*more"),
    (view("**x: bytes"), ANOTHER),
    (view("**more: list[int]"), "'more': .* receives path parameters"),
    (view("x: list[list[unireq.UploadedFile]]"), FILES),
    (view("x: tuple[list[unireq.UploadedFile], ...]"), FILES),
    (view("r: Request, *x: bytes"), ANOTHER),
    (view("x: list[Request]"), ANOTHER),
    (lambda *args, **kwargs: None, "use functools.wraps"),
    (functools.wraps(view("text"))(view("r: Request")), "the decorator around it takes"),
    (lambda text: (yield text), "got one that yields"),
    (yields_in_async_code, "got one that yields"),
    (functools.partial(lambda text: (yield text), text="x"), "got one that yields"),
    (functools.partial(view("a, /"), a=1), "whose signature Python can read"),
    (user(str, Param("b")), "'user': expected .*, got Param as default"),
    (view('a: str = Param("b")'), "'a': expected .*, got Param as default"),
    (view("a: Annotated[str, Param]"), "'a': expected Param\\(.name.\\) in Annotated"),
    (view('a: Annotated[str, Param("b"), Param("c")]'), "'a': expected at most one Param"),
    (view('a: Annotated[Request, Param("b")]'), "'a': expected at most one Param, and none for"),
    (view('a: list[Annotated[str, Param("b")]]'), "'a': Param names a whole parameter"),
    (view('a: Annotated[str, Param("b")], b: str'), "two parameters are called 'b'"),
    (view('*a: Annotated[str, Param("b")]'), "'a': .*receives no value"),
    (view('**a: Annotated[str, Param("b")]'), "'a': Param names a whole parameter"),
    # typing takes no object for a type in Python 3.10.
    (view('x: Param("b")'), ANOTHER + "|'x': .* can't be resolved"),
    (view('a: Annotated[str, Param("")]'), "can't be resolved"),
]


@pytest.mark.parametrize(("function", "said"), NEVER, ids=range(len(NEVER)))
def test_what_can_never_work(function: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        Parameters(function)


def test_a_type_that_refers_to_itself() -> None:
    class Node(TypedDict):
        inner: Any

    Node.__annotations__["inner"] = list[Node]

    def function(node: Node) -> None: ...

    function.__annotations__["node"] = Node
    with pytest.raises(TypeError, match="'node': its annotation is recursive"):
        Parameters(function)


PARAM_KINDS = [
    ("Annotated[list[int], Param('ids[]')]", "ids[]", ["1", "2"], [1, 2]),
    ("Annotated[list[int], Param('ids[]')] = []", "ids[]", ["1"], [1]),
    ("Annotated[str | None, Param('user-id')]", "user-id", ["1"], "1"),
    ("Annotated[str, Param('user-id')] | None = None", "user-id", ["1"], "1"),
    ("Optional[Annotated[Annotated[int, Param('hub.mode')], 'x']]", "hub.mode", ["1"], 1),
    ("Annotated[str, 'x', unireq.Param('from')]", "from", ["a", "b"], "b"),
    ("Annotated[str, Param('é &=;')]", "é &=;", ["x"], "x"),
]


@pytest.mark.parametrize(("written", "name", "values", "found"), PARAM_KINDS)
def test_names_that_python_has_not(written: str, name: str, values: list[str], found: Any) -> None:
    pairs = urlencode([(name, value) for value in values])
    document = json.dumps({name: found})
    for request in (
        ask(query=pairs + "&a=9"),
        ask(body=pairs + "&a=9", content_type=FORM),
        ask(body=document, content_type=JSON),
        ask(path={name: values[-1], "a": 9}) if not isinstance(found, list) else ask(query=pairs),
    ):
        assert given(view(f"a: {written}"), request) == {"a": found}


def test_a_file_comes_from_a_form_alone() -> None:
    def one(f: UploadedFile) -> None: ...
    def several(f: list[UploadedFile]) -> None: ...

    for function in (one, several):
        told = str(missing(function, ask()))
        assert told.endswith("a file, as a file in a form with this name, got none")


def test_positional_and_by_name() -> None:
    def function(a: int, request: Request, /, b: int, *rest: int, c: int, **more: Any) -> None: ...

    request = ask(path={"a": 1, "d": 4}, query="b=2&c=3&e=5&rest=6&more=7")
    found = Parameters(function).arguments(request)
    assert found.positional == [1, request]
    # What the router found besides is taken; what a client adds to its query is not.
    assert found.named == {"b": 2, "c": 3, "d": 4}


def test_no_request_changes_what_a_partial_has_given() -> None:
    def function(root: str, text: str, request: Request | None = None, **more: Any) -> None: ...

    @functools.wraps(function)
    def decorated(*args: Any, **kwargs: Any) -> None: ...

    evil = ask(path={"root": "/etc"}, query="root=/etc&text=x&request=y")
    for handler in (
        functools.partial(function, root="/srv"),
        functools.partial(functools.partial(function, root="/a"), root="/srv"),
        functools.partial(decorated, root="/srv"),
        functools.partial(function, "/srv"),
    ):
        found = given(handler, evil)
        assert found.pop("request") is evil
        assert found == {"text": "x"}
    bound = functools.partial(function, root="/srv", request=None)
    assert given(bound, evil) == {"text": "x"}


@pytest.mark.parametrize(
    ("kind", "read_as"), [(FORM, "form"), (MULTIPART, "form"), (JSON, "json"), ("text/plain", "")]
)
def test_a_body_is_read_only_if_it_has_to_be(kind: str, read_as: str) -> None:
    def native(query: str) -> FakeRequest:
        headers = [(b"content-type", kind.encode())]
        return FakeRequest({"octets": octets, "headers": headers, "query": query})

    octets, takes, takes_none = Octets(b"not it"), Parameters(lambda text: 0), Parameters(lambda: 0)
    request = native("text=x")
    assert takes.needs_body(request) == takes_none.needs_body(request) == ""
    assert takes.arguments(request).named == {"text": "x"}
    assert takes.needs_body(native("")) == read_as
    if not read_as:
        missing(lambda text: 0, native(""))
    assert octets.asked == 0
