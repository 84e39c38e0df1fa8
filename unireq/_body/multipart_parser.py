"""MultipartParser: a form as multipart/form-data.

Rule: strict, because whoever reads a form in another way than we do, a filter before us or a
framework beside us, would see another form. The package `multipart` takes the body apart; here it
is given octets so that the pieces they came in can't matter, and told what it leaves open: nothing
but a CRLF stands before the first boundary, and nothing but white space after the last one.

Sources: RFC 7578, RFC 2046 5.1.1.
"""

from __future__ import annotations

from unireq._body.charsets import charset_of
from unireq._body.content_type import ContentType, boundary_of
from unireq._body.form_builder import FormBuilder
from unireq._body.form_data import FormData
from unireq._body.limits import Limits
from unireq._body.multipart_package import load_multipart
from unireq._body.part import too_large_header, too_many_headers
from unireq._errors import MalformedBody, RequestError

__all__ = ["MultipartParser"]

BLOCK = 65536
"""How many octets are taken apart at once, in whatever pieces they come."""

_WHITE = b" \t\r\n"


class MultipartParser:
    """A parser that is given octets, in pieces of any size."""

    __slots__ = (
        "_boundary",
        "_ended",
        "_form",
        "_last",
        "_limits",
        "_package",
        "_parser",
        "_pending",
        "_started",
    )

    def __init__(self, content_type: ContentType, limits: Limits) -> None:
        boundary = boundary_of(content_type)
        self._limits = limits
        self._form = FormBuilder(charset_of(content_type), limits)
        self._package = load_multipart()
        self._parser = self._package.PushMultipartParser(
            boundary,
            max_header_count=_or_infinite(limits.part_headers),
            # A line without its end may have its CR already.
            max_header_size=_or_infinite(limits.part_header_size) + 1,
            # Octets as they are: names need not be valid UTF-8.
            header_charset="latin-1",
            strict=True,
        )
        self._boundary = b"\r\n--" + boundary
        self._last = self._boundary + b"--"
        self._pending = bytearray()
        self._started = False
        self._ended = False

    def feed(self, chunk: bytes) -> None:
        """Take `chunk`.

        Raises:
            MalformedBody: It is no multipart/form-data.
            BodyTooLarge, TooManyFields: It is over a limit.
        """
        for start in range(0, len(chunk), BLOCK):
            self._pending += chunk[start : start + BLOCK]
            while len(self._pending) >= BLOCK:
                self._take_block(at_end=False)

    def finish(self) -> FormData:
        """The form, when all octets have been taken.

        Raises:
            MalformedBody, BodyTooLarge, TooManyFields: As `feed` does.
        """
        while self._pending:
            self._take_block(at_end=True)
        if not self._ended:
            raise MalformedBody(
                f"{self._form.where}: expected the closing boundary (RFC 2046 5.1.1), got the end"
                " of the body; it was cut short"
            )
        try:
            self._parser.close()
        except self._package.MultipartError:
            raise MalformedBody(
                f"{self._form.next_where}: expected an empty line after its header (RFC 2046 5.1),"
                " got the closing boundary"
            ) from None
        return self._form.finish()

    def _take_block(self, *, at_end: bool) -> None:
        """Take the next block apart: what it is depends on the octets before it alone."""
        if not self._started:
            self._start()
        if self._ended:
            if self._pending.strip(_WHITE):
                raise MalformedBody(
                    f"{self._form.where}: expected nothing after the closing boundary, got more"
                    " bytes; parsers differ in whether they belong to the form"
                )
            self._pending.clear()
            return
        block = self._pending[:BLOCK]
        found = block.find(self._last)
        if found >= 0:
            # At the start of a line, it is the end, whatever follows it (RFC 2046 5.1.1).
            end = found + len(self._last)
            self._ended = True
        else:
            # It may begin in this block and end in the next.
            end = len(block) if at_end else len(block) - len(self._last) + 1
        del self._pending[:end]
        self._parse(bytes(block[:end]))

    def _start(self) -> None:
        self._started = True
        if not self._pending.startswith(b"\r\n"):
            self._pending[:0] = b"\r\n"
        if not self._pending.startswith(self._boundary):
            raise MalformedBody(
                "multipart form: expected the body to begin with -- and the boundary that"
                " Content-Type names (RFC 2046 5.1.1), got other bytes; use one boundary for both,"
                " and CRLF as line break"
            )

    def _parse(self, octets: bytes) -> None:
        try:
            for event in self._parser.parse(octets):
                if event is None:
                    self._form.end()
                elif isinstance(event, (bytes, bytearray)):
                    self._form.add(event)
                else:
                    self._form.begin(event.headerlist)
        except self._package.MultipartError as error:
            raise self._refusal(error) from None

    def _refusal(self, error: Exception) -> RequestError:
        if isinstance(error, self._package.ParserLimitReached):
            refusal = too_many_headers if "count" in str(error) else too_large_header
            return refusal(self._limits, self._form.next_where)
        return MalformedBody(
            f"{self._form.where}: expected multipart/form-data as RFC 7578 defines it, got a body"
            f" that breaks it ({error}); let the client's library write it"
        )


def _or_infinite(limit: int | None) -> float:
    return float("inf") if limit is None else limit
