from __future__ import annotations

from collections.abc import Callable

import pytest

from unireq import _fields, _headers
from unireq._fields import (
    _MAX_ENTRIES,
    _MAX_LENGTH,
    _OWN_KEYS,
    _WELL_KNOWN,
    ASKED,
    FROM_ENVIRON,
    FROM_TEXT,
    FROM_WIRE,
)
from unireq.adapter import (
    header_from_asgi,
    header_from_h1_head,
    header_from_wsgi,
    headers_from_asgi,
    headers_from_h1_head,
    headers_from_wsgi,
)


@pytest.mark.parametrize("table", [FROM_WIRE, FROM_TEXT, FROM_ENVIRON])
def test_what_is_seeded_is_what_would_be_found(table: dict[object, str | None]) -> None:
    fresh = type(table)()
    for key in list(table):
        # Two keys of an environ are exceptions to the rule; they have a test above.
        if str(key) not in {"CONTENT_TYPE", "CONTENT_LENGTH"} and "HTTP_CONTENT_" not in str(key):
            assert fresh[key] == table[key], key


def _pairs(names: list[str]) -> int:
    return len(headers_from_asgi([(name.encode(), b"1") for name in names]))


def _head(names: list[str]) -> int:
    lines = "".join(f"\r\n{name}: 1" for name in names)
    return len(headers_from_h1_head(f"GET / HTTP/1.1{lines}\r\n\r\n".encode()))


def _environ(names: list[str]) -> int:
    environ = {"HTTP_" + name.upper().replace("-", "_"): "1" for name in names}
    return len(headers_from_wsgi(environ))


FLOODS = [
    ("FROM_WIRE", _pairs, lambda name: name.encode()),
    ("FROM_TEXT", _head, str),
    ("FROM_ENVIRON", _environ, lambda name: "HTTP_" + name.upper().replace("-", "_")),
]


@pytest.mark.parametrize(("table", "parse", "key"), FLOODS)
def test_invented_names_do_not_pile_up(
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    parse: Callable[[list[str]], int],
    key: Callable[[str], object],
) -> None:
    seeded = getattr(_headers, table)
    flooded = type(seeded)()
    flooded.update((key(name), name) for name in _WELL_KNOWN if name not in _OWN_KEYS)
    known = dict(flooded)
    monkeypatch.setattr(_headers, table, flooded)

    invented = [f"x-invented-{number}" for number in range(100_000)]
    assert parse(invented) == len(invented)

    assert len(flooded) == _MAX_ENTRIES == 1024
    assert len(flooded.plain) <= _MAX_ENTRIES
    assert known.items() <= flooded.items()
    assert parse([*_WELL_KNOWN[:3], "x-invented-99999", "x-invented-7"]) == 5
    assert len(flooded) == _MAX_ENTRIES


@pytest.mark.parametrize(
    ("table", "key"), [(FROM_WIRE, b"X"), (FROM_TEXT, "X"), (FROM_ENVIRON, "HTTP_X")]
)
def test_long_names_are_not_remembered(table: dict[object, str | None], key: bytes | str) -> None:
    fresh = type(table)()
    longest = key + key[-1:] * (_MAX_LENGTH - len(key))
    for several in (longest, longest + key[-1:]):
        assert set(fresh[several] or "") == {"x"}
    assert list(fresh) == [longest]


ENVIRON = {"HTTP_X_FOO": "1", "CONTENT_TYPE": "text/html"}
HEAD = b"GET / HTTP/1.1\r\nX-Foo: 1\r\n\r\n"


@pytest.mark.parametrize(
    ("table", "ask"),
    [
        ("TO_ENVIRON", lambda name: header_from_wsgi(ENVIRON, name)),
        ("TO_WIRE", lambda name: header_from_asgi([(b"x-foo", b"1")], name)),
        ("TO_WIRE", lambda name: header_from_h1_head(HEAD, name)),
    ],
)
def test_names_that_are_asked_for_do_not_pile_up(
    monkeypatch: pytest.MonkeyPatch, table: str, ask: Callable[[str], str | None]
) -> None:
    fresh, asked = type(getattr(_headers, table))(), type(ASKED)()
    monkeypatch.setattr(_headers, table, fresh)
    monkeypatch.setattr(_fields, table, fresh)
    monkeypatch.setattr(_fields, "ASKED", asked)

    for number in range(2 * _MAX_ENTRIES):
        assert ask(f"x-invented-{number}") is None
    assert ask("x" * (_MAX_LENGTH + 1)) is None
    assert ask("X-FOO") == "1"

    for known in (fresh, asked):
        assert len(known) == _MAX_ENTRIES
        assert max(map(len, known)) <= _MAX_LENGTH
    # Full, it goes on finding.
    assert header_from_wsgi(ENVIRON, "X-Foo") == "1"
    assert header_from_wsgi(ENVIRON, "Content-Type") == "text/html"
    with pytest.raises(ValueError, match="'x-foo'"):
        header_from_wsgi(ENVIRON, "x foo")
