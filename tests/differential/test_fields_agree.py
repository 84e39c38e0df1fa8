"""Parsed fields beside those of Werkzeug, Django and WebOb: the same, or the RFC is on our side."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unireq import Request

datastructures = pytest.importorskip("werkzeug.datastructures", reason="Werkzeug is not installed")
http = pytest.importorskip("werkzeug.http", reason="Werkzeug is not installed")
webob = pytest.importorskip("webob", reason="WebOb is not installed")
acceptparse = pytest.importorskip("webob.acceptparse", reason="WebOb is not installed")
django = pytest.importorskip("django.utils.http", reason="Django is not installed")

_TOKENS = st.sampled_from(("a", "b", "x-y", "vnd.c+json"))
_VALUES = st.sampled_from(("1", "B", "d.e", '"f;g"', '"h, i"', '"j k"'))
_PARAMETERS = st.dictionaries(st.sampled_from(("p", "r", "charset")), _VALUES, max_size=2)
_TYPES = st.builds("{}/{}".format, _TOKENS, _TOKENS)


def _written(essence: str, parameters: dict[str, str]) -> str:
    return "; ".join([essence, *(f"{name}={value}" for name, value in parameters.items())])


@given(st.builds(_written, _TYPES, _PARAMETERS))
def test_content_type(field: str) -> None:
    ours = Request(headers={"content-type": field}).content_type
    assert ours is not None
    assert http.parse_options_header(field) == (ours.essence, ours.parameters)
    assert django.parse_header_parameters(field) == (ours.essence, ours.parameters)
    assert webob.Request.blank("/", headers={"Content-Type": field}).content_type == ours.essence


@given(st.text(max_size=8), st.text(max_size=8))
def test_basic(user: str, password: str) -> None:
    pair = f"{user}:{password}"
    field = f"Basic {b64encode(pair.encode('utf-8', 'replace')).decode()}"
    ours = Request(headers={"authorization": field}).authorization
    theirs = datastructures.Authorization.from_header(field)
    if ours is None:
        # Control characters: Werkzeug takes them, RFC 7617 2 forbids them.
        assert any(ord(char) < 32 or ord(char) == 127 for char in pair)
    else:
        assert (ours.username, ours.password) == (theirs.username, theirs.password)


@pytest.mark.parametrize(
    ("field", "theirs"),
    [
        ("Digest a=1, a=2", "2"),  # RFC 9110 11.2: a name comes once
        ("Digest a=1, b c", "1"),  # RFC 9110 11.4: no parameter
    ],
)
def test_werkzeug_takes_what_is_malformed(field: str, theirs: str) -> None:
    assert Request(headers={"authorization": field}).authorization is None
    assert datastructures.Authorization.from_header(field).parameters["a"] == theirs


_WEIGHTED = st.builds("{};q={}".format, _TYPES, st.sampled_from(("0.1", "0.5", "0.7", "1")))


@given(
    st.lists(_WEIGHTED, min_size=1, max_size=4, unique_by=lambda member: member.partition(";")[0]),
    st.lists(_TYPES, min_size=1, max_size=3, unique=True),
)
def test_preferred_type(members: list[str], offers: list[str]) -> None:
    field = ", ".join(members)
    ours = Request(headers={"accept": field}).preferred_type(*offers)
    theirs = http.parse_accept_header(field, datastructures.MIMEAccept)
    weight = theirs.quality(ours) if ours is not None else 0
    assert weight == max(map(theirs.quality, offers))
    third = acceptparse.create_accept_header(field).acceptable_offers(offers)
    assert weight == max((quality for _, quality in third), default=0)


@pytest.mark.parametrize(
    ("field", "offers", "ours", "theirs"),
    [
        # RFC 9110 12.5.1: a range without parameters matches all that have some.
        ("a/b", ["a/b;x=1"], "a/b;x=1", None),
        # The same: which range matches gives the weight, and nothing else.
        ("a/b, */*", ["c/d", "a/b"], "c/d", "a/b"),
    ],
)
def test_other_types(field: str, offers: list[str], ours: str, theirs: str | None) -> None:
    assert Request(headers={"accept": field}).preferred_type(*offers) == ours
    assert http.parse_accept_header(field, datastructures.MIMEAccept).best_match(offers) == theirs


@pytest.mark.parametrize(
    ("field", "offers", "ours", "theirs", "webob_finds"),
    [
        ("en-GB", ["en"], "en", "en", "en"),
        # RFC 9110 12.5.4 leaves the choice: RFC 4647 3.3.1 matches this, and 3.4 doesn't.
        ("en", ["de", "en-GB"], "en-GB", "en-GB", None),
        # RFC 9110 12.5.4: `*` matches all that nothing else does; RFC 4647 3.4 skips it.
        ("*, de;q=0", ["de", "en"], "en", "en", None),
        # RFC 4647 3.4: lookup drops one subtag after the other, not all at once.
        ("zh-Hant-CN", ["zh-Hant"], "zh-Hant", None, "zh-Hant"),
        # RFC 9110 12.4.2: 0 means "not acceptable", also for what begins so.
        ("en;q=0, *", ["en-GB", "fr"], "fr", "en-GB", None),
        # RFC 4647 2.3: a list of ranges has an order.
        ("fr, de", ["de", "fr"], "fr", "de", "fr"),
    ],
)
def test_languages(
    field: str, offers: list[str], ours: str, theirs: str | None, webob_finds: str | None
) -> None:
    assert Request(headers={"accept-language": field}).preferred_language(*offers) == ours
    parsed = http.parse_accept_header(field, datastructures.LanguageAccept)
    assert parsed.best_match(offers) == theirs
    third = acceptparse.create_accept_language_header(field).lookup(offers, default="")
    assert (third or None) == webob_finds
