from __future__ import annotations

import pytest

from support.fake import fake
from unireq import Request

# The field, the query, and what is found.
FOUND = [
    (None, "", None),
    ("abc-._~XYZ019", "", "abc-._~XYZ019"),
    (None, "session_hash=abc", "abc"),
    (None, "a=1&session_hash=abc", "abc"),
    (None, "session_hash=a&session_hash=b", "b"),
    (None, "session_hash=%61", "a"),
    ("field", "session_hash=query", "field"),
    ("", "session_hash=query", "query"),
    ("a" * 128, "", "a" * 128),
    # Implausible: no fallback, so that nobody can tell a proxy one thing and us another.
    ("a" * 129, "session_hash=query", None),
    ("a,b", "session_hash=query", None),
    ("a b", "", None),
    ("caf\xe9", "", None),
    ("a\n", "", "a"),
    ("a/../b", "", None),
    (None, "session_hash=", None),
    (None, "session_hash", None),
    (None, "session_hash=a%0A", None),
    (None, "session_hash=%D9%A1", None),
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
