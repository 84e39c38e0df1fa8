"""What a `repr` or a message of an error may show: names always, secret values never.

Both end up in logs, error pages and bug reports. They alone hide: the values themselves are there
for whoever asks for them. The rule, for whatever a client has sent or a program was given:

- names are shown: of header fields, cookies, parameters, keys;
- of header fields those values are shown that tell of no credential, neither by the field's name
  nor by their form; of a URL everything but userinfo, and the values in its query and fragment, or
  what stands there without a name;
- the path is shown, and what a router found in it, but for parameters whose names tell of secrets;
- no value of a cookie, a query or a body is shown, and no session hash: only its type and length.
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
# A parameter; what stands there without a name may be anything.
_PARAMETER = re.compile(r"([^&=]*=?)[^&]*")
# From the delimiter of a query or a fragment on, as far as a URL in a field may reach.
_QUERY = re.compile(r"[?#][^\s\"'<>]*")
_USERINFO = re.compile(r"//[^/?#\s\"'<>]*@")
_LEADING_USERINFO = re.compile(r"^[^/?#\s]*@")
# A scheme of authentication with what follows it; a JSON Web Token (RFC 7519).
_CREDENTIAL = re.compile(
    r"(?i:\b(?:api-?key|aws4-hmac-sha256|basic|bearer|digest|negotiate|token)[\s.]+\S)"
    r"|(?<![\w-])eyJ[\w-]+\."
)
# A parameter of a field whose name tells of a secret, or the end of its name does.
_NAMED = re.compile(
    r"((?:api[-_]?key|credential|passw(?:or)?d|secret|session(?:[-_]?id)?|signature|token)=)"
    r"(?:\"[^\"]*\"?|[^\s\"'<>,;&?#]+)",
    re.IGNORECASE,
)
# RFC 7239 4: what is no address of a hop, such as the `secret` that Sanic asks of its proxy.
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
    """A target in any form, as `hide_url`: what stands before `@` in an authority is hidden too."""
    return hide_url(_LEADING_USERINFO.sub(f"{HIDDEN}@", target))


def hide_url(text: str) -> str:
    """A URL, or text that one is in, without userinfo and without the values of its query."""
    text = _USERINFO.sub(f"//{HIDDEN}@", text)
    return _QUERY.sub(lambda found: found[0][0] + hide_query(found[0][1:]), text)


def shown_field(name: str, value: str) -> str:
    """What is shown of the value of the header field `name` (lower-case)."""
    if is_secret_field(name) or _CREDENTIAL.search(value) is not None:
        return HIDDEN
    if name == "forwarded":
        value = _FORWARDED.sub(r"\1" + HIDDEN, value)
    return _NAMED.sub(r"\1" + HIDDEN, hide_url(value))


def shown_name(name: str) -> str:
    """A name, quoted and of bearable length, up to where a value begins if one came with it."""
    end = next((at for at, char in enumerate(name) if at and char in ":=\r\n\t "), len(name))
    shown = name[: min(end + 1, _LONGEST)]
    return repr(shown if shown == name else shown + "...")


def shown_fact(fact: str, value: Any) -> str:
    """What is shown of `value`, which is the fact `fact` of a request, or was meant to be.

    What a router found in the path is shown as the path is, but for parameters with a secret name:
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
    """What is shown of two values of the fact `fact`, as `diff` gives them."""
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
