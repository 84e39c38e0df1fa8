"""Mutants of the user and the session (USR)."""

from __future__ import annotations

import base64
import re
from typing import Any

import unireq
from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import breaks, changed
from unireq import _facts
from unireq._native import NativeRequest
from unireq._urlencoded import QueryParams

_find = _facts.find_session_hash


@breaks("USR-001")
class NobodyKnown(SoundASGI):
    """The user whom the framework has verified is not found."""

    __slots__ = ()

    def _find_username(self) -> str | None:
        return None


@breaks("USR-001")
class UserObject(SoundASGI):
    """The user is not told by name."""

    __slots__ = ()

    def _find_username(self) -> str | None:
        name = super()._find_username()
        return None if name is None else f"<User {name}>"


@breaks("USR-002")
class BasicBelieved(SoundASGI):
    """The name in Authorization is believed."""

    __slots__ = ()

    def _find_username(self) -> str | None:
        kind, _, coded = self.get_header("authorization", "").partition(" ")
        if kind == "Basic":
            return base64.b64decode(coded).decode().partition(":")[0]
        return super()._find_username()


@breaks("USR-002")
class RemoteUserField(SoundWSGI):
    """The field Remote-User is believed."""

    __slots__ = ()

    def _find_username(self) -> str | None:
        return super()._find_username() or self.get_header("remote-user")


@breaks("USR-003", of=(NativeRequest, "username"))
@property
def getter_ignored(self: NativeRequest) -> str | None:
    """The function that was set is not asked."""
    return self._find_username()


@breaks("USR-003", of=(NativeRequest, "ausername"))
async def getter_not_awaited(self: NativeRequest) -> Any:
    """`ausername` does not await the function that was set."""
    for getter in type(self)._getters():
        found: Any = getter(self.native)
        if hasattr(found, "close"):
            found.close()
        if found is not None:
            return found
    return await self._afind_username()


@breaks("USR-003", of=(NativeRequest, "username"))
@property
def getter_given_itself(self: NativeRequest) -> Any:
    """The function that was set is given the view, not the framework's request."""
    found: Any = next((getter(self) for getter in type(self)._getters()), None)
    return self._find_username() if found is None else found or None


@breaks("USR-003", of=(NativeRequest, "ausername"))
async def one_getter(self: NativeRequest) -> Any:
    """The function that was set last is the only one."""
    for getter in type(self)._getters():
        found: Any = getter(self.native)
        return await found if hasattr(found, "__await__") else found
    return await self._afind_username()


@breaks("USR-004", of=(unireq.Request, "__repr__"))
def shows_the_user(self: unireq.Request) -> str:
    """`repr` looks for the user."""
    return f"<{type(self).__name__} {self.method} of {self.username}>"


@breaks("USR-004", of=(NativeRequest, "_to_facts"))
def facts_with_user(self: NativeRequest) -> Any:
    """to_dict and copies look for the user."""
    return _to_facts(self)._replace(username=self.username)


_to_facts = NativeRequest._to_facts


changed(
    "any_session_hash",
    "Any text is a session hash.",
    (_facts, "_PLAUSIBLE"),
    re.compile(r".*", re.DOTALL),
    "SER-003",
    "USR-010",
)


@breaks("USR-010", of=_facts.find_session_hash)
def session_hash_from_query_first(field: str | None, query: QueryParams) -> str | None:
    """The query parameter goes before the field."""
    return _find(query.get("session_hash") or field, query)


@breaks("USR-010", of=_facts.find_session_hash)
def session_hash_from_field_only(field: str | None, query: QueryParams) -> str | None:
    """The query parameter is not read."""
    return _find(field, QueryParams())
