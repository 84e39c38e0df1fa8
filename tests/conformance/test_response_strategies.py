"""Responses: every kind is drawn soon, and what is expected of them others read the same way."""

from __future__ import annotations

import re
from collections.abc import Callable

from support.drawing import Kinds, undrawn
from unireq_conformance.response import AbstractResponse, SetCookie
from unireq_conformance.response_strategies import DATES
from unireq_conformance.strategies import responses, set_cookies


def does(what: str) -> Callable[[AbstractResponse], bool]:
    return lambda drawn: drawn.instruction.startswith(f'{{"{what}"')


def repeated(drawn: AbstractResponse) -> bool:
    return any(len(values) > 1 for name, values in drawn.values.items() if name != "set-cookie")


RESPONSES: Kinds[AbstractResponse] = {
    "text": does("text"),
    "octets": does("octets"),
    "JSON": does("value"),
    "nothing": does("nothing"),
    "a Response": does("response"),
    "text beyond ASCII": lambda drawn: does("text")(drawn) and not drawn.content.isascii(),
    "a status without a name": lambda drawn: drawn.status in {299, 499, 599},
    "a status without content": lambda drawn: drawn.status in {204, 205, 304},
    "an error": lambda drawn: drawn.status >= 400,
    "a repeated field": repeated,
    "an empty field": lambda drawn: (
        ("x-one", "") in drawn.fields or "" in dict(drawn.fields).values()
    ),
    "a long field": lambda drawn: any(len(value) > 99 for _, value in drawn.fields),
    "a cookie": lambda drawn: "set-cookie" in drawn.values,
    "cookies": lambda drawn: len(drawn.values.get("set-cookie", ())) > 1,
    "a media type": lambda drawn: ("content-type", "image/png") in drawn.fields,
    "no media type": lambda drawn: does("response")(drawn) and "content-type" not in drawn.values,
}

COOKIES: Kinds[SetCookie] = {
    **{
        name: lambda drawn, name=name: f"; {name}" in drawn.line  # type: ignore[misc]
        for name in (
            *("Expires=", "Max-Age=", "Max-Age=0", "Max-Age=-1", "Domain=", "Domain=.", "Path=/"),
            *("Secure", "HttpOnly", "SameSite=Lax", "SameSite=Strict", "SameSite=None"),
            "Partitioned",
        )
    },
    "no attribute": lambda drawn: ";" not in drawn.line,
    "no value": lambda drawn: drawn.told["value"] == "",
    "a quoted value": lambda drawn: '="' in drawn.line,
    "an octal escape": lambda drawn: re.search(r"\\[0-7]{3}", drawn.line) is not None,
    "a timedelta": lambda drawn: drawn.told.get("as_timedelta", False),
}


def test_each_kind_is_drawn_soon() -> None:
    assert undrawn(responses(), RESPONSES) == []
    assert undrawn(set_cookies(), COOKIES) == []


def test_dates_have_every_month_and_every_day() -> None:
    assert len({date.split()[2] for _, date in DATES}) == 12
    assert len({date.split()[0] for _, date in DATES}) == 7
