"""UserFinder: who is logged in, as username getters and the framework say.

Rule: getters decide before the framework; an async one is awaited, never run to its end elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterator, MutableMapping
from typing import Any, ClassVar, TypeAlias

from unireq._errors import UnireqError
from unireq._request import Request

__all__ = ["UserFinder", "UsernameGetter"]

_AWAITED_NAME = "unireq.username"
"""The key of what `find_user` found, as `KEY` is that of the body."""

UsernameGetter: TypeAlias = Callable[[Any], "str | Awaitable[str | None] | None"]
"""Returns the user's name for a native request: see `NativeRequest.set_username_getter`."""


class UserFinder(Request):
    """A request that knows how to find its user: the part of `NativeRequest` that does."""

    __slots__ = ()

    _username_getters: ClassVar[tuple[UsernameGetter, ...] | None] = ()
    """The getters set on this class, newest first; None: those of its bases are ignored too."""
    _has_getters: ClassVar[bool] = False
    """Whether any class has had one: most programs set none."""

    @property
    def _storage(self) -> MutableMapping[str, Any]:
        raise NotImplementedError

    def _find_username(self) -> str | None:
        """MAY. The name of the user that the framework has authenticated; None if there is none."""
        return None

    async def _afind_username(self) -> str | None:
        """MAY. Like `_find_username`, in async code."""
        return self._find_username()

    @classmethod
    def set_username_getter(cls, getter: UsernameGetter | None) -> None:
        """Find the username with `getter` from now on, for this class and its subclasses.

        Several getters may be set: the newest is called first, those of a subclass before those of
        its bases. The first that returns a str decides; if none does, the framework's user counts.

        Args:
            getter: Takes the native request and returns the authenticated user's name, None if it
                does not know, or `""` if it knows that nobody is logged in. It may be async; then
                only `ausername()` works. None removes the getters: for this class, those of its
                bases are ignored too, and only the framework's user counts.

        Raises:
            TypeError: `getter` is neither callable nor None.
        """
        if getter is not None and not callable(getter):
            raise TypeError(
                "set_username_getter: expected a function that takes the native request, or None,"
                f" got {type(getter).__name__}"
            )
        own = vars(cls).get("_username_getters") or ()
        others = tuple(other for other in own if other is not getter)
        cls._username_getters = None if getter is None else (getter, *others)
        UserFinder._has_getters = True

    @classmethod
    def _getters(cls) -> Iterator[UsernameGetter]:
        if not UserFinder._has_getters:
            return
        for kind in cls.__mro__:
            own: tuple[UsernameGetter, ...] | None = vars(kind).get("_username_getters", ())
            if own is None:
                return
            yield from own

    @property
    def username(self) -> str | None:
        """The authenticated user's name, never from an unverified header; None if there is none.

        Raises:
            UnireqError: A username getter is async (`await request.ausername()` first), or it
                returned something else than a str or None.
        """
        for getter in self.__class__._getters():
            found = getter(self.native)
            if isinstance(found, Awaitable):
                if isinstance(found, Coroutine):
                    found.close()
                if _AWAITED_NAME in self._storage:
                    return self._storage[_AWAITED_NAME]  # type: ignore[no-any-return]
                raise UnireqError(
                    f"{type(self).__name__}.username: the username getter is async;"
                    " use `await request.ausername()`, for a copy `await request.adetach()`"
                )
            if found is not None:
                return self._checked_name(found)
        return self._find_username()

    async def ausername(self) -> str | None:
        """Like `username`, for async code: finding the user may need a database query.

        Raises:
            UnireqError: A username getter returned something else than a str or None.
        """
        for getter in self.__class__._getters():
            found = getter(self.native)
            name = await found if isinstance(found, Awaitable) else found
            if name is not None:
                return self._checked_name(name)
        return await self._afind_username()

    async def find_user(self) -> None:
        """Await the user's name now, so `username` has it also if a username getter is async.

        Raises:
            UnireqError: As `ausername`.
        """
        self._storage[_AWAITED_NAME] = await self.ausername()

    def _checked_name(self, found: object) -> str | None:
        if not isinstance(found, str):
            raise UnireqError(
                f"{type(self).__name__}.username: expected the username getter to return a str or"
                f" None, got {type(found).__name__}; return the user's name"
            )
        return found or None
