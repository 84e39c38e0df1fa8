"""Content codings: decoded within a limit, or refused; never in much memory."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import BodyTooLarge, Limits, MalformedBody, RequestError, UnsupportedCoding
from unireq._body.content import MOST_MEMBERS, decode_content
from unireq._body.spooled_body import CHUNK, SpooledBody

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "x-gzip": lambda data: gzip.compress(data, mtime=0),
    "deflate": zlib.compress,
    "identity": lambda data: data,
}


def decoded(sent: bytes, field: str | None, size: int | None = 1_000_000) -> bytes:
    return decode_content(SpooledBody(sent), field, Limits(decoded_size=size), None).getvalue()


@given(
    st.binary(max_size=50) | st.binary(max_size=9).map(lambda some: some * 30_000),
    st.lists(st.sampled_from(list(ENCODERS)), max_size=5),
)
def test_what_is_encoded_is_decoded(data: bytes, codings: list[str]) -> None:
    sent = data
    for coding in codings:
        sent = ENCODERS[coding](sent)
    assert decoded(sent, " , ".join(codings).upper()) == data
    # Each is bounded, so the largest of them counts; at the limit it is taken.
    if data and len(codings) == 1 and codings != ["identity"]:
        assert decoded(sent, codings[0], len(data)) == data
        with pytest.raises(BodyTooLarge, match=f"at most {len(data) - 1} bytes"):
            decoded(sent, codings[0], len(data) - 1)


@pytest.mark.parametrize("size", range(CHUNK - 2, CHUNK + 3))
@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_pieces_end_anywhere(coding: str, size: int) -> None:
    data = b"x" * size
    assert decoded(ENCODERS[coding](data), coding) == data
    stored = b"\x1f\x8b\x08" + bytes(7) + zlib.compress(data, 0)[2:-4]
    padding = zlib.crc32(data).to_bytes(4, "little") + size.to_bytes(4, "little")
    assert decoded(stored + padding, "gzip") == data


REFUSED: list[tuple[bytes, str, type[RequestError], str]] = [
    (b"x", "br", UnsupportedCoding, "got 'br'"),
    (b"x", "gzip, zstd", UnsupportedCoding, "got 'gzip, zstd'"),
    (b"x", ", ".join(["gzip"] * 6), UnsupportedCoding, "at most 5"),
    (b"xy", "gzip", MalformedBody, "got other data"),
    (b"\x1f", "gzip", MalformedBody, "cut short"),
    (gzip.compress(b"x", mtime=0)[:-1], "gzip", MalformedBody, "cut short"),
    (gzip.compress(b"x", mtime=0) + b"x", "gzip", MalformedBody, "got other data|cut short"),
    (gzip.compress(b"x", mtime=0) + bytes(9), "gzip", MalformedBody, "got other data"),
    (gzip.compress(b"x", mtime=0) * (MOST_MEMBERS + 1), "gzip", MalformedBody, "after its end"),
    (zlib.compress(b"x") + b"x", "deflate", MalformedBody, "after its end"),
    (zlib.compress(b"x")[2:-4], "deflate", MalformedBody, "got other data"),
]


@pytest.mark.parametrize(("sent", "field", "error", "says"), REFUSED)
def test_what_is_refused(sent: bytes, field: str, error: type[RequestError], says: str) -> None:
    with pytest.raises(error, match=says):
        decoded(sent, field)


def test_nothing_is_decoded_unasked() -> None:
    with pytest.raises(UnsupportedCoding, match="without a coding, got 'gzip'") as caught:
        decoded(gzip.compress(b"x", mtime=0), "gzip", None)
    assert caught.value.status == 415
    assert decoded(b"", "gzip", None) == b""
    assert decoded(b"x", "identity", None) == b"x"


def test_a_bomb_costs_no_memory() -> None:
    bomb = gzip.compress(gzip.compress(b" " * 50_000_000, mtime=0), mtime=0)
    for size in (10, 1_000_000):
        tracemalloc.start()
        try:
            with pytest.raises(BodyTooLarge):
                decoded(bomb, "gzip, gzip", size)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < size + 1_500_000
