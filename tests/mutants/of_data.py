"""Mutants of facts as data (SER)."""

from __future__ import annotations

from typing import Any

import unireq
from mutants.mutant import breaks, mutant
from unireq._diff import diff
from unireq._facts import check_facts, encode_params, facts_from_dict, facts_to_dict
from unireq.adapter import NativeRequest

_replace = unireq.Request.replace

mutant("loses_the_session_hash", "to_dict leaves the session hash out.", "SER-001").wraps(
    facts_to_dict, lambda to_dict, facts: {**to_dict(facts), "session_hash": None}
)
mutant("no_version", "to_dict does not tell the version of its form.", "SER-001 SER-002").edits(
    facts_to_dict, '"unireq": FORMAT', '"unireq": "1"'
)
mutant("another_path", "from_dict loses the raw path.", "SER-001").wraps(
    facts_from_dict, lambda from_dict, data: from_dict(data)._replace(raw_path=None)
)
mutant("parameters_as_text", "Path parameters become text.", "PTH-010 SER-002").puts(
    encode_params, lambda params: {name: str(value) for name, value in params.items()}
)
mutant("odd_parameters_left_out", "Path parameters of other types are left out.", "SER-002").edits(
    encode_params,
    "in params.items()",
    'in params.items() if type(value).__module__ in ("builtins", "uuid", "datetime", "decimal")',
)
mutant("unchecked", "from_dict checks nothing.", "SER-003").puts(check_facts, lambda facts: facts)
mutant("unknown_keys_pass", "from_dict ignores keys that it does not know.", "SER-003").edits(
    facts_from_dict, "set(data) - _KEYS", "()"
)
mutant(
    "copies_a_view",
    "Copies look at the same native request.",
    "API-012 SER-004 SER-006 USR-005",
).puts((unireq.Request, "__reduce__"), lambda self: (unireq.from_native, (self.native,)))


@breaks("SER-004 SER-005", of=(unireq.Request, "replace"))
def changes_the_original(self: unireq.Request, **changes: Any) -> unireq.Request:
    """`replace` changes the original."""
    made = _replace(self, **changes)
    if "headers" in changes:
        self._headers = made.headers
    return made


mutant("no_difference", "`diff` finds nothing.", "SER-005").puts(diff, lambda a, b: {})
mutant("difference_reversed", "`diff` tells the second request's value first.", "SER-005").wraps(
    diff, lambda diff, a, b: diff(b, a)
)
mutant("headers_not_compared", "`diff` does not compare header fields.", "SER-005").edits(
    diff, "for name in left", 'for name in left.keys() - {"headers"}'
)
mutant("copies_what_was_read", "Copies have a body that was read before.", "SER-006").wraps(
    (NativeRequest, "_to_facts"),
    lambda to_facts, self: to_facts(self)._replace(body=self._body_if_read()),
)
mutant("detached_bodiless", "`adetach` leaves the body out.", "SER-006").edits(
    (unireq.Request, "adetach"), "await self.aread() if body else None", "None"
)
mutant("always_reads", "`adetach` reads the body, wanted or not.", "SER-006 USR-005").edits(
    (unireq.Request, "adetach"), "await self.aread() if body else None", "await self.aread()"
)
mutant("detaches_in_the_loop", "`detach` takes an unread body for none.", "BDY-011").edits(
    (unireq.Request, "detach"),
    'self._stored(None, "detach()").getvalue() if body else None',
    "self._body_if_read()",
)
