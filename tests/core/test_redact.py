from __future__ import annotations

import pytest

from unireq import Headers
from unireq._redact import HIDDEN, hide_query, is_secret_field

SECRET = """
authorization proxy-authorization cookie x-api-key api-key apikey x-auth-token x-access-token
x-csrf-token x-csrftoken x-csrf x-xsrf x-session-hash x-session-id x-amz-security-token x-secret
x-password x-passwd x-client-credential x-hub-signature-256 x-jwt-assertion x-goog-iap-jwt-assertion
x-forwarded-access-token private-token authentication-info
""".split()

SHOWN = """
accept accept-encoding host user-agent content-type content-length referer origin x-request-id
x-forwarded-for forwarded via if-none-match sec-websocket-key range date x-foo
""".split()

QUERIES = [
    ("", ""),
    ("a", "a"),
    ("a=1", "a=***"),
    ("a=", "a=***"),
    ("=1", "=***"),
    ("a=1&b=2&c", "a=***&b=***&c"),
    ("a==1=2&b", "a=***&b"),
    ("a=1;b=2", "a=***"),
    ("a=\n1\n&b=2", "a=***&b=***"),
]


@pytest.mark.parametrize("name", SECRET)
def test_secret_values_are_hidden(name: str) -> None:
    assert is_secret_field(name)
    shown = repr(Headers({name.title(): "s3cret", "x-foo": "shown"}))
    assert shown == f"Headers({{{name!r}: {HIDDEN!r}, 'x-foo': 'shown'}})"


@pytest.mark.parametrize("name", SHOWN)
def test_other_values_are_shown(name: str) -> None:
    assert repr(Headers({name: "value"})) == f"Headers({{{name!r}: 'value'}})"


@pytest.mark.parametrize(("query", "hidden"), QUERIES)
def test_values_of_a_query_are_hidden(query: str, hidden: str) -> None:
    assert hide_query(query) == hidden


def test_values_themselves_are_there() -> None:
    headers = Headers({"Authorization": "s3cret"})
    assert headers["authorization"] == dict(headers)["authorization"] == "s3cret"
