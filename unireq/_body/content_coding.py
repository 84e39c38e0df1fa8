"""Content coding: what a body with Content-Encoding says, decoded within a limit.

Rule: the bytes of a body are what was sent, so `read()` and `stream()` never decode: signatures are
made over them. What means something (JSON, a form, text) is decoded where the application has set
`Limits.decoded_size`; else it is refused with 415, as is a coding that is not known. Each coding of
several is bounded by itself, and no more than a block is held: a bomb costs no memory.

Sources: RFC 9110 8.4, RFC 1950, RFC 1952.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from unireq._body.limits import Limits
from unireq._body.refusals import limited_by, no_room
from unireq._body.store import CHUNK, Store
from unireq._errors import BodyTooLarge, MalformedBody, UnsupportedCoding
from unireq._field_values import members

__all__ = ["decode_content"]

# The window, and in which frame the data are: 16 more is that of gzip (RFC 1952), else RFC 1950.
_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}

MOST_CODINGS = 5
"""How many codings one body may have on top of each other."""

MOST_MEMBERS = 1000
"""How many members a gzip file may have (RFC 1952 2.2): each costs as much as a window."""


def decode_content(
    store: Store, field: str | None, limits: Limits, spool_size: int | None
) -> Store:
    """The bytes of `store`, decoded; the same store where there is nothing to decode.

    Args:
        store: The body as it was sent.
        field: The value of Content-Encoding; None without one.
        limits: How much is accepted.
        spool_size: From how many bytes on they are kept in a file; None for memory.

    Raises:
        UnsupportedCoding: There is a coding that is not known, or none may be decoded.
        BodyTooLarge: They are over `Limits.decoded_size`.
        MalformedBody: They are not of that coding, cut short, or followed by others.
        UnireqError: There is no room for a temporary file.
    """
    codings = [coding.lower() for coding in members(field or "")]
    codings = [coding for coding in codings if coding != "identity"]
    if not codings or not store.size:
        return store
    shown = ", ".join(codings)[:80]
    if limits.decoded_size is None:
        raise UnsupportedCoding(
            f"Content-Encoding: expected content without a coding, got {shown!r}; send it as it is",
            "gzip and deflate are decoded where Limits.decoded_size is set",
        )
    if len(codings) > MOST_CODINGS or not _WINDOWS.keys() >= {*codings}:
        raise UnsupportedCoding(
            f"Content-Encoding: expected at most {MOST_CODINGS} of gzip, x-gzip and deflate, got"
            f" {shown!r}"
        )
    chunks: Iterable[bytes] = store.chunks()
    # The last one that is named was applied last (RFC 9110 8.4).
    for coding in reversed(codings):
        chunks = _decoded(chunks, coding, limits.decoded_size)
    decoded = Store()
    try:
        for chunk in chunks:
            decoded.append(chunk, spool_size)
    except OSError as error:
        raise no_room(error) from error
    return decoded


def _decoded(chunks: Iterable[bytes], coding: str, most: int) -> Iterator[bytes]:
    window = _WINDOWS[coding]
    decoder = zlib.decompressobj(window)
    size, count = 0, 1
    for chunk in chunks:
        data = chunk
        while True:
            if decoder.eof:
                if not data:
                    break
                count += 1
                if coding == "deflate" or count > MOST_MEMBERS:
                    raise _malformed(coding, "more bytes behind its end")
                decoder = zlib.decompressobj(window)
            try:
                piece = decoder.decompress(data, CHUNK)
            except zlib.error as error:
                raise _malformed(coding, f"what is none ({error})") from None
            size += len(piece)
            if size > most:
                raise BodyTooLarge(
                    f"body: expected at most {most} bytes when its {coding} is decoded, got more",
                    limited_by("decoded_size"),
                )
            if piece:
                yield piece
            data = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
            # What is decoded and not yet given is in the decoder, when the piece is full.
            if not data and len(piece) < CHUNK:
                break
    if not decoder.eof:
        raise _malformed(coding, "the end of the body; it was cut short")


def _malformed(coding: str, got: str) -> MalformedBody:
    return MalformedBody(f"body: expected {coding} (Content-Encoding), got {got}")
