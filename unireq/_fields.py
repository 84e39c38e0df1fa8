"""Header fields: their names and list values.

A name is a token (RFC 9110 5.1, 5.6.2) in lower case. Names with `_` are not accepted: a CGI-style
environ writes `X_Foo` and `X-Foo` the same way, so the one could be sent to pose as the other. The
tables cache names, because the same thirty names come with every request. The caches are bounded,
because a client can invent names.

Repeated fields are joined with `,` (RFC 9110 5.3), by the server or by unireq. The members of the
list are the same in both cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from unireq._redact import shown_name

__all__ = [
    "ASKED",
    "FRAMING",
    "FROM_ENVIRON",
    "FROM_TEXT",
    "FROM_WIRE",
    "SINGLE_VALUED",
    "TO_ENVIRON",
    "TO_WIRE",
    "expect_field_name",
    "instead_of_field",
    "is_field_name",
    "members",
    "misspelt",
    "parse_content_length",
    "to_environ",
    "to_wire",
]

# With Transfer-Encoding, the server handles the framing (RFC 9112 6.1); servers differ in which of
# these fields they pass on.
FRAMING = frozenset({"transfer-encoding", "trailer", "content-length"})

_MAX_ENTRIES = 1024
_MAX_LENGTH = 64

# RFC 9110 5.6.2: tchar, without "_" and upper case.
_NAME = re.compile(r"[!#$%&'*+\-.^`|~0-9a-z]+")

_WELL_KNOWN = """
accept accept-charset accept-datetime accept-encoding accept-language
access-control-request-headers access-control-request-method age authorization baggage cache-control
cdn-loop connection content-encoding content-language content-length content-location content-range
content-type cookie date dnt dpr early-data expect forwarded from host http2-settings if-match
if-modified-since if-none-match if-range if-unmodified-since keep-alive last-event-id
max-forwards origin pragma priority proxy-authorization proxy-connection range referer
save-data sec-ch-ua sec-ch-ua-arch sec-ch-ua-mobile sec-ch-ua-model sec-ch-ua-platform
sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-gpc sec-purpose
sec-websocket-extensions sec-websocket-key sec-websocket-protocol sec-websocket-version
service-worker te traceparent tracestate trailer transfer-encoding upgrade
upgrade-insecure-requests user-agent via
x-amzn-trace-id x-api-key x-cloud-trace-context x-correlation-id x-csrf-token x-csrftoken
x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-prefix x-forwarded-proto
x-http-method-override x-real-ip x-request-id x-request-start x-requested-with x-session-hash
""".split()


def is_field_name(name: str) -> bool:
    """Whether `name` is a field name in normal form."""
    return _NAME.fullmatch(name) is not None


_K = TypeVar("_K", bytes, str)


class _Table(dict[_K, "str | None"]):
    """Maps what a server or a program calls a field to its normal form; None if it is no name.

    Attributes:
        plain: The same names in a plain dict, which the interpreter looks up with one instruction.
            What is missing there may still be a name.
    """

    __slots__ = ("plain",)

    def __init__(self, known: Iterable[tuple[_K, str | None]] = ()) -> None:
        super().__init__()
        self.plain: dict[_K, Any] = {}
        for key, name in known:
            self._remember(key, name)

    def __missing__(self, key: _K) -> str | None:
        name = self._find(key)
        if len(self) < _MAX_ENTRIES and len(key) <= _MAX_LENGTH:
            self._remember(key, name)
        return name

    def _find(self, key: _K) -> str | None:
        raise NotImplementedError

    def _remember(self, key: _K, name: str | None) -> None:
        self[key] = name
        if name is not None:
            self.plain[key] = name


class _FromWire(_Table[bytes]):
    """Maps name bytes, in any case, to the normal form; None if they aren't a name."""

    __slots__ = ()

    def _find(self, key: bytes) -> str | None:
        # bytes.lower() changes only ASCII: a Kelvin sign never becomes a "k".
        lowered = key.lower().decode("latin-1")
        return lowered if is_field_name(lowered) else None


class _FromText(_Table[str]):
    """The same for names decoded as ISO-8859-1."""

    __slots__ = ()

    def _find(self, key: str) -> str | None:
        lowered = key.lower() if key.isascii() else ""
        return lowered if is_field_name(lowered) else None


class _Asked(_FromText):
    """The same for names that a program looks up; also None for other variables of an environ."""

    __slots__ = ()

    def __missing__(self, key: str) -> str | None:
        if not isinstance(key, str) or instead_of_field(key):  # pyright: ignore[reportUnnecessaryIsInstance]
            return None
        return super().__missing__(key)


class _FromEnviron(_Table[str]):
    """Maps environ keys (PEP 3333, RFC 3875 4.1.18) to names; None if it isn't a header field."""

    __slots__ = ()

    def _find(self, key: str) -> str | None:
        if key[:5] == "HTTP_" and key.isascii():
            lowered = key[5:].replace("_", "-").lower()
            # Two keys must never give the same name, so only the key that PEP 3333 defines counts.
            if is_field_name(lowered) and _environ_key(lowered) == key:
                return lowered
        return None

    def _remember(self, key: str, name: str | None) -> None:
        super()._remember(key, name)
        if name is None:
            # An environ has many keys that are no fields. They are skipped.
            self.plain[key] = None


TO_WIRE: dict[str, tuple[str, bytes, int, bytes] | None] = {}
"""What `to_wire` has found. A plain dict, which the interpreter looks up with one instruction."""
TO_ENVIRON: dict[str, tuple[str, str] | None] = {}
"""What `to_environ` has found."""


def to_wire(text: str) -> tuple[str, bytes, int, bytes] | None:
    """The normal form of the name `text`, its bytes, their number, and the start of its line.

    The number is 0 for a field that depends on others. None if `text` isn't a name.
    """
    name = ASKED[text]
    if name is None:
        return None
    number = 0 if name in FRAMING else len(name)
    found = (name, name.encode(), number, f"\r\n{name}:".encode())
    if len(TO_WIRE) < _MAX_ENTRIES and len(text) <= _MAX_LENGTH:
        TO_WIRE[text] = found
    return found


def to_environ(text: str) -> tuple[str, str] | None:
    """The normal form of the name `text`, and the environ key; None if it isn't a name."""
    name = ASKED[text]
    if name is None:
        return None
    both = (name, _OWN_KEYS.get(name) or _environ_key(name))
    if len(TO_ENVIRON) < _MAX_ENTRIES and len(text) <= _MAX_LENGTH:
        TO_ENVIRON[text] = both
    return both


def _environ_key(name: str) -> str:
    return "HTTP_" + name.upper().replace("-", "_")


_OWN_KEYS = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
FROM_WIRE = _FromWire((name.encode(), name) for name in _WELL_KNOWN)
FROM_TEXT = _FromText((cased, name) for name in _WELL_KNOWN for cased in (name, name.title()))
FROM_ENVIRON = _FromEnviron(
    [
        *((_environ_key(name), name) for name in _WELL_KNOWN if name not in _OWN_KEYS),
        # These two have their own keys. With the prefix HTTP_ they can only be `Content_Type` and
        # `Content_Length`, sent to be mistaken for the real fields.
        *((_environ_key(name), None) for name in _OWN_KEYS),
        *((key, name) for name, key in _OWN_KEYS.items()),
    ]
)


# Other variables of an environ (RFC 3875 4.1), and the pseudo-fields of HTTP/2 (RFC 9113 8.3.1).
_NO_FIELDS = {
    "REMOTE_ADDR": "client",
    "REMOTE_HOST": "client",
    "REMOTE_PORT": "client",
    "REMOTE_USER": "username",
    "QUERY_STRING": "query_string",
    "REQUEST_METHOD": "method",
    "PATH_INFO": "path",
    "SCRIPT_NAME": "root_path",
    "SERVER_NAME": "host",
    "SERVER_PORT": "host",
    "HTTPS": "scheme",
    "REQUEST_SCHEME": "scheme",
    "WSGI.URL_SCHEME": "scheme",
    "WSGI.INPUT": "stream()",
    "DOCUMENT_URI": "path",
    "SCRIPT_URL": "path",
    "SCRIPT_URI": "url",
    "SERVER_PROTOCOL": "http_version",
    "REQUEST_URI": "url",
    "RAW_URI": "url",
    ":METHOD": "method",
    ":SCHEME": "scheme",
    ":AUTHORITY": "host",
    ":PATH": "path",
    **dict.fromkeys(
        "AUTH_TYPE DOCUMENT_ROOT GATEWAY_INTERFACE PATH_TRANSLATED REMOTE_IDENT REQUEST_TIME"
        " SCRIPT_FILENAME SERVER_ADDR SERVER_ADMIN SERVER_SIGNATURE SERVER_SOFTWARE"
        " :PROTOCOL".split(),
        "native",
    ),
}
_GATEWAYS = ", where the variables of the gateway are (Django: .META; Flask: .environ)"


def instead_of_field(name: str) -> str:
    """The member of a request to use instead of the variable `name`; `""` if it isn't one."""
    key = name.upper()
    # `wsgi.` is the prefix of PEP 3333 for the gateway's own variables, `SSL_` is Apache's for TLS.
    found = _NO_FIELDS.get(key) or ("native" if key.startswith(("WSGI.", "SSL_")) else "")
    return f"request.{found}{_GATEWAYS if found == 'native' else ''}" if found else ""


ASKED = _Asked(FROM_TEXT.items())


def expect_field_name(name: object) -> None:
    """Check that `name` can be the name of a header field.

    Raises:
        TypeError: It is not a str.
        ValueError: No header field can have it; the message shows the right spelling.
    """
    if ASKED[name] is None:  # type: ignore[index]  # pyright: ignore[reportArgumentType]
        raise misspelt(name)


def misspelt(name: object) -> TypeError | ValueError:
    """The error for a look-up of `name`, which no header field can have.

    Only `get_header` raises it; a look-up in `headers` finds nothing, as in every dict.
    """
    text = name.decode("latin-1") if isinstance(name, bytes) else name
    instead = instead_of_field(text) if isinstance(text, str) else ""
    right = _respelt(text) if isinstance(text, str) and not instead else ""
    if not isinstance(name, str):
        return TypeError(
            f"get_header: expected a str such as {right or 'user-agent'!r},"
            f" got {type(name).__name__}"
        )
    got = shown_name(name)
    if instead:
        return ValueError(
            f"get_header: expected the name of a header field, got {got}, which isn't one;"
            f" use {instead}"
        )
    if right:
        return ValueError(f"get_header: expected {right!r} for this header field, got {got}")
    return ValueError(
        "get_header: expected the name of a header field such as 'user-agent'"
        f" (a token of RFC 9110 5.6.2, without '_'), got {got}"
    )


def _respelt(name: str) -> str:
    """The likely right spelling of `name`; `""` if there is none."""
    import unicodedata

    name = name.strip().partition(":")[0]
    if len(name) > _MAX_LENGTH:
        return ""
    # Text copied from a web page may have other dashes, spaces and invisible characters.
    name = "".join(
        "-" if kind == "Pd" else char
        for char in unicodedata.normalize("NFKC", name)
        if (kind := unicodedata.category(char)) != "Cf"
    )
    name = re.sub(r"[\s_]+", "-", name.strip()).lower().removeprefix("http-")
    return name if is_field_name(name) and name.strip("-") else ""


# Fields with one value by definition (RFC 9110 and the specifications of the others). A comma in
# them separates nothing: in a date, a comment, the parameters of a credential.
SINGLE_VALUED = frozenset(
    """
    accept-datetime access-control-request-method age authorization content-disposition
    content-length content-location content-range content-type cookie date destination dnt
    early-data etag expires from host http2-settings if if-modified-since if-range
    if-schedule-tag-match if-unmodified-since last-event-id last-modified location lock-token
    max-forwards mime-version origin proxy-authorization range referer retry-after
    sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-gpc sec-purpose
    sec-websocket-accept sec-websocket-key server set-cookie sunset traceparent
    upgrade-insecure-requests user-agent
    """.split()
)

# A quoted-string (RFC 9110 5.6.4) up to its closing quote, or to the end if it is never closed; or
# a comma. It can't backtrack, so it takes linear time.
_DELIMITER = re.compile(r'"(?:[^"\\]|\\.)*(")?|,', re.DOTALL)


def members(value: str) -> list[str]:
    """The members of the list-valued field `value`, in order, stripped; empty ones are ignored.

    A comma inside a quoted string separates nothing. A quote that is never closed begins no quoted
    string: after it every comma separates.

    Source: RFC 9110 5.6.1.
    """
    pieces: list[str] = []
    start = 0
    for delimiter in _DELIMITER.finditer(value) if '"' in value else ():
        if delimiter[0] == ",":
            pieces.append(value[start : delimiter.start()])
            start = delimiter.end()
        elif delimiter[1] is None:
            opened = delimiter.start()
            first, *rest = value[opened:].split(",")
            pieces += [value[start:opened] + first, *rest]
            break
    else:
        pieces += value[start:].split(",") if '"' not in value else [value[start:]]
    return [member for piece in pieces if (member := piece.strip(" \t"))]


def parse_content_length(field: str | None) -> int | None:
    """The number of bytes that Content-Length says; None if it is missing or not one number.

    A list whose members are all the same text is one number. Source: RFC 9110 8.6.
    """
    if not field:
        return None
    if "," in field:
        field, *others = {value.strip(" \t") for value in field.split(",")}
        if others:
            return None
    return int(field) if field.isascii() and field.isdigit() and len(field) < 20 else None
