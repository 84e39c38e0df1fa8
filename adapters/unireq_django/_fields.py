"""The header fields of a Django response, as they are sent, and how to change them.

Django keeps one value per field, and cookies in a jar; its handlers send the pairs of `items()` and
the cookies in the jar. So further values of a field are added to `items()`, and rendered cookies to
the jar.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from unireq_django._cookie import RenderedCookie

if TYPE_CHECKING:
    from http.cookies import Morsel

    from django.http import HttpResponseBase

__all__ = ["change_fields", "fields_of", "keep_cookie", "repeating"]

_Fields = list[tuple[str, str]]


@cache
def repeating(kind: Any) -> Any:
    """A subclass of the response class `kind`, in which names of fields may repeat."""

    class Repeating(kind):  # type: ignore[misc]
        repeats_fields = True

        def items(self) -> Iterator[tuple[str, str]]:
            further: dict[str, tuple[str, list[str]]] = self.__dict__.get("_further", {})
            for name, value in self.headers.items():
                yield name, value
                first, others = further.get(name.lower(), ("", []))
                # If middleware has replaced the first value, that replaces all of them; but not if
                # it has only extended it, as `patch_vary_headers` does.
                if value == first or value.startswith(f"{first},"):
                    yield from ((name, each) for each in others)

        def __reduce__(self) -> Any:
            # The class is created on first use, in each process.
            state: Any = getattr(self, "__getstate__", None)
            return _restore, (kind, dict(self.__dict__) if state is None else state())

    Repeating.__name__ = Repeating.__qualname__ = kind.__name__
    return Repeating


def _restore(kind: Any, state: Any) -> Any:
    found: Any = repeating(kind)
    response: Any = found.__new__(found)
    response.__dict__.update(state)
    return response


def keep_cookie(response: HttpResponseBase, line: str) -> None:
    """Add a rendered cookie."""
    name = line.partition("=")[0]
    # A name may repeat, with another path. The key is unique: no name contains a space.
    key = name if name not in response.cookies else f"{name} {len(response.cookies)}"
    jar: dict[str, Morsel[str]] = response.cookies
    jar[key] = RenderedCookie(line)


def fields_of(response: HttpResponseBase) -> _Fields:
    """The header fields as they are sent, names in lower case."""
    cookies = [("set-cookie", each.OutputString()) for each in response.cookies.values()]
    return [*((name.lower(), str(value)) for name, value in response.items()), *cookies]


def change_fields(response: Any, was: _Fields, now: _Fields) -> None:
    """Make `now` the fields of `response`, which were `was`. Other fields are not touched."""
    if now == was:
        return
    kept = len(was)
    if now[:kept] == was:
        # Most layers only add fields.
        added = now[kept:]
        names = [name for name, _ in added]
        if len({*names}) == len(names) and {*names}.isdisjoint(name for name, _ in was):
            for name, value in added:
                if name == "set-cookie":
                    keep_cookie(response, value)
                else:
                    response.headers[name] = value
            return
    for name in dict.fromkeys(name for name, _ in [*was, *now]):
        before, after = _values(was, name), _values(now, name)
        if before != after:
            _change(response, name, before, after)


def _change(response: Any, name: str, before: list[str], after: list[str]) -> None:
    if name == "set-cookie":
        if after[: len(before)] == before:
            after = after[len(before) :]
        else:
            response.cookies.clear()
        for line in after:
            keep_cookie(response, line)
        return
    if name in response.headers:
        del response.headers[name]
    further = response.__dict__.setdefault("_further", {})
    further.pop(name, None)
    if after:
        response.headers[name] = after[0]
    if len(after) > 1:
        further[name] = (after[0], after[1:])
        kind: Any = response.__class__
        if not hasattr(kind, "repeats_fields"):
            response.__class__ = repeating(kind)


def _values(fields: _Fields, name: str) -> list[str]:
    return [value for known, value in fields if known == name]
