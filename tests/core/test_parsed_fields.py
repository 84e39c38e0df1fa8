"""What single fields say: content_type, content_length, authorization, and what is preferred."""

from __future__ import annotations

import copy
import pickle
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import unireq
from support.fake import fake
from unireq import Authorization, MediaType, Request


def asked(**fields: str) -> Request:
    return Request(headers={name.replace("_", "-"): value for name, value in fields.items()})


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301  # of our own making


# What a clause of the kit says is judged there, on every adapter.


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("content_length", "5,5 ,\t5", 5),
        *(("content_length", wrong, None) for wrong in ("5,6", "5,05", "5,", "+5", "5.0", "\xb2")),
        ("content_length", "9" * 19, 10**19 - 1),
        ("content_length", "9" * 20, None),
        ("content_type", "a/b" + ";a=1" * 33, None),
        ("authorization", "Digest " + ",".join(f"a{n}=1" for n in range(33)), None),
        ("authorization", "Basic " + b64encode(b"a:\xff").decode(), None),
    ],
)
def test_a_field(name: str, field: str, value: object) -> None:
    assert getattr(asked(**{name: field}), name) == value


@given(st.text(st.characters(max_codepoint=255)))
@example('a/b;a="')
@example("Basic \xff")
@example("*/*;q=")
def test_no_value_raises(text: str) -> None:
    text = text.translate(dict.fromkeys(map(ord, "\r\n\0")))
    names = ("accept", "accept-language", "authorization", "content-length", "content-type")
    request = Request(headers=dict.fromkeys(names, text))
    assert request.preferred_type("a/b") in ("a/b", None)
    assert request.preferred_language("en") in ("en", None)
    for name in ("authorization", "content_length", "content_type"):
        assert isinstance(getattr(request, name), (Authorization, MediaType, int, type(None)))


def test_they_are_parsed_once_and_are_no_facts() -> None:
    request = asked(content_type="a/b", authorization="Bearer x")
    before = request.to_dict()
    for name in ("content_type", "authorization"):
        assert getattr(request, name) is getattr(request, name)
        with pytest.raises(AttributeError):
            setattr(request, name, None)
    assert request.to_dict() == before
    for copied in (pickled(request), Request.from_dict(before)):
        assert (copied.content_type, unireq.diff(request, copied)) == ("a/b", {})


def test_a_native_request_has_them_too() -> None:
    request = fake(headers=[(b"content-type", b"a/b;c=d"), (b"accept", b"c/d")])
    assert request.content_type == "a/b;c=d"
    assert request.preferred_type("a/b", "c/d") == "c/d"


def test_credentials_never_become_the_username() -> None:
    assert asked(authorization="Basic " + b64encode(b"root:x").decode()).username is None


SECRETS = ["Bearer c1vz9qk3", "Basic " + b64encode(b"c1vz9qk3:c1vz9qk3").decode(), "c1vz9qk3"]


@pytest.mark.parametrize("field", [*SECRETS, 'Digest a="c1vz9qk3"', "Own c1vz9qk3"])
def test_no_secret_is_shown(field: str) -> None:
    given = Authorization(field)
    shown = f"{given!r} {given} {given.parameters!r}".lower()
    assert not any(word.lower() in shown for word in ("c1vz9qk3", field.partition(" ")[2] or "c1v"))
    with pytest.raises(ValueError, match="another text") as caught:
        Authorization(field + " \x01")
    assert "c1vz9qk3" not in str(caught.value)


@pytest.mark.parametrize("kind", [MediaType, Authorization])
@pytest.mark.parametrize(
    ("text", "error"), [(b"a/b", TypeError), ("", ValueError), ("(", ValueError)]
)
def test_made_by_hand(kind: Any, text: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=rf"^{kind.__name__}: expected "):
        kind(text)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_copies(copied: Any) -> None:
    media = copied(MediaType("A/B;c=d"))
    assert (type(media), media, media.essence, media.parameters) == (
        *(MediaType, "A/B;c=d", "a/b"),
        {"c": "d"},
    )
    given = copied(Authorization('digest A="b,c"'))
    assert (given.scheme, given.parameters) == ("digest", {"a": "b,c"})
    assert (copied(media.parameters), copied(given.parameters)) == ({"c": "d"}, {"a": "b,c"})
    with pytest.raises(TypeError, match="read-only"):
        given.parameters["a"] = "b"


@pytest.mark.parametrize("offer", ["text/", "text/*", "*/*", "a/b, c/d", "", "en_GB", "*", None])
def test_offers_that_are_wrong(offer: Any) -> None:
    kind = TypeError if offer is None else ValueError
    with pytest.raises(kind, match=r"^preferred_language: expected "):
        asked().preferred_language(offer)
    with pytest.raises(kind, match=r"^preferred_type: expected "):
        asked().preferred_type(offer)


@pytest.mark.parametrize(
    ("field", "offers", "found"),
    [
        ("text/html, image/gif, *; q=.2, */*; q=.2", ["a/b"], "a/b"),  # Java's default
        ("a/b;x=1;q=0.2, a/b;y=1;q=0.9, c/d;q=0.5", ["c/d", "a/b;x=1;y=1"], "a/b;x=1;y=1"),
        ("a/b; charset=UTF-8", ["a/b;charset=utf-8"], "a/b;charset=utf-8"),
        ('a/b;q="0.5";q=1, c/d;q=0.1', ["a/b", "c/d"], "c/d"),
        (",".join(["a/b;q=0.1"] * 64 + ["c/d"]), ["c/d", "a/b"], "a/b"),
        ("a/b", [], None),
    ],
)
def test_preferred_type(field: str, offers: list[str], found: str | None) -> None:
    assert asked(accept=field).preferred_type(*offers) == found


URLS = {
    "http://[::1]:080": "http://[::1]",
    "wss://A.example:": "wss://a.example",
    **dict.fromkeys(["http://h:99999", "http://h:x", "http://a,b", "file:///a", "//h", ""]),
}


@pytest.mark.parametrize(("url", "origin"), URLS.items())
def test_origin(url: str, origin: str | None) -> None:
    assert unireq.URL(url).origin == origin


@pytest.mark.parametrize(
    ("base", "reference", "joined"),
    [
        ("/a", "/.//evil.example", "/.//evil.example"),
        ("", "./a:b", "./a:b"),
        ("mailto:a/b", "../..//c", "mailto:/.//c"),
        ("http://h", "é\ud800\n", "http://h/%C3%A9?%0A"),
        ("http://h", "a/../..", "http://h/"),
    ],
)
def test_join(base: str, reference: str, joined: str) -> None:
    assert unireq.URL(base).join(reference) == joined


def test_join_is_not_that_of_a_str() -> None:
    with pytest.raises(TypeError, match=r"^join: expected a str, got list"):
        unireq.URL("http://h").join(["a"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
