"""What a `repr` or an error message may show: names always, secret values never.

Both end up in logs, error pages and bug reports. Only they hide values; the members of a request
return all values in full. The rule, for everything that a client sends or a program passes:

- names are shown: of header fields, cookies, parameters, keys;
- the value of a header field is shown, unless the field's name or the value's form suggests a
  credential; a URL is shown without userinfo, and without the values in its query and fragment;
- the path and path parameters are shown, except parameters whose names suggest secrets;
- values of cookies, queries and bodies, and session hashes, are never shown: only their type and
  length.
"""

from __future__ import annotations

import re
from typing import Any

from unireq._connection import Address

__all__ = [
    "HIDDEN",
    "hide_query",
    "hide_target",
    "hide_url",
    "is_secret_field",
    "shown_difference",
    "shown_fact",
    "shown_field",
    "shown_name",
]

HIDDEN = "***"

_LONGEST = 80

_SECRET_NAME = re.compile(
    r"auth|bearer|cookie|credential|csrf|dpop|hmac|jwt|(?<!websocket-)key|pass|private|secret"
    r"|session|signature|token|websocket-protocol|xsrf"  # browsers have no other place for a token
    r"|(?:^|[-_.])(?:2fa|assertion|creds?|mfa|nonce|otp|pin|psk|pwd|sess|sid|sig|ssid|ticket|totp"
    r"|(?:access|backup|invite|login|otp|recovery|reset|security|verification)[-_]?code)(?:[-_]|$)"
)
# A parameter; text without a name may be anything.
_PARAMETER = re.compile(r"([^&=]*=?)[^&]*")
# From the delimiter of a query or a fragment to the end of the URL in a field.
_QUERY = re.compile(r"[?#][^\s\"'<>]*")
_USERINFO = re.compile(r"//[^/?#\s\"'<>]*@")
_LEADING_USERINFO = re.compile(r"^[^/?#\s]*@")
# An authentication scheme with its credential; a JSON Web Token (RFC 7519).
_CREDENTIAL = re.compile(
    r"(?i:\b(?:api-?key|aws4-hmac-sha256|basic|bearer|digest|negotiate|token)[\s.]+\S)"
    r"|(?<![\w-])eyJ[\w-]+\."
)
# A parameter of a field, with a name that is, or ends with, a word for a secret.
_NAMED = re.compile(
    r"((?:api[-_]?key|credential|passw(?:or)?d|secret|session(?:[-_]?id)?|signature|token)=)"
    r"(?:\"[^\"]*\"?|[^\s\"'<>,;&?#]+)",
    re.IGNORECASE,
)
# RFC 7239 4: parameters that are not addresses, such as the `secret` between Sanic and its proxy.
_FORWARDED = re.compile(
    r"((?:^|[;,])\s*(?!for=|host=|proto=)[^=;,\s]*=)(?:\"[^\"]*\"?|[^;,]*)", re.IGNORECASE
)


def is_secret_field(name: str) -> bool:
    """Whether the header field `name` (lower-case) is likely to carry a secret."""
    return _SECRET_NAME.search(name) is not None


def hide_query(query: str) -> str:
    """`query` with every value hidden: `a=1&b` gives `a=***&***`."""
    return _PARAMETER.sub(_hide_parameter, query)


def _hide_parameter(found: re.Match[str]) -> str:
    name: str = found[1]
    return name + HIDDEN if name[-1:] == "=" else HIDDEN if name else ""


def hide_target(target: str) -> str:
    """A target in any form, like `hide_url`; also hides userinfo in the authority form."""
    return hide_url(_LEADING_USERINFO.sub(f"{HIDDEN}@", target))


def hide_url(text: str) -> str:
    """A URL, or text with URLs, without userinfo and without the values in queries."""
    text = _USERINFO.sub(f"//{HIDDEN}@", text)
    return _QUERY.sub(lambda found: found[0][0] + hide_query(found[0][1:]), text)


def shown_field(name: str, value: str) -> str:
    """The value of the header field `name` (lower-case), as it may be shown."""
    if is_secret_field(name) or _CREDENTIAL.search(value) is not None:
        return HIDDEN
    if name == "forwarded":
        value = _FORWARDED.sub(r"\1" + HIDDEN, value)
    return _NAMED.sub(r"\1" + HIDDEN, hide_url(value))


def shown_name(name: str) -> str:
    """A name, quoted and shortened; cut before a value, if the text has one."""
    end = next((at for at, char in enumerate(name) if at and char in ":=\r\n\t "), len(name))
    shown = name[: min(end + 1, _LONGEST)]
    return repr(shown if shown == name else shown + "...")


def shown_fact(fact: str, value: Any) -> str:
    """`value` as it may be shown: the fact `fact` of a request, valid or not.

    A path parameter is shown like the path, unless its name suggests a secret:
    `path_params.token`.
    """
    if isinstance(value, bytes) and fact == "raw_path":
        return f"b{shown_fact('path', value.decode('latin-1'))}"
    if fact in _SHOWN_FACTS and isinstance(value, str):
        return _cut(hide_target(value))
    if fact == "query_string" and isinstance(value, str):
        return _cut(hide_query(value))
    if fact.startswith("path_params.") and isinstance(value, str) and not is_secret_field(fact):
        return _cut(value)
    if value is None or value in ([], {}) or isinstance(value, (int, float, Address)):
        return repr(value)
    size = f" of length {len(value)}" if hasattr(value, "__len__") else ""
    return f"a {type(value).__name__}{size}"


def _cut(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "...")


def shown_difference(fact: str, values: tuple[Any, Any]) -> str:
    """Two values of the fact `fact`, as `diff` returns them, as they may be shown."""
    if fact == "headers":
        one, other = values
        names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
        return f"({', '.join(_shown_fields(side, names) for side in values)})"
    if fact in ("cookies", "query_params"):
        return f"({', '.join(str(list(dict[str, Any](side))) for side in values)})"
    if fact == "path_params":
        return f"({', '.join(map(_shown_params, values))})"
    return f"({', '.join(shown_fact(fact, value) for value in values)})"


def _shown_fields(fields: dict[str, str], names: list[str]) -> str:
    return repr({name: shown_field(name, fields[name]) for name in names if name in fields})


def _shown_params(params: dict[str, Any]) -> str:
    shown = (f"{name!r}: {shown_fact(f'path_params.{name}', params[name])}" for name in params)
    return f"{{{', '.join(shown)}}}"


_SHOWN_FACTS = frozenset(
    "method scheme http_version host path root_path raw_path url client.host client.port".split()
)
