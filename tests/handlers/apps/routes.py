"""The path of a route, as each framework's router writes it."""

from __future__ import annotations

import re

__all__ = ["converted", "matches"]

_PARAMETER = re.compile(r"\{(\w+):(\w+)\}")
_PATTERNS = {"int": r"[0-9]+", "uuid": r"[0-9a-f-]{36}", "path": r".+"}


def converted(path: str, form: str, **kinds: str) -> str:
    """`path` with each parameter in the form `form` (`"<{kind}:{name}>"`)."""

    def write(found: re.Match[str]) -> str:
        name, kind = found.groups()
        return form.format(name=name, kind=kinds.get(kind, kind))

    return _PARAMETER.sub(write, path)


def matches(path: str, found: str) -> dict[str, str] | None:
    """The parameters, all text, of a path that a route matches, for apps without a router."""
    end, pattern = 0, ""
    for parameter in _PARAMETER.finditer(path):
        pattern += re.escape(path[end : parameter.start()])
        pattern += f"(?P<{parameter[1]}>{_PATTERNS[parameter[2]]})"
        end = parameter.end()
    match = re.fullmatch(pattern + re.escape(path[end:]), found)
    return None if match is None else match.groupdict()
