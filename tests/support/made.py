"""Requests made by hand, drawn by Hypothesis."""

from __future__ import annotations

import datetime
import decimal

from hypothesis import strategies as st

from unireq import Request

# What UTF-8 can encode.
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
tokens = st.text("abcXYZ019!#$%&'*+-.^`|~", min_size=1, max_size=8)
hosts = st.sampled_from(["h", "example.org:8080", "[::1]", "[2001:db8::1]:443", "127.0.0.1"])

urls = st.builds(
    lambda origin, path, query: origin + "/" + path + query,
    st.one_of(
        st.just(""),
        st.builds(
            lambda scheme, host: f"{scheme}://{host}",
            st.sampled_from(["http", "https", "ws", "wss"]),
            hosts,
        ),
    ),
    text.map(lambda path: path.replace("#", "")),
    st.one_of(st.just(""), text.map(lambda query: "?" + query.replace("#", ""))),
)

offsets = st.integers(-1439, 1439).map(
    lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))
)
param_values = st.one_of(
    st.text(max_size=8),
    st.integers(),
    st.booleans(),
    st.floats(),
    st.uuids(),
    st.dates(),
    st.datetimes(timezones=st.one_of(st.none(), offsets)),
    st.decimals(allow_nan=False),
    st.sampled_from([decimal.Decimal("NaN"), decimal.Decimal("1.50")]),
)

requests = st.builds(
    Request,
    method=tokens,
    url=st.one_of(urls, st.just("*")),
    headers=st.dictionaries(tokens, st.text(st.characters(max_codepoint=0xFF), max_size=8)),
    path_params=st.one_of(st.none(), st.dictionaries(st.text(max_size=6), param_values)),
    client=st.one_of(
        st.none(),
        st.tuples(st.text(min_size=1, max_size=8), st.one_of(st.none(), st.integers(1, 65535))),
    ),
    username=st.one_of(st.none(), text),
    session_hash=st.one_of(st.none(), st.text("aZ09-._~", min_size=1, max_size=128)),
    http_version=st.sampled_from(["1.0", "1.1", "2", "3"]),
    root_path=text,
    body=st.binary(max_size=12),
)

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
