from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import URL, _connection, _url
from unireq._url import valid_host

WITH: list[tuple[str, dict[str, str], str]] = [
    ("http://h/a?b", {}, "http://h/a?b"),
    ("http://h/a?b", {"scheme": "https"}, "https://h/a?b"),
    ("http://h/a?b", {"netloc": "i:80"}, "http://i:80/a?b"),
    ("http://h/a?b", {"path": "/c%20d"}, "http://h/c%20d?b"),
    ("http://h/a?b", {"query": "c=d/?"}, "http://h/a?c=d/?"),
    ("http://h/a?b", {"query": ""}, "http://h/a"),
    ("http://h/a?b", {"path": "", "query": ""}, "http://h"),
    ("http://h/a?b", {"scheme": "", "netloc": ""}, "/a?b"),
    ("http://h/a", {"scheme": "ws", "netloc": "i", "path": "/j", "query": "k"}, "ws://i/j?k"),
    ("/a", {"scheme": "http", "netloc": "h"}, "http://h/a"),
    ("/a", {"path": "b"}, "b"),
    ("", {"path": "/a"}, "/a"),
    ("//h/a", {"query": "b"}, "//h/a?b"),
    ("http:///a", {"query": "b"}, "http:///a?b"),
    ("http://h//a", {"query": "b"}, "http://h//a?b"),
]


WITH_WRONG: list[tuple[str, dict[str, Any], type[Exception], str]] = [
    ("http://h/a", {"path": "b"}, ValueError, r"with_\(path=...\): .* begins with '/', got 'b'"),
    ("/a", {"netloc": "h", "path": "b"}, ValueError, "begins with '/'"),
    ("/a", {"path": "//evil"}, ValueError, "one leading '/' where there is no netloc"),
    ("http://h//evil/a", {"netloc": ""}, ValueError, "one leading '/'"),
    ("/a", {"path": "javascript:x"}, ValueError, "no ':' in the first segment"),
    (
        "http://h",
        {"path": "/a?b"},
        ValueError,
        r"with_\(path=...\): .*percent-encoded path, got '\?'",
    ),
    ("http://h", {"path": "/a b"}, ValueError, "got ' ' in it"),
    ("http://h", {"path": "/a\n"}, ValueError, r"got '\\n' in it"),
    ("http://h", {"query": "a#b"}, ValueError, r"with_\(query=...\): .* got '#'"),
    ("http://h", {"query": "a b"}, ValueError, "percent-encoded query"),
    ("http://h", {"netloc": "h/a"}, ValueError, r"with_\(netloc=...\): .* got '/'"),
    ("http://h", {"netloc": "h?"}, ValueError, r"got '\?'"),
    ("http://h", {"scheme": "http:"}, ValueError, r"with_\(scheme=...\): .* got ':'"),
    ("http://h", {"path": b"/a"}, TypeError, r"with_\(path=...\): expected a str, got bytes"),
    ("http://h", {"query": 1}, TypeError, r"with_\(query=...\): expected a str, got int"),
    ("http://h", {"fragment": "x"}, TypeError, "fragment"),
]


@pytest.mark.parametrize(("url", "changes", "expected"), WITH)
def test_with(url: str, changes: dict[str, str], expected: str) -> None:
    changed = URL(url).with_(**changes)
    assert changed == expected
    assert type(changed) is URL


@pytest.mark.parametrize(("url", "changes", "error", "message"), WITH_WRONG)
def test_with_what_is_wrong(
    url: str, changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        URL(url).with_(**changes)


@given(st.text(st.one_of(st.sampled_from("ah1:.[]%@,/"), st.characters())))
def test_a_valid_host_is_ascii_and_stays_one_part(text: str) -> None:
    if valid_host(text) is not None:
        assert text.isascii()
        assert not set(text) & set("/?#@,\\ \t\r\n\0")
        url = URL(f"http://{text}/p?q")
        assert (url.netloc, url.path, url.query) == (text, "/p", "q")
        assert url.hostname


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
