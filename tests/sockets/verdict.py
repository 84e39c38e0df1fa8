"""The normal form of what a target reported, and how it compares with what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import unireq

FACTS = (
    "method",
    "scheme",
    "http_version",
    "host",
    "path",
    "root_path",
    "raw_path",
    "query_string",
    "url",
    "client",
    "path_params",
    "session_hash",
)
_CLIENT = {"client.host": 0, "client.port": 1}


def normal_form(request: unireq.Request) -> dict[str, Any]:
    """Every field of the normal form: the facts, and what unireq derives from them."""
    headers, cookies, query = request.headers, request.cookies, request.query_params
    return {
        **{name: getattr(request, name) for name in FACTS},
        "headers": dict(headers),
        "headers_all": {name: headers.getlist(name) for name in headers},
        "cookies": dict(cookies),
        "cookies_all": {name: cookies.getlist(name) for name in cookies},
        "query": dict(query),
        "query_all": query.multi_items(),
    }


def derived_form(form: Mapping[str, Any]) -> dict[str, Any]:
    """The part of `form` that a report has under "derived", as JSON gives it."""
    return {
        "url": str(form["url"]),
        "cookies": form["cookies"],
        "cookies_all": form["cookies_all"],
        "query": form["query"],
        "query_all": [list(pair) for pair in form["query_all"]],
        "headers_all": form["headers_all"],
        "session_hash": form["session_hash"],
    }


def value_at(form: Mapping[str, Any], field: str) -> Any:
    """The value of `field`; None for a header field that is not there."""
    if field in _CLIENT:
        return form["client"] and form["client"][_CLIENT[field]]
    name, dot, key = field.partition(".")
    return form[name].get(key) if dot else form[name]


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal and of the same type: 1, 1.0 and True are three values."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float) and isinstance(b, float):
        return repr(a) == repr(b)
    if isinstance(a, str | tuple):
        # URL and Address are these.
        return bool(a == b)
    return type(a) is type(b) and bool(a == b)


def restored(facts: dict[str, Any], base: dict[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """`facts` (of `to_dict`) with `fields` taken from `base`: what a target lost, put back."""
    facts = {**facts, "headers": dict(facts["headers"]), "client": list(facts["client"] or ())}
    for field in fields:
        name, dot, key = field.partition(".")
        if field in _CLIENT:
            facts["client"][_CLIENT[field]] = base["client"][_CLIENT[field]]
        elif not dot:
            if name in base:  # what follows from other fields, such as the URL, is in no facts
                facts[name] = base[name]
        elif key in base[name]:
            facts[name][key] = base[name][key]
        else:
            facts[name].pop(key, None)
    return {**facts, "client": facts["client"] or None}


def matching(patterns: Iterable[str], target: str) -> list[str]:
    """Those of `patterns` that match `target`, an fnmatch pattern of `framework:server` each."""
    return [pattern for pattern in patterns if fnmatchcase(target, pattern)]
