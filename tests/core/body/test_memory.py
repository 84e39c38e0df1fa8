"""Neither forms nor content codings take much memory."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest

from support.forms import MULTIPART, URLENCODED, file, parse
from unireq import BodyTooLarge, Limits, RequestError
from unireq._body.content import decode_content
from unireq._body.form_parser import FormParser
from unireq._body.spooled_body import SpooledBody

MIB = 1024 * 1024


def peak_of(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_a_bomb(size: int) -> None:
    bomb = gzip.compress(gzip.compress(b" " * 50_000_000, mtime=0), mtime=0)

    def decode() -> None:
        with pytest.raises(BodyTooLarge):
            decode_content(SpooledBody(bomb), "gzip, gzip", Limits(decoded_size=size), None)

    assert peak_of(decode) < size + 1_500_000


@pytest.mark.parametrize("step", [None, 65_536])
@pytest.mark.parametrize("piece", [b"&", b"a&", b"a=1&", b"%"])
def test_ten_million_bytes_of_an_urlencoded_form(piece: bytes, step: int | None) -> None:
    sent = piece * (10_000_000 // len(piece))

    def read() -> None:
        with suppress(RequestError):
            parse(sent, URLENCODED, Limits(fields=1000, field_size=1000), step)

    assert peak_of(read) < 8_000_000 + (step or 0)


def test_a_file_of_a_multipart_form() -> None:
    store = SpooledBody()
    parser = FormParser(MULTIPART, Limits(), store)
    pieces = [file(content=b""), *[65_536 * b"x"] * 500, b"\r\n--b--\r\n"]

    def read() -> None:
        for piece in pieces:
            store.append(piece, 100_000)
            parser.feed(piece)
        assert parser.finish().files["f"].size == 500 * 65_536

    assert peak_of(read) < 1_000_000
