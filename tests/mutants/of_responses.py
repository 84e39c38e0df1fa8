"""Mutants of responses and of handlers (RSP)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from datetime import date
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote

import unireq
import unireq_asgi
import unireq_wsgi
from mutants.lenient import SoundWSGI
from mutants.mutant import breaks, mutant
from unireq import Response, _cookies, _header_editor, _response
from unireq._cookies import render_cookie
from unireq._handlers import handler, param, parameters, values
from unireq._handlers.handler import error_response, make_response, problem_response
from unireq._header_editor import HeaderEditor
from unireq.adapter import request_context
from unireq_asgi import _respond as asgi_respond
from unireq_conformance.apps import asgi_app
from unireq_wsgi import _respond as wsgi_respond

_SENT = "RSP-014 RSP-021 RSP-022 RSP-037"
"""The clauses that send whatever a handler returns: what is wrong with fields shows there too."""

_FOR_METHOD = (Response, "for_method")
_CALL = (handler.Handler, "call")
_ACALL = (handler.Handler, "acall")

# Results.

mutant(
    "text_as_latin1",
    "Text is sent as ISO-8859-1.",
    f"RSP-001 RSP-008 RSP-018 {_SENT} RSP-038 RSP-040",
).puts(_response._utf8, lambda text: text.encode("latin-1", "replace"))


def _results(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """Another result is taken for the handler's."""
    return lambda make, result, name="handler": make(change(result), name)


mutant(
    "text_is_html",
    "Text is HTML, as in Django and Flask.",
    f"RSP-001 CUR-003 {_SENT} RSP-038 RSP-040",
).wraps(
    make_response,
    _results(lambda result: Response.html(result) if isinstance(result, str) else result),
)
mutant("octets_are_text", "Octets are plain text.", f"RSP-002 RSP-020 {_SENT}").wraps(
    make_response,
    _results(
        lambda result: (
            Response(result, media_type="text/plain") if isinstance(result, bytes) else result
        )
    ),
)
mutant(
    "json_in_utf8",
    "JSON is UTF-8, with white space.",
    f"RSP-003 RSP-008 RSP-030 RSP-031 RSP-032 RSP-035 {_SENT}",
).wraps(
    (Response, "json"),
    lambda made, cls, value, **given: Response(
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode(),
        status=(plain := made(cls, value, **given)).status,
        headers=plain.fields,
    ),
)
mutant(
    "nothing_is_empty", "Nothing is empty text.", f"RSP-004 RSP-015 {_SENT} RSP-038 RSP-040"
).wraps(make_response, _results(lambda result: "" if result is None else result))
mutant(
    "nothing_is_null",
    "Nothing is JSON's null, as in FastAPI.",
    f"RSP-004 RSP-015 {_SENT} RSP-038 RSP-040",
).wraps(make_response, _results(lambda result: Response.json(None) if result is None else result))
_KNOWN = (str, bytes, dict, list, Response, type(None))
mutant(
    "anything_is_json", "Whatever is returned is sent as JSON if it can be.", "RSP-018 RSP-021"
).wraps(
    make_response,
    _results(lambda result: result if isinstance(result, _KNOWN) else Response.json(result)),
)

# Statuses and fields.

mutant("statuses_with_names", "A status without a name is 500.", f"RSP-005 {_SENT}").wraps(
    _FOR_METHOD,
    lambda for_method, self, method: (
        wire
        if (wire := for_method(self, method)).status in set(HTTPStatus)
        else wire._replace(status=500)
    ),
)
mutant("any_status", "A status is any number.", "RSP-018").puts(_response._checked_status, int)


def _changing(change: Callable[[list[Any]], Iterable[Any]]) -> Callable[..., Any]:
    """The fields of every response are changed."""

    def for_method(original: Any, self: Any, method: str) -> Any:
        wire = original(self, method)
        return wire._replace(fields=list(change(wire.fields)))

    return for_method


def _joined(fields: list[Any]) -> Iterator[Any]:
    found: dict[str, str] = {}
    for name, value in fields:
        if name == "set-cookie":
            yield name, value
        else:
            found[name] = f"{found[name]}, {value}" if name in found else value
    yield from found.items()


def _cookies_by(change: Callable[[list[Any]], Iterable[Any]]) -> Callable[[list[Any]], list[Any]]:
    """What sends the other fields, then the cookies as `change` has them."""

    def changed(fields: list[Any]) -> list[Any]:
        cookies = [field for field in fields if field[0] == "set-cookie"]
        return [*(field for field in fields if field[0] != "set-cookie"), *change(cookies)]

    return changed


mutant(
    "last_of_each_header",
    "Fields are a dict: the last of a name is sent.",
    f"MID-002 RSP-007 RSP-011 RSP-015 RSP-038 RSP-039 RSP-040 {_SENT}",
).wraps(_FOR_METHOD, _changing(lambda fields: dict(fields).items()))
mutant(
    "joined_headers",
    "Fields of one name are joined, but for cookies.",
    f"RSP-007 RSP-015 {_SENT} RSP-038 RSP-039 RSP-040",
).wraps(_FOR_METHOD, _changing(_joined))
mutant(
    "sorted_headers",
    "Fields are sorted by name and value.",
    f"MID-007 RSP-007 RSP-011 RSP-038 RSP-039 RSP-040 {_SENT}",
).wraps(_FOR_METHOD, _changing(sorted))
mutant("cookies_backwards", "Cookies are sent in reverse order.", f"MID-002 RSP-011 {_SENT}").wraps(
    _FOR_METHOD, _changing(_cookies_by(reversed))
)
mutant("cookie_jar", "Of cookies of one name the last is sent.", f"RSP-011 {_SENT}").wraps(
    _FOR_METHOD,
    _changing(
        _cookies_by(lambda jar: {field[1].partition("=")[0]: field for field in jar}.values())
    ),
)
mutant(
    "no_empty_headers",
    "A field without a value is not sent.",
    f"RSP-006 RSP-007 {_SENT} RSP-038 RSP-040",
).wraps(_FOR_METHOD, _changing(lambda fields: [field for field in fields if field[1]]))
mutant(
    "powered_by",
    "A field is sent that nobody gave.",
    "RSP-001 RSP-002 RSP-003 RSP-004 RSP-005 RSP-006 RSP-007 RSP-008 RSP-009 RSP-010 RSP-011"
    " RSP-012 RSP-013 RSP-015 RSP-016 RSP-020 RSP-030 RSP-031 RSP-032 RSP-033 RSP-034 RSP-035"
    f" CUR-003 {_SENT} RSP-036 RSP-038 RSP-039 RSP-040",
).wraps(_FOR_METHOD, _changing(lambda fields: [*fields, ("x-powered-by", "unireq")]))
mutant(
    "charset_added", "Text has a charset, asked for or not.", f"RSP-007 RSP-008 RSP-015 {_SENT}"
).wraps(
    _FOR_METHOD,
    _changing(
        lambda fields: [
            (name, re.sub(r"^(text/(?!.*charset).*)$", r"\1; charset=utf-8", value))
            if name == "content-type"
            else (name, value)
            for name, value in fields
        ]
    ),
)
mutant(
    "always_typed",
    "There is always a Content-Type.",
    f"RSP-004 RSP-008 RSP-012 RSP-013 RSP-015 RSP-016 {_SENT} RSP-038 RSP-040",
).wraps(
    _FOR_METHOD,
    _changing(
        lambda fields: [
            *fields,
            *[("content-type", "text/html; charset=utf-8")] * ("content-type" not in dict(fields)),
        ]
    ),
)
mutant("squeezed_values", "White space in values is one space.", f"RSP-006 {_SENT}").wraps(
    _FOR_METHOD,
    _changing(lambda fields: [(name, re.sub(r"[ \t]+", " ", value)) for name, value in fields]),
)
mutant("set_header_adds", "`set_header` sends one more.", "RSP-007").puts(
    (Response, "set_header"), Response.add_header
)
mutant(
    "wsgi_respond_dict",
    "On WSGI fields are a dict.",
    f"MID-002 RSP-007 RSP-011 RSP-015 RSP-038 RSP-039 RSP-040 {_SENT}",
    on=SoundWSGI,
).edits(wsgi_respond.respond, "wire.fields", "list(dict(wire.fields).items())")
mutant(
    "wsgi_respond_get",
    "On WSGI HEAD is answered like GET.",
    "RSP-014 RSP-021 RSP-037 RSP-040",
    on=SoundWSGI,
).edits(wsgi_respond.respond, 'environ["REQUEST_METHOD"]', '"GET"')
mutant(
    "wsgi_statuses_with_names", "On WSGI a status needs a name.", f"RSP-005 {_SENT}", on=SoundWSGI
).puts(wsgi_respond.status_line, lambda status: f"{status} {HTTPStatus(status).phrase}")
mutant(
    "asgi_last_of_each",
    "On ASGI fields are a dict.",
    f"MID-002 MID-003 RSP-007 RSP-011 RSP-015 RSP-038 RSP-039 RSP-040 {_SENT}",
).edits(asgi_respond.field_pairs, "wire.fields", "dict(wire.fields).items()")

# Cookies.


def _rendering(**always: Any) -> Callable[..., Any]:
    """Every cookie is rendered with these arguments."""
    return lambda render, *both, **given: render(*both, **{**given, **always})


_ATTRIBUTES = f"RSP-009 RSP-012 {_SENT}"

mutant("without_max_age", "Max-Age is not sent.", f"RSP-018 {_ATTRIBUTES}").wraps(
    render_cookie, _rendering(max_age=None)
)
mutant("without_expires", "Expires is not sent.", _ATTRIBUTES).wraps(
    render_cookie, _rendering(expires=None)
)
mutant("without_domain", "Domain is not sent.", f"RSP-017 RSP-018 {_ATTRIBUTES}").wraps(
    render_cookie, _rendering(domain=None)
)
mutant("without_httponly", "HttpOnly is not sent.", f"RSP-009 {_SENT}").wraps(
    render_cookie, _rendering(httponly=False)
)
mutant("without_partitioned", "Partitioned is not sent.", f"RSP-018 {_ATTRIBUTES}").wraps(
    render_cookie, _rendering(partitioned=False)
)
mutant(
    "cookie_without_defaults",
    "SameSite is left to user agents where it is Lax.",
    f"RSP-015 {_ATTRIBUTES}",
).edits(render_cookie, "if same is not None", 'if same not in {None, "lax"}')
mutant("local_date", "Expires is in the zone that was given.", f"RSP-009 {_SENT}").edits(
    _cookies._date, "expires.astimezone(timezone.utc)", "expires"
)
mutant("cookie_date", "Expires is a date with hyphens, as Netscape had it.", _ATTRIBUTES).edits(
    _cookies._date, "{at.day:02d} {month} {at.year:04d}", "{at.day:02d}-{month}-{at.year:04d}"
)
mutant(
    "quoted_by_the_library",
    "Cookie values are quoted as http.cookies does.",
    f"RSP-010 RSP-011 RSP-017 {_ATTRIBUTES}",
).puts(_cookies._code, lambda name, value: SimpleCookie().value_encode(value)[1])
mutant(
    "percent_coded",
    "Cookie values are percent-encoded.",
    f"RSP-009 RSP-010 RSP-011 RSP-017 {_SENT}",
).puts(_cookies._code, lambda name, value: quote(value, safe="!#$&'()*+-./:<=>?@[]^_`{|}~"))
mutant(
    "same_site_in_lower_case", "`samesite` has to be given in lower case.", f"RSP-009 {_SENT}"
).edits(_cookies._lower, "samesite.lower() if isinstance(samesite, str) else samesite", "samesite")
mutant(
    "deleted_everywhere", "A cookie is deleted for `/` alone, whatever it was set for.", "RSP-012"
).wraps((Response, "delete_cookie"), lambda delete, self, name, **given: delete(self, name))
mutant("deleted_by_age", "A deleted cookie has no date.", "RSP-012").edits(
    (Response, "delete_cookie"), "datetime.fromtimestamp(0, timezone.utc)", "None"
)

# Redirections.

mutant("absolute_redirect", "Location is made absolute.", f"RSP-013 {_SENT}").edits(
    (Response, "redirect"),
    '"location", location',
    '"location", ("http://example.org" if location[:1] == "/" else "") + location',
)
mutant("redirect_302", "Every redirection is 302.", f"RSP-013 {_SENT}").edits(
    (Response, "redirect"), "cls(status=status", "cls(status=302 if status < 307 else status"
)
mutant("safe_is_quoted", "What a URL may hold is percent-encoded.", "RSP-013").puts(
    (_response, "_URL_SAFE"), "/"
)

# No content.

mutant("head_with_content", "HEAD is answered like GET.", "RSP-014 RSP-021 RSP-037 RSP-040").edits(
    _FOR_METHOD, 'b"" if method == "HEAD" else ', ""
)
mutant(
    "head_of_nothing",
    "In answer to HEAD Content-Length is that of the content that is sent: 0.",
    "RSP-014 RSP-037",
).edits(_FOR_METHOD, "str(len(self._content))", 'str(len(self._content) * (method != "HEAD"))')
mutant("length_of_nothing", "204 and 304 have a Content-Length.", "RSP-014 RSP-015 RSP-037").puts(
    (_response, "_WITHOUT_CONTENT"), ()
)


@breaks("RSP-015", _SENT, of=_FOR_METHOD)
def bare_304(self: Any, method: str) -> Any:
    """304 has no Content-Type."""
    wire = _for_method(self, method)
    if wire.status != 304:
        return wire
    return wire._replace(fields=[field for field in wire.fields if field[0] != "content-type"])


@breaks("RSP-016", _SENT, of=_FOR_METHOD)
def reset_with_content(self: Any, method: str) -> Any:
    """205 has a line of text."""
    wire = _for_method(self, method)
    return wire._replace(content=b"Reset Content") if wire.status == 205 else wire


_for_method = Response.for_method

# Refusals.

_NOTHING = re.compile(r"(?!)")
_ANYTHING = re.compile(r".*", re.DOTALL)

mutant(
    "strips_line_ends",
    "What would begin another field is left out, and the rest is sent.",
    "RSP-017 RSP-021",
).wraps(
    _header_editor.checked_field,
    lambda checked, *both: checked(*(re.sub("[\r\n\0]", "", text) for text in both)),
)
mutant("AnyFieldValue", "A field value may be anything.", "RSP-017 RSP-021").puts(
    (_header_editor, "_WRONG_IN_VALUE"), _NOTHING
)
mutant("AnyFieldName", "A field name may be anything.", "RSP-017 RSP-018").puts(
    (_header_editor, "_TOKEN"), _ANYTHING
)
mutant("AnyUrl", "A URL may have control characters.", "RSP-017").puts(
    (_response, "_CONTROL"), _NOTHING
)
mutant(
    "AnyCookieValue", "A cookie's value may have control characters, which are escaped.", "RSP-017"
).edits(_cookies._code, "_CONTROL.search(value)", "None")
mutant("AnyCookieName", "A cookie's name may be anything.", "RSP-017 RSP-018").puts(
    (_cookies, "_NAME"), _ANYTHING
)
mutant("any_attribute", "Path and domain may be anything.", "RSP-017 RSP-018").puts(
    _cookies._attribute, lambda name, attribute, value, grammar: value
)
mutant(
    "any_flags", "A cookie may have attributes that user agents refuse together.", "RSP-018"
).puts(_cookies._check_flags, lambda *_, **__: None)
mutant("nothing_is_the_servers", "A handler may send the fields of the server.", "RSP-018").puts(
    (_header_editor, "_SERVERS_OWN"), frozenset[str]()
)
mutant(
    "content_dropped", "Content is dropped where the status has none.", "RSP-015 RSP-016 RSP-018"
).puts((_response, "_EMPTY"), ())


def _answered(call: Any, self: Any, request: Any) -> Any:
    try:
        return call(self, request)
    except ValueError as error:
        return problem_response(unireq.RequestError(str(error)))


mutant(
    "every_error_is_the_clients",
    "A ValueError of a sync handler is answered as the client's fault.",
    "MID-006 MID-010 RSP-017 RSP-018 RSP-019",
).wraps(_CALL, _answered)

# Bodies and async code.


@breaks("RSP-020 RSP-030 RSP-032 RSP-033 RSP-034", of=_ACALL)
async def sync_in_the_loop(self: Any, request: Any, *given: Any) -> Any:
    """A sync handler is called where only async code can fetch the body, and nobody has."""
    return await _acall(self, request, *given) if self.is_async else self.call(request)


@breaks("RSP-021", "RSP-038", of=_ACALL)
async def async_nothing(self: Any, request: Any, *given: Any) -> Any:
    """What an async handler answers with status 204 is 200."""
    response = await _acall(self, request, *given)
    if self.is_async and response.status == 204:
        return Response(status=200, headers=response.fields)
    return response


@breaks("RSP-035", "RSP-038", "RSP-039", of=_ACALL)
async def async_problems_raise(self: Any, request: Any, *given: Any) -> Any:
    """A problem of an async handler is an exception."""
    if not self.is_async:
        return await _acall(self, request, *given)
    await request.aread()
    arguments = self._parameters.arguments(request)
    with request_context(request):
        result = await self.function(*arguments.positional, **arguments.named)
    return make_response(result, self.name)


_acall = handler.Handler.acall

# Parameters.

mutant("query_before_path", "The query comes before the path.", "RSP-030 RSP-035").edits(
    parameters._value, "if name in path:", "if name in path and name not in query:"
)


@breaks("RSP-030 RSP-033 RSP-035", of=parameters._value)
def body_before_query(asked: Any, path: Any, request: Any, body: Any) -> Any:
    """The body comes before the query."""
    if asked.name in path or body.find(asked) is parameters._NOT_FOUND:
        return _value(asked, path, request, body)
    return asked.wanted.convert(body.find(asked), text=body.is_text)


_value = parameters._value

mutant(
    "json_whatever_the_type",
    "A body that is no form is JSON, whatever its type.",
    "RSP-030 RSP-033",
).edits(parameters.kind_of_body, 'return "json" if json and not odd else ""', 'return "json"')
mutant(
    "no_json_members",
    "Parameters are not looked for in JSON.",
    "RSP-030 RSP-032 RSP-033 RSP-034 RSP-035",
).edits((parameters._Body, "find"), 'if self._kind == "json"', "if False")
mutant(
    "body_always_read", "A body that nobody asks for is parsed all the same.", "RSP-031 RSP-035"
).edits(
    (parameters.Parameters, "arguments"),
    "    path = request.path_params\n",
    "    path = request.path_params\n"
    "    if kind := kind_of_body(request):\n"
    '        request.form() if kind == "form" else request.json()\n',
)


_FROM_TEXT = (values, "FROM_TEXT")

mutant("int_of_python", "Integers are what Python takes for one.", "RSP-033").puts(
    _FROM_TEXT, {**values.FROM_TEXT, int: int}
)
mutant("float_of_python", "Numbers are what Python takes for one.", "RSP-033").puts(
    _FROM_TEXT, {**values.FROM_TEXT, float: float}
)
mutant("bool_of_python", "Every text but the empty one is true.", "RSP-032 RSP-033").puts(
    _FROM_TEXT, {**values.FROM_TEXT, bool: bool}
)
mutant("only_true", "Only `true` is true.", "RSP-031 RSP-032 RSP-033 RSP-035").puts(
    _FROM_TEXT, {**values.FROM_TEXT, bool: lambda text: text == "true"}
)
mutant("date_of_python", "Dates are what the newest Python takes for one.", "RSP-033").puts(
    _FROM_TEXT,
    {
        **values.FROM_TEXT,
        date: lambda text: date.fromisoformat(text) if "W" not in text else date(2024, 2, 29),
    },
)
mutant("text_in_json_is_read", "A string of JSON stands for what it says.", "RSP-033").wraps(
    (values.Wanted, "convert"), lambda convert, self, value, text=True: convert(self, value)
)
mutant(
    "names_of_python",
    "Clients have to call a parameter as Python does.",
    "RSP-030 RSP-031 RSP-033 RSP-035",
).puts(param.called, lambda annotation: [])
mutant("bad_request", "A wrong parameter is 400.", "RSP-033 RSP-035").puts(
    (unireq.InvalidParameter, "status"), 400
)

# Problems.

_PROBLEM = "RSP-033 RSP-034 RSP-035"

mutant(
    "problem_as_json", "A problem is `application/json`.", f"MID-007 RSP-039 RSP-040 {_PROBLEM}"
).edits(problem_response, 'application/problem+json"', 'application/json"')
mutant(
    "problem_with_advice",
    "A problem tells the client what the author could change.",
    "RSP-034 RSP-035",
).edits(problem_response, "else error.detail", "else str(error)")
mutant(
    "problem_without_parameter", "A problem does not name the parameter.", "RSP-033 RSP-035"
).edits(problem_response, "if isinstance(error, InvalidParameter)", "if False")
mutant(
    "problem_without_detail",
    "A problem does not say what was wrong.",
    f"{_PROBLEM} RSP-039 RSP-040",
).edits(problem_response, "else error.detail", 'else ""')

# Edited fields, errors that answer, native views.


def _marked(response: Response) -> Response:
    marked = copy(response)
    marked.set_header("x-powered-by", "unireq")
    return marked


mutant("extends_twice", "`extend_header` adds a member that is there.", "RSP-036").edits(
    (HeaderEditor, "extend_header"), "name in _EVENTS or key not in known", "True"
)
mutant("removes_nothing", "`remove_header` removes nothing.", "RSP-036").puts(
    (HeaderEditor, "remove_header"), lambda self, name: None
)
mutant("bare_abort", "The answer to an Abort has its status alone.", "RSP-038 RSP-040").edits(
    error_response, "return error.response if", "return Response(status=error.response.status) if"
)
mutant("async_abort", "An Abort of an async handler is let through.", "RSP-038").edits(
    _ACALL, "except (Abort, RequestError)", "except RequestError"
)
mutant(
    "problem_without_fields", "A problem lacks the fields of its error.", "RSP-039 RSP-040"
).edits(problem_response, "headers=error.headers", "headers=()")
mutant("asgi_lets_through", "The ASGI middleware answers no Abort.", "RSP-040").edits(
    (unireq_asgi.ProblemMiddleware, "__call__"),
    "(unireq.Abort, unireq.RequestError)",
    "unireq.RequestError",
)
mutant("wsgi_lets_through", "The WSGI middleware answers no Abort.", "RSP-040", on=SoundWSGI).edits(
    (unireq_wsgi.ProblemMiddleware, "__call__"),
    "(unireq.Abort, unireq.RequestError)",
    "unireq.RequestError",
)
mutant("respond_adds", "What `respond` sends to a native view has a field more.", "RSP-037").wraps(
    (asgi_app, "respond"),
    lambda respond, response, scope, send: respond(_marked(response), scope, send),
)
