"""An abstract request: what it means, and the bytes that say it.

Rule: nothing here parses. Meaning and bytes are put side by side, piece by piece, when a request
is drawn; rendering only concatenates the bytes, and what is expected of an adapter only
concatenates the meanings. So a mistake in unireq's parsers can't be repeated here. This module
imports neither unireq nor a framework.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unireq_conformance.content import Content, pieces
from unireq_conformance.layers import AbstractLayers
from unireq_conformance.proxies import AbstractProxies
from unireq_conformance.response import AbstractResponse

__all__ = ["AbstractRequest", "Cookie", "Field", "Parameter", "Piece", "octets_of", "text_of"]


@dataclass(frozen=True)
class Piece:
    """A piece of a path or a query.

    Attributes:
        text: What it means, decoded.
        octets: What is sent.
        kind: Which sort it is: `literal`, `escape`, `invalid` (not UTF-8), `broken` (no escape).
    """

    text: str
    octets: bytes
    kind: str = "literal"


Pieces = tuple[Piece, ...]


def text_of(pieces: Pieces) -> str:
    """What `pieces` mean."""
    return "".join(piece.text for piece in pieces)


def octets_of(pieces: Pieces) -> bytes:
    """What is sent for `pieces`."""
    return b"".join(piece.octets for piece in pieces)


@dataclass(frozen=True)
class Field:
    """One field line.

    Attributes:
        name: A token, as sent, in any case; what is not ASCII is sent as UTF-8.
        value: The bytes of the value.
        before, after: White space (SP, TAB) around the value.
        members: The members of a list, where the value was made of them; else None.
    """

    name: str
    value: bytes
    before: bytes = b" "
    after: bytes = b""
    members: tuple[str, ...] | None = None

    @property
    def octets(self) -> bytes:
        """The line, without its end."""
        return self.name.encode() + b":" + self.before + self.value + self.after

    @property
    def text(self) -> str:
        """The value as ISO-8859-1 text."""
        return self.value.decode("latin-1")


@dataclass(frozen=True)
class Cookie:
    """One piece of a Cookie field.

    Attributes:
        name, value: What it means; None and None for a piece that is no cookie.
        octets: What is sent, without the `;` that separates it from the next.
    """

    name: str | None
    value: str | None
    octets: bytes


@dataclass(frozen=True)
class Parameter:
    """One piece of a query.

    Attributes:
        name: The pieces of the name.
        value: The pieces of the value; None where there is no `=`.
    """

    name: Pieces
    value: Pieces | None

    @property
    def octets(self) -> bytes:
        """What is sent, without the `&` that separates it from the next."""
        name = octets_of(self.name)
        return name if self.value is None else name + b"=" + octets_of(self.value)

    @property
    def meaning(self) -> tuple[str, str] | None:
        """Name and value; None for an empty piece, which is no parameter."""
        if self.value is None and not self.name:
            return None
        return text_of(self.name), "" if self.value is None else text_of(self.value)


@dataclass(frozen=True)
class AbstractRequest:
    """A request: what it means and how it is sent.

    Attributes:
        method: In upper case.
        path: What follows the first slash of the path.
        query: The pieces of the query; None where there is no `?`.
        host: The value of the Host field.
        fields: The field lines but for Host and Cookie, in order.
        cookies: The Cookie fields, each with its pieces.
        slashes: How many slashes the path begins with; 0 for a target that is no path (`*`).
        version: The version in the request line.
        scheme: The scheme of the connection: `https` over TLS.
        body: What follows the head, framed as the fields say.
        content: The content, with the fields that it needs and what is done with it, in place of
            `body`; None for a request that is not about its content.
        message: All that is sent, for a malformed message, which has no parts; else None.
        response: What a handler is told to answer, with the field that tells it; None for a request
            that is answered by a report.
        layers: What the layers around the app are told, with the field that tells it; None for a
            request that is not about them.
        proxies: Whom the app is told to trust, with the field that tells it; the request then comes
            from a proxy. None for a request that is not about proxies.
    """

    method: str = "GET"
    path: Pieces = ()
    query: tuple[Parameter, ...] | None = None
    host: str = "example.org"
    fields: tuple[Field, ...] = ()
    cookies: tuple[tuple[Cookie, ...], ...] = ()
    slashes: int = 1
    version: str = "1.1"
    body: bytes = b""
    content: Content | None = None
    message: bytes | None = None
    response: AbstractResponse | None = None
    layers: AbstractLayers | None = None
    proxies: AbstractProxies | None = None
    scheme: str = "http"

    # What is sent.

    @property
    def sent_path(self) -> bytes:
        """The bytes of the path."""
        return b"/" * self.slashes + octets_of(self.path)

    @property
    def sent_query(self) -> bytes | None:
        """The bytes of the query; None where there is none."""
        return None if self.query is None else b"&".join(p.octets for p in self.query)

    @property
    def sent_cookies(self) -> tuple[bytes, ...]:
        """The bytes of the value of each Cookie field."""
        return tuple(b";".join(c.octets for c in pieces) for pieces in self.cookies)

    def render(self) -> bytes:
        """The bytes of the whole request."""
        if self.message is not None:
            return self.message
        query = self.sent_query
        target = self.sent_path if query is None else self.sent_path + b"?" + query
        lines = [
            f"{self.method} ".encode() + target + f" HTTP/{self.version}".encode(),
            b"Host: " + self.host.encode("ascii"),
            *(line.octets for line in self.fields),
            *(b"Cookie: " + value for value in self.sent_cookies),
            *(() if self.content is None else self.content.lines),
            *(() if self.response is None else self.response.line),
            *(() if self.layers is None else [self.layers.line]),
            *(() if self.proxies is None else [self.proxies.line]),
        ]
        return b"\r\n".join([*lines, b"", self.sent_body])

    @property
    def sent_body(self) -> bytes:
        """The bytes that follow the head."""
        return self.body if self.content is None else self.content.framed

    def writes(self) -> tuple[bytes, ...]:
        """The bytes of the whole request, in the pieces that they are sent in."""
        octets = self.render()
        if self.content is None or self.content.framing is None:
            return (octets,)
        sizes, body = self.content.framing.writes, self.sent_body
        if not sizes:
            return (octets,)
        first, *rest = pieces(body, sizes) if body else (b"",)
        return (octets[: len(octets) - len(body)] + first, *rest)

    # What is expected.

    @property
    def expected_path(self) -> str:
        """The path: one leading slash, decoded."""
        return "/" + text_of(self.path).lstrip("/")

    @property
    def expected_raw_path(self) -> bytes | None:
        """The bytes of the path, where they mean the path."""
        says = "/" * self.slashes + text_of(self.path)
        return self.sent_path if says == self.expected_path else None

    @property
    def expected_origin(self) -> str:
        """The scheme and the host."""
        return f"{self.scheme}://{self.host}"

    def over(self, url: str | None) -> str | None:
        """`url`, which a table has for a plain connection, as it is over this one."""
        plain = "http:"
        return f"{self.scheme}:{url[len(plain) :]}" if url and url.startswith(plain) else url

    @property
    def expected_query_string(self) -> str:
        """The query as sent, as ISO-8859-1 text."""
        return (self.sent_query or b"").decode("latin-1")

    @property
    def expected_pairs(self) -> list[tuple[str, str]]:
        """The parameters of the query, in order."""
        meanings = (parameter.meaning for parameter in self.query or ())
        return [meaning for meaning in meanings if meaning is not None]

    @property
    def expected_query_params(self) -> dict[str, str]:
        """The last value of each name."""
        return dict(self.expected_pairs)

    def lines_named(self) -> Iterator[tuple[str, list[Field]]]:
        """The field lines by name in lower case, in order of the first; without Host and Cookie."""
        grouped: dict[str, list[Field]] = {}
        for line in self.fields:
            grouped.setdefault(line.name.lower(), []).append(line)
        yield from grouped.items()

    @property
    def expected_headers(self) -> dict[str, str]:
        """The header fields: repeated ones joined with a comma, Cookie with `; `."""
        found = {name: ",".join(f.text for f in lines) for name, lines in self.lines_named()}
        found["host"] = self.host
        if self.cookies:
            values = (value.strip(b" \t").decode("latin-1") for value in self.sent_cookies)
            # An empty field at the end leaves the space of the separator, which is stripped.
            found["cookie"] = "; ".join(values).rstrip(" ")
        return found

    @property
    def expected_cookie_pairs(self) -> list[tuple[str, str]]:
        """The cookies, in order."""
        return [
            (cookie.name, cookie.value)
            for pieces in self.cookies
            for cookie in pieces
            if cookie.name is not None and cookie.value is not None
        ]

    @property
    def expected_cookies(self) -> dict[str, list[str]]:
        """Every value of each cookie, in order."""
        found: dict[str, list[str]] = {}
        for name, value in self.expected_cookie_pairs:
            found.setdefault(name, []).append(value)
        return found

    @property
    def features(self) -> frozenset[str]:
        """What is special about the request: the names that deviations and statistics go by."""
        pieces = [*self.path]
        for parameter in self.query or ():
            pieces += [*parameter.name, *(parameter.value or ())]
        names = [line.name.lower() for line in self.fields]
        kinds = {piece.kind for piece in pieces}
        found = {
            "obs-text": any(line.value and max(line.value) > 127 for line in self.fields),
            "repeats": len(set(names)) < len(names),
            "two-cookie-fields": len(self.cookies) > 1,
            "invalid-escape": bool({"invalid", "broken"} & kinds),
            "double-slash": b"//" in self.sent_path,
        }
        return frozenset(name for name, there in found.items() if there)
