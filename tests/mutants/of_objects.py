"""Mutants of the request as a Python object (API), in native code and in handlers (CUR)."""

from __future__ import annotations

from functools import cache
from typing import Any

from mutants.lenient import Framework, SoundASGI
from mutants.mutant import fails, mutants
from unireq import URL, Headers
from unireq._mapping import restore


@fails("API-004")
class Frozen(SoundASGI):
    """Facts are what they were when the view was made."""

    __slots__ = ("_params", "_root")

    root_path = property(lambda self: self._root)
    path_params = property(lambda self: dict(self._params))

    def __init__(self, scope: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(scope, *args, **kwargs)
        self._root: str = super().root_path
        self._params: dict[str, Any] = super().path_params


@fails("API-004")
class StaleURL(SoundASGI):
    """The URL is made once, whatever becomes of the scope."""

    __slots__ = ("_first",)

    @property
    def url(self) -> URL:
        if not hasattr(self, "_first"):
            self._first = super().url
        return self._first


@fails("API-010", framework=True)
class ParsedByTheFramework(SoundASGI):
    """What the framework has parsed and kept shows through."""

    __slots__ = ()

    def _make_headers(self) -> Headers:
        made = super()._make_headers()
        native = self.native
        if not isinstance(native, Framework) or native.parsed is None or "cookie" not in made:
            return made
        # As a value is sent, so that nothing but where it comes from is wrong.
        kept = "; ".join(filter(None, map(str.strip, native.parsed)))
        return restore(Headers, {**made, "cookie": kept})


@cache
def state_of(_: int) -> dict[str, Any]:
    return {}


mutants(
    r"""
wraps_its_own: from_native gives a copy of a request of ours. [API-001]
  _same = lambda native: native.replace()
looks_at_dicts_only: from_native does not look for `.scope` and `.environ`. [API-001]
  _detect._attribute = lambda native, name: None
takes_anything: from_native makes a request of whatever it is given. [API-001,002]
  _open_holder = lambda native: Request()
says_nothing: UnknownNative does not say what to do. [API-002]
  _message = lambda native: "unknown object"
names_no_key: UnknownNative does not say which key of a scope or an environ is wrong. [API-002]
  _because = lambda fault: ""
ImportsWhenRead: Reading the headers imports another framework. [API-003]
  adapter._make_headers = lambda self: import_stranger() and was(self)
BuiltAgain: headers are built at each access. [API-004]
  adapter.headers = property(lambda self: self._make_headers())
SharedParameters: path_params is the router's own dict. [API-004]
  adapter.path_params = property(lambda self: self._scope.setdefault("path_params", {}))
Settable: method can be set. [API-005]
  adapter.method = property(was, lambda self, method: None)
equal_by_content: Requests with equal facts are equal. [API-006]
  Request.__eq__ = lambda self, other: isinstance(other, Request) and self.path == other.path
hash_by_content: Requests hash by their facts. [API-006]
  Request.__hash__ = lambda self: hash(self.path)
shows_credentials: `repr` of headers shows every value. [API-007]
  is_secret_field = lambda name: False
shows_the_query: `repr` of a request shows the query. [API-007]
  hide_query = lambda query: query
shows_the_urls_in_fields: `repr` of headers shows the query and the userinfo of a URL. [API-007]
  hide_url = lambda text: text
shows_all_that_is_wrong: A message shows what came with a name. [API-007]
  shown_name = lambda name: repr(name) + " c1vz9qk3"
shows_what_differs: `repr` of a difference shows values in full. [API-007]
  shown_difference = lambda fact, values: repr(values)
shows_cookies: `repr` of cookies shows their values. [API-007]
  Cookies._shown = dict.copy
shows_parameters: `repr` of query_params shows their values. [API-007]
  QueryParams._shown = dict.copy
shows_no_names: `repr` of the mappings shows nothing at all. [API-007]
  ReadOnlyDict.__repr__ = lambda self: f"<{type(self).__name__}>"
no_hints: Another framework's name is an error without a hint. [API-008]
  elsewhere: : use {hint} =>
hands_on: Another framework's name is None. [API-008]
  OtherName.__get__ = lambda self, request, kind: None
bare_methods: `request.form["a"]` says that a method is not subscriptable. [API-008]
  Called.__get__: _Bound(MethodType(self._function, request)) => MethodType(self._function, request)
StrictQuery: `url` lets out an error where the query does not decode.
  [API-004,009 SER-001,004,005 URL-001,002,004]
  adapter.url = lambda self: raises(LookupError()) if "%" in self.query_string else was(self)
NoNative: native is a copy of what the framework has. [API-011 USR-003]
  adapter.native = property(lambda self: dict(self._scope))
new_state: Each access to state gives a new dict. [API-012 MID-011]
  Request.state = property(lambda self: {})
state_by_identity: A copy of the scope has another state. [API-012 MID-011]
  adapter.state = property(lambda self: state_of(id(self.native)))
state_of_the_framework: state is what Starlette keeps its own in. [API-012]
  _request._STATE = "state"
one_state_for_copies: Detached requests share a state. [API-012]
  Request.state = lambda self: state_of(0) if self.native is None else was(self)

# Our request in native code, and in handlers.
SomebodyElses: The current request is another one. [CUR-001,003 MID-011]
  request_context = lambda _: was(Request())
InjectsAnother: `inject` gives an empty request. [CUR-002]
  Injection.__init__ = lambda self, find, _, **given: was(self, find, lambda _: Request(), **given)
NobodysIn_call: In a handler no request is current. [CUR-003]
  Handler.call: with request_context(request): => if True:
NobodysIn_acall: In a handler no request is current. [CUR-003]
  Handler.acall: with request_context(request): => if True:
""",
    state_of,
)

for name in ("__setitem__", "__delitem__", "update", "pop", "clear", "setdefault", "__ior__"):
    mutants(f"""
changed_by_{name.strip("_")}: headers, cookies and query_params can be changed by {name}. [API-005]
  ReadOnlyDict.{name} = dict.{name}
""")
