"""API: the clauses about the Python object. They are checked inside the app: see `inside`."""

from __future__ import annotations

from unireq_conformance.clause import clause
from unireq_conformance.clauses.drawing import about_nothing, inside
from unireq_conformance.strategies import requests

clause(
    "API-001",
    "Detection",
    "`from_native` takes the framework's request, its subclasses, its proxies, a scope, an"
    " environ, an object that holds one of these as `.scope` or `.environ`, and a"
    " `unireq.Request`, which it returns as it is.",
    strategy=about_nothing,
)(inside("API-001"))

clause(
    "API-002",
    "Nothing else",
    "Anything else is `UnknownNative`, whose message names the type, the adapters, and what to do;"
    " of a scope or an environ made by hand, in which something is wrong, also the key.",
    strategy=about_nothing,
)(inside("API-002"))

clause(
    "API-003",
    "No imports",
    "Detection imports no framework, and no adapter but the one it needs.",
    strategy=about_nothing,
)(inside("API-003"))

clause(
    "API-004",
    "Live and cached",
    "Scalars, `path_params`, `root_path` and `username` are read at each access. `headers`,"
    " `cookies` and `query_params` are built once for a view.",
    strategy=requests,
)(inside("API-004"))

clause(
    "API-005",
    "Read-only",
    "`Request` has no public setter. Every mutator of `headers`, `cookies` and `query_params` is a"
    " `TypeError` that says what to use.",
    strategy=requests,
)(inside("API-005"))

clause(
    "API-006",
    "Identity",
    "Requests compare and hash by identity.",
    strategy=about_nothing,
)(inside("API-006"))

clause(
    "API-007",
    "Redaction",
    "`repr` of a request, of `headers`, `cookies`, `query_params`, `url` and of a `diff`, and every"
    " message of an error show names; values of cookies and query parameters, of fields that tell"
    " of credentials by their name or their form, userinfo and the query of any URL are hidden.",
    strategy=requests,
)(inside("API-007"))

clause(
    "API-008",
    "Other names",
    "Reading another framework's name (`GET`, `args`, `META`, ...) is an `AttributeError` that"
    " names ours, or what each framework has where there is none of ours (`session`, `state`). What"
    " is a mapping there and a method here (`form`, `json`) says so where it is used as one.",
    strategy=about_nothing,
)(inside("API-008"))

clause(
    "API-009",
    "No foreign errors",
    "No error of the framework leaves a neutral call.",
    strategy=requests,
)(inside("API-009"))

clause(
    "API-010",
    "No framework parser",
    "All metadata reads with the framework's own parsers for headers, cookies, queries and URLs"
    " taken away; and what they have parsed and kept does not show.",
    strategy=requests,
)(inside("API-010"))

clause(
    "API-011",
    "Native",
    "`native` is the framework's own object, `None` when detached.",
    strategy=about_nothing,
)(inside("API-011"))
