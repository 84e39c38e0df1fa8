"""The user that is logged in, by `request.user` from `django.contrib.auth` or another app."""

from __future__ import annotations

from typing import Any

import unireq

__all__ = ["auser_name", "user_name"]


def user_name(native: Any) -> str | None:
    """The name of the user of `native`; None if nobody is logged in, or there is no `user`.

    Raises:
        unireq.UnireqError: Finding the user needs a database query, and this is async code.
    """
    try:
        return _name_of(getattr(native, "user", None))
    except Exception as error:
        from django.core.exceptions import SynchronousOnlyOperation

        if not isinstance(error, SynchronousOnlyOperation):
            raise
        raise unireq.UnireqError(
            "username in async code: finding the user needs a database query, which would block the"
            " event loop; use `await request.ausername()`, for a copy `await request.adetach()`"
        ) from None


async def auser_name(native: Any) -> str | None:
    """Like `user_name`, in async code."""
    from django.utils.functional import LazyObject

    user = getattr(native, "user", None)
    if not isinstance(user, LazyObject):
        return _name_of(user)
    from asgiref.sync import sync_to_async

    # Not with `auser()`, which returns another object: this loads `request.user` itself, which an
    # app may have set.
    return await sync_to_async(_name_of)(user)


def _name_of(user: Any) -> str | None:
    if not getattr(user, "is_authenticated", False):
        return None
    name = user.get_username()
    return name if isinstance(name, str) and name else None
