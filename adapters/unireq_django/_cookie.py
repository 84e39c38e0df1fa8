"""A cookie in Django's jar that is sent as unireq rendered it, unless middleware changes it.

Django and Python write the attributes in another order and case, and know fewer of them.
"""

from __future__ import annotations

from collections.abc import Container
from http.cookies import CookieError, Morsel
from typing import Any

__all__ = ["RenderedCookie"]


class RenderedCookie(Morsel[str]):
    """A cookie for Django's jar.

    Args:
        line: The value of the Set-Cookie field.
    """

    def __init__(self, line: str) -> None:
        super().__init__()
        self._line = line
        pair, *attributes = line.split(";")
        name, _, value = pair.partition("=")
        # Not with `set`, which refuses some names.
        restored: Any = self
        restored.__setstate__({"key": name, "value": value, "coded_value": value})
        for attribute in attributes:
            key, separator, said = attribute.strip().partition("=")
            try:
                self[key] = said if separator else True
            except CookieError:
                # This Python version does not know the attribute.
                continue
        self._as_rendered = self._state()

    def _state(self) -> tuple[Any, ...]:
        return self.key, self.value, self.coded_value, dict(self)

    def OutputString(self, attrs: Container[str] | None = None) -> str:  # noqa: N802 (Morsel's)
        if self._state() == self._as_rendered:
            return self._line
        changed = super().OutputString(attrs)
        partitioned = "; Partitioned"
        lost = partitioned in self._line and partitioned not in changed
        return changed + partitioned if lost else changed

    def output(self, attrs: Container[str] | None = None, header: str = "Set-Cookie:") -> str:
        return f"{header} {self.OutputString(attrs)}".lstrip()

    def __reduce__(self) -> tuple[Any, ...]:
        # Django's cache pickles responses.
        return _restore, (self._line, self._state())


def _restore(line: str, state: tuple[Any, ...]) -> RenderedCookie:
    cookie = RenderedCookie(line)
    key, value, coded, attributes = state
    restored: Any = cookie
    restored.__setstate__({"key": key, "value": value, "coded_value": coded})
    for name, said in attributes.items():
        restored[name] = said
    return cookie
