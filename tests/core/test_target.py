from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.octets import READ_AS_UTF8, escaped
from unireq import URL
from unireq._url import absolute_authority, build_url, normalize_path, normalize_raw_path
from unireq.adapter import decode_raw_path

# A target as sent, and the path that it says.
TARGETS = [
    (b"/", "/"),
    (b"", ""),
    (b"/a?b=c", "/a"),
    (b"/caf%C3%A9/a%20b", "/café/a b"),
    (b"/caf\xc3\xa9", "/café"),
    (b"/a%2Fb%3F", "/a/b?"),
    (b"/%zz%", "/%zz%"),
    (b"//a", "//a"),
    (b"http://h/a?b", "/a"),
    (b"HTTP://h:80/a", "/a"),
    (b"http://h", ""),
    (b"http://h//a", "//a"),
    (b"*", "*"),
    (b"?a", ""),
]


@pytest.mark.parametrize(("raw", "path"), TARGETS)
def test_what_a_target_says(raw: bytes, path: str) -> None:
    assert decode_raw_path(raw) == path


@pytest.mark.parametrize(("raw", "text"), READ_AS_UTF8)
def test_a_path_is_utf8(raw: bytes, text: str) -> None:
    assert (
        decode_raw_path(b"/" + raw) == decode_raw_path(b"/" + escaped(raw).encode()) == "/" + text
    )


def test_what_becomes_of_octets_that_are_not_utf8() -> None:
    assert decode_raw_path(b"/%FF", "backslashreplace") == r"/\xff"


@pytest.mark.parametrize(
    ("path", "settled"),
    [("/", "/"), ("", ""), ("//", "/"), ("///a//b/", "/a//b/"), ("a//b", "a//b"), ("*", "*")],
)
def test_leading_slashes_are_one(path: str, settled: str) -> None:
    assert normalize_path(path) == settled


# The target as sent, the path that was routed on, and the raw path if they agree.
RAW_PATHS = [
    (None, "/", None),
    (b"/a%20b?c", "/a b", b"/a%20b"),
    (b"/caf\xc3\xa9", "/café", b"/caf\xc3\xa9"),
    (b"/%FF", "/\N{REPLACEMENT CHARACTER}", b"/%FF"),
    (b"http://h/a", "/a", b"/a"),
    (b"//a", "/a", None),
    (b"/a", "/b", None),
    (b"/%61", "/%61", None),
    # Where `%2F` is kept, as cheroot does; without regard to its case.
    (b"/a%2Fb", "/a%2Fb", b"/a%2Fb"),
    (b"/a%2fb?c", "/a%2Fb", b"/a%2fb"),
    (b"/a%2fb", "/a%2fb", b"/a%2fb"),
    (b"http://h/a%2Fb", "/a%2Fb", b"/a%2Fb"),
    (b"/a%2f%c3%a9%252f", "/a%2F\xe9%2f", b"/a%2f%c3%a9%252f"),
    (b"/a%252Fb", "/a%2Fb", b"/a%252Fb"),
    (b"/a%2Fb", "/a%252Fb", None),
    (b"/a%2F%61", "/a%2F%61", None),
    (b"", "", b""),
]


@pytest.mark.parametrize(("raw", "path", "expected"), RAW_PATHS)
def test_a_raw_path_is_given_where_it_says_the_path(
    raw: bytes | None, path: str, expected: bytes | None
) -> None:
    assert normalize_raw_path(raw, path) == expected


@pytest.mark.parametrize(
    ("target", "authority"),
    [
        ("http://h:80/a", "h:80"),
        ("HTTPS://u@h?a", "u@h"),
        ("http://", ""),
        ("a+b.c-1://h", "h"),
        ("/a", None),
        ("/http://h", None),
        ("*", None),
        ("h:443", None),
        ("//h", None),
        ("1://h", None),
    ],
)
def test_the_authority_of_an_absolute_form(target: str, authority: str | None) -> None:
    assert absolute_authority(target) == authority


# host, method, path, raw path, query, URL.
URLS: list[tuple[str | None, str, str, bytes | None, str, str]] = [
    ("h:80", "GET", "/a b", b"/a%20b", "c=d", "http://h:80/a%20b?c=d"),
    ("h", "GET", "", None, "", "http://h"),
    ("h", "GET", "", b"", "q", "http://h?q"),
    (None, "GET", "/a", None, "b", "/a?b"),
    (None, "GET", "", None, "", ""),
    # As sent where it is known, else quoted anew.
    ("h", "GET", "/é/", b"/%c3%a9%2f", "", "http://h/%c3%a9%2f"),
    ("h", "GET", "/é é", None, "", "http://h/%C3%A9%20%C3%A9"),
    (
        *("h", "GET", '/a%?#[]"<>\\^`{|}', None),
        *("", "http://h/a%25%3F%23%5B%5D%22%3C%3E%5C%5E%60%7B%7C%7D"),
    ),
    ("h", "GET", "/-._~!$&'()*+,;=:@/", None, "", "http://h/-._~!$&'()*+,;=:@/"),
    ("h", "GET", "/\ud800", None, "", "http://h/%3F"),
    # What can't stand in a URL is escaped, the rest is left alone.
    ("h", "GET", "/é\x7f #", b"/\xc3\xa9\x7f #", "", "http://h/%C3%A9%7F%20%23"),
    ("h", "GET", "/", None, 'a=\xe9 #"%zz<', 'http://h/?a=%E9%20%23"%zz<'),
    ("h", "GET", "/", None, "€\ud800", "http://h/?%E2%82%AC?"),
    ("h", "GET", "/", None, "\r\n\0", "http://h/?%0D%0A%00"),
    # Asterisk and authority form.
    ("h", "OPTIONS", "*", b"*", "", "http://h"),
    ("h", "CONNECT", "h:443", b"h:443", "", "http://h"),
    (None, "OPTIONS", "*", None, "", ""),
    # Absolute form, which some servers leave in the path.
    ("h", "GET", "http://h/a b", None, "q", "http://h/a%20b?q"),
    ("h", "GET", "http://h", None, "", "http://h"),
    (None, "GET", "http://:x//evil/a", None, "", "/evil/a"),
    ("h", "GET", "http://h//a", None, "", "http://h/a"),
    # Sent without a slash, and routed on as if it had one.
    ("h", "GET", "/.evil", b"%2F.evil", "", "http://h/.evil"),
    # Anything else has no URL.
    ("h", "GET", "evil.example", None, "q", ""),
    ("h", "GET", ".evil.example/", b".evil.example/", "", ""),
    ("h", "GET", ":80@evil", None, "", ""),
    ("h", "GET", "http://h?evil", None, "", ""),
]


@pytest.mark.parametrize(("host", "method", "path", "raw", "query", "url"), URLS)
def test_urls(
    host: str | None, method: str, path: str, raw: bytes | None, query: str, url: str
) -> None:
    built = build_url("http", host, method, path, raw, query)
    assert built == url
    assert type(built) is URL


targets = st.one_of(
    st.binary(max_size=12),
    st.lists(
        st.sampled_from(
            [b"/", b"//", b"a", b"%2F", b"%", b"?", b"#", b"http://", b"h", b"*", b":"]
        ),
        max_size=8,
    ).map(b"".join),
)
hosts = st.sampled_from([None, "h", "h:80", "[::1]:443"])


@given(hosts, st.sampled_from(["GET", "OPTIONS", "CONNECT"]), targets, st.booleans(), st.binary())
def test_a_path_never_becomes_part_of_the_authority(
    host: str | None, method: str, target: bytes, keep: bool, query: bytes
) -> None:
    path = normalize_path(decode_raw_path(target) if keep else target.decode("utf-8", "replace"))
    raw = normalize_raw_path(target, path)
    url = build_url("https", host, method, path, raw, query.decode("latin-1"))
    assert url.isascii()
    assert not set(url) & set(map(chr, [*range(33), 127])) | (set(url) & {"#"})
    if url:
        assert url.netloc == (host or "")
        assert url.scheme == ("https" if host else "")
        assert url.path == "" or url.path.startswith("/")


@given(st.text(), st.text())
def test_whatever_a_test_client_hands_over_gives_ascii(path: str, query: str) -> None:
    assert build_url("http", "h", "GET", normalize_path("/" + path), None, query).isascii()


@given(targets, st.one_of(st.none(), st.text()))
def test_a_raw_path_says_the_path(raw: bytes, other: str | None) -> None:
    path = normalize_path(decode_raw_path(raw)) if other is None else other
    settled = normalize_raw_path(raw, path)
    if settled is not None:
        assert decode_raw_path(settled) == path
        assert b"?" not in settled
        assert settled in raw
    elif other is None:
        assert path != decode_raw_path(raw)
