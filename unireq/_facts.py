"""Facts: the data of a detached request, checked once; and their JSON form.

Everything else in a request (cookies, query parameters, URL) is derived from these. In JSON, path
parameters keep their types: str, int, bool and finite float are JSON values; the others are an
object with one key, the name of the type.

The client chooses the session hash. Never grant access because of it.
"""

from __future__ import annotations

import math
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from unireq._connection import SCHEMES, Address
from unireq._headers import Headers
from unireq._redact import shown_fact, shown_name
from unireq._url import absolute_authority, normalize_path, says_path, valid_host

__all__ = [
    "FORMAT",
    "SURROGATE",
    "Facts",
    "check_facts",
    "decode_params",
    "encode_params",
    "facts_from_dict",
    "facts_to_dict",
    "find_session_hash",
    "is_session_hash",
    "new_session_hash",
]

FORMAT = 1
"""The version of the format that `to_dict` writes, under the key "unireq"."""

_METHOD = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Z]+")
_VERSION = re.compile(r"0\.9|1\.[01]|2|3")
SURROGATE = re.compile("[\ud800-\udfff]")


class Facts(
    NamedTuple(
        "Facts",
        [
            ("method", str),
            ("scheme", str),
            ("http_version", str),
            ("host", str | None),
            ("path", str),
            ("root_path", str),
            ("raw_path", bytes | None),
            ("query_string", str),
            ("headers", Headers),
            ("client", Address | None),
            ("path_params", dict[str, Any]),
            ("route", str | None),
            ("view_name", str | None),
            ("session_hash", str | None),
            ("username", str | None),
            ("body", bytes | None),
        ],
    )
):
    """The facts of one request, each in its normal form: the single list of a request's data."""

    __slots__ = ()


def _wrong(where: str, expected: str, got: object) -> ValueError:
    return ValueError(f"{where}: expected {expected}, got {shown_fact(where, got)}")


def _expect(where: str, value: object, kind: type | tuple[type, ...], expected: str) -> None:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{where}: expected {expected}, got {type(value).__name__}")


def check_facts(facts: Facts) -> Facts:
    """`facts`, if all are valid.

    Raises:
        TypeError: A fact has the wrong type.
        ValueError: A fact has the wrong form, or contradicts another.
    """
    for name in ("method", "scheme", "http_version", "path", "root_path", "query_string"):
        _expect(name, getattr(facts, name), str, "a str")
    if _METHOD.fullmatch(facts.method) is None:
        raise _wrong("method", "an upper-case token (RFC 9110 9.1)", facts.method)
    if facts.scheme not in SCHEMES:
        raise _wrong("scheme", f"one of {', '.join(SCHEMES)}", facts.scheme)
    if _VERSION.fullmatch(facts.http_version) is None:
        raise _wrong("http_version", "'1.0', '1.1', '2' or '3'", facts.http_version)
    if facts.host is not None:
        _expect("host", facts.host, str, "a str or None")
        if valid_host(facts.host) is None:
            raise _wrong("host", "a host with an optional port (RFC 3986 3.2.2)", facts.host)
    if normalize_path(facts.path) != facts.path:
        raise _wrong("path", "at most one leading slash", facts.path)
    if SURROGATE.search(facts.path) is not None:
        raise _wrong("path", "text that UTF-8 can encode", facts.path)
    if facts.raw_path is not None:
        _expect("raw_path", facts.raw_path, bytes, "bytes or None")
        if b"?" in facts.raw_path or not _says(facts.raw_path, facts.path):
            raise _wrong(
                "raw_path",
                f"bytes that decode to the path {shown_fact('path', facts.path)}",
                facts.raw_path,
            )
    _check_latin1("query_string", facts.query_string)
    _expect("headers", facts.headers, Headers, "Headers")
    if facts.client is not None:
        _check_client(facts.client)
    _expect("path_params", facts.path_params, dict, "a dict")
    for name in facts.path_params:
        _expect("path_params", name, str, "names that are str")
    for name in ("route", "view_name"):
        if getattr(facts, name) is not None:
            _expect(name, getattr(facts, name), str, "a str or None")
    if facts.session_hash is not None:
        _expect("session_hash", facts.session_hash, str, "a str or None")
        if not is_session_hash(facts.session_hash):
            raise _wrong("session_hash", "1 to 128 unreserved characters", facts.session_hash)
    if facts.username is not None:
        _expect("username", facts.username, str, "a str or None")
    if facts.body is not None:
        _expect("body", facts.body, bytes, "bytes or None")
    return facts


def _says(raw_path: bytes, path: str) -> bool:
    # A target in absolute form has been reduced to its path before.
    sent = raw_path.decode("latin-1")
    return absolute_authority(sent) is None and says_path(sent, path)


def _check_latin1(where: str, text: str) -> None:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        raise _wrong(where, "ISO-8859-1 text, one character per byte", text) from None


def _check_client(client: Address) -> None:
    _expect("client.host", client.host, str, "a str")
    if not client.host:
        raise _wrong("client.host", "a host (for no client, client is None)", client.host)
    if client.port is not None:
        _expect("client.port", client.port, int, "an int or None")
        if not 0 < client.port < 65536:
            raise _wrong("client.port", "a port from 1 to 65535, or None", client.port)


def facts_to_dict(facts: Facts) -> dict[str, Any]:
    """`facts` as a dict that JSON can encode.

    Raises:
        TypeError: A path parameter has an unsupported type; the message names it.
    """
    found: dict[str, Any] = {
        "unireq": FORMAT,
        **facts._asdict(),
        "raw_path": None if facts.raw_path is None else facts.raw_path.decode("latin-1"),
        "headers": dict(facts.headers),
        "client": None if facts.client is None else list(facts.client),
        "path_params": encode_params(facts.path_params),
        "body": None if facts.body is None else b64encode(facts.body).decode("ascii"),
    }
    for name in _OPTIONAL:
        if found[name] is None:
            del found[name]
    return found


_KEYS = frozenset(Facts._fields) | {"unireq"}
_OPTIONAL = frozenset({"route", "view_name", "username"})
"""The keys that are left out instead of null: nothing is known, and a reader needs none."""


def facts_from_dict(data: Mapping[str, Any]) -> Facts:
    """The facts that `facts_to_dict` wrote.

    Raises:
        TypeError, ValueError: `data` has another form; the message says where.
    """
    if not isinstance(data, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(
            f"from_dict: expected a dict that to_dict() made, got {type(data).__name__}"
        )
    if "unireq" not in data:
        raise ValueError(
            "from_dict: expected a dict that to_dict() made, got one without the key 'unireq'"
        )
    if type(data["unireq"]) is not int or data["unireq"] != FORMAT:
        written = data["unireq"]
        plain = isinstance(written, (str, int, float))
        got = f"{written!r:.20}" if plain else type(written).__name__
        raise ValueError(
            f"from_dict: expected format {FORMAT}, got {got};"
            " it was written by another version of unireq"
        )
    unknown = sorted(shown_name(str(key))[1:-1] for key in set(data) - _KEYS)
    missing = sorted(_KEYS - _OPTIONAL - set(data))
    if unknown or missing:
        raise ValueError(
            "from_dict: expected the keys that to_dict() writes, got missing keys:"
            f" {', '.join(missing) or 'none'}; unknown keys:"
            f" {', '.join(unknown[:10]) or 'none'}{', ...' * (len(unknown) > 10)}"
        )
    _expect("headers", data["headers"], dict, "a dict")
    headers = Headers(data["headers"])
    if dict(headers) != data["headers"]:
        others = [name for name, value in data["headers"].items() if headers.get(name) != value]
        others += [name for name in data["headers"] if name != name.lower()]
        raise ValueError(
            "headers: expected fields in normal form (lower-case names, stripped values), got"
            f" {shown_name(others[0])} in another form"
        )
    raw_path = data["raw_path"]
    if raw_path is not None:
        _expect("raw_path", raw_path, str, "a str or None")
        _check_latin1("raw_path", raw_path)
    told: dict[str, Any] = {name: data.get(name) for name in Facts._fields}
    told.update(
        raw_path=None if raw_path is None else raw_path.encode("latin-1"),
        headers=headers,
        client=_address_from(data["client"]),
        path_params=decode_params(data["path_params"]),
        body=_body_from(data["body"]),
    )
    return check_facts(Facts(**told))


def _body_from(text: object) -> bytes | None:
    if text is None:
        return None
    _expect("body", text, str, "a str or null")
    try:
        return b64decode(str(text), validate=True)
    except ValueError:
        raise ValueError("body: expected base64 (RFC 4648 4), got something else") from None


def _address_from(client: Sequence[Any] | None) -> Address | None:
    if client is None:
        return None
    if not isinstance(client, (list, tuple)) or len(client) != 2:
        raise TypeError(
            f"client: expected [host, port] or null, got {shown_fact('client', client)}"
        )
    return Address(client[0], client[1])


def encode_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """`params` with each value in its JSON form.

    Raises:
        TypeError: A value is of another type than str, int, float, bool, UUID, date, datetime,
            Decimal.
    """
    return {name: _encode(name, value) for name, value in params.items()}


def _encode(name: str, value: Any) -> Any:
    kind: type[Any] = type(value)  # pyright: ignore[reportUnknownVariableType]
    if kind in (str, int, bool) or (kind is float and math.isfinite(value)):
        return value
    if kind is float:
        return {"float": repr(value)}
    known = (kind.__module__, kind.__name__)
    if known == ("uuid", "UUID"):
        return {"uuid": str(value)}
    if known in (("datetime", "date"), ("datetime", "datetime")):
        return {kind.__name__: value.isoformat()}
    if known == ("decimal", "Decimal"):
        return {"decimal": str(value)}
    raise TypeError(
        f"path_params[{name!r}]: expected str, int, float, bool, UUID, date, datetime or Decimal,"
        f" got {kind.__module__}.{kind.__qualname__};"
        " use request.replace(path_params=...) with values of these types"
    )


def decode_params(params: Mapping[Any, Any] | None) -> dict[str, Any]:
    """The path parameters that `encode_params` has encoded.

    Raises:
        TypeError, ValueError: `params` has another form; the message names the parameter.
    """
    if not isinstance(params, dict):
        raise TypeError(f"path_params: expected a dict, got {type(params).__name__}")
    return {name: _decode(name, value) for name, value in params.items()}


def _decode(name: object, value: Any) -> Any:
    if not isinstance(name, str):
        raise TypeError(f"path_params: expected names that are str, got {type(name).__name__}")
    if type(value) in (str, int, bool, float):
        return value
    if isinstance(value, dict) and len(value) == 1:  # pyright: ignore[reportUnknownArgumentType]
        ((tag, text),) = value.items()  # pyright: ignore[reportUnknownVariableType]
        read = _readers().get(tag) if isinstance(tag, str) else None
        if read is not None and isinstance(text, str):
            try:
                return read(text)
            except (ValueError, ArithmeticError):
                raise ValueError(
                    f"path_params[{shown_name(name)}]: expected a {tag}, got"
                    f" {shown_fact(f'path_params.{name.lower()}', text)}"
                ) from None
    raise ValueError(
        f"path_params[{shown_name(name)}]: expected a str, number, bool, or an object with one key"
        f" of {', '.join(_readers())}, got {shown_fact(f'path_params.{name.lower()}', value)}"
    )


def _readers() -> dict[str, Callable[[str], Any]]:
    # Imported here, because most programs never need them.
    import datetime
    import decimal
    import uuid

    return {
        "float": float,
        "uuid": uuid.UUID,
        "date": datetime.date.fromisoformat,
        "datetime": datetime.datetime.fromisoformat,
        "decimal": decimal.Decimal,
    }


# RFC 3986 2.3: unreserved characters, which pass through headers and queries unchanged.
_PLAUSIBLE = re.compile(r"[0-9A-Za-z\-._~]{1,128}")


def is_session_hash(value: str) -> bool:
    """Whether `value` has the form of a session hash: 1 to 128 unreserved characters."""
    return _PLAUSIBLE.fullmatch(value) is not None


def find_session_hash(field: str | None, query: Mapping[str, str]) -> str | None:
    """The session hash: the field `x-session-hash` if it was sent, else from the query."""
    value = field or query.get("session_hash")
    return value if value is not None and is_session_hash(value) else None


def new_session_hash() -> str:
    """A new session hash, for a page that is about to be sent: 128 random bits, 22 characters.

    It only identifies a page load and is never a credential: everyone who sees it can send it.
    Source: RFC 4648 5, base64url without padding.
    """
    import secrets

    return secrets.token_urlsafe(16)
