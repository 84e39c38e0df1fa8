"""What a request is in HTTP/2, and what HTTP/2 has no place for."""

from __future__ import annotations

import pytest

from unireq_conformance.servers.frames import Frames, Inexpressible, translate

HEAD = ((b":method", b"GET"), (b":scheme", b"http"), (b":authority", b"h"), (b":path", b"/"))


def get(*lines: bytes) -> bytes:
    return b"\r\n".join([b"GET / HTTP/1.1", b"Host: h", *lines, b"", b""])


def post(*lines: bytes, body: bytes) -> bytes:
    return b"\r\n".join([b"POST / HTTP/1.1", b"Host: h", *lines, b"", body])


def posted(*fields: tuple[bytes, bytes]) -> tuple[tuple[bytes, bytes], ...]:
    return ((b":method", b"POST"), *HEAD[1:], *fields)


def test_the_request_line_and_host_are_pseudo_fields() -> None:
    assert translate(b"get /a%20b?c=d HTTP/1.1\r\nHOST: h:1\r\n\r\n") == Frames(
        (
            (b":method", b"get"),
            (b":scheme", b"http"),
            (b":authority", b"h:1"),
            (b":path", b"/a%20b?c=d"),
        )
    )


def test_there_may_be_no_authority() -> None:
    assert translate(b"OPTIONS * HTTP/2\r\n\r\n") == Frames(
        ((b":method", b"OPTIONS"), (b":scheme", b"http"), (b":path", b"*"))
    )


def test_connect_has_an_authority_alone() -> None:
    assert translate(b"CONNECT h:443 HTTP/1.1\r\nHost: other\r\n\r\n").head == (
        (b":method", b"CONNECT"),
        (b":authority", b"h:443"),
    )


def test_what_http_2_only_forbids_is_sent_as_it_is() -> None:
    octets = get(b"X Foo: a", b"X-Bar : b", b": c", b"X-Nul: a\x00b", b"X-CR: a\rb")
    fields = ((b"x foo", b"a"), (b"x-bar ", b"b"), (b"", b"c"), (b"x-nul", b"a\x00b"))
    assert translate(octets) == Frames((*HEAD, *fields, (b"x-cr", b"a\rb")))


@pytest.mark.parametrize(
    ("sent", "crumbs"),
    [
        (b"a=1; b=2; c=3", (b"a=1", b"b=2", b"c=3")),
        (b"a=1;b=2", (b"a=1;b=2",)),
        # Joined again with `; ` these would be something else.
        (b"a=1;  b=2", (b"a=1;  b=2",)),
        (b"a=1; ; b=2", (b"a=1; ; b=2",)),
        (b"", (b"",)),
    ],
)
def test_cookies_are_sent_one_by_one(sent: bytes, crumbs: tuple[bytes, ...]) -> None:
    assert translate(get(b"Cookie: " + sent)).head[4:] == tuple((b"cookie", c) for c in crumbs)


def test_content_is_as_long_as_is_said() -> None:
    length = (b"content-length", b"2")
    assert translate(post(b"Content-Length: 2", body=b"hi")) == Frames(posted(length), (b"hi",))
    assert translate(post(b"Content-Length: 2", body=b"hi there")).content == (b"hi",)
    assert translate(post(b"Content-Length: 9", body=b"hi")).content == (b"hi",)
    # These are for the server to refuse.
    assert translate(post(b"Content-Length: two", body=b"hi")).content == (b"hi",)
    assert translate(post(b"Content-Length: 1", b"Content-Length: 2", body=b"hi")).content == (
        b"hi",
    )


def test_what_follows_a_request_without_content_is_no_part_of_it() -> None:
    assert translate(post(body=b"GET / HTTP/1.1\r\n\r\n")) == Frames(posted())


def test_trailers_stay_trailers() -> None:
    body = b"1\r\na\r\n0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n"
    trailers = ((b"x-sum", b"1"), (b"host", b"evil"))
    assert translate(post(b"Transfer-Encoding: chunked", body=body)) == Frames(
        posted(), (b"a",), trailers
    )


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"GET / HTTP/1.1\nHost: h\n\n", "always has an end"),
        (b"GET /\r\n\r\n", "no request line"),
        (b"GET /a b HTTP/1.1\r\n\r\n", "no request line"),
        (b"GET / HTTP/1.0\r\n\r\n", "never HTTP/1.0"),
        (b"GET http://h/ HTTP/1.1\r\n\r\n", "apart from the path"),
        (get(b"Host: h"), "only one authority"),
        (get(b"X-Foo"), "not one field"),
        (get(b"X-Foo: a", b" b: c"), "not one field"),
        (get(b"X-Foo: a\nX-Bar: b"), "not one field"),
        (get(b"Connection: close"), "no connection"),
        (get(b"Upgrade: h2c"), "no upgrade"),
        (post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"), "no transfer codings"),
        (post(b"Transfer-Encoding: chunked", b"Trailer: a", body=b"0\r\n\r\n"), "no trailer"),
        (post(b"Transfer-Encoding: chunked", body=b"xyz\r\n"), "no chunks"),
        (post(b"Transfer-Encoding: chunked", body=b"-1\r\n\r\n"), "no chunks"),
        (post(b"Transfer-Encoding: chunked", body=b"5\r\nhi"), "no chunks"),
        (post(b"Transfer-Encoding: chunked", body=b"2\r\nhi0\r\n\r\n"), "no chunks"),
        (post(b"Transfer-Encoding: chunked", body=b"2\r\nhi\r\n0\r\n"), "no chunks"),
    ],
)
def test_what_can_not_be_said_is_not_sent_as_something_else(octets: bytes, reason: str) -> None:
    with pytest.raises(Inexpressible, match=reason):
        translate(octets)
