"""Mutants of responses and of handlers (RSP)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import Any

from mutants.mutant import mutants
from unireq import RequestError, Response
from unireq._handlers.handler import make_response, problem_response
from unireq.adapter import request_context

Fields = list[tuple[str, str]]


def changed(wire: Any, change: Callable[[Fields], Iterable[tuple[str, str]]]) -> Any:
    return wire._replace(fields=list(change(wire.fields)))


def joined(fields: Fields) -> Iterator[tuple[str, str]]:
    found: dict[str, str] = {}
    for name, value in fields:
        if name == "set-cookie":
            yield name, value
        else:
            found[name] = f"{found[name]}, {value}" if name in found else value
    yield from found.items()


def others_first(fields: Fields, change: Callable[[Fields], Iterable[tuple[str, str]]]) -> Fields:
    """The fields that are no cookies, then the cookies as `change` has them."""
    cookies = [field for field in fields if field[0] == "set-cookie"]
    return [*(field for field in fields if field[0] != "set-cookie"), *change(cookies)]


def marked(response: Response) -> Response:
    found = copy(response)
    found.set_header("x-powered-by", "unireq")
    return found


def answered(call: Callable[[], Response]) -> Response:
    try:
        return call()
    except ValueError as error:
        return problem_response(RequestError(str(error)))


async def with_200_for_204(answer: Any, handler: Any) -> Response:
    response: Response = await answer
    if handler.is_async and response.status == 204:
        return Response(status=200, headers=response.fields)
    return response


async def without_problems(self: Any, request: Any) -> Response:
    await request.aread()
    arguments = self._parameters.arguments(request)
    with request_context(request):
        result = await self.function(*arguments.positional, **arguments.named)
    return make_response(result, self.name)


mutants(
    r"""
# Results.
text_as_latin1: Text is sent as ISO-8859-1. [SENT RSP-001,008,018,038,040]
  _response._utf8 = lambda text: text.encode("latin-1", "replace")
text_is_html: Text is HTML, as in Django and Flask. [SENT CUR-003 RSP-001,038,040]
  make_response: if result is None:
    => if isinstance(result, str):
            return Response.html(result)
        if result is None:
octets_are_text: Octets are plain text. [SENT RSP-002,020]
  make_response: else bytes(cast("bytes", result))
    => else bytes(result), media_type=None if isinstance(result, str) else "text/plain"
json_in_utf8: JSON is UTF-8, with white space. [SENT RSP-003,008,030..032,035]
  Response.json = lambda cls, value, **given: Response(
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode(),
    status=(plain := was(cls, value, **given)).status, headers=plain.fields)
nothing_is_empty: Nothing is empty text. [SENT RSP-004,015,038,040]
  make_response: Response(status=204) => Response("")
nothing_is_null: Nothing is JSON's null, as in FastAPI. [SENT RSP-004,015,038,040]
  make_response: Response(status=204) => Response.json(None)
anything_is_json: Whatever is returned is sent as JSON if it can be. [RSP-018,021]
  make_response: if isinstance(result, (dict, list)): => if True:

# Statuses and fields.
statuses_with_names: A status without a name is 500. [SENT RSP-005]
  Response.for_method = lambda *given: wire if (
    wire := was(*given)).status in set(HTTPStatus) else wire._replace(status=500)
any_status: A status is any number. [RSP-018]
  _checked_status = int
last_of_each_header: Fields are a dict: the last of a name is sent.
  [SENT MID-002 RSP-007,011,015,038..040]
  Response.for_method = lambda *given: changed(was(*given), lambda fields: dict(fields).items())
joined_headers: Fields of one name are joined, but for cookies. [SENT RSP-007,015,038..040]
  Response.for_method = lambda *given: changed(was(*given), joined)
sorted_headers: Fields are sorted by name and value. [SENT MID-007 RSP-007,011,038..040]
  Response.for_method = lambda *given: changed(was(*given), sorted)
cookies_backwards: Cookies are sent in reverse order. [SENT MID-002 RSP-011]
  Response.for_method = lambda *given: changed(was(*given), lambda fields:
    others_first(fields, reversed))
cookie_jar: Of cookies of one name the last is sent. [SENT RSP-011]
  Response.for_method = lambda *given: changed(was(*given), lambda fields:
    others_first(fields, lambda jar: {each[1].partition("=")[0]: each for each in jar}.values()))
no_empty_headers: A field without a value is not sent. [SENT RSP-006,007,038,040]
  Response.for_method = lambda *given: changed(was(*given), lambda fields:
    [each for each in fields if each[1]])
powered_by: A field is sent that nobody gave.
  [SENT CUR-003 RSP-001..013,015,016,020,030..036,038..040]
  Response.for_method = lambda *given: changed(was(*given), lambda fields:
    [*fields, ("x-powered-by", "unireq")])
charset_added: Text has a charset, asked for or not. [SENT RSP-007,008,015]
  Response.for_method = lambda *given: changed(was(*given), lambda fields:
    [(name, re.sub("^(text/(?!.*charset).*)$", r"\1; charset=utf-8", value)
      if name == "content-type" else value) for name, value in fields])
always_typed: There is always a Content-Type. [SENT RSP-004,008,012,013,015,016,038,040]
  Response.for_method = lambda *given: changed(was(*given), lambda fields: fields +
    [("content-type", "text/html; charset=utf-8")] * ("content-type" not in dict(fields)))
squeezed_values: White space in values is one space. [SENT RSP-006]
  Response.for_method = lambda *given: changed(was(*given), lambda fields:
    [(name, re.sub("[ \t]+", " ", value)) for name, value in fields])
set_header_adds: `set_header` sends one more. [RSP-007]
  Response.set_header = Response.add_header
wsgi_respond_dict (WSGI): On WSGI fields are a dict. [SENT MID-002 RSP-007,011,015,038..040]
  respond: wire.fields => list(dict(wire.fields).items())
wsgi_respond_get (WSGI): On WSGI HEAD is answered like GET. [RSP-014,021,037,040]
  respond: environ["REQUEST_METHOD"] => "GET"
wsgi_statuses_with_names (WSGI): On WSGI a status needs a name. [SENT RSP-005]
  status_line = lambda status: f"{status} {HTTPStatus(status).phrase}"
asgi_last_of_each: On ASGI fields are a dict. [SENT MID-002,003 RSP-007,011,015,038..040]
  field_pairs: wire.fields => dict(wire.fields).items()

# Cookies.
without_max_age: Max-Age is not sent. [ATTRIBUTES RSP-018]
  render_cookie = lambda *both, **given: was(*both, **(given | {"max_age": None}))
without_expires: Expires is not sent. [ATTRIBUTES]
  render_cookie = lambda *both, **given: was(*both, **(given | {"expires": None}))
without_domain: Domain is not sent. [ATTRIBUTES RSP-017,018]
  render_cookie = lambda *both, **given: was(*both, **(given | {"domain": None}))
without_httponly: HttpOnly is not sent. [SENT RSP-009]
  render_cookie: if httponly: => if False:
without_partitioned: Partitioned is not sent. [ATTRIBUTES RSP-018]
  render_cookie = lambda *both, **given: was(*both, **(given | {"partitioned": False}))
cookie_without_defaults: SameSite is left to user agents where it is Lax. [ATTRIBUTES RSP-015]
  render_cookie: if same is not None => if same not in {None, "lax"}
local_date: Expires is in the zone that was given. [SENT RSP-009]
  _cookies._date: expires.astimezone(timezone.utc) => expires
cookie_date: Expires is a date with hyphens, as Netscape had it. [ATTRIBUTES]
  _cookies._date: {at.day:02d} {month} {at.year:04d} => {at.day:02d}-{month}-{at.year:04d}
quoted_by_the_library: Cookie values are quoted as http.cookies does. [ATTRIBUTES RSP-010,011,017]
  _cookies._code = lambda name, value: SimpleCookie().value_encode(value)[1]
percent_coded: Cookie values are percent-encoded. [SENT RSP-009..011,017]
  _cookies._code = lambda name, value: quote(value, safe="!#$&'()*+-./:<=>?@[]^_`{|}~")
same_site_in_lower_case: `samesite` has to be given in lower case. [SENT RSP-009]
  _cookies._lower: samesite.lower() if isinstance(samesite, str) else samesite => samesite
deleted_everywhere: A cookie is deleted for `/` alone, whatever it was set for. [RSP-012]
  Response.delete_cookie = lambda self, name, **given: was(self, name)
deleted_by_age: A deleted cookie has no date. [RSP-012]
  Response.delete_cookie: datetime.fromtimestamp(0, timezone.utc) => None

# Redirections.
absolute_redirect: Location is made absolute. [SENT RSP-013]
  Response.redirect: "location", location
    => "location", ("http://example.org" if location[:1] == "/" else "") + location
redirect_302: Every redirection is 302. [SENT RSP-013]
  Response.redirect: cls(status=status => cls(status=302 if status < 307 else status
safe_is_quoted: What a URL may hold is percent-encoded. [RSP-013]
  _response._URL_SAFE = "/"

# No content.
head_with_content: HEAD is answered like GET. [RSP-014,021,037,040]
  Response.for_method: b"" if method == "HEAD" else self => self
head_of_nothing: In answer to HEAD Content-Length is that of the content that is sent: 0.
  [RSP-014,037]
  Response.for_method: str(len(self._content)) => str(len(self._content) * (method != "HEAD"))
length_of_nothing: 204 and 304 have a Content-Length. [RSP-014,015,037]
  _response._WITHOUT_CONTENT = ()
bare_304: 304 has no Content-Type. [SENT RSP-015]
  Response.for_method: list(self._fields) => [each for each in self._fields
    if self._status != 304 or each[0] != "content-type"]
reset_with_content: 205 has a line of text. [SENT RSP-016]
  Response.for_method = lambda *given: wire if (
    wire := was(*given)).status != 205 else wire._replace(content=b"Reset Content")

# Refusals.
strips_line_ends: What would begin another field is left out, and the rest is sent. [RSP-017,021]
  checked_field = lambda *both: was(*(re.sub("[\r\n\0]", "", text) for text in both))
AnyFieldValue: A field value may be anything. [RSP-017,021]
  _header_editor._WRONG_IN_VALUE = re.compile("(?!)")
AnyFieldName: A field name may be anything. [RSP-017,018]
  _header_editor._TOKEN = re.compile("(?s).*")
AnyUrl: A URL may have control characters. [RSP-017]
  _response._CONTROL = re.compile("(?!)")
AnyCookieValue: A cookie's value may have control characters, which are escaped. [RSP-017]
  _cookies._code: _CONTROL.search(value) => None
AnyCookieName: A cookie's name may be anything. [RSP-017,018]
  _cookies._NAME = re.compile("(?s).*")
any_attribute: Path and domain may be anything. [RSP-017,018]
  _cookies._attribute = lambda name, attribute, value, grammar: value
any_flags: A cookie may have attributes that user agents refuse together. [RSP-018]
  _cookies._check_flags = lambda *_, **__: None
nothing_is_the_servers: A handler may send the fields of the server. [RSP-018]
  _header_editor._SERVERS_OWN = frozenset()
content_dropped: Content is dropped where the status has none. [RSP-015,016,018]
  _response._EMPTY = ()
every_error_is_the_clients: A ValueError of a sync handler is answered as the client's fault.
  [MID-006,010 RSP-017..019]
  Handler.call = lambda *given: answered(lambda: was(*given))

# Bodies and async code.
sync_in_the_loop: A sync handler is called where only async code can fetch the body, and nobody has.
  [RSP-020,030,032..034]
  Handler.acall: await self._read_ahead(request) => return self.call(request)
async_nothing: What an async handler answers with status 204 is 200. [RSP-021,038]
  Handler.acall = lambda self, *given: with_200_for_204(was(self, *given), self)
async_problems_raise: A problem of an async handler is an exception. [RSP-035,038,039]
  Handler.acall = lambda self, request, *given: (
    without_problems(self, request) if self.is_async else was(self, request, *given))

# Parameters.
query_before_path: The query comes before the path. [RSP-030,035]
  parameters._value: if name in path: => if name in path and name not in query:
body_before_query: The body comes before the query. [RSP-030,033,035]
  parameters._value = lambda asked, path, request, body: (was(asked, path, request, body)
    if asked.name in path or (found := body.find(asked)) is _NOT_FOUND
    else asked.wanted.convert(found, text=body.is_text))
json_whatever_the_type: A body that is no form is JSON, whatever its type. [RSP-030,033]
  kind_of_body: return "json" if json and not odd else "" => return "json"
no_json_members: Parameters are not looked for in JSON. [RSP-030,032..035]
  _Body.find: if self._kind == "json" => if False
body_always_read: A body that nobody asks for is parsed all the same. [RSP-031,035]
  parameters.Parameters.arguments: found = Arguments([], {})
    => found = Arguments([], {})
        if kind := kind_of_body(request):
            request.form() if kind == "form" else request.json()
int_of_python: Integers are what Python takes for one. [RSP-033]
  values.FROM_TEXT = was | {int: int}
float_of_python: Numbers are what Python takes for one. [RSP-033]
  values.FROM_TEXT = was | {float: float}
bool_of_python: Every text but the empty one is true. [RSP-032,033]
  values.FROM_TEXT = was | {bool: bool}
only_true: Only `true` is true. [RSP-031..033,035]
  values.FROM_TEXT = was | {bool: lambda text: text == "true"}
date_of_python: Dates are what the newest Python takes for one. [RSP-033]
  values.FROM_TEXT = was | {
    date: lambda text: date.fromisoformat(text) if "W" not in text else date(2024, 2, 29)}
text_in_json_is_read: A string of JSON stands for what it says. [RSP-033]
  Wanted.convert = lambda self, value, text=True: was(self, value)
names_of_python: Clients have to call a parameter as Python does. [RSP-030,031,033,035]
  called = lambda annotation: []
bad_request: A wrong parameter is 400. [RSP-033,035]
  InvalidParameter.status = 400

# Problems.
problem_as_json: A problem is `application/json`. [MID-007 RSP-033..035,039,040]
  problem_response: application/problem+json" => application/json"
problem_with_advice: A problem tells the client what the author could change. [RSP-034,035]
  problem_response: else error.detail => else str(error)
problem_without_parameter: A problem does not name the parameter. [RSP-033,035]
  problem_response: if isinstance(error, InvalidParameter) => if False
problem_without_detail: A problem does not say what was wrong. [RSP-033..035,039,040]
  problem_response: else error.detail => else ""

# Edited fields, errors that answer, native views.
extends_twice: `extend_header` adds a member that is there. [RSP-036]
  HeaderEditor.extend_header: name in _EVENTS or key not in known => True
removes_nothing: `remove_header` removes nothing. [RSP-036]
  HeaderEditor.remove_header = lambda self, name: None
bare_abort: The answer to an Abort has its status alone. [RSP-038,040]
  error_response: return error.response if => return Response(status=error.response.status) if
async_abort: An Abort of an async handler is let through. [RSP-038]
  Handler.acall: except (Abort, RequestError) => except RequestError
problem_without_fields: A problem lacks the fields of its error. [RSP-039,040]
  problem_response: headers=error.headers => headers=()
asgi_lets_through: The ASGI middleware answers no Abort. [RSP-040]
  ProblemMiddleware.__call__: (unireq.Abort, unireq.RequestError) => unireq.RequestError
wsgi_lets_through (WSGI): The WSGI middleware answers no Abort. [RSP-040]
  ProblemMiddleware.__call__: (unireq.Abort, unireq.RequestError) => unireq.RequestError
respond_adds: What `respond` sends to a native view has a field more. [RSP-037]
  asgi_app.respond = lambda response, *given: was(marked(response), *given)
""",
    *(changed, joined, others_first, marked, answered, with_200_for_204, without_problems),
    # Whatever a handler returns is sent there: what is wrong with fields shows.
    SENT="RSP-014 RSP-021..022 RSP-037",
    ATTRIBUTES="RSP-009 RSP-012 SENT",
)
