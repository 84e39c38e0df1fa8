"""Mutants of the user and the session (USR)."""

from __future__ import annotations

import base64
import re
from typing import Any

import unireq
from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import mutant
from unireq import _facts
from unireq._facts import find_session_hash
from unireq._native import NativeRequest

_FIND = (SoundASGI, "_find_username")
_USERNAME = (NativeRequest, "username")
_AUSERNAME = (NativeRequest, "ausername")

mutant("NobodyKnown", "The user whom the framework has verified is not found.", "USR-001").puts(
    _FIND, lambda self: None
)
mutant("UserObject", "The user is not told by name.", "USR-001").wraps(
    _FIND, lambda find, self: (name := find(self)) and f"<User {name}>"
)


def _named_by_authorization(find: Any, self: Any) -> str | None:
    kind, _, coded = self.get_header("authorization", "").partition(" ")
    return base64.b64decode(coded).decode().partition(":")[0] if kind == "Basic" else find(self)


mutant("BasicBelieved", "The name in Authorization is believed.", "USR-002").wraps(
    _FIND, _named_by_authorization
)
mutant("RemoteUserField", "The field Remote-User is believed.", "USR-002", on=SoundWSGI).wraps(
    (SoundWSGI, "_find_username"), lambda find, self: find(self) or self.get_header("remote-user")
)
mutant("getter_ignored", "The function that was set is not asked.", "USR-003 USR-005").puts(
    _USERNAME, property(lambda self: self._find_username())
)


mutant(
    "getter_not_awaited", "`ausername` does not await the function that was set.", "USR-003"
).edits(
    _AUSERNAME,
    "await found if isinstance(found, Awaitable)",
    "found.close() if isinstance(found, Coroutine)",
)
mutant(
    "getter_given_itself",
    "The function that was set is given the view, not the framework's request.",
    "USR-003",
).edits(_USERNAME, "getter(self.native)", "getter(self)")
mutant("one_getter", "The function that was set last is the only one.", "USR-003").edits(
    _AUSERNAME, "name is not None", "True"
)
mutant("shows_the_user", "`repr` looks for the user.", "USR-004").puts(
    (unireq.Request, "__repr__"),
    lambda self: f"<{type(self).__name__} {self.method} of {self.username}>",
)
mutant("facts_with_user", "to_dict and copies look for the user.", "USR-004 USR-005").wraps(
    (NativeRequest, "_to_facts"),
    lambda to_facts, self: to_facts(self)._replace(username=self.username),
)
mutant("any_session_hash", "Any text is a session hash.", "SER-003 USR-010").puts(
    (_facts, "_PLAUSIBLE"), re.compile(r".*", re.DOTALL)
)
mutant(
    "session_hash_from_query_first", "The query parameter goes before the field.", "USR-010"
).edits(
    find_session_hash, 'field or query.get("session_hash")', 'query.get("session_hash") or field'
)
mutant("session_hash_from_field_only", "The query parameter is not read.", "USR-010").edits(
    find_session_hash, 'or query.get("session_hash")', ""
)
for _name, _asked in (("detach", "self.username"), ("adetach", "await self.ausername()")):
    mutant(f"{_name}_of_nobody", f"`{_name}` leaves the username out.", "USR-005").edits(
        (unireq.Request, _name), f"{_asked} if username else None", "None"
    )
    mutant(f"{_name}_always_asks", f"`{_name}` looks up the user, wanted or not.", "USR-005").edits(
        (unireq.Request, _name), f"{_asked} if username else None", _asked
    )
