from __future__ import annotations

import base64

import pytest

import unireq
from support.fake import fake
from unireq import Request

# The field, the query, and what is found.
FOUND = [
    (None, "", None),
    ("abc-._~XYZ019", "", "abc-._~XYZ019"),
    (None, "session_hash=abc", "abc"),
    (None, "session_hash=a&session_hash=b", "b"),
    (None, "session_hash=%61", "a"),
    ("field", "session_hash=query", "field"),
    ("", "session_hash=query", "query"),
    ("a" * 128, "", "a" * 128),
    # Implausible: no fallback, so that nobody can tell a proxy one thing and us another.
    ("a" * 129, "session_hash=query", None),
    ("a,b", "session_hash=query", None),
    ("caf\xe9", "", None),
    ("a\n", "", "a"),
    (None, "session_hash=", None),
    (None, "session_hash=a%0A", None),
    (None, "Session_Hash=abc", None),
]


@pytest.mark.parametrize(("field", "query", "expected"), FOUND)
def test_a_session_hash(field: str | None, query: str, expected: str | None) -> None:
    fields = {} if field is None else {"X-Session-Hash": field}
    assert Request(url=f"/?{query}", headers=fields).session_hash == expected
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
    assert fake(query=query, headers=pairs).session_hash == expected


def test_one_that_was_given_goes_first() -> None:
    request = Request(url="/?session_hash=b", headers={"x-session-hash": "c"}, session_hash="a")
    assert request.session_hash == "a"


def test_a_new_one() -> None:
    made = {unireq.new_session_hash() for _ in range(1000)}
    assert len(made) == 1000
    for value in made:
        assert len(base64.urlsafe_b64decode(value + "==")) == 16
        # Both ways, unchanged.
        assert Request(headers={"x-session-hash": value}).session_hash == value
        assert Request(url=f"/?session_hash={value}").session_hash == value


def test_all_bits_of_a_new_one_are_random() -> None:
    # For each of 128 bits: among 200, the chance of finding it the same in all is 2 ** -199.
    numbers = [
        int.from_bytes(base64.urlsafe_b64decode(unireq.new_session_hash() + "=="), "big")
        for _ in range(200)
    ]
    always, ever = numbers[0], 0
    for number in numbers:
        always &= number
        ever |= number
    assert (always, ever) == (0, 2**128 - 1)
