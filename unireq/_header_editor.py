"""HeaderEditor: the one way to read and change the header fields of an answer.

Rule: the editor changes the list of (name, value) pairs that it was given, in place, so whoever
owns the list sees each change. Names compare without case. What is set is checked when it is set:
no name and no value can begin another field, and fields that the server writes itself are refused.
Sources: RFC 9110 5, RFC 6265bis 4.1.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from unireq._cookies import SameSite, render_cookie
from unireq._fields import SINGLE_VALUED, members
from unireq._headers import Headers
from unireq._mapping import fill, restore
from unireq._redact import shown_name

if TYPE_CHECKING:
    from datetime import datetime, timedelta

__all__ = ["HeaderEditor", "ResponseHeaders", "checked_field"]

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# RFC 9110 5.5: senders should limit values to US-ASCII; of the control characters only TAB is
# allowed.
_WRONG_IN_VALUE = re.compile(r"[^\t -~]")
_SERVERS_OWN = frozenset(
    """
    connection content-length date keep-alive proxy-authenticate proxy-authorization
    proxy-connection server te trailer trailers transfer-encoding upgrade
    """.split()
)


def _checked_name(name: object) -> str:
    """The name of a field of a response, in lower case.

    Raises:
        TypeError: It is not a str.
        ValueError: It is not a token (RFC 9110 5.1).
    """
    if not isinstance(name, str):
        raise TypeError(f"header field: expected a name that is a str, got {type(name).__name__}")
    return _lower_token(name)


# A program uses few names.
@lru_cache(maxsize=256)
def _lower_token(name: str) -> str:
    if _TOKEN.fullmatch(name) is None:
        raise ValueError(f"header field: expected a name that is a token, got {shown_name(name)}")
    return name.lower()


def checked_field(name: object, value: object) -> tuple[str, str] | None:
    """The field as it is sent: its name in lower case, its value without white space at the ends.

    None for an empty `Server`: presets of security fields set it to remove the field, but only the
    server can do that.

    Raises:
        TypeError: The name or the value is not a str.
        ValueError: One of them has the wrong form, or the server writes this field itself.
    """
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError(
            "header field: expected a name and a value that are str, got"
            f" {type(name).__name__} and {type(value).__name__}"
        )
    lower = _lower_token(name)
    if lower == "server" and not value.strip(" \t"):
        return None
    if lower in _SERVERS_OWN:
        raise ValueError(
            f"header field {name!r}: expected none of the fields that the server writes itself"
            " (framing, connection, Date, Server); leave it out"
        )
    if (wrong := _WRONG_IN_VALUE.search(value)) is not None:
        raise ValueError(
            f"header field {name!r}: expected printable ASCII (RFC 9110 5.5), got {wrong[0]!r} at"
            f" position {wrong.start()}; encode a parameter that is not ASCII as RFC 8187 says,"
            " percent-encode a URL"
        )
    return lower, value.strip(" \t")


# List-valued fields whose members mean the same in any case.
_CASELESS = frozenset(
    """
    accept-ch accept-patch accept-post accept-ranges access-control-allow-headers
    access-control-expose-headers cache-control content-language vary
    """.split()
)
# RFC 9110 8.4, 7.6.3: what was done, in order; a member that comes again was done again.
_EVENTS = frozenset({"content-encoding", "via"})
# RFC 9110 11.6.1: the parameters of a challenge are separated by commas too.
_WHOLE_LINES = frozenset({"www-authenticate"})


class ResponseHeaders(Headers):
    """The header fields of an answer: a real dict with lower-case names; look-ups ignore case.

    Values of a repeated name are joined with `,`, as in `Request.headers`. Set-Cookie can't be
    joined (RFC 9110 5.3): `get_headers("set-cookie")` has its lines.
    """

    __slots__ = ()

    _instead: ClassVar[str] = (
        "use set_header, add_header, extend_header or remove_header of the response"
    )

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        joined: dict[str, list[str]] = {}
        for name, value in fields:
            joined.setdefault(name.lower(), []).append(value)
        fill(self, {name: ",".join(values) for name, values in joined.items()})

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (ResponseHeaders, dict(self))


class HeaderEditor:
    """Header fields that can be changed.

    Args:
        fields: (name, value) pairs of str, in the order in which they are sent; changed in place.
    """

    __slots__ = ("_fields",)

    _fields: list[tuple[str, str]]

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The header fields as they are sent: a new list of (name, value) pairs, in order."""
        return list(self._fields)

    @property
    def headers(self) -> ResponseHeaders:
        """The header fields as they are now: a read-only dict, made at each access."""
        return ResponseHeaders(self._fields)

    def get_header(self, name: str) -> str | None:
        """The value of the field `name`, in any case; None if there is none.

        Values of a repeated field are joined with `,`, as in `headers`.

        Raises:
            TypeError: `name` is not a str.
            ValueError: `name` is not a token.
        """
        values = self.get_headers(name)
        return ",".join(values) if values else None

    def get_headers(self, name: str) -> list[str]:
        """The values of all fields with the name `name`, in any case, in order.

        Raises:
            TypeError, ValueError: As `get_header`.
        """
        wanted = _checked_name(name)
        return [value for known, value in self._fields if known.lower() == wanted]

    def add_header(self, name: str, value: str) -> None:
        """Add a field, after those with the same name.

        Args:
            name: A token, in any case.
            value: Printable ASCII.

        Raises:
            TypeError: The name or the value is not a str.
            ValueError: One of them has the wrong form, or the server writes this field itself
                (Content-Length, Transfer-Encoding, Connection, Date, Server, ...).
        """
        if (field := checked_field(name, value)) is not None:
            self._fields.append(field)

    def set_header(self, name: str, value: str) -> None:
        """Set a field, replacing all fields with the same name.

        Args:
            name: A token, in any case.
            value: Printable ASCII.

        Raises:
            TypeError, ValueError: As `add_header`.
        """
        if (field := checked_field(name, value)) is not None:
            self._remove(field[0])
            self._fields.append(field)

    def extend_header(self, name: str, member: str) -> None:
        """Add a member to a list-valued field such as Vary, Allow or Link, once.

        Members of Vary, Cache-Control and other fields that ignore case are compared without case;
        those of all other fields as they are. `Vary: *` stays `*`, because it includes every
        member. A challenge of WWW-Authenticate becomes a field of its own. Content-Encoding and Via
        can have a member twice. Source: RFC 9110 5.6.1, 12.5.5.

        Args:
            name: A token, in any case.
            member: A member, or several, separated by commas.

        Raises:
            TypeError: As `add_header`.
            ValueError: As `add_header`; or the field has one value by definition.
        """
        if (field := checked_field(name, member)) is None:
            return
        name, member = field
        if name in SINGLE_VALUED:
            instead = "set_cookie" if name == "set-cookie" else "set_header"
            raise ValueError(
                f"extend_header: expected a list-valued field such as 'vary', got {name!r}, which"
                f" has one value; use {instead}"
            )
        lines = self.get_headers(name)
        if name in _WHOLE_LINES:
            if member not in lines:
                self._fields.append(field)
            return
        caseless = name in _CASELESS
        known = {_key(each, caseless) for line in lines for each in members(line)}
        further: list[str] = []
        for each in members(member):
            key = _key(each, caseless)
            if name in _EVENTS or key not in known:
                further.append(each)
                known.add(key)
        if name == "vary" and "*" in known:
            if lines != ["*"]:
                self.set_header(name, "*")
        elif further:
            self._extend_last(name, ", ".join(further))

    def _extend_last(self, name: str, further: str) -> None:
        for place in range(len(self._fields) - 1, -1, -1):
            known, value = self._fields[place]
            if known.lower() == name:
                self._fields[place] = (known, f"{value}, {further}" if value else further)
                return
        self._fields.append((name, further))

    def remove_header(self, name: str) -> None:
        """Remove all fields with the name `name`, in any case; nothing happens if there is none.

        Raises:
            TypeError: `name` is not a str.
            ValueError: `name` is not a token, or the server writes this field itself, so it can't
                be removed here.
        """
        if (field := checked_field(name, "")) is not None:
            self._remove(field[0])

    def _remove(self, name: str) -> None:
        for known, _ in self._fields:
            if known.lower() == name:
                self._fields[:] = [field for field in self._fields if field[0].lower() != name]
                return

    def set_cookie(
        self,
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
    ) -> None:
        """Add a Set-Cookie field. Source: RFC 6265bis 4.1.

        Args:
            name: A token.
            value: Any text without control characters; it is quoted if necessary, and
                `Request.cookies` unquotes it.
            max_age: The lifetime, in seconds or as a timedelta; None for no Max-Age.
            expires: The end of its lifetime, a datetime with a time zone; None for no Expires.
            path: The path prefix that it is sent to; None for the directory of the request's path.
            domain: It is sent to this host and its subdomains; None for this host only.
            secure: Send it only over https.
            httponly: Hide it from scripts.
            samesite: `"lax"`, `"strict"`, `"none"` (with `secure`), in any case; None for no such
                attribute.
            partitioned: Keep a separate cookie for each top-level site (with `secure`).

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: User agents would drop the cookie, or read a different one; the message says
                why.
        """
        line = render_cookie(
            name,
            value,
            max_age=max_age,
            expires=expires,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
            partitioned=partitioned,
        )
        self._fields.append(("set-cookie", line))

    def delete_cookie(
        self,
        name: str,
        *,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        samesite: SameSite | None = "lax",
        partitioned: bool = False,
    ) -> None:
        """Delete a cookie in the user agent: set it empty, with an expiry date in 1970.

        Args:
            name: The name of the cookie.
            path: As in `set_cookie`.
            domain: As in `set_cookie`.
            secure: As in `set_cookie`.
            samesite: As in `set_cookie`.
            partitioned: As in `set_cookie`.

        Raises:
            TypeError, ValueError: As `set_cookie`.
        """
        from datetime import datetime, timezone

        self.set_cookie(
            name,
            "",
            max_age=0,
            expires=datetime.fromtimestamp(0, timezone.utc),
            path=path,
            domain=domain,
            secure=secure,
            samesite=samesite,
            partitioned=partitioned,
        )


def _key(member: str, caseless: bool) -> str:
    return member.lower() if caseless else member
