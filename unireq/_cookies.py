"""Cookies: parses the Cookie field; checks and renders a Set-Cookie field.

Pairs are split at `;`, and a name ends at the first `=`; SP and TAB around both are removed. A
piece without `=`, or without a name, is ignored. The first value of a repeated name counts, because
user agents send the cookie with the most specific path first.

`Request.cookies` reads a rendered value back unchanged, on every framework. A value that a user
agent would drop, or that would begin another attribute or field, is refused.

Sources: RFC 6265bis 4.1, 5.6 and 5.8.3; quoting as Python's `http.cookies` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from unireq._mapping import ReadOnlyDict, fill, string_pairs
from unireq._redact import HIDDEN, shown_name
from unireq._urlencoded import latin1_to_utf8

if TYPE_CHECKING:
    from datetime import datetime, timedelta


__all__ = ["Cookies", "SameSite", "parse_cookies", "render_cookie"]

_ESCAPE = re.compile(r"(\\(?:[0-3][0-7][0-7]|.))", re.DOTALL)
_OCTAL = {f"\\{code:03o}": chr(code) for code in range(256)}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # those of ISO-8859-1 too


class Cookies(ReadOnlyDict[str]):
    """The cookies: a real `dict[str, str]`, the first value of each name.

    Args:
        cookies: A mapping or an iterable of (name, value) pairs; the first value of a repeated name
            counts.

    Raises:
        TypeError: A name or a value is not a str.
    """

    __slots__ = ("_repeated",)

    _instead: ClassVar[str] = "use request.replace(headers=...) with another Cookie field"
    _repeated: dict[str, list[str]] | None

    def __init__(self, cookies: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        _fill(self, string_pairs(cookies, "cookies"))

    def getlist(self, name: str) -> list[str]:
        """Every value of the cookie `name`, in the order sent; `[]` if there is none."""
        if self._repeated is not None and name in self._repeated:
            return list(self._repeated[name])
        return [self[name]] if name in self else []

    def _shown(self) -> dict[str, str]:
        return dict.fromkeys(self, HIDDEN)

    def __reduce__(self) -> tuple[Any, ...]:
        return Cookies, ([(name, value) for name in self for value in self.getlist(name)],)


def _fill(cookies: Cookies, pairs: list[tuple[str, str]]) -> None:
    repeated = None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(value)
        fields = {name: several[0] for name, several in values.items()}
        repeated = {name: several for name, several in values.items() if len(several) > 1}
    # Kept only if a name is repeated: else the dict has all values.
    cookies._repeated = repeated  # pyright: ignore[reportPrivateUsage]
    fill(cookies, fields)


_new: Callable[[type[Cookies]], Cookies] = Cookies.__new__


def parse_cookies(field: str | None) -> Cookies:
    """The cookies in the value of a Cookie field (ISO-8859-1 text, several fields joined by `; `).

    Names and values are UTF-8; invalid bytes become U+FFFD. Surrounding double quotes and the
    backslash escapes inside are decoded, unless that would give a control character: then the
    value stays as sent. Nothing is percent-decoded.
    """
    cookies = _new(Cookies)
    if not field:
        cookies._repeated = None  # pyright: ignore[reportPrivateUsage]
        return cookies
    # Checked once for the field: most have neither.
    quoted, encoded = '"' in field, not field.isascii()
    bare = field.replace("; ", ";")
    if not (quoted or encoded or " " in bare or "\t" in bare):
        # As user agents send it: nothing to strip, nothing to decode.
        pieces = bare.split(";")
        fields: dict[str, str] = {}
        for piece in pieces:
            name, equals, value = piece.partition("=")
            if not equals:
                break
            fields[name] = value
        # There are fewer than pieces where a name came twice, or a piece is no cookie.
        if len(fields) == len(pieces) and "" not in fields:
            cookies._repeated = None  # pyright: ignore[reportPrivateUsage]
            fill(cookies, fields)
            return cookies
    pairs: list[tuple[str, str]] = []
    for piece in field.split(";"):
        name, equals, value = piece.partition("=")
        name = name.strip(" \t")
        if not equals or not name:
            continue
        value = value.strip(" \t")
        if quoted and value[:1] == '"':
            value = _unquote(value)
        pairs.append((name, value))
    if quoted or encoded:
        pairs = [(latin1_to_utf8(name), latin1_to_utf8(value)) for name, value in pairs]
    _fill(cookies, pairs)
    return cookies


def _unquote(value: str) -> str:
    if len(value) < 2 or value[-1] != '"':
        return value
    inner = value[1:-1]
    if "\\" in inner:
        pieces = _ESCAPE.split(inner)
        pieces[1::2] = [_OCTAL.get(escape) or escape[1] for escape in pieces[1::2]]
        inner = "".join(pieces)
    return value if _CONTROL.search(latin1_to_utf8(inner)) else inner


SameSite: TypeAlias = Literal["strict", "lax", "none", "Strict", "Lax", "None"]

# RFC 9110 5.6.2, RFC 6265bis 4.1.1: a name is a token; a bare value has cookie-octets.
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_BARE = re.compile(r"[!#-+\--:<-\[\]-~]*")
# RFC 6265bis 4.1.1: path-value and domain-value have no byte that would end them.
_ATTRIBUTE = re.compile(r"[ -:<-~]+")
_IPV6 = r"[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*"  # two colons; one would begin a port
_DOMAIN = re.compile(rf"\.?[0-9A-Za-z\-.]+|{_IPV6}|\[{_IPV6}\]")

_LARGEST = 4096  # RFC 6265bis 5.7: a user agent may drop a cookie whose name and value are longer
_LONGEST = 1024  # and an attribute that is

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def render_cookie(
    name: str,
    value: str,
    *,
    max_age: int | timedelta | None = None,
    expires: datetime | None = None,
    path: str | None = "/",
    domain: str | None = None,
    secure: bool = False,
    httponly: bool = False,
    samesite: SameSite | None = "lax",
    partitioned: bool = False,
) -> str:
    """The value of a Set-Cookie field; `Response.set_cookie` documents the arguments.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: A user agent would drop the cookie, or read a different one; the message says
            why.
    """
    if not isinstance(name, str) or not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(
            f"set_cookie: expected a name and a value that are str, got {type(name).__name__} and"
            f" {type(value).__name__}"
        )
    same = _lower(name, samesite)
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"set_cookie: expected a name that is a token, got {shown_name(name)}")
    coded = _code(name, value)
    if len(name) + len(coded) > _LARGEST:
        raise ValueError(
            f"set_cookie {name!r}: expected at most {_LARGEST} bytes of name and value, got"
            f" {len(name) + len(coded)}; user agents drop a larger cookie"
        )
    _check_flags(name, path, domain, same, secure=secure, partitioned=partitioned)
    parts = [f"{name}={coded}"]
    if expires is not None:
        parts.append(f"Expires={_date(name, expires)}")
    if max_age is not None:
        parts.append(f"Max-Age={_seconds(name, max_age)}")
    if domain is not None:
        parts.append(f"Domain={_attribute(name, 'domain', domain, _DOMAIN)}")
    if path is not None:
        parts.append(f"Path={_attribute(name, 'path', path, _ATTRIBUTE)}")
    if secure:
        parts.append("Secure")
    if httponly:
        parts.append("HttpOnly")
    if same is not None:
        parts.append(f"SameSite={same.capitalize()}")
    if partitioned:
        parts.append("Partitioned")
    return "; ".join(parts)


def _lower(name: str, samesite: Any) -> str | None:
    """RFC 6265bis 5.6.7: user agents ignore its case."""
    same: str | None = samesite.lower() if isinstance(samesite, str) else samesite
    if same is None or same in {"strict", "lax", "none"}:
        return same
    raise ValueError(
        f"set_cookie {name!r}: expected samesite 'strict', 'lax', 'none' or None, got {samesite!r}"
    )


def _code(name: str, value: str) -> str:
    if _BARE.fullmatch(value) is not None:
        return value
    if (wrong := _CONTROL.search(value)) is not None:
        raise ValueError(
            f"set_cookie {name!r}: expected a value without control characters, got {wrong[0]!r} at"
            f" position {wrong.start()}"
        )
    try:
        octets = value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(
            f"set_cookie {name!r}: expected text that UTF-8 can encode, got"
            f" {value[error.start]!r} at position {error.start}"
        ) from None
    # Quoted, with octal escapes, as Python's frameworks do; `parse_cookies` decodes them.
    quoted = (
        chr(octet) if octet == 0x20 or _BARE.fullmatch(chr(octet)) else f"\\{octet:03o}"
        for octet in octets
    )
    return f'"{"".join(quoted)}"'


def _check_flags(
    name: str,
    path: str | None,
    domain: str | None,
    samesite: str | None,
    *,
    secure: bool,
    partitioned: bool,
) -> None:
    # RFC 6265bis 4.1.2.7, 4.1.3; CHIPS: user agents drop cookies that break these rules.
    if not secure and (samesite == "none" or partitioned):
        what = "samesite='none'" if samesite == "none" else "partitioned"
        raise ValueError(f"set_cookie {name!r}: expected secure=True together with {what}")
    prefix = name.lower()
    if prefix.startswith(("__secure-", "__host-")) and not secure:
        raise ValueError(f"set_cookie {name!r}: expected secure=True for a name with this prefix")
    if prefix.startswith("__host-") and (path != "/" or domain is not None):
        raise ValueError(
            f"set_cookie {name!r}: expected path='/' and no domain for a name with this prefix"
        )


def _attribute(name: str, attribute: str, value: str, grammar: re.Pattern[str]) -> str:
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(
            f"set_cookie {name!r}: expected a str as {attribute}, got {type(value).__name__}"
        )
    if grammar.fullmatch(value) is None or len(value) > _LONGEST:
        form = (
            "printable ASCII without ';'" if attribute == "path" else "a host name, in ASCII (IDNA)"
        )
        raise ValueError(
            f"set_cookie {name!r}: expected a {attribute} of at most {_LONGEST} characters, {form},"
            f" got {value!r}"
        )
    if attribute == "path" and not value.startswith("/"):
        raise ValueError(f"set_cookie {name!r}: expected a path that begins with /, got {value!r}")
    return value


def _seconds(name: str, max_age: int | timedelta) -> int:
    from datetime import timedelta

    if isinstance(max_age, timedelta):
        return int(max_age.total_seconds())
    if not isinstance(max_age, int) or isinstance(max_age, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(
            f"set_cookie {name!r}: expected max_age in seconds, an int or a timedelta, got"
            f" {type(max_age).__name__}"
        )
    return max_age


def _date(name: str, expires: datetime) -> str:
    """RFC 9110 5.6.7, IMF-fixdate; always in English."""
    from datetime import datetime, timezone

    if not isinstance(expires, datetime):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(
            f"set_cookie {name!r}: expected expires as a datetime, got {type(expires).__name__}"
        )
    if expires.utcoffset() is None:
        raise ValueError(
            f"set_cookie {name!r}: expected expires with a time zone, got {expires!r}; without one"
            " the instant depends on the machine's time zone"
        )
    try:
        at = expires.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError(
            f"set_cookie {name!r}: expected expires between the years 1 and 9999 in UTC, got"
            f" {expires!r}"
        ) from None
    day, month = _DAYS[at.weekday()], _MONTHS[at.month - 1]
    return f"{day}, {at.day:02d} {month} {at.year:04d} {at:%H:%M:%S} GMT"
