"""A response of a handler: what the handler is told to answer, and what the client must receive.

Rule: as in `model`, nothing here parses, and what must be received is written down beside what is
told when a response is drawn. The names of fields are in lower case, as they are compared; fields
of framing, Date, Server and Connection are the server's own, and not among them. This module
imports neither unireq nor a framework.

Source: RFC 9110 for fields and statuses, RFC 6265bis 4.1 for Set-Cookie, RFC 9457 for problems.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

RESPOND_FIELD: Final = "Unireq-Respond"
"""The header field that tells a handler what to answer: JSON text of ASCII."""

INJECTED: Final = "Unireq-Injected"
"""What a value that would begin another field begins it with."""

Fields = tuple[tuple[str, str], ...]

_JSON: Final = "application/json"


@dataclass(frozen=True)
class AbstractResponse:
    """A response: what is told, and what must be received.

    Attributes:
        instruction: What the handler is told, as JSON text; "" for one that needs telling nothing.
        status: The status code.
        fields: The header fields, in the order of those of one name; names in lower case.
        content: The bytes of the content, whether or not the method lets them be sent.
        members: The content is a problem (RFC 9457) with these members, as JSON text, and a
            `detail`, whose wording is free; "" where `content` says what it is.
        refused: Whether the handler must get an exception, which the framework answers by 500.
    """

    instruction: str = ""
    status: int = 200
    fields: Fields = ()
    content: bytes = b""
    members: str = ""
    refused: bool = False

    @property
    def line(self) -> list[bytes]:
        """The field line that tells it, if there is any."""
        if not self.instruction:
            return []
        return [f"{RESPOND_FIELD}: {self.instruction}".encode("ascii")]

    @property
    def values(self) -> dict[str, list[str]]:
        """The values of the fields by name, those of one name in order."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return found

    @classmethod
    def text(cls, text: str) -> AbstractResponse:
        """Text is returned."""
        fields = (("content-type", "text/plain; charset=utf-8"),)
        return cls(told("text", text), fields=fields, content=text.encode())

    @classmethod
    def octets(cls, data: bytes) -> AbstractResponse:
        """Octets are returned."""
        fields = (("content-type", "application/octet-stream"),)
        return cls(told("octets", data.decode("latin-1")), fields=fields, content=data)

    @classmethod
    def value(cls, value: Any) -> AbstractResponse:
        """A dict or a list is returned."""
        return cls(told("value", value), fields=(("content-type", _JSON),), content=_compact(value))

    @classmethod
    def nothing(cls) -> AbstractResponse:
        """None is returned."""
        return cls(told("nothing", None), status=204)

    @classmethod
    def body(cls, data: bytes) -> AbstractResponse:
        """The body of the request is returned, which is `data`."""
        return replace(cls.octets(data), instruction=told("body", None))

    @classmethod
    def problem(
        cls, status: int, title: str, instruction: str = "", **members: str
    ) -> AbstractResponse:
        """The client's fault, told as a problem."""
        found = {"type": "about:blank", "title": title, "status": status, **members}
        fields = (("content-type", "application/problem+json"),)
        return cls(instruction, status, fields, members=json.dumps(found))

    @classmethod
    def exception(cls, instruction: str) -> AbstractResponse:
        """What is told can't be answered: an exception, and nothing of it reaches the client."""
        return cls(instruction, 500, refused=True)

    @classmethod
    def made(
        cls,
        content: str | bytes | None = None,
        *,
        status: int = 200,
        headers: Iterable[tuple[str, str]] = (),
        media_type: str | None = None,
        cookies: Iterable[SetCookie] = (),
        added: Iterable[tuple[str, str]] = (),
    ) -> AbstractResponse:
        """A `Response` of this content is returned.

        Args:
            content: Text, bytes or None.
            status: The status code.
            headers: What the constructor is given.
            media_type: Likewise.
            cookies: What `set_cookie` is called with, after that.
            added: What `add_header` is called with, after that.
        """
        given, several, more = list(headers), list(cookies), list(added)
        arguments = {
            "content": content.decode("latin-1") if isinstance(content, bytes) else content,
            "octets": isinstance(content, bytes),
            "status": status,
            "headers": given,
            "media_type": media_type,
            "cookies": [each.told for each in several],
            "added": more,
        }
        fields = [(name.lower(), value.strip(" \t")) for name, value in given]
        typed = any(name == "content-type" for name, _ in fields)
        default = None if content is None else _OCTETS if isinstance(content, bytes) else _TEXT
        chosen = media_type or default
        if chosen is not None and not typed and status not in _EMPTY:
            fields.append(("content-type", chosen))
        fields += [("set-cookie", each.line) for each in several]
        fields += [(name.lower(), value.strip(" \t")) for name, value in more]
        data = content.encode() if isinstance(content, str) else content or b""
        return cls(told("response", arguments), status, tuple(fields), data)

    @classmethod
    def made_by(
        cls, maker: str, argument: Any, content: bytes, *fields: tuple[str, str], **given: Any
    ) -> AbstractResponse:
        """A `Response` of one of its other constructors is returned.

        Args:
            maker: Which: `json`, `text`, `html`, `redirect`.
            argument: Its argument, JSON-able.
            content: What it must come to.
            fields: Likewise.
            given: Its named arguments.
        """
        arguments = {"maker": maker, "argument": argument, "given": given}
        status = given.get("status", 302 if maker == "redirect" else 200)
        return cls(told("made", arguments), status, fields, content)


_EMPTY: Final = (204, 205, 304)
_TEXT: Final = "text/plain; charset=utf-8"
_OCTETS: Final = "application/octet-stream"


def told(what: str, argument: Any) -> str:
    """The instruction that tells a handler to do `what`."""
    return json.dumps({what: argument}, separators=(",", ":"))


def _compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


@dataclass(frozen=True)
class SetCookie:
    """A cookie that is set, and the value of the Set-Cookie field that sets it.

    Attributes:
        arguments: What `set_cookie` is called with, as JSON text; `expires` in seconds since 1970.
        line: The value of the field.
    """

    arguments: str
    line: str

    @property
    def told(self) -> Any:
        """The arguments, for an instruction."""
        return json.loads(self.arguments)

    @classmethod
    def of(cls, name: str, value: tuple[str, str], **given: Any) -> SetCookie:
        """A cookie.

        Args:
            name: Its name.
            value: Its value, and the same as it is sent.
            given: The other arguments; `expires` as in `arguments`, and as it is sent.
        """
        arguments, sent = {"name": name, "value": value[0], **given}, [f"{name}={value[1]}"]
        meant = {"path": "/", "samesite": "lax", **given}
        for argument, attribute in _ATTRIBUTES.items():
            match argument, meant.get(argument):
                case _, None | False:
                    pass
                case _, True:
                    sent.append(attribute)
                case "expires", (seconds, date):
                    arguments["expires"] = seconds
                    sent.append(f"{attribute}={date}")
                case "samesite", text:
                    sent.append(f"{attribute}={text.capitalize()}")
                case _, shown:
                    sent.append(f"{attribute}={shown}")
        return cls(json.dumps(arguments), "; ".join(sent))


_ATTRIBUTES: Final = {
    "expires": "Expires",
    "max_age": "Max-Age",
    "domain": "Domain",
    "path": "Path",
    "secure": "Secure",
    "httponly": "HttpOnly",
    "samesite": "SameSite",
    "partitioned": "Partitioned",
}
"""What the arguments of `set_cookie` are sent as, in the order of sending."""
