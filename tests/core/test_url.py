from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import URL, _connection, _url
from unireq._url import normalize_raw_path, valid_host


@given(
    st.sampled_from(["http", "https", "ws"]),
    st.sampled_from(["h", "h:80", "[::1]:8080", "a.example"]),
    st.text("ab/%.:@"),
    st.text("ab=&?/%"),
)
def test_parts_are_those_of_the_standard_library(
    scheme: str, netloc: str, path: str, query: str
) -> None:
    url = URL(f"{scheme}://{netloc}/{path}?{query}")
    split = urlsplit(url)
    assert (url.scheme, url.netloc, url.path, url.query) == split[:4]
    assert (url.hostname, url.port) == (split.hostname, split.port)


WITH: list[tuple[str, dict[str, str], str]] = [
    ("http://h/a?b", {"scheme": "https"}, "https://h/a?b"),
    ("http://h/a?b", {"path": "/c%20d"}, "http://h/c%20d?b"),
    ("http://h/a?b", {"query": "c=d/?"}, "http://h/a?c=d/?"),
    ("http://h/a?b", {"query": ""}, "http://h/a"),
    ("http://h/a?b", {"path": "", "query": ""}, "http://h"),
    ("http://h/a?b", {"scheme": "", "netloc": ""}, "/a?b"),
    ("", {"path": "/a"}, "/a"),
    ("http:///a", {"query": "b"}, "http:///a?b"),
    ("http://h//a", {"query": "b"}, "http://h//a?b"),
]


@pytest.mark.parametrize(("url", "changes", "expected"), WITH)
def test_with(url: str, changes: dict[str, str], expected: str) -> None:
    changed = URL(url).with_(**changes)
    assert changed == expected
    assert type(changed) is URL


def test_hosts_that_are_remembered_do_not_pile_up() -> None:
    _url._valid_hosts.clear()
    for number in range(2 * _connection._MOST_REMEMBERED + 1):
        assert valid_host(f"h{number}.example") == f"h{number}.example"
        assert valid_host(f"h{number} example") is None
    longest = "h" * _connection._LONGEST_REMEMBERED
    assert valid_host(longest + "h") == longest + "h"
    assert 0 < len(_url._valid_hosts) <= _connection._MOST_REMEMBERED
    assert all(len(host) <= len(longest) for host in _url._valid_hosts)
    _url._valid_hosts.clear()


# The target as sent, the path that was routed on, and the raw path if they agree.
RAW_PATHS = [
    (None, "/", None),
    (b"/a%20b?c", "/a b", b"/a%20b"),
    (b"/%FF", "/\N{REPLACEMENT CHARACTER}", b"/%FF"),
    (b"http://h/a", "/a", b"/a"),
    (b"//a", "/a", None),
    (b"/%61", "/%61", None),
    # Where `%2F` is kept, as cheroot does; without regard to its case.
    (b"/a%2Fb", "/a%2Fb", b"/a%2Fb"),
    (b"/a%2fb", "/a%2fb", b"/a%2fb"),
    (b"http://h/a%2Fb", "/a%2Fb", b"/a%2Fb"),
    (b"/a%2f%c3%a9%252f", "/a%2F\xe9%2f", b"/a%2f%c3%a9%252f"),
    (b"/a%2Fb", "/a%252Fb", None),
    (b"", "", b""),
]


@pytest.mark.parametrize(("raw", "path", "expected"), RAW_PATHS)
def test_a_raw_path_is_given_where_it_says_the_path(
    raw: bytes | None, path: str, expected: bytes | None
) -> None:
    assert normalize_raw_path(raw, path) == expected
