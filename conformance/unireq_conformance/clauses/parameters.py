"""RSP-030 to 036: the clauses about what handlers are given, and problems."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from unireq_conformance.clause import Rows
from unireq_conformance.clauses.contents import URLENCODED, text_of
from unireq_conformance.clauses.drawing import literal
from unireq_conformance.clauses.responding import asking, handled, in_async_code
from unireq_conformance.content import Content
from unireq_conformance.forms import form_of
from unireq_conformance.model import AbstractRequest, Parameter, Piece, Pieces
from unireq_conformance.response import AbstractResponse, told

_Query = tuple[tuple[str, str], ...]

_JSON: Final = b"application/json"


def _query(pairs: _Query) -> tuple[Parameter, ...] | None:
    # Brackets may not stand there as they are (RFC 3986 3.4).
    return tuple(Parameter((_escaped(name),), literal(value)) for name, value in pairs) or None


def _escaped(name: str) -> Piece:
    return Piece(name, b"".join(b"%%%02X" % octet for octet in name.encode()))


def _taking(
    response: AbstractResponse, path: Pieces, query: _Query, content: Content | None
) -> AbstractRequest:
    # daphne parses the forms of POST itself, and refuses those that it can't read.
    method = "GET" if content is None else "PUT"
    asked = _query(query)
    return AbstractRequest(method, path, asked, content=content, response=response)


def _takes(
    *query: tuple[str, str],
    path: str = "",
    content: Content | None = None,
    handler: str = "take",
    **found: Any,
) -> AbstractRequest:
    """A request whose parameters are `found`; the handler tells them in its own order."""
    whole = f"{handler}/{path}" if path else handler
    names = ("text", "number", "ratio", "flag", "tag", "day", "size", "ids")
    given = {"number": 7, **found}
    value = {name: given[name] for name in names if name in given}
    value["at"] = f"/{whole}"
    # Nothing has to be told: the parameters do it.
    response = replace(AbstractResponse.value(value), instruction="")
    return _taking(response, literal(whole), query, content)


def _lacks(
    parameter: str, *query: tuple[str, str], content: Content | None = None, handler: str = "take"
) -> AbstractRequest:
    """A request in which `parameter` is missing, or can't be made its type."""
    response = AbstractResponse.problem(422, "Unprocessable Content", parameter=parameter)
    return _taking(response, literal(handler), query, content)


def _form(data: str) -> Content:
    return Content(data.encode(), URLENCODED)


def _json(value: object) -> Content:
    return Content(json.dumps(value).encode("ascii"), _JSON)


def _multipart(**fields: str) -> Content:
    built = form_of(text_of(value, name=name) for name, value in fields.items())
    return Content(built.octets, built.media_type)


_T: Final = ("text", "t")
_ASYNC: Final = "take-async"


@handled(
    "RSP-030 Sources of parameters",
    "A parameter of a handler is the path parameter of its name. Failing that, it is the query"
    " parameter; then, by the body's media type, the form field or the member of the JSON object;"
    " then its default, or `None` if its annotation allows that. `Param` sets the name that"
    " clients use.",
    why="Logs show the path and the query, so a body must not change what they say.",
)
def _sources_of_parameters() -> Rows:
    yield _takes(_T, text="t")
    yield _takes(path="p", text="p")
    yield _takes(("text", "q"), path="p", text="p")
    yield _takes(("text", "q"), path="p", content=_form("text=f"), text="p")
    yield _takes(("text", "q"), content=_form("text=f"), text="q")
    yield _takes(("text", "q"), content=_json({"text": "j"}), text="q")
    yield _takes(("text", ""), content=_form("text=f"), text="")
    yield _takes(content=_form("text=f"), text="f")
    yield _takes(content=_form("text=a+%C3%A9"), text="a é")
    yield _takes(content=_multipart(text="é", number="1"), text="é", number=1)
    yield _takes(content=_json({"text": "j", "number": 1}), text="j", number=1)
    yield _takes(content=Content(b'{"text":"j"}', b"application/x+json; charset=utf-8"), text="j")
    yield _takes(_T, ("text", "u"), text="u")
    yield _takes(_T, ("tag", "a"), ("tag", "b"), text="t", tag=["a", "b"])
    yield _takes(_T, ("tag", "a"), text="t", tag=["a"])
    yield _takes(_T, content=_form("tag=a&number=2&tag=b"), text="t", number=2, tag=["a", "b"])
    yield _takes(_T, content=_json({"tag": ["a"], "number": 3}), text="t", number=3, tag=["a"])
    yield _takes(_T, content=_json([1]), text="t")
    yield _takes(_T, content=_json("text"), text="t")
    yield _takes(_T, content=Content(b"number=8", b"text/plain"), text="t")
    yield _takes(_T, content=Content(b"number=8", None), text="t")
    yield _takes(_T, content=_json({"flag": None}), text="t")
    for query, content in (
        ((("ids[]", "2"), ("ids[]", "1"), ("ids", "3")), None),
        ((), _form("ids%5B%5D=1&ids[]=2&ids=3")),
        ((), _json({"ids[]": [2, 1, 2], "ids": [3]})),
    ):
        yield _takes(_T, *query, content=content, text="t", ids=[1, 2])


_ALL: Final = (
    *(_T, ("number", "1"), ("ratio", "2.5"), ("flag", "1"), ("tag", "x")),
    *(("day", "2024-02-29"), ("size", "m"), ("ids[]", "7")),
)
_ALL_FOUND: Final[dict[str, Any]] = {
    "text": "t",
    "number": 1,
    "ratio": 2.5,
    "flag": True,
    "tag": ["x"],
    "day": "2024-02-29",
    "size": "m",
    "ids": [7],
}


@handled(
    "RSP-031 Bodies that are not needed",
    "If every parameter is found before the body, the body is not read, and may be malformed.",
)
def _bodies_that_are_not_needed() -> Rows:
    for content in (
        *(Content(data, _JSON) for data in (b"{", b"", b"\xff")),
        Content(b"no form", b"multipart/form-data; boundary=edge"),
    ):
        yield _takes(*_ALL, content=content, **_ALL_FOUND)


@handled(
    "RSP-032 Types of parameters",
    "Text is converted to the annotated type, by one ASCII grammar for each type. An `int` is"
    " decimal digits with an optional sign. A `float` is a decimal number. A `bool` is `true`,"
    " `1`, `on`, `yes`, `false`, `0`, `off` or `no`, in any case. A `date` is four, two and two"
    " digits. A `Literal` is the text of one of its values. A JSON value must already have the"
    " type, if JSON has that type.",
    why="Python's own constructors accept `1_0`, ` 1 `, digits of any script, `inf`, and any text"
    " as true.",
)
def _types_of_parameters() -> Rows:
    numbers = {"0": 0, "-3": -3, "%2B4": 4, "007": 7, "12345678901234567890": 12345678901234567890}
    for sent, number in numbers.items():
        yield _takes(_T, ("number", sent), text="t", number=number)
    ratios = {"1": 1.0, "1.5": 1.5, "-.5": -0.5, "2.": 2.0, "1e3": 1000.0, "1E-2": 0.01}
    for sent, ratio in ratios.items():
        yield _takes(_T, ("ratio", sent), text="t", ratio=ratio)
    for flag, several in (
        (True, ("true", "1", "on", "yes", "TRUE", "Yes")),
        (False, ("false", "0", "off", "no", "False")),
    ):
        for sent in several:
            yield _takes(_T, ("flag", sent), text="t", flag=flag)
    members: Any = {"text": "j", "number": -1, "ratio": 0.5, "flag": False}
    yield _takes(content=_json(members), **members)
    yield _takes(_T, content=_json({"ratio": 2, "number": 5}), text="t", number=5, ratio=2.0)
    yield _takes(_T, ("day", "2024-02-29"), ("size", "1"), text="t", day="2024-02-29", size=1)
    first, last = "0001-01-01", "9999-12-31"
    yield _takes(content=_form(f"text=t&day={first}&size=s"), text="t", day=first, size="s")
    yield _takes(_T, content=_json({"day": last, "size": 1}), text="t", day=last, size=1)


@handled(
    "RSP-033 Missing or invalid parameters",
    "If a parameter is missing or cannot be converted to its type, the client gets a 422 and a"
    " problem that names it as `parameter`.",
    source="RFC 9457, RFC 9110 15.5.21",
)
def _missing_or_invalid_parameters() -> Rows:
    yield _lacks("text")
    yield _lacks("text", ("number", "1"))
    yield _lacks("text", ("Text", "t"))
    yield _lacks("text", content=_form("other=1"))
    yield _lacks("text", content=_json({"text": 5}))
    yield _lacks("text", content=_json({"text": None}))
    yield _lacks("text", content=_json(["text"]))
    yield _lacks("text", content=Content(b"text=t", b"text/plain"))
    for sent in ("", "x", "1.0", "1_0", "0x1", "+", "%201", "%D9%A1", "1" * 101):
        yield _lacks("number", _T, ("number", sent))
    yield _lacks("number", _T, content=_form("number=x"))
    for number in (True, 1.0, [1], None, "1"):
        yield _lacks("number", _T, content=_json({"number": number}))
    yield _lacks("ratio", _T, content=_json({"ratio": "1.5"}))
    for flag in ("no", "true", 1):
        yield _lacks("flag", _T, content=_json({"flag": flag}))
    for sent in ("20240229", "2023-02-29", "2024-W09-4", "2024-02-29T00:00", ""):
        yield _lacks("day", _T, ("day", sent))
    yield _lacks("day", _T, content=_json({"day": 20240229}))
    for sent in ("z", "S", "", "2"):
        yield _lacks("size", _T, ("size", sent))
    for size in ("1", True, ["s"]):
        yield _lacks("size", _T, content=_json({"size": size}))
    yield _lacks("ids[]", _T, ("ids[]", "x"))
    yield _lacks("ids[]", _T, content=_json({"ids[]": [1, "2"]}))
    for sent in ("inf", "nan", "1,5", "1e999", "."):
        yield _lacks("ratio", _T, ("ratio", sent))
    for sent in ("", "2", "maybe", "t"):
        yield _lacks("flag", _T, ("flag", sent))
    yield _lacks("tag", _T, content=_json({"tag": "a"}))
    yield _lacks("tag", _T, content=_json({"tag": [1]}))


def _problem(
    status: int, title: str, instruction: str, content: Content | None = None
) -> AbstractRequest:
    response = AbstractResponse.problem(status, title, instruction)
    return asking(response, method="GET" if content is None else "POST", content=content)


_BAD: Final = (400, "Bad Request")
_LARGE: Final = (413, "Content Too Large")


@handled(
    "RSP-034 Problems",
    "For a `RequestError`, of the body or of the handler's own, the client gets its status and"
    " `application/problem+json`: `type` (`about:blank`), `title`, `status` and `detail`. `detail`"
    " says what was wrong, and nothing about the program, such as the name of a setting.",
    source="RFC 9457 3, 4.2.1",
)
def _problems() -> Rows:
    yield _problem(*_BAD, told("raise", "RequestError"))
    yield _problem(*_LARGE, told("raise", "TooManyFields"))
    yield _problem(*_BAD, told("json", None), Content(b"{", _JSON))
    yield _problem(*_BAD, told("json", None), Content(b"", _JSON))
    yield _problem(*_LARGE, told("body", {"body_size": 4}), Content(b"12345", None))
    yield _problem(*_LARGE, told("form", {"fields": 1}), Content(b"a=1&b=2", URLENCODED))
    for content in (Content(b"{", _JSON), Content(b"x", b"multipart/form-data")):
        yield _taking(AbstractResponse.problem(*_BAD), literal("take"), (), content)


@handled(
    "RSP-035 Parameters of async handlers",
    "Parameters and problems of an async handler are the same as those of a sync handler.",
)
def _parameters_of_async_handlers() -> Rows:
    yield _takes(_T, handler=_ASYNC, text="t")
    yield _takes(("text", "q"), path="p", content=_form("text=f"), handler=_ASYNC, text="p")
    yield _takes(("text", "q"), content=_json({"text": "j"}), handler=_ASYNC, text="q")
    yield _takes(content=_form("text=f&tag=a"), handler=_ASYNC, text="f", tag=["a"])
    yield _takes(content=_multipart(text="é"), handler=_ASYNC, text="é")
    yield _takes(content=_json({"text": "j", "number": 1}), handler=_ASYNC, text="j", number=1)
    yield _takes(*_ALL, content=Content(b"{", _JSON), handler=_ASYNC, **_ALL_FOUND)
    yield _lacks("text", handler=_ASYNC)
    yield _lacks("number", _T, ("number", "x"), handler=_ASYNC)
    for each in (
        _problem(*_BAD, told("raise", "RequestError")),
        _problem(*_BAD, told("json", None), Content(b"{", _JSON)),
        _problem(*_LARGE, told("body", {"body_size": 4}), Content(b"12345", None)),
        _problem(*_LARGE, told("form", {"fields": 1}), Content(b"a=1&b=2", URLENCODED)),
    ):
        yield in_async_code(each)
