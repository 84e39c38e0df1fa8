from __future__ import annotations

from collections.abc import Callable
from typing import Any

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


def environ_key(name: str) -> str:
    return "HTTP_" + name.upper().replace("-", "_")


def as_head(names: list[str]) -> bytes:
    return "\r\n".join(["GET / HTTP/1.1", *(f"{name}: 1" for name in names), "", ""]).encode()


FLOODS: list[tuple[str, Callable[[list[str]], Any], Callable[[str], Any]]] = [
    ("FROM_WIRE", lambda names: headers_from_asgi([(n.encode(), b"1") for n in names]), str.encode),
    ("FROM_TEXT", lambda names: headers_from_h1_head(as_head(names)), str),
    (
        "FROM_ENVIRON",
        lambda names: headers_from_wsgi({environ_key(n): "1" for n in names}),
        environ_key,
    ),
]


@pytest.mark.parametrize(("table", "parse", "key"), FLOODS)
def test_invented_names_do_not_pile_up(
    monkeypatch: pytest.MonkeyPatch, table: str, parse: Any, key: Callable[[str], Any]
) -> None:
    flooded = type(getattr(_headers, table))()
    flooded.update((key(name), name) for name in _WELL_KNOWN if name not in _OWN_KEYS)
    known = dict(flooded)
    monkeypatch.setattr(_headers, table, flooded)

    invented = [f"x-invented-{number}" for number in range(100_000)]
    assert len(parse(invented)) == len(invented)

    assert len(flooded) == _MAX_ENTRIES == 1024
    assert len(flooded.plain) <= _MAX_ENTRIES
    assert known.items() <= flooded.items()
    assert len(parse([*_WELL_KNOWN[:3], "x-invented-99999", "x-invented-7"])) == 5
    assert len(flooded) == _MAX_ENTRIES
    # Long names are not remembered.
    fresh, x = type(flooded)(), key("x")
    longest = x + x[-1:] * (_MAX_LENGTH - len(x))
    for several in (longest, longest + x[-1:]):
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
