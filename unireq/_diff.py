"""diff: where two requests differ, over the normal form."""

from __future__ import annotations

from typing import Any

from unireq._facts import Facts
from unireq._redact import shown_difference
from unireq._request import Request

__all__ = ["diff"]

# Reading the username may need a database; the headers and the body are compared by themselves.
_FIELDS = (*(name for name in Facts._fields if name not in {"username", "headers", "body"}), "url")


def _normal_form(request: Request) -> dict[str, Any]:
    form = {name: getattr(request, name) for name in _FIELDS}
    cookies, query = request.cookies, request.query_params
    form["headers"] = dict(request.headers)
    form["cookies"] = {name: cookies.getlist(name) for name in cookies}
    form["query_params"] = query.multi_items()
    return form


def diff(a: Request, b: Request) -> dict[str, tuple[Any, Any]]:
    """The fields in which `a` and `b` differ: `{field: (a's, b's)}`; `{}` means identical.

    Cookies are shown with every value of each name, query parameters as their (name, value) pairs.
    All values are there in full; what `repr` shows of them hides secrets, as a request's does.
    The order of header fields and of cookies of different names is no difference. The username is
    not compared, and the bodies only where both have been read: neither is fetched for this.

    Raises:
        TypeError: `a` or `b` is not a `unireq.Request`.
    """
    for request in (a, b):
        if not isinstance(request, Request):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"diff(): expected two unireq.Request, got {type(request).__name__};"
                " unireq.from_native(...) makes one of a framework's request"
            )
    left, right = _normal_form(a), _normal_form(b)
    bodies = _body_of(a), _body_of(b)
    if None not in bodies:
        left["body"], right["body"] = bodies
    found = {
        name: (left[name], right[name])
        for name in left
        if _comparable(left[name]) != _comparable(right[name])
    }
    return _Difference(found) if found else found


class _Difference(dict[str, tuple[Any, Any]]):
    """A dict whose `repr` hides secrets: it is what a failed assertion and a log show."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = (f"{name!r}: {shown_difference(name, self[name])}" for name in self)
        return f"{{{', '.join(shown)}}}"


def _body_of(request: Request) -> bytes | None:
    return request._to_facts().body  # pyright: ignore[reportPrivateUsage]


def _comparable(value: Any) -> Any:
    # 1, 1.0 and True are equal in Python, and different path parameters; NaN differs from itself.
    if isinstance(value, dict):
        return {name: _comparable(item) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return (type(value), value if value == value else repr(value))  # noqa: PLR0124
