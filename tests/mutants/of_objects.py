"""Mutants of the request as a Python object (API)."""

from __future__ import annotations

import importlib
from typing import Any

import unireq
from mutants.lenient import Framework, SoundASGI
from mutants.mutant import STRANGER, breaks, mutant
from unireq import _detect, _names, _redact, _request
from unireq._headers import Headers
from unireq._mapping import ReadOnlyDict, restore

mutant("wraps_its_own", "from_native gives a copy of a request of ours.", "API-001").puts(
    _detect._same, lambda native: native.replace()
)
mutant(
    "looks_at_dicts_only", "from_native does not look for `.scope` and `.environ`.", "API-001"
).puts(_detect._attribute, lambda native, name: None)
mutant(
    "takes_anything", "from_native makes a request of whatever it is given.", "API-001 API-002"
).puts(_detect._open_holder, lambda native: unireq.Request())
mutant("says_nothing", "UnknownNative does not say what to do.", "API-002").puts(
    _detect._message, lambda native: "unknown object"
)
mutant(
    "names_no_key",
    "UnknownNative does not say which key of a scope or an environ is wrong.",
    "API-002",
).puts(_detect._because, lambda fault: "")
mutant("ImportsWhenRead", "Reading the headers imports another framework.", "API-003").wraps(
    (SoundASGI, "_make_headers"),
    lambda make, self: importlib.import_module(STRANGER) and make(self),
)
mutant("BuiltAgain", "headers are built at each access.", "API-004").puts(
    (SoundASGI, "headers"), property(lambda self: self._make_headers())
)
mutant("SharedParameters", "path_params is the router's own dict.", "API-004").puts(
    (SoundASGI, "path_params"), property(lambda self: self._scope.setdefault("path_params", {}))
)


@breaks("API-004")
class Frozen(SoundASGI):
    """Facts are what they were when the view was made."""

    __slots__ = ("_params", "_root")

    root_path = property(lambda self: self._root)
    path_params = property(lambda self: dict(self._params))

    def __init__(self, scope: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(scope, *args, **kwargs)
        self._root: str = super().root_path
        self._params: dict[str, Any] = super().path_params


@breaks("API-004")
class StaleURL(SoundASGI):
    """The URL is made once, whatever becomes of the scope."""

    __slots__ = ("_first",)

    @property
    def url(self) -> unireq.URL:
        if not hasattr(self, "_first"):
            self._first = super().url
        return self._first


mutant("Settable", "method can be set.", "API-005").puts(
    (SoundASGI, "method"), property(SoundASGI.method.fget, lambda self, method: None)
)
for _mutator in ("__setitem__", "__delitem__", "update", "pop", "clear", "setdefault", "__ior__"):
    mutant(
        f"changed_by_{_mutator.strip('_')}",
        f"headers, cookies and query_params can be changed by {_mutator}.",
        "API-005",
    ).puts((ReadOnlyDict, _mutator), getattr(dict, _mutator))
mutant("equal_by_content", "Requests with equal facts are equal.", "API-006").puts(
    (unireq.Request, "__eq__"),
    lambda self, other: isinstance(other, unireq.Request) and self.path == other.path,
)
mutant("hash_by_content", "Requests hash by their facts.", "API-006").puts(
    (unireq.Request, "__hash__"), lambda self: hash(self.path)
)
mutant("shows_credentials", "`repr` of headers shows every value.", "API-007").puts(
    _redact.is_secret_field, lambda name: False
)
mutant("shows_the_query", "`repr` of a request shows the query.", "API-007").puts(
    _redact.hide_query, lambda query: query
)
mutant(
    "shows_the_urls_in_fields",
    "`repr` of headers shows the query and the userinfo of a URL.",
    "API-007",
).puts(_redact.hide_url, lambda text: text)
mutant("shows_all_that_is_wrong", "A message shows what came with a name.", "API-007").puts(
    _redact.shown_name, lambda name: repr(name) + " c1vz9qk3"
)
mutant("shows_what_differs", "`repr` of a difference shows values in full.", "API-007").puts(
    _redact.shown_difference, lambda fact, values: repr(values)
)
mutant("shows_cookies", "`repr` of cookies shows their values.", "API-007").puts(
    (unireq.Cookies, "_shown"), dict.copy
)
mutant("shows_parameters", "`repr` of query_params shows their values.", "API-007").puts(
    (unireq.QueryParams, "_shown"), dict.copy
)
mutant("shows_no_names", "`repr` of the mappings shows nothing at all.", "API-007").puts(
    (ReadOnlyDict, "__repr__"), lambda self: f"<{type(self).__name__}>"
)
mutant("no_hints", "Another framework's name is an error without a hint.", "API-008").edits(
    _names.elsewhere, ": use {hint}", ""
)
mutant("hands_on", "Another framework's name is None.", "API-008").puts(
    (_names.OtherName, "__get__"), lambda self, request, kind: None
)
mutant(
    "bare_methods", '`request.form["a"]` says that a method is not subscriptable.', "API-008"
).edits(
    (_names.Called, "__get__"),
    "_Bound(MethodType(self._function, request))",
    "MethodType(self._function, request)",
)


@breaks("API-004 API-009 SER-001 SER-004 SER-005 URL-001 URL-002 URL-004")
class StrictQuery(SoundASGI):
    """`url` lets out an error where the query does not decode."""

    __slots__ = ()

    @property
    def url(self) -> unireq.URL:
        if "%" in self.query_string:
            raise LookupError("the framework's own")
        return super().url


@breaks("API-010 SER-001 SER-005", framework=True)
class ParsedByTheFramework(SoundASGI):
    """What the framework has parsed and kept shows through."""

    __slots__ = ()

    def _make_headers(self) -> Headers:
        made = super()._make_headers()
        native = self.native
        if not isinstance(native, Framework) or native.parsed is None or "cookie" not in made:
            return made
        return restore(Headers, {**made, "cookie": "; ".join(native.parsed)})


mutant("NoNative", "native is a copy of what the framework has.", "API-011 USR-003").puts(
    (SoundASGI, "native"), property(lambda self: dict(self._scope))
)

_STATES: dict[int, dict[str, Any]] = {}

mutant("new_state", "Each access to state gives a new dict.", "MID-011 API-012").puts(
    (unireq.Request, "state"), property(lambda self: {})
)
mutant("state_by_identity", "A copy of the scope has another state.", "MID-011 API-012").puts(
    (SoundASGI, "state"), property(lambda self: _STATES.setdefault(id(self.native), {}))
)
mutant("state_of_the_framework", "state is what Starlette keeps its own in.", "API-012").puts(
    (_request, "_STATE"), "state"
)
mutant("one_state_for_copies", "Detached requests share a state.", "API-012").wraps(
    (unireq.Request, "state"),
    lambda state, self: _STATES.setdefault(0, {}) if self.native is None else state(self),
)
