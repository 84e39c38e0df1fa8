"""Headers: the header fields of a request in their normal form.

Names are lower-case tokens; values are ISO-8859-1 text without SP and TAB at the ends. Repeated
fields are joined in order with `,` (Cookie with `; `). CGI-style servers join them before the
application runs, so this is the only form that every framework can provide.

Three functions build it, one for each form in which servers pass fields: they take bytes or str,
and know no framework and no server.

Sources: RFC 9110 5, RFC 9112 5.2 and 6, RFC 9113 8.2.3, RFC 3875 4.1.18, PEP 3333, ASGI 2.5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar, overload

from unireq._errors import UnknownNative
from unireq._fields import (
    FRAMING,
    FROM_ENVIRON,
    FROM_TEXT,
    FROM_WIRE,
    SINGLE_VALUED,
    TO_ENVIRON,
    TO_WIRE,
    instead_of_field,
    is_field_name,
    members,
    misspelt,
    to_environ,
    to_wire,
)
from unireq._mapping import ReadOnlyDict, fill, restore, string_pairs
from unireq._redact import shown_field, shown_name

__all__ = [
    "Headers",
    "header_from_asgi",
    "header_from_h1_head",
    "header_from_wsgi",
    "headers_from_asgi",
    "headers_from_h1_head",
    "headers_from_wsgi",
]

_T = TypeVar("_T")

_ABSENT_IF_EMPTY = frozenset({"content-type", "content-length", "host"})
_FORBIDDEN = str.maketrans("\r\n\0", "   ")
_FOLD = re.compile(r"\r\n[ \t]+")

_PAIRS = "ASGI scope['headers']: expected an iterable of (name, value) pairs of bytes"

_get = dict[str, str].get
_contains = dict[str, str].__contains__


class Headers(ReadOnlyDict[str]):
    """The header fields: a real `dict[str, str]` with lower-case names; look-ups ignore case.

    Like in any dict, a missing name, even an impossible one (`X_FOO`), gives KeyError, None, False
    or `[]`. `request.get_header` raises an error for an impossible name.

    Args:
        fields: A mapping or an iterable of (name, value) pairs; values of a repeated name are
            joined.

    Raises:
        TypeError: A name or a value is not a str.
        ValueError: A name is not a token without `_`, or a value has characters beyond U+00FF.
    """

    __slots__ = ()

    _instead: ClassVar[str] = "use request.replace(headers=...) for a request with other headers"

    def __init__(self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        pairs: list[tuple[str | None, str]] = []
        for name, value in string_pairs(fields, "headers"):
            lowered = name.lower()
            if not (name.isascii() and is_field_name(lowered)):
                raise ValueError(
                    "headers: expected a field name (a token of RFC 9110 5.6.2, without '_'),"
                    f" got {shown_name(name)}"
                )
            try:
                value.encode("latin-1")
            except UnicodeEncodeError:
                raise ValueError(
                    f"headers[{name!r}]: expected text that ISO-8859-1 can encode;"
                    " encode other characters first, as the field's specification says"
                ) from None
            pairs.append((lowered, value.strip(" \t")))
        fill(self, _made(_join(pairs)))

    def __missing__(self, name: str) -> str:
        # ASCII only: str.lower() turns a Kelvin sign into a "k".
        value = _get(self, name.lower()) if isinstance(name, str) and name.isascii() else None  # pyright: ignore[reportUnnecessaryIsInstance]
        if value is None:
            instead = instead_of_field(name) if isinstance(name, str) else ""  # pyright: ignore[reportUnnecessaryIsInstance]
            raise KeyError(f"{name!r} is not a header field: use {instead}" if instead else name)
        return value

    def __contains__(self, name: object) -> bool:
        return _contains(self, name) or (
            isinstance(name, str) and name.isascii() and _contains(self, name.lower())
        )

    @overload
    def get(self, name: str, default: None = None, /) -> str | None: ...
    @overload
    def get(self, name: str, default: str, /) -> str: ...
    @overload
    def get(self, name: str, default: _T, /) -> str | _T: ...
    def get(self, name: str, default: Any = None, /) -> Any:
        """The value of the field `name`, in any case; `default` if it was not sent."""
        value = _get(self, name)
        if value is None:
            # ASCII only: str.lower() turns a Kelvin sign into a "k".
            folds = isinstance(name, str) and name.isascii()  # pyright: ignore[reportUnnecessaryIsInstance]
            return _get(self, name.lower() if folds else name, default)
        return value

    def getlist(self, name: str) -> list[str]:
        """The members of the list-valued field `name`, in order; `[]` if it was not sent.

        The value is split at commas outside quoted strings, and the members are stripped, so one
        field line and several give the same list. Fields with a single value by definition (Date,
        User-Agent, Authorization, ...) are never split; unknown fields are.

        Source: RFC 9110 5.3, 5.6.1.
        """
        value = self.get(name)
        if value is None:
            return []
        return [value] if name.lower() in SINGLE_VALUED else members(value)

    def _shown(self) -> dict[str, str]:
        return {name: shown_field(name, value) for name, value in self.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (Headers, dict(self))


def headers_from_asgi(pairs: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers from ASGI's (name, value) pairs of bytes, in the order received.

    Raises:
        UnknownNative: `pairs` has another form, in a hand-written scope.
    """
    if not isinstance(pairs, list):
        pairs = _listed(pairs)
    names = FROM_WIRE.plain
    fields: dict[str, str] = {}
    rest = iter(pairs)
    try:
        for name, value in rest:
            try:
                # Nearly all values are ASCII, and for it UTF-8 is the fastest codec.
                fields[names[name]] = value.decode()
            except UnicodeDecodeError:
                fields = _as_latin1(fields)
                fields[names[name]] = value.decode("latin-1")
                for further, value_of_it in rest:
                    fields[names[further]] = value_of_it.decode("latin-1")
                return _made(fields) if len(fields) == len(pairs) else _made_of_any(pairs)
        text = _GAP.join(fields.values())
        if len(fields) == len(pairs):
            return _made(fields, text) if text.isascii() else _made(_as_latin1(fields))
    except KeyError:
        pass  # a name is new, or not a field name
    except (AttributeError, TypeError, ValueError):
        raise _wrong_pairs(pairs) from None
    return _made_of_any(pairs)


def _as_latin1(fields: dict[str, str]) -> dict[str, str]:
    """`fields`, whose bytes were decoded as UTF-8, decoded as ISO-8859-1."""
    return {
        name: value if value.isascii() else value.encode().decode("latin-1")
        for name, value in fields.items()
    }


def _made_of_any(pairs: list[tuple[bytes, bytes]]) -> Headers:
    known = FROM_WIRE
    try:
        return _made(_join([(known[n], v.decode("latin-1").strip(" \t")) for n, v in pairs]))
    except (AttributeError, TypeError, ValueError):
        raise _wrong_pairs(pairs) from None


def headers_from_wsgi(environ: Mapping[str, Any]) -> Headers:
    """The headers from a WSGI environ: `HTTP_*`, `CONTENT_TYPE` and `CONTENT_LENGTH`.

    Raises:
        UnknownNative: A value is not a str, in a hand-written environ.
    """
    names = FROM_ENVIRON.plain
    fields: dict[str, str] = {}
    try:
        for key, value in environ.items():
            name = names[key]
            if name is not None:
                fields[name] = value
        # Some servers always set these two, to "" if the client sent none.
        if fields.get("content-type") == "":
            del fields["content-type"]
        if fields.get("content-length") == "":
            del fields["content-length"]
        return _made(fields)
    except (AttributeError, KeyError, TypeError):
        pass  # a key is new, or a value is not a str
    known = FROM_ENVIRON
    fields = {
        name: _text(key, value).strip(" \t")
        for key, value in environ.items()
        if isinstance(key, str) and (name := known[key]) is not None and value is not None  # pyright: ignore[reportUnnecessaryIsInstance]
    }
    return _made(fields)


def headers_from_h1_head(head: bytes) -> Headers:
    """The headers from the head of an HTTP/1.1 message: the start line, then the field lines."""
    lines = head.decode("latin-1").split("\r\n")
    del lines[0]
    names = FROM_TEXT.plain
    fields: dict[str, str] = {}
    try:
        for line in lines:
            # The text before it is a name only if this is the first colon.
            name, _, value = line.partition(": ")
            fields[names[name]] = value
    except KeyError:
        pass  # a name is new, or not a field name, or a line continues another one
    else:
        if len(fields) == len(lines):
            return _made(fields)
    known = FROM_TEXT
    fields = _join(
        [
            (known[name], value.strip(" \t"))
            for line in _FOLD.sub(" ", "\r\n".join(["", *lines])).split("\r\n")
            for name, colon, value in [line.partition(":")]
            if colon
        ]
    )
    return _made(fields)


def header_from_asgi(pairs: Iterable[tuple[bytes, bytes]], name: str) -> str | None:
    """One field, like `headers_from_asgi(pairs).get(name)`, without building all headers.

    Raises:
        TypeError, ValueError: No field can have this name; the message shows the right spelling.
        UnknownNative: `pairs` has another form, in a hand-written scope.
    """
    try:
        asked = TO_WIRE[name]
    except KeyError:
        asked = to_wire(name)
    if asked is None:
        raise misspelt(name)
    wanted, sent, length, _ = asked
    if not length:
        return headers_from_asgi(pairs).get(wanted)
    if not isinstance(pairs, list):
        pairs = _listed(pairs)
    found: bytes | None = None
    more: list[bytes] | None = None
    try:
        for octets, value in pairs:
            # Comparing the length first is cheaper than comparing each name.
            if len(octets) == length and (octets == sent or FROM_WIRE[octets] == wanted):
                if found is None:
                    found = value
                elif more is None:
                    more = [value]
                else:
                    more.append(value)
        if found is None:
            return None
        text = found.decode("latin-1").strip(" \t")
        if more is not None:
            several = [text, *(value.decode("latin-1").strip(" \t") for value in more)]
            text = _joined(wanted, several)
    except (AttributeError, TypeError, ValueError):
        raise _wrong_pairs(pairs) from None
    if text and "\n" not in text and "\r" not in text and "\0" not in text:
        return text  # what _normalize_one would return, without the call
    return _normalize_one(wanted, text)


def header_from_wsgi(environ: Mapping[str, Any], name: str) -> str | None:
    """One field, like `headers_from_wsgi(environ).get(name)`, without building all headers.

    Raises:
        TypeError, ValueError: As `header_from_asgi`.
    """
    try:
        both = TO_ENVIRON[name]
    except KeyError:
        both = to_environ(name)
    if both is None:
        raise misspelt(name)
    wanted, key = both
    value = environ.get(key)
    if value is None or (wanted in FRAMING and environ.get("HTTP_TRANSFER_ENCODING") is not None):
        return None
    text = (value if type(value) is str else _text(key, value)).strip(" \t")
    if text and "\n" not in text and "\r" not in text and "\0" not in text:
        return text  # as in header_from_asgi
    return _normalize_one(wanted, text)


def header_from_h1_head(head: bytes, name: str) -> str | None:
    """One field, like `headers_from_h1_head(head).get(name)`, without building all headers.

    Raises:
        TypeError, ValueError: As `header_from_asgi`.
    """
    try:
        asked = TO_WIRE[name]
    except KeyError:
        asked = to_wire(name)
    if asked is None:
        raise misspelt(name)
    wanted, _, length, line = asked
    # One search that tells how often it is there, too.
    parts = head.lower().split(line, 2)
    if len(parts) == 1:
        return None
    start = len(parts[0]) + len(line)
    end = head.find(b"\r\n", start)
    folded = head[end + 2 : end + 3] in (b" ", b"\t")
    if len(parts) > 2 or end < 0 or folded or not length:
        return headers_from_h1_head(head).get(wanted)
    text = head[start:end].decode("latin-1").strip(" \t")
    if text and "\n" not in text and "\r" not in text and "\0" not in text:
        return text  # as in header_from_asgi
    return _normalize_one(wanted, text)


def _listed(pairs: Any) -> list[tuple[bytes, bytes]]:
    kind: type[Any] = type(pairs)  # pyright: ignore[reportUnknownVariableType]
    if issubclass(kind, (Mapping, str, bytes)) or not issubclass(kind, Iterable):
        raise UnknownNative(f"{_PAIRS}, got {kind.__name__}")
    return list(pairs)


def _wrong_pairs(pairs: Iterable[Any]) -> UnknownNative:
    """The error for wrong pairs. It shows only types, because values may be secret."""
    for pair in pairs:
        kind: type[Any] = type(pair)  # pyright: ignore[reportUnknownVariableType]
        if not issubclass(kind, (tuple, list)) or len(pair) != 2:
            return UnknownNative(f"{_PAIRS}, got {kind.__name__} in it")
        for what, part in zip(("name", "value"), pair, strict=True):
            kind = type(part)  # pyright: ignore[reportUnknownVariableType]
            if not issubclass(kind, bytes):
                return UnknownNative(f"{_PAIRS}, got a {what} of type {kind.__name__} in it")
    return UnknownNative(f"{_PAIRS}, got something else")


def _text(key: str, value: object) -> str:
    # A hand-written environ may have the length as an int.
    if isinstance(value, (str, int)):
        return str(value)
    raise UnknownNative(f"WSGI environ[{key!r}]: expected a str, got {type(value).__name__}")


def _normalize_one(name: str, value: str) -> str | None:
    """The same normalization as in `_made`, for one field."""
    if "\n" in value or "\r" in value or "\0" in value:
        value = _clean(value)
    return value if value or name not in _ABSENT_IF_EMPTY else None


def _join(pairs: list[tuple[str | None, str]]) -> dict[str, str]:
    """The fields of `pairs` that have a name, repeated ones joined, in linear time."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if name is not None:
            values.setdefault(name, []).append(value)
    return {name: _joined(name, several) for name, several in values.items()}


def _joined(name: str, values: list[str]) -> str:
    # An empty field at the end leaves the space of the separator.
    return "; ".join(values).rstrip(" ") if name == "cookie" else ",".join(values)


def _clean(value: str) -> str:
    # wsgiref passes a folded value on unchanged. RFC 9112 5.2: obs-fold is white space.
    return _FOLD.sub(" ", value).translate(_FORBIDDEN).strip(" \t")


# One look at all values, joined by a gap, tells whether any needs work. An empty value, or a space
# at an end, makes the gap wider. A wide gap is found faster than a narrow one.
_GAP = " " * 8
_WIDER = _GAP + " "


_new: Callable[[type[Headers]], Headers] = Headers.__new__


def _made(fields: dict[str, str], text: str | None = None) -> Headers:
    """The headers with `fields`, after the normalization that all three sources share.

    Args:
        fields: The values by name.
        text: The values joined by `_GAP`, if the caller has it.

    Raises:
        TypeError: A value is no str.
    """
    if text is None:
        text = _GAP.join(fields.values())
    controls = "\n" in text or "\r" in text or "\0" in text
    if controls or _WIDER in text or "\t" in text or text.strip() != text or not text:
        # RFC 9110 5.5: CR, LF and NUL are invalid; a recipient replaces each with SP.
        fields = {
            name: _clean(value) if controls else value.strip(" \t")
            for name, value in fields.items()
        }
        for name in _ABSENT_IF_EMPTY:
            if fields.get(name) == "":
                del fields[name]
    if "transfer-encoding" in fields:
        for name in FRAMING:
            fields.pop(name, None)
    headers = _new(Headers)
    fill(headers, fields)
    return headers
