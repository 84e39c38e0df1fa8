"""Authorization: the credentials in an Authorization field, never shown.

Credentials are a scheme and then either one token68 or a list of parameters. What matches neither
is no credentials at all: code that grants access never sees half of something. A field that came
twice is joined with a comma, which no token68 has, and no list of parameters with a scheme inside.

unireq checks no credentials. They are what the client claims, and never become `username`.

Sources: RFC 9110 11.2, 11.4 and 11.6.2, RFC 7617 2, RFC 6750 2.1, RFC 4648 4.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import Any, ClassVar

from unireq._body.content import TOKEN
from unireq._mapping import ReadOnlyDict, restore
from unireq._redact import HIDDEN

__all__ = ["AuthParameters", "Authorization", "find_authorization"]

_CREDENTIALS = re.compile(rf"({TOKEN.pattern})(?: +([^ ].*))?", re.DOTALL)
_TOKEN68 = re.compile(r"[0-9A-Za-z\-._~+/]+=*")
# One member of the list, which may be empty. A quoted-string can't be matched in two ways, so the
# time is linear.
_PARAMETER = re.compile(
    rf"""
    [ \t]*
    (?:
        (?P<name>{TOKEN.pattern}) [ \t]* = [ \t]*
        (?: " (?P<quoted>(?:[\t !\#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*) "
        | (?P<plain>{TOKEN.pattern}) )
        [ \t]*
    )?
    (?: , | \Z )
    """,
    re.VERBOSE,
)
_QUOTED_PAIR = re.compile(r"\\(.)")
_MOST_PARAMETERS = 32
"""Digest, the scheme with the most, has 12 (RFC 7616 3.4)."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

# A program that sends its secret without a scheme puts it where the scheme stands, so only known
# schemes are shown: those that IANA has registered, and some that are common.
_SHOWN = frozenset(
    """
    apikey aws4-hmac-sha256 basic bearer concealed digest dpop gnap hmac hoba jwt mutual negotiate
    ntlm oauth privatetoken scram-sha-1 scram-sha-256 signature token vapid
    """.split()
)


class AuthParameters(ReadOnlyDict[str]):
    """The parameters of credentials: a real dict with lower-case names; its `repr` hides values."""

    __slots__ = ()

    _instead: ClassVar[str] = "they are what the client sent; make a changed copy with dict(...)"

    def _shown(self) -> dict[str, str]:
        return dict.fromkeys(self, HIDDEN)

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (AuthParameters, dict(self))


class Authorization:
    """The credentials of a request, unchecked; `repr` and `str` hide them.

    Requests with the same credentials have different objects, which are never equal. To compare a
    secret, use `hmac.compare_digest`.

    Args:
        text: The value of the field: `"Bearer mF_9.B5f-4.1JqM"`.

    Raises:
        TypeError: `text` is not a str.
        ValueError: `text` is not credentials; the message does not show it.
    """

    __slots__ = ("_credentials", "_pair", "_parameters", "_scheme")

    _scheme: str
    _credentials: str
    _parameters: AuthParameters
    _pair: tuple[str, str] | None

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"Authorization: expected a str, got {type(text).__name__}")
        match = _CREDENTIALS.fullmatch(text)
        self._scheme = "" if match is None else match[1].lower()
        self._credentials = "" if match is None else match[2] or ""
        self._parameters, self._pair = AuthParameters(), None
        if match is None or not self._read():
            raise ValueError(
                "Authorization: expected a scheme and its credentials (RFC 9110 11.4; Basic: RFC"
                f" 7617, Bearer: RFC 6750), got another text, of {len(text)} characters"
            )

    def _read(self) -> bool:
        """Find what the scheme says; False if it can't be that."""
        if self._scheme == "basic":
            self._pair = _user_and_password(self._credentials)
            return self._pair is not None
        if self.token is not None:
            return True
        if self._scheme == "bearer":
            return False
        found = _parameters(self._credentials)
        self._parameters = AuthParameters() if found is None else found
        return found is not None

    @property
    def scheme(self) -> str:
        """The scheme, in lower case: `"basic"`, `"bearer"`, `"digest"`."""
        return self._scheme

    @property
    def credentials(self) -> str:
        """What follows the scheme, as sent: ISO-8859-1 text; `""` if nothing does."""
        return self._credentials

    @property
    def token(self) -> str | None:
        """The credentials if they are one token68, as a Bearer token is; else None.

        Source: RFC 9110 11.2, RFC 6750 2.1.
        """
        return self._credentials if _TOKEN68.fullmatch(self._credentials) else None

    @property
    def parameters(self) -> AuthParameters:
        """The parameters, as Digest has them: a read-only dict with lower-case names; else empty.

        The values are ISO-8859-1 text, without quotes and escapes. Source: RFC 9110 11.2.
        """
        return self._parameters

    @property
    def username(self) -> str | None:
        """The user-id of Basic, not verified; None with other schemes. Source: RFC 7617 2."""
        return None if self._pair is None else self._pair[0]

    @property
    def password(self) -> str | None:
        """The password of Basic; None with other schemes. Source: RFC 7617 2."""
        return None if self._pair is None else self._pair[1]

    def __reduce__(self) -> tuple[Any, ...]:
        return Authorization, (f"{self._scheme} {self._credentials}".rstrip(" "),)

    def __repr__(self) -> str:
        return f"<Authorization {self._scheme if self._scheme in _SHOWN else HIDDEN} {HIDDEN}>"


def _user_and_password(token: str) -> tuple[str, str] | None:
    """The pair that base64 `token` says; None if it isn't one of RFC 7617, in canonical base64."""
    try:
        data = b64decode(token, validate=True)
        text = data.decode()
    except ValueError:
        return None
    user, colon, password = text.partition(":")
    # Python's versions differ in which padding they accept; a canonical text has one form.
    if not colon or b64encode(data).decode() != token or _CONTROL.search(text) is not None:
        return None
    return user, password


def _parameters(text: str) -> AuthParameters | None:
    """The parameters in `text`; None if a member isn't one, or a name comes twice."""
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None:
            return None
        if (name := match["name"]) is not None:
            name = name.lower()
            if name in found or len(found) == _MOST_PARAMETERS:
                return None
            quoted: str | None = match["quoted"]
            found[name] = match["plain"] if quoted is None else _QUOTED_PAIR.sub(r"\1", quoted)
        position = match.end()
    return restore(AuthParameters, found)


def find_authorization(field: str | None) -> Authorization | None:
    """The credentials in the value of an Authorization field; None if there are none."""
    try:
        return None if field is None else Authorization(field)
    except ValueError:
        return None
