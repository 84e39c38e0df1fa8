"""Header fields in the abstract, and as each kind of server hands them over."""

from __future__ import annotations

from hypothesis import strategies as st

Fields = list[tuple[str, str]]

# Those whose name or presence changes how they, or others, are treated.
SPECIAL = (
    "accept content-length content-type cookie expect host trailer transfer-encoding user-agent"
    " x-foo x-forwarded-for"
).split()

CASES = (str.lower, str.upper, str.title, str.swapcase)

# Among them characters that no token has, and the one that environs can't tell from "-".
_NAMES = st.one_of(
    st.sampled_from(SPECIAL),
    st.text("abzAZ09!#$%&'*+-.^`|~", min_size=1, max_size=6),
    st.text('ab-_(@"é/', max_size=4).filter(lambda name: name[:1] != " "),
)

names = st.builds(lambda fold, name: fold(name), st.sampled_from(CASES), _NAMES)
values = st.text(
    st.one_of(
        st.sampled_from('ab,;=" \t\\\r\n\0\x7f\x80\xa0\xe9\xff'), st.characters(max_codepoint=0xFF)
    ),
    max_size=12,
)
one_line_values = values.filter(lambda value: "\r\n" not in value)


def as_pairs(fields: Fields) -> list[tuple[bytes, bytes]]:
    """ASGI's form."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]


def as_environ(fields: Fields) -> dict[str, str]:
    """A WSGI server's form: names with `_` dropped, repeated fields joined."""
    joined: dict[str, list[str]] = {}
    for name, value in fields:
        if "_" not in name:
            key = "HTTP_" + name.upper().replace("-", "_")
            own = key.removeprefix("HTTP_")
            key = own if own in {"CONTENT_TYPE", "CONTENT_LENGTH"} else key
            joined.setdefault(key, []).append(value.strip(" \t"))
    return {
        key: ("; " if key == "HTTP_COOKIE" else ",").join(several)
        for key, several in joined.items()
    }


def as_head(fields: Fields) -> bytes:
    """The bytes of an HTTP/1.1 head, for values without CRLF."""
    lines = ["GET / HTTP/1.1", *(f"{name}:{value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode("latin-1")
