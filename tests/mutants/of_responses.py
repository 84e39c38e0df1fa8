"""Mutants of responses and of handlers (RSP)."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from datetime import date
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote

import unireq
from mutants.lenient import SoundWSGI
from mutants.mutant import breaks, changed
from unireq import _cookies, _fields, _response
from unireq._handlers import handler, param, parameters, values
from unireq._handlers.handler import problem_response
from unireq.adapter import RawResponse
from unireq_asgi import _respond as asgi_respond
from unireq_wsgi import _respond as wsgi_respond

_Response = unireq.Response
_Wire = RawResponse
_for_method = _Response.for_method
_to_response = handler.make_response
_call = handler.Handler.call
_acall = handler.Handler.acall
_json = _Response.json
_redirect = _Response.redirect
_set_header = _Response.set_header
_delete_cookie = _Response.delete_cookie
_checked_field = _fields.checked_field
_render_cookie = _cookies.render_cookie
_value = parameters._value
_find = parameters._Body.find
_convert = values.Wanted.convert


# Results.


@breaks("RSP-001", "RSP-008", "RSP-014", "RSP-018", "RSP-021", "RSP-022", of=_response._utf8)
def text_as_latin1(text: str) -> bytes:
    """Text is sent as ISO-8859-1."""
    return text.encode("latin-1", "replace")


@breaks("RSP-001", "RSP-014", "RSP-021", "RSP-022", of=handler.make_response)
def text_is_html(result: Any, name: str = "handler") -> unireq.Response:
    """Text is HTML, as in Django and Flask."""
    return _Response.html(result) if isinstance(result, str) else _to_response(result, name)


@breaks("RSP-002", "RSP-014", "RSP-020", "RSP-021", "RSP-022", of=handler.make_response)
def octets_are_text(result: Any, name: str = "handler") -> unireq.Response:
    """Octets are plain text."""
    if isinstance(result, bytes):
        return _Response(result, media_type="text/plain")
    return _to_response(result, name)


@breaks(
    "RSP-003",
    "RSP-008",
    "RSP-014",
    "RSP-021",
    "RSP-022",
    "RSP-030",
    "RSP-031",
    "RSP-032",
    "RSP-035",
    of=(_Response, "json"),
)
@classmethod
def json_in_utf8(cls: Any, value: Any, **given: Any) -> unireq.Response:
    """JSON is UTF-8, with white space."""
    import json

    made = _json(value, **given)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _Response(text.encode(), status=made.status, headers=made.fields)


@breaks("RSP-004", "RSP-014", "RSP-015", "RSP-021", "RSP-022", of=handler.make_response)
def nothing_is_empty(result: Any, name: str = "handler") -> unireq.Response:
    """Nothing is empty text."""
    return _to_response("" if result is None else result, name)


@breaks("RSP-004", "RSP-014", "RSP-015", "RSP-021", "RSP-022", of=handler.make_response)
def nothing_is_null(result: Any, name: str = "handler") -> unireq.Response:
    """Nothing is JSON's null, as in FastAPI."""
    return _json(None) if result is None else _to_response(result, name)


@breaks("RSP-018", "RSP-021", of=handler.make_response)
def anything_is_json(result: Any, name: str = "handler") -> unireq.Response:
    """Whatever is returned is sent as JSON if it can be."""
    known = (str, bytes, dict, list, unireq.Response, type(None))
    return _to_response(result, name) if isinstance(result, known) else _json(result)


# Statuses and fields.


@breaks("RSP-005", "RSP-014", "RSP-021", "RSP-022", of=(_Response, "for_method"))
def statuses_with_names(self: Any, method: str) -> Any:
    """A status without a name is 500."""
    wire = _for_method(self, method)
    named = wire.status in set(HTTPStatus)
    return wire if named else wire._replace(status=500)


@breaks("RSP-018", of=_response._checked_status)
def any_status(status: Any) -> int:
    """A status is any number."""
    return int(status)


def _changing(name: str, does: str, change: Any, *fails: str) -> None:
    """A mutant that changes the fields of every response."""

    def for_method(self: Any, method: str) -> Any:
        wire = _for_method(self, method)
        return wire._replace(fields=list(change(wire.fields)))

    changed(name, does, (_Response, "for_method"), for_method, *fails)


def _last(fields: Any) -> Any:
    return dict(fields).items()


def _joined(fields: Any) -> Any:
    found: dict[str, str] = {}
    for name, value in fields:
        if name == "set-cookie":
            yield name, value
        else:
            found[name] = f"{found[name]}, {value}" if name in found else value
    yield from found.items()


def _sorted(fields: Any) -> Any:
    return sorted(fields)


def _reversed_cookies(fields: Any) -> Any:
    yield from (field for field in fields if field[0] != "set-cookie")
    yield from reversed([field for field in fields if field[0] == "set-cookie"])


def _one_of_a_name(fields: Any) -> Any:
    jar: dict[str, Any] = {}
    for field in fields:
        if field[0] == "set-cookie":
            jar[field[1].partition("=")[0]] = field
        else:
            yield field
    yield from jar.values()


def _not_empty(fields: Any) -> Any:
    return [field for field in fields if field[1]]


def _powered(fields: Any) -> Any:
    return [*fields, ("x-powered-by", "unireq")]


def _with_charset(fields: Any) -> Any:
    for name, value in fields:
        plain = name == "content-type" and value.startswith("text/") and "charset" not in value
        yield name, f"{value}; charset=utf-8" if plain else value


def _always_typed(fields: Any) -> Any:
    typed = any(name == "content-type" for name, _ in fields)
    return fields if typed else [*fields, ("content-type", "text/html; charset=utf-8")]


def _squeezed(fields: Any) -> Any:
    return [(name, re.sub(r"[ \t]+", " ", value)) for name, value in fields]


_changing(
    "last_of_each_header",
    "Fields are a dict: the last of a name is sent.",
    _last,
    "RSP-007",
    "RSP-011",
    "RSP-014",
    "RSP-015",
    "RSP-021",
    "RSP-022",
)
_changing(
    "joined_headers",
    "Fields of one name are joined, but for cookies.",
    _joined,
    "RSP-007",
    "RSP-014",
    "RSP-015",
    "RSP-021",
    "RSP-022",
)
_changing(
    "sorted_headers",
    "Fields are sorted by name and value.",
    _sorted,
    "RSP-007",
    "RSP-011",
    "RSP-014",
    "RSP-021",
    "RSP-022",
)
_changing(
    "cookies_backwards",
    "Cookies are sent in reverse order.",
    _reversed_cookies,
    "RSP-011",
    "RSP-014",
    "RSP-021",
    "RSP-022",
)
_changing(
    "cookie_jar",
    "Of cookies of one name the last is sent.",
    _one_of_a_name,
    "RSP-011",
    "RSP-014",
    "RSP-021",
    "RSP-022",
)
_changing(
    "no_empty_headers",
    "A field without a value is not sent.",
    _not_empty,
    "RSP-006",
    "RSP-007",
    "RSP-014",
    "RSP-021",
    "RSP-022",
)
_changing(
    "powered_by",
    "A field is sent that nobody gave.",
    _powered,
    "RSP-001",
    "RSP-002",
    "RSP-003",
    "RSP-004",
    "RSP-005",
    "RSP-006",
    "RSP-007",
    "RSP-008",
    "RSP-009",
    "RSP-010",
    "RSP-011",
    "RSP-012",
    "RSP-013",
    "RSP-014",
    "RSP-015",
    "RSP-016",
    "RSP-020",
    "RSP-021",
    "RSP-022",
    "RSP-030",
    "RSP-031",
    "RSP-032",
    "RSP-033",
    "RSP-034",
    "RSP-035",
)
_changing(
    "charset_added",
    "Text has a charset, asked for or not.",
    _with_charset,
    "RSP-007",
    "RSP-008",
    "RSP-014",
    "RSP-015",
    "RSP-021",
    "RSP-022",
)
_changing(
    "always_typed",
    "There is always a Content-Type.",
    _always_typed,
    "RSP-004",
    "RSP-008",
    "RSP-012",
    "RSP-013",
    "RSP-014",
    "RSP-015",
    "RSP-016",
    "RSP-021",
    "RSP-022",
)
_changing(
    "squeezed_values",
    "White space in values is one space.",
    _squeezed,
    "RSP-006",
    "RSP-014",
    "RSP-021",
    "RSP-022",
)


@breaks("RSP-007", of=(_Response, "set_header"))
def set_header_adds(self: Any, name: str, value: str) -> None:
    """`set_header` sends one more."""
    self.add_header(name, value)


@breaks(
    "RSP-007",
    "RSP-011",
    "RSP-014",
    "RSP-015",
    "RSP-021",
    "RSP-022",
    of=wsgi_respond.respond,
    on=SoundWSGI,
)
def wsgi_respond_dict(response: Any, environ: Any, start_response: Any) -> Any:
    """On WSGI fields are a dict."""
    wire = response.for_method(environ["REQUEST_METHOD"])
    start_response(wsgi_respond.status_line(wire.status), list(dict(wire.fields).items()))
    return [wire.content]


@breaks("RSP-014", "RSP-021", of=wsgi_respond.respond, on=SoundWSGI)
def wsgi_respond_get(response: Any, environ: Any, start_response: Any) -> Any:
    """On WSGI HEAD is answered like GET."""
    wire = response.for_method("GET")
    start_response(wsgi_respond.status_line(wire.status), wire.fields)
    return [wire.content]


@breaks("RSP-005", "RSP-014", "RSP-021", "RSP-022", of=wsgi_respond.status_line, on=SoundWSGI)
def wsgi_statuses_with_names(status: int) -> str:
    """On WSGI a status needs a name."""
    return f"{status} {HTTPStatus(status).phrase}"


@breaks(
    "RSP-007", "RSP-011", "RSP-014", "RSP-015", "RSP-021", "RSP-022", of=asgi_respond.field_pairs
)
def asgi_last_of_each(wire: Any) -> Any:
    """On ASGI fields are a dict."""
    return [(name.encode(), value.encode()) for name, value in dict(wire.fields).items()]


# Cookies.


def _rendering(name: str, does: str, *fails: str, **always: Any) -> None:
    """A mutant that renders every cookie with these arguments."""

    def render_cookie(cookie: str, value: str, **given: Any) -> str:
        return _render_cookie(cookie, value, **{**given, **always})

    changed(name, does, _cookies.render_cookie, render_cookie, *fails)


_rendering(
    "without_max_age",
    "Max-Age is not sent.",
    "RSP-009",
    "RSP-012",
    "RSP-014",
    "RSP-018",
    "RSP-021",
    "RSP-022",
    max_age=None,
)
_rendering(
    "without_expires",
    "Expires is not sent.",
    "RSP-009",
    "RSP-012",
    "RSP-014",
    "RSP-021",
    "RSP-022",
    expires=None,
)
_rendering(
    "without_domain",
    "Domain is not sent.",
    "RSP-009",
    "RSP-012",
    "RSP-014",
    "RSP-017",
    "RSP-018",
    "RSP-021",
    "RSP-022",
    domain=None,
)
_rendering(
    "without_httponly",
    "HttpOnly is not sent.",
    "RSP-009",
    "RSP-014",
    "RSP-021",
    "RSP-022",
    httponly=False,
)
_rendering(
    "without_partitioned",
    "Partitioned is not sent.",
    "RSP-009",
    "RSP-012",
    "RSP-014",
    "RSP-018",
    "RSP-021",
    "RSP-022",
    partitioned=False,
)


@breaks("RSP-009", "RSP-012", "RSP-014", "RSP-015", "RSP-021", "RSP-022", of=_cookies.render_cookie)
def cookie_without_defaults(name: str, value: str, **given: Any) -> str:
    """SameSite is left to user agents where it is Lax."""
    return _render_cookie(name, value, **given).replace("; SameSite=Lax", "")


@breaks("RSP-009", "RSP-014", "RSP-021", "RSP-022", of=_cookies._date)
def local_date(name: str, expires: Any) -> str:
    """Expires is in the zone that was given."""
    return f"{expires:%a, %d %b %Y %H:%M:%S} GMT"


@breaks("RSP-009", "RSP-012", "RSP-014", "RSP-021", "RSP-022", of=_cookies._date)
def cookie_date(name: str, expires: Any) -> str:
    """Expires is a date with hyphens, as Netscape had it."""
    from datetime import timezone

    return f"{expires.astimezone(timezone.utc):%a, %d-%b-%Y %H:%M:%S} GMT"


@breaks(
    "RSP-009",
    "RSP-010",
    "RSP-011",
    "RSP-012",
    "RSP-014",
    "RSP-017",
    "RSP-021",
    "RSP-022",
    of=_cookies._code,
)
def quoted_by_the_library(name: str, value: str) -> str:
    """Cookie values are quoted as http.cookies does."""
    return SimpleCookie().value_encode(value)[1]


@breaks(
    "RSP-009",
    "RSP-010",
    "RSP-011",
    "RSP-014",
    "RSP-017",
    "RSP-021",
    "RSP-022",
    of=_cookies._code,
)
def percent_coded(name: str, value: str) -> str:
    """Cookie values are percent-encoded."""
    return quote(value, safe="!#$&'()*+-./:<=>?@[]^_`{|}~")


@breaks("RSP-012", of=(_Response, "delete_cookie"))
def deleted_everywhere(self: Any, name: str, **given: Any) -> None:
    """A cookie is deleted for `/` alone, whatever it was set for."""
    _delete_cookie(self, name)


@breaks("RSP-012", of=(_Response, "delete_cookie"))
def deleted_by_age(self: Any, name: str, **given: Any) -> None:
    """A deleted cookie has no date."""
    self.set_cookie(name, "", max_age=0, **given)


# Redirections.


@breaks("RSP-013", "RSP-014", "RSP-021", "RSP-022", of=(_Response, "redirect"))
@classmethod
def absolute_redirect(cls: Any, url: str, **given: Any) -> unireq.Response:
    """Location is made absolute."""
    response = _redirect(url, **given)
    location = response.get_header("location") or ""
    if location.startswith("/"):
        response.set_header("location", f"http://example.org{location}")
    return response


@breaks("RSP-013", "RSP-014", "RSP-021", "RSP-022", of=(_Response, "redirect"))
@classmethod
def redirect_302(cls: Any, url: str, **given: Any) -> unireq.Response:
    """Every redirection is 302."""
    status = _redirect(url, **given).status
    return _redirect(url, **{**given, "status": 302 if status < 307 else status})


changed(
    "safe_is_quoted",
    "What a URL may hold is percent-encoded.",
    (_response, "_URL_SAFE"),
    "/",
    "RSP-013",
)


# No content.


@breaks("RSP-014", "RSP-021", of=(_Response, "for_method"))
def head_with_content(self: Any, method: str) -> Any:
    """HEAD is answered like GET."""
    return _for_method(self, "GET")


@breaks("RSP-014", of=(_Response, "for_method"))
def head_of_nothing(self: Any, method: str) -> Any:
    """In answer to HEAD Content-Length is that of the content that is sent: 0."""
    wire = _for_method(self, method)
    if method != "HEAD":
        return wire
    fields = [
        ("content-length", "0") if name == "content-length" else (name, value)
        for name, value in wire.fields
    ]
    return wire._replace(fields=fields)


changed(
    "length_of_nothing",
    "204 and 304 have a Content-Length.",
    (_response, "_WITHOUT_CONTENT"),
    (),
    "RSP-014",
    "RSP-015",
)


@breaks("RSP-014", "RSP-015", "RSP-021", "RSP-022", of=(_Response, "for_method"))
def bare_304(self: Any, method: str) -> Any:
    """304 has no Content-Type."""
    wire = _for_method(self, method)
    if wire.status != 304:
        return wire
    fields = [field for field in wire.fields if field[0] != "content-type"]
    return wire._replace(fields=fields)


@breaks("RSP-014", "RSP-016", "RSP-021", "RSP-022", of=(_Response, "for_method"))
def reset_with_content(self: Any, method: str) -> Any:
    """205 has a line of text."""
    wire = _for_method(self, method)
    return wire._replace(content=b"Reset Content") if wire.status == 205 else wire


# Refusals.


@breaks("RSP-017", "RSP-021", of=_fields.checked_field)
def strips_line_ends(name: Any, value: Any) -> tuple[str, str] | None:
    """What would begin another field is left out, and the rest is sent."""
    return _checked_field(*(re.sub("[\r\n\0]", "", text) for text in (name, value)))


@breaks("RSP-017", "RSP-021", of=(_fields, "_WRONG_IN_VALUE"))
class AnyFieldValue:
    """A field value may be anything."""

    @staticmethod
    def search(value: str) -> None:
        """Nothing is wrong in it."""


@breaks("RSP-017", "RSP-018", of=(_fields, "_TOKEN"))
class AnyFieldName:
    """A field name may be anything."""

    @staticmethod
    def fullmatch(value: str) -> bool:
        return True


@breaks("RSP-017", of=(_response, "_CONTROL"))
class AnyUrl:
    """A URL may have control characters."""

    @staticmethod
    def search(value: str) -> None:
        return None


@breaks("RSP-017", of=(_cookies, "_CONTROL"))
class AnyCookieValue:
    """A cookie's value may have control characters, which are escaped."""

    @staticmethod
    def search(value: str) -> None:
        return None


@breaks("RSP-017", "RSP-018", of=(_cookies, "_NAME"))
class AnyCookieName:
    """A cookie's name may be anything."""

    @staticmethod
    def fullmatch(value: str) -> bool:
        return True


@breaks("RSP-017", "RSP-018", of=_cookies._attribute)
def any_attribute(name: str, attribute: str, value: str, grammar: Any) -> str:
    """Path and domain may be anything."""
    return value


@breaks("RSP-018", of=_cookies._check_flags)
def any_flags(*_: Any, **__: Any) -> None:
    """A cookie may have attributes that user agents refuse together."""


changed(
    "nothing_is_the_servers",
    "A handler may send the fields of the server.",
    (_fields, "_SERVERS_OWN"),
    frozenset[str](),
    "RSP-018",
)
changed(
    "content_dropped",
    "Content is dropped where the status has none.",
    (_response, "_EMPTY"),
    (),
    "RSP-015",
    "RSP-016",
    "RSP-018",
)


@breaks("RSP-017", "RSP-018", "RSP-019", of=(handler.Handler, "call"))
def every_error_is_the_clients(self: Any, request: Any) -> Any:
    """A ValueError of a sync handler is answered as the client's fault."""
    try:
        return _call(self, request)
    except ValueError as error:
        return problem_response(unireq.RequestError(str(error)))


# Bodies and async code.


@breaks("RSP-020", "RSP-030", "RSP-032", "RSP-033", "RSP-034", of=(handler.Handler, "acall"))
async def sync_in_the_loop(self: Any, request: Any, *given: Any) -> Any:
    """A sync handler is called where only async code can fetch the body, and nobody has."""
    return await _acall(self, request, *given) if self.is_async else self.call(request)


@breaks("RSP-021", of=(handler.Handler, "acall"))
async def async_nothing(self: Any, request: Any, *given: Any) -> Any:
    """What an async handler answers with status 204 is 200."""
    response = await _acall(self, request, *given)
    if self.is_async and response.status == 204:
        return _Response(status=200, headers=response.fields)
    return response


@breaks("RSP-035", of=(handler.Handler, "acall"))
async def async_problems_raise(self: Any, request: Any, *given: Any) -> Any:
    """A problem of an async handler is an exception."""
    if not self.is_async:
        return await _acall(self, request, *given)
    await request.aread()
    arguments = self._parameters.arguments(request)
    result = self.function(*arguments.positional, **arguments.named)
    assert isinstance(result, Awaitable)
    return _to_response(await result, self.name)


# Parameters.


@breaks("RSP-030", "RSP-035", of=parameters._value)
def query_before_path(asked: Any, path: Any, request: Any, body: Any) -> Any:
    """The query comes before the path."""
    found = {} if asked.name in request.query_params else path
    return _value(asked, found, request, body)


@breaks("RSP-030", "RSP-033", "RSP-035", of=parameters._value)
def body_before_query(asked: Any, path: Any, request: Any, body: Any) -> Any:
    """The body comes before the query."""
    if asked.name in path or body.find(asked) is parameters._NOT_FOUND:
        return _value(asked, path, request, body)
    return asked.wanted.convert(body.find(asked), text=body.is_text)


@breaks("RSP-030", "RSP-033", of=parameters.kind_of_body)
def json_whatever_the_type(request: Any) -> str:
    """A body that is no form is JSON, whatever its type."""
    essence = request.headers.get("content-type", "").partition(";")[0]
    return "form" if essence in parameters._FORMS else "json"


@breaks("RSP-030", "RSP-032", "RSP-033", "RSP-034", "RSP-035", of=(parameters._Body, "find"))
def no_json_members(self: Any, asked: Any) -> Any:
    """Parameters are not looked for in JSON."""
    return parameters._NOT_FOUND if self._kind == "json" else _find(self, asked)


@breaks("RSP-031", "RSP-035", of=(parameters.Parameters, "arguments"))
def body_always_read(
    self: Any, request: Any, _arguments: Any = parameters.Parameters.arguments
) -> Any:
    """A body that nobody asks for is parsed all the same."""
    kind = parameters.kind_of_body(request)
    if kind:
        request.form() if kind == "form" else request.json()
    return _arguments(self, request)


def _converting(name: str, does: str, kind: type, convert: Any, *fails: str) -> None:
    """A mutant that converts text to `kind` in another way."""
    table = {**values.FROM_TEXT, kind: convert}
    changed(name, does, (values, "FROM_TEXT"), table, *fails)


_converting("int_of_python", "Integers are what Python takes for one.", int, int, "RSP-033")
_converting("float_of_python", "Numbers are what Python takes for one.", float, float, "RSP-033")
_converting(
    "bool_of_python", "Every text but the empty one is true.", bool, bool, "RSP-032", "RSP-033"
)
_converting(
    "only_true",
    "Only `true` is true.",
    bool,
    lambda text: text == "true",
    "RSP-031",
    "RSP-032",
    "RSP-033",
    "RSP-035",
)

_converting(
    "date_of_python",
    "Dates are what the newest Python takes for one.",
    date,
    lambda text: date.fromisoformat(text) if "W" not in text else date(2024, 2, 29),
    "RSP-033",
)


@breaks("RSP-033", of=(values.Wanted, "convert"))
def text_in_json_is_read(self: Any, value: Any, *, text: bool = True) -> Any:
    """A string of JSON stands for what it says."""
    return _convert(self, value, text=True)


@breaks("RSP-030", "RSP-031", "RSP-033", "RSP-035", of=param.called)
def names_of_python(annotation: Any) -> list[unireq.Param]:
    """Clients have to call a parameter as Python does."""
    return []


changed(
    "bad_request",
    "A wrong parameter is 400.",
    (unireq.InvalidParameter, "status"),
    400,
    "RSP-033",
    "RSP-035",
)


# Problems.


@breaks("RSP-033", "RSP-034", "RSP-035", of=problem_response)
def problem_as_json(error: Any) -> unireq.Response:
    """A problem is `application/json`."""
    made = problem_response(error)
    return _Response(made.content, status=made.status, media_type="application/json")


@breaks("RSP-034", "RSP-035", of=problem_response)
def problem_with_advice(error: Any) -> unireq.Response:
    """A problem tells the client what the author could change."""
    import json

    made = problem_response(error)
    members = {**json.loads(made.content), "detail": str(error)}
    return _json(members, status=made.status, media_type="application/problem+json")


@breaks("RSP-009", "RSP-014", "RSP-021", "RSP-022", of=_cookies._lower)
def same_site_in_lower_case(name: str, samesite: Any) -> Any:
    """`samesite` has to be given in lower case."""
    if samesite not in {None, "strict", "lax", "none"}:
        raise ValueError(samesite)
    return samesite


@breaks("RSP-033", "RSP-035", of=problem_response)
def problem_without_parameter(error: Any) -> unireq.Response:
    """A problem does not name the parameter."""
    return (
        problem_response(unireq.RequestError(str(error)))
        if error.status == 422
        else problem_response(error)
    )


@breaks("RSP-033", "RSP-034", "RSP-035", of=problem_response)
def problem_without_detail(error: Any) -> unireq.Response:
    """A problem does not say what was wrong."""
    import json

    made = problem_response(error)
    members = {**json.loads(made.content), "detail": ""}
    return _json(members, status=made.status, media_type="application/problem+json")
