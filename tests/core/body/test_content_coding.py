"""Content codings: decoded within a limit, or refused; never in much memory."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest

from unireq import BodyTooLarge, Limits
from unireq._body.content import decode_content
from unireq._body.spooled_body import SpooledBody


def decoded(sent: bytes, field: str | None, size: int | None = 1_000_000) -> bytes:
    return decode_content(SpooledBody(sent), field, Limits(decoded_size=size), None).getvalue()


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
