"""The facts from the arguments of `Request(...)`, and from those of `Request.replace`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from unireq._connection import Address
from unireq._facts import SURROGATE, Facts, check_facts, find_session_hash
from unireq._headers import Headers
from unireq._redact import hide_target, shown_fact, shown_name
from unireq._url import AUTHORITY_END, decode_raw_path, normalize_path, valid_host
from unireq._urlencoded import QueryParams, parse_query

__all__ = ["changed_facts", "facts_by_hand"]

_CHANGES = ("url", *(name for name in Facts._fields if name != "raw_path"))
# Each of these also determines another fact.
_ENTANGLED = {"url", "headers", "host", "path"}


def facts_by_hand(
    *,
    method: str,
    url: str,
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
    path_params: Mapping[str, Any] | None,
    route: str | None,
    view_name: str | None,
    client: Address | tuple[str, int | None] | None,
    username: str | None,
    session_hash: str | None,
    http_version: str,
    root_path: str,
    body: bytes,
) -> Facts:
    """The facts from the arguments of `Request(...)`.

    Raises:
        TypeError, ValueError: An argument has the wrong type or form; the message says which.
    """
    target = _target(url)
    fields = headers if type(headers) is Headers else Headers(headers)
    host = target.pop("host", None)
    if host is None:
        host = valid_host(fields.get("host"))
    elif "host" not in fields:
        fields = _with_host(fields, host)
    return check_facts(
        Facts(
            method=_upper(method),
            scheme=target.pop("scheme", "http"),
            http_version=http_version,
            host=host,
            root_path=root_path,
            headers=fields,
            client=_address(client),
            path_params=_params(path_params),
            route=route,
            view_name=view_name,
            session_hash=_found_hash(fields, target["query_string"])
            if session_hash is None
            else session_hash,
            username=username,
            body=body,
            **target,
        )
    )


def changed_facts(facts: Facts, changes: dict[str, Any]) -> Facts:
    """`facts` with `changes`, as `Request.replace` describes them.

    Raises:
        TypeError, ValueError: A change is unknown, or has the wrong type or form.
    """
    unknown = sorted(set(changes) - set(_CHANGES))
    if unknown:
        raise TypeError(
            f"replace: expected names from {', '.join(_CHANGES)}, got {', '.join(unknown)}"
        )
    new: dict[str, Any] = _target(changes["url"]) if "url" in changes else {}
    for name in changes.keys() - _ENTANGLED:
        new[name] = _CONVERTERS.get(name, _as_it_is)(changes[name])
    if "path" in changes:
        path = changes["path"]
        new.update(path=normalize_path(path) if isinstance(path, str) else path, raw_path=None)
    if "host" in changes:
        new["host"] = changes["host"]
    if "headers" in changes:
        new["headers"] = Headers(changes["headers"])
        if new.get("host") is not None and "host" not in new["headers"]:
            new["headers"] = _with_host(new["headers"], new["host"])
        new.setdefault("host", valid_host(new["headers"].get("host")))
    elif "host" in new:
        new["headers"] = _with_host(facts.headers, new["host"])
    if "headers" in new or "query_string" in new:
        changed = facts._replace(**new)
        new.setdefault("session_hash", _found_hash(changed.headers, changed.query_string))
    return check_facts(facts._replace(**new))


def _found_hash(headers: Headers, query_string: object) -> str | None:
    query = parse_query(query_string) if isinstance(query_string, str) else QueryParams()
    return find_session_hash(headers.get("x-session-hash"), query)


def _target(url: object) -> dict[str, Any]:
    """path, raw_path and query_string of `url`, and scheme and host if it is absolute."""
    if not isinstance(url, str):
        raise TypeError(f"url: expected a str, got {type(url).__name__}")
    if "#" in url:
        raise ValueError(
            "url: expected no fragment (it is never sent to a server),"
            f" got {shown_fact('url', url)}"
        )
    if SURROGATE.search(url) is not None:
        raise ValueError(f"url: expected text that UTF-8 can encode, got {shown_fact('url', url)}")
    found: dict[str, Any] = {}
    scheme, separator, rest = url.partition("://")
    if separator and "/" not in scheme and "?" not in scheme:
        end = AUTHORITY_END.search(rest)
        authority, rest = (rest, "") if end is None else (rest[: end.start()], rest[end.start() :])
        if valid_host(authority) is None:
            raise ValueError(
                "url: expected a host with an optional port after '://' (RFC 3986 3.2),"
                f" got {shown_fact('host', authority)}"
            )
        found.update(scheme=scheme.lower(), host=authority)
        rest = rest if rest.startswith("/") else "/" + rest
    elif not url.startswith("/") and url != "*":
        raise ValueError(
            "url: expected '/path?query', an absolute URL or '*', got"
            f" {shown_name(hide_target(url))}"
        )
    path, _, query = rest.partition("?") if found else url.partition("?")
    # Characters that a URL can't contain become UTF-8 escapes; existing escapes stay.
    raw = quote(path, safe="!\"$%&'()*+,/:;<=>@[\\]^_`{|}~").encode("ascii")
    decoded = decode_raw_path(raw)
    settled = normalize_path(decoded)
    found.update(
        path=settled,
        raw_path=raw if settled == decoded else None,
        query_string=quote(query, safe="!\"$%&'()*+,/:;<=>?@[\\]^_`{|}~"),
    )
    return found


def _upper(method: object) -> Any:
    return method.upper() if isinstance(method, str) and method.isascii() else method


def _with_host(headers: Headers, host: str | None) -> Headers:
    others = {name: value for name, value in headers.items() if name != "host"}
    return Headers(others if host is None else {"host": host, **others})


def _address(client: Sequence[Any] | None) -> Any:
    if client is None or type(client) is Address:
        return client
    if not isinstance(client, (tuple, list)) or len(client) != 2:
        raise TypeError(
            "client: expected an Address, a (host, port) pair or None,"
            f" got {shown_fact('client', client)}"
        )
    return Address(*client)


def _params(params: object) -> Any:
    return dict(params) if isinstance(params, Mapping) else {} if params is None else params  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _as_it_is(value: Any) -> Any:
    return value


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "method": _upper,
    "client": _address,
    "path_params": _params,
}
