"""The template of a Django route: of `path()`, and of `re_path()` where that is certain."""

from __future__ import annotations

import re

__all__ = ["template_of"]

_CONVERTER = re.compile(r"<(?:[^<>:\s]+:)?([^<>:\s]+)>")
_SIGNS_OF_A_PATTERN = re.compile(r"^\^|\$$|\\|\(\?")
_GROUP = re.compile(r"\(\?P<(\w+)>")
# What can be inside a group: escapes, sets of characters, other groups.
_INSIDE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", re.DOTALL)
_END = re.compile(r"(?:\$|\\[Zz])\Z")


def template_of(route: str | None) -> str | None:
    """The template of `resolver_match.route`, without a leading slash; None if it has none.

    Django joins the patterns on the way as text, so one route may hold those of `path()` and of
    `re_path()`. In regular expressions, named groups become parameters and escaped punctuation
    stands for itself; with anything else that stands for more than one text, there is no template.
    """
    if route is None:
        return None
    text = _without_patterns(route) if _SIGNS_OF_A_PATTERN.search(route) else route
    return None if text is None else _CONVERTER.sub(r"{\1}", text)


def _without_patterns(route: str) -> str | None:
    end = _END.search(route)
    text = route[: len(route) if end is None else end.start()].removeprefix("^")
    found, at = "", 0
    while at < len(text):
        group = _GROUP.match(text, at)
        character, following = text[at], text[at + 1 : at + 2]
        if group is not None:
            # In the notation of `path()`, which is replaced last.
            found += f"<{group[1]}>"
            at = _end_of_group(text, group.end())
        elif character == "\\" and following and not following.isalnum():
            found += following
            at += 2
        elif character in r"\^$*+?()[]{}|":
            return None
        else:
            found += character
            at += 1
    return found


def _end_of_group(text: str, start: int) -> int:
    depth = 1
    for token in _INSIDE.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    return len(text)
