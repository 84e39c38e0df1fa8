"""Mutants of facts as data (SER)."""

from __future__ import annotations

from typing import Any

from mutants.mutant import mutants


def adopted(new: Any, old: Any) -> Any:
    old._headers = new.headers
    return new


mutants(
    r"""
loses_the_session_hash: to_dict leaves the session hash out. [SER-001]
  facts_to_dict = lambda facts: {**was(facts), "session_hash": None}
no_version: to_dict does not tell the version of its form. [SER-001,002]
  facts_to_dict: "unireq": FORMAT => "unireq": "1"
another_path: from_dict loses the raw path. [SER-001]
  facts_from_dict = lambda data: was(data)._replace(raw_path=None)
parameters_as_text: Path parameters become text. [PTH-010 SER-002]
  encode_params = lambda params: {name: str(value) for name, value in params.items()}
odd_parameters_left_out: Path parameters of other types are left out. [SER-002]
  encode_params: in params.items()
    => in params.items() if type(value).__module__ in ("builtins", "uuid", "datetime", "decimal")
unchecked: from_dict checks nothing. [SER-003]
  check_facts = lambda facts: facts
unknown_keys_pass: from_dict ignores keys that it does not know. [SER-003]
  facts_from_dict: set(data) - _KEYS => ()
copies_a_view: Copies look at the same native request. [API-012 SER-004,006 USR-005]
  Request.__reduce__ = lambda self: (unireq.from_native, (self.native,))
changes_the_original: `replace` changes the original. [SER-004,005]
  Request.replace = lambda self, **changes: (
    adopted(was(self, **changes), self) if "headers" in changes else was(self, **changes))
no_difference: `diff` finds nothing. [SER-005]
  diff = lambda a, b: {}
difference_reversed: `diff` tells the second request's value first. [SER-005]
  diff = lambda a, b: was(b, a)
headers_not_compared: `diff` does not compare header fields. [SER-005]
  diff: for name in left => for name in left.keys() - {"headers"}
copies_what_was_read: Copies have a body that was read before. [SER-006]
  NativeRequest._to_facts = lambda self: was(self)._replace(body=self._body_if_read())
detached_bodiless: `adetach` leaves the body out. [SER-006]
  Request.adetach: await self.aread() if body else None => None
always_reads: `adetach` reads the body, wanted or not. [SER-006 USR-005]
  Request.adetach: await self.aread() if body else None => await self.aread()
detaches_in_the_loop: `detach` takes an unread body for none. [BDY-011]
  Request.detach: self._stored(None, "detach()").getvalue() if body else None
    => self._body_if_read()
""",
    adopted,
)
