"""Who is logged in, as `django.contrib.auth` or whoever set `request.user` says."""

from __future__ import annotations

from typing import Any

import unireq

__all__ = ["auser_name", "user_name"]


def user_name(native: Any) -> str | None:
    """The name of the user of `native`; None if nobody is logged in, or nothing sets a user.

    Raises:
        unireq.UnireqError: The user has to be fetched, and this is async code.
    """
    from django.core.exceptions import SynchronousOnlyOperation

    try:
        return _name_of(getattr(native, "user", None))
    except SynchronousOnlyOperation:
        raise unireq.UnireqError(
            "username in async code: finding the user needs a database query, which would block the"
            " event loop; use `await request.ausername()`"
        ) from None


async def auser_name(native: Any) -> str | None:
    """The same in async code."""
    from django.utils.functional import LazyObject

    user = getattr(native, "user", None)
    if not isinstance(user, LazyObject):
        return _name_of(user)
    from asgiref.sync import sync_to_async

    # Not by `auser()`, which finds another object: `request.user` itself is there from now on, and
    # whoever has put it there has the last word.
    return await sync_to_async(_name_of)(user)


def _name_of(user: Any) -> str | None:
    if not getattr(user, "is_authenticated", False):
        return None
    name = user.get_username()
    return name if isinstance(name, str) and name else None
