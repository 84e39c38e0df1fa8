"""diff: the differences between two requests in their normal form."""

from __future__ import annotations

from typing import Any

from unireq._facts import Facts
from unireq._redact import shown_difference
from unireq._request import Request

__all__ = ["diff"]

# Not the username, which may need a database query; nor what the application has made of the
# request; headers and body are compared separately.
_LEFT_OUT = {"username", "route", "view_name", "headers", "body"}
_FIELDS = (*(name for name in Facts._fields if name not in _LEFT_OUT), "url")


def _normal_form(request: Request) -> dict[str, Any]:
    form = {name: getattr(request, name) for name in _FIELDS}
    cookies, query = request.cookies, request.query_params
    form["headers"] = dict(request.headers)
    form["cookies"] = {name: cookies.getlist(name) for name in cookies}
    form["query_params"] = query.multi_items()
    return form


def diff(a: Request, b: Request) -> dict[str, tuple[Any, Any]]:
    """The facts in which `a` and `b` differ: `{name: (a's, b's)}`; `{}` if there are none.

    Cookies are compared with every value of each name, query parameters as (name, value) pairs. The
    values are complete, but the `repr` of the result hides secrets, as that of a request does. The
    order of header fields, and of cookies with different names, does not count. The username,
    `state`, the route and the view's name are not compared; bodies only if both have been read, and
    never read for this.

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
    bodies = a._body_if_read(), b._body_if_read()  # pyright: ignore[reportPrivateUsage]
    if None not in bodies:
        left["body"], right["body"] = bodies
    found = {
        name: (left[name], right[name])
        for name in left
        if _comparable(left[name]) != _comparable(right[name])
    }
    return _Difference(found) if found else found


class _Difference(dict[str, tuple[Any, Any]]):
    """A dict whose `repr` hides secrets, because failed assertions and logs show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = (f"{name!r}: {shown_difference(name, self[name])}" for name in self)
        return f"{{{', '.join(shown)}}}"


def _comparable(value: Any) -> Any:
    # In Python 1 == 1.0 == True, but they are different path parameters; and NaN != NaN.
    if isinstance(value, dict):
        return {name: _comparable(item) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return (type(value), value if value == value else repr(value))  # noqa: PLR0124
