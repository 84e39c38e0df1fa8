"""A recorded input stream gives what a file gives, in any sequence of calls; unireq reads too."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import unireq
from unireq_wsgi import TeeInput, WSGIRequest


class Slow:
    """A server's stream: it gives no more than `at_once` bytes for one call."""

    def __init__(self, data: bytes, at_once: int) -> None:
        self._file = io.BytesIO(data)
        self._at_once = at_once

    def read(self, size: int) -> bytes:
        assert size > 0
        return self._file.read(min(size, self._at_once))


def recorded(data: bytes, at_once: int = 100) -> tuple[TeeInput, dict[str, Any]]:
    return tee_of(Slow(data, at_once), CONTENT_LENGTH=str(len(data)))


def tee_of(
    stream: Any, kind: type[WSGIRequest] = WSGIRequest, **environ: Any
) -> tuple[TeeInput, dict[str, Any]]:
    environ = {"REQUEST_METHOD": "POST", "wsgi.input": stream, **environ}
    tee = kind(environ).tee_body()
    assert tee is not None
    return TeeInput(tee), environ


sizes = st.none() | st.integers(-2, 12)
calls = st.one_of(
    st.tuples(st.just("read"), sizes),
    st.tuples(st.just("readline"), sizes),
    st.tuples(st.just("readlines"), sizes),
    st.tuples(st.sampled_from(["read", "readline", "readlines", "next", "list"])),
    st.sampled_from([("unireq",), ("tell",), ("seek", 0), ("seek", 0, 1), ("seek", 0, 2)]),
)
bodies = st.lists(st.sampled_from([b"\n", b"a", b"bc", b"\r\n", b"defghij"]), max_size=12).map(
    b"".join
)


def call(file: Any, name: str, *arguments: Any) -> Any:
    if name == "next":
        return next(iter(file), None)
    if name == "list":
        return list(file)
    return getattr(file, name)(*arguments)


@given(bodies, st.integers(1, 20), st.lists(calls, max_size=8))
@example(b"ab\ncd", 1, [("readline", 1), ("unireq",), ("next",), ("read", None), ("readline",)])
@example(b"abc\nd", 20, [("read", 0), ("readline", 0), ("read", 2)])
@example(b"a\nb\ncdefgh", 20, [("readline",), ("readline", 4), ("read",)])
@example(b"\n\n\n", 20, [("readlines", 1), ("readlines", 0), ("read",)])
def test_it_reads_as_a_file_does(
    body: bytes, at_once: int, sequence: list[tuple[Any, ...]]
) -> None:
    stream, environ = recorded(body, at_once)
    file = io.BytesIO(body)
    stream.close()  # of the server it is
    for name, *arguments in sequence:
        if name == "unireq":
            assert WSGIRequest(environ).read() == body
        else:
            assert call(stream, name, *arguments) == call(file, name, *arguments), (name, arguments)
    assert stream.read() == file.read()
    assert stream.read(1) == stream.readline() == b""
    assert list(stream) == stream.readlines() == []
    assert WSGIRequest(environ).read() == body


def test_lines_longer_than_a_chunk() -> None:
    body = b"x" * 200_000 + b"\n" + b"y" * 70_000
    stream, environ = recorded(body, 50_000)
    assert stream.readline() == body[:200_001]
    assert stream.readline() == body[200_001:]
    assert WSGIRequest(environ).read() == body
    stream, _ = recorded(body, 50_000)
    assert stream.readline(70_000) == body[:70_000]
    assert stream.readlines(1) == [body[70_000:200_001]]


def test_what_stream_has_taken_is_told() -> None:
    stream, environ = recorded(b"ab\ncd")
    assert stream.read(1) == b"a"
    assert b"".join(WSGIRequest(environ).stream()) == b"ab\ncd"
    for use in (stream.read, lambda: stream.read(1), stream.readlines, lambda: list(stream)):
        with pytest.raises(unireq.BodyConsumed):
            use()


def test_over_the_limit_the_stream_has_all() -> None:
    class Small(WSGIRequest):
        __slots__ = ()
        _limits = unireq.Limits(body_size=3)

    terminated = {"wsgi.input_terminated": True}
    stream, environ = tee_of(Slow(b"ab\ncd\n", 2), Small, **terminated)
    assert stream.readline() == b"ab\n"
    with pytest.raises(unireq.BodyTooLarge):
        Small(environ).read()
    assert stream.readline() == b"cd\n"
    assert stream.read() == b""


def test_an_error_of_the_server_is_the_readers() -> None:
    class Broken:
        def __init__(self) -> None:
            self.left: list[bytes | OSError] = [b"ab", OSError("gone"), b"cd"]

        def read(self, size: int) -> bytes:
            item = self.left.pop(0)
            if isinstance(item, OSError):
                raise item
            return item

    stream, environ = tee_of(Broken(), CONTENT_LENGTH="4")
    with pytest.raises(OSError, match="gone"):
        stream.read()
    # Not what follows the gap.
    with pytest.raises(unireq.IncompleteBody):
        stream.read()
    with pytest.raises(unireq.IncompleteBody):
        WSGIRequest(environ).read()
