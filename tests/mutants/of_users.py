"""Mutants of the user and the session (USR)."""

from __future__ import annotations

from mutants.mutant import mutants

mutants(r"""
NobodyKnown: The user whom the framework has verified is not found. [USR-001]
  adapter._find_username = lambda self: None
UserObject: The user is not told by name. [USR-001]
  adapter._find_username = lambda self: (name := was(self)) and f"<User {name}>"
BasicBelieved: The name in Authorization is believed. [USR-002]
  adapter._find_username = lambda self: base64.b64decode(field[6:]).decode().partition(":")[0] if (
    field := self.get_header("authorization", "")).startswith("Basic ") else was(self)
RemoteUserField (WSGI): The field Remote-User is believed. [USR-002]
  adapter._find_username = lambda self: was(self) or self.get_header("remote-user")
getter_ignored: The function that was set is not asked. [USR-003,005]
  NativeRequest.username = property(lambda self: self._find_username())
getter_not_awaited: `ausername` does not await the function that was set. [USR-003]
  NativeRequest.ausername: await found if isinstance(found, Awaitable)
    => found.close() if isinstance(found, Coroutine)
getter_given_itself: The function that was set is given the view, not the framework's request.
  [USR-003]
  NativeRequest.username: getter(self.native) => getter(self)
one_getter: The function that was set last is the only one. [USR-003]
  NativeRequest.ausername: name is not None => True
shows_the_user: `repr` looks for the user. [USR-004]
  Request.__repr__ = lambda self: f"<{type(self).__name__} {self.method} of {self.username}>"
facts_with_user: to_dict and copies look for the user. [USR-004,005]
  NativeRequest._to_facts = lambda self: was(self)._replace(username=self.username)
any_session_hash: Any text is a session hash. [SER-003 USR-010]
  _facts._PLAUSIBLE = re.compile(".*", re.DOTALL)
session_hash_from_query_first: The query parameter goes before the field. [USR-010]
  find_session_hash: field or query.get("session_hash") => query.get("session_hash") or field
session_hash_from_field_only: The query parameter is not read. [USR-010]
  find_session_hash: or query.get("session_hash") =>
""")

for name, asked in (("detach", "self.username"), ("adetach", "await self.ausername()")):
    mutants(f"""
{name}_of_nobody: `{name}` leaves the username out. [USR-005]
  Request.{name}: {asked} if username else None => None
{name}_always_asks: `{name}` looks up the user, wanted or not. [USR-005]
  Request.{name}: {asked} if username else None => {asked}
""")
