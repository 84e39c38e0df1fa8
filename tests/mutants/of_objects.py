"""Mutants of the request as a Python object (API)."""

from __future__ import annotations

import importlib
from typing import Any

import unireq
from mutants.lenient import Framework, SoundASGI
from mutants.mutant import STRANGER, breaks, changed
from unireq import _detect, _names, _redact
from unireq._headers import Headers
from unireq._mapping import ReadOnlyDict, restore


@breaks("API-001", of=_detect._same)
def wraps_its_own(native: unireq.Request) -> unireq.Request:
    """from_native gives a copy of a request of ours."""
    return native.replace()


@breaks("API-001", of=_detect._attribute)
def looks_at_dicts_only(native: Any, name: str) -> Any:
    """from_native does not look for `.scope` and `.environ`."""
    return None


@breaks("API-001", "API-002", of=_detect._open_holder)
def takes_anything(native: Any) -> unireq.Request:
    """from_native makes a request of whatever it is given."""
    return unireq.Request()


@breaks("API-002", of=_detect._message)
def says_nothing(native: object) -> str:
    """UnknownNative does not say what to do."""
    return "unknown object"


@breaks("API-002", of=_detect._because)
def names_no_key(fault: str | None) -> str:
    """UnknownNative does not say which key of a scope or an environ is wrong."""
    return ""


@breaks("API-003")
class ImportsWhenRead(SoundASGI):
    """Reading the headers imports another framework."""

    __slots__ = ()

    def _make_headers(self) -> Headers:
        importlib.import_module(STRANGER)
        return super()._make_headers()


@breaks("API-004")
class BuiltAgain(SoundASGI):
    """headers are built at each access."""

    __slots__ = ()

    @property
    def headers(self) -> Headers:
        return self._make_headers()


@breaks("API-004")
class SharedParameters(SoundASGI):
    """path_params is the router's own dict."""

    __slots__ = ()

    @property
    def path_params(self) -> dict[str, Any]:
        return self._scope.setdefault("path_params", {})  # type: ignore[attr-defined, no-any-return]


@breaks("API-004")
class Frozen(SoundASGI):
    """Facts are what they were when the view was made."""

    __slots__ = ("_params", "_root")

    def __init__(self, scope: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(scope, *args, **kwargs)
        self._root: str = super().root_path
        self._params: dict[str, Any] = super().path_params

    @property
    def root_path(self) -> str:
        return self._root

    @property
    def path_params(self) -> dict[str, Any]:
        return dict(self._params)


@breaks("API-004")
class StaleURL(SoundASGI):
    """The URL is made once, whatever becomes of the scope."""

    __slots__ = ("_first",)

    _first: unireq.URL

    @property
    def url(self) -> unireq.URL:
        if not hasattr(self, "_first"):
            self._first = super().url
        return self._first


@breaks("API-005")
class Settable(SoundASGI):
    """method can be set."""

    __slots__ = ()

    @property
    def method(self) -> str:
        return super().method

    @method.setter
    def method(self, method: str) -> None:
        pass


for _mutator in ("__setitem__", "__delitem__", "update", "pop", "clear", "setdefault", "__ior__"):
    changed(
        f"changed_by_{_mutator.strip('_')}",
        f"headers, cookies and query_params can be changed by {_mutator}.",
        (ReadOnlyDict, _mutator),
        getattr(dict, _mutator),
        "API-005",
    )


@breaks("API-006", of=(unireq.Request, "__eq__"))
def equal_by_content(self: unireq.Request, other: object) -> bool:
    """Requests with equal facts are equal."""
    return isinstance(other, unireq.Request) and self.path == other.path


@breaks("API-006", of=(unireq.Request, "__hash__"))
def hash_by_content(self: unireq.Request) -> int:
    """Requests hash by their facts."""
    return hash(self.path)


@breaks("API-007", of=_redact.is_secret_field)
def shows_credentials(name: str) -> bool:
    """`repr` of headers shows every value."""
    return False


@breaks("API-007", of=_redact.hide_query)
def shows_the_query(query: str) -> str:
    """`repr` of a request shows the query."""
    return query


@breaks("API-007", of=_redact.hide_url)
def shows_the_urls_in_fields(text: str) -> str:
    """`repr` of headers shows the query and the userinfo of a URL."""
    return text


@breaks("API-007", of=_redact.shown_name)
def shows_all_that_is_wrong(name: str) -> str:
    """A message shows what came with a name."""
    return repr(name) + " c1vz9qk3"


@breaks("API-007", of=_redact.shown_difference)
def shows_what_differs(fact: str, values: tuple[Any, Any]) -> str:
    """`repr` of a difference shows values in full."""
    return repr(values)


@breaks("API-007", of=(unireq.Cookies, "_shown"))
def shows_cookies(self: unireq.Cookies) -> dict[str, str]:
    """`repr` of cookies shows their values."""
    return dict(self)


@breaks("API-007", of=(unireq.QueryParams, "_shown"))
def shows_parameters(self: unireq.QueryParams) -> dict[str, str]:
    """`repr` of query_params shows their values."""
    return dict(self)


@breaks("API-007", of=(ReadOnlyDict, "__repr__"))
def shows_no_names(self: ReadOnlyDict) -> str:
    """`repr` of the mappings shows nothing at all."""
    return f"<{type(self).__name__}>"


@breaks("API-008", of=_names.elsewhere)
def no_hints(kind: str, name: str) -> str:
    """Another framework's name is an error without a hint."""
    return f"{kind!r} has no attribute {name!r}"


@breaks("API-008", of=(_names.OtherName, "__get__"))
def hands_on(self: _names.OtherName, request: object, kind: type) -> Any:
    """Another framework's name is None."""
    return None


@breaks("API-008", of=(_names.Called, "__get__"))
def bare_methods(self: _names.Called, request: Any, kind: type) -> Any:
    """`request.form["a"]` says that a method is not subscriptable."""
    return self._function.__get__(request, kind)


@breaks(
    "API-004",
    "API-009",
    "SER-001",
    "SER-004",
    "SER-005",
    "URL-001",
    "URL-002",
    "URL-004",
)
class StrictQuery(SoundASGI):
    """`url` lets out an error where the query does not decode."""

    __slots__ = ()

    @property
    def url(self) -> unireq.URL:
        if "%" in self.query_string:
            raise LookupError("the framework's own")
        return super().url


@breaks("API-010", "SER-001", "SER-005", framework=True)
class ParsedByTheFramework(SoundASGI):
    """What the framework has parsed and kept shows through."""

    __slots__ = ()

    def _make_headers(self) -> Headers:
        made = super()._make_headers()
        native = self.native
        if not isinstance(native, Framework) or native.parsed is None or "cookie" not in made:
            return made
        return restore(Headers, {**made, "cookie": "; ".join(native.parsed)})


@breaks("API-011", "USR-003")
class NoNative(SoundASGI):
    """native is a copy of what the framework has."""

    __slots__ = ()

    @property
    def native(self) -> Any:
        return dict(self._scope)
