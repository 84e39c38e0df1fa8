"""Mutants of facts as data (SER)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import unireq
from mutants.mutant import breaks
from unireq import _diff, _facts
from unireq._facts import Facts

_to_dict = _facts.facts_to_dict
_from_dict = _facts.facts_from_dict
_diff_of = _diff.diff
_encode = _facts.encode_params


@breaks("SER-001", of=_to_dict)
def loses_the_session_hash(facts: Facts) -> dict[str, Any]:
    """to_dict leaves the session hash out."""
    return {**_to_dict(facts), "session_hash": None}


@breaks("SER-001", "SER-002", of=_to_dict)
def no_version(facts: Facts) -> dict[str, Any]:
    """to_dict does not tell the version of its form."""
    return {**_to_dict(facts), "unireq": "1"}


@breaks("SER-001", of=_from_dict)
def another_path(data: Mapping[str, Any]) -> Facts:
    """from_dict loses the raw path."""
    return _from_dict(data)._replace(raw_path=None)


@breaks("PTH-010", "SER-002", of=_facts.encode_params)
def parameters_as_text(params: Mapping[str, Any]) -> dict[str, Any]:
    """Path parameters become text."""
    return {name: str(value) for name, value in params.items()}


@breaks("SER-002", of=_facts.encode_params)
def odd_parameters_left_out(params: Mapping[str, Any]) -> dict[str, Any]:
    """Path parameters of other types are left out."""
    return _encode({n: v for n, v in params.items() if type(v).__module__ in _KNOWN})


_KNOWN = ("builtins", "uuid", "datetime", "decimal")


@breaks("SER-003", of=_facts.check_facts)
def unchecked(facts: Facts) -> Facts:
    """from_dict checks nothing."""
    return facts


@breaks("SER-003", of=_from_dict)
def unknown_keys_pass(data: Mapping[str, Any]) -> Facts:
    """from_dict ignores keys that it does not know."""
    known = {k: v for k, v in data.items() if k in _facts._KEYS} if isinstance(data, dict) else data
    return _from_dict(known)


@breaks("SER-004", of=(unireq.Request, "__reduce__"))
def copies_a_view(self: unireq.Request) -> tuple[Any, ...]:
    """Copies look at the same native request."""
    return unireq.from_native, (self.native,)


@breaks("SER-004", "SER-005", of=(unireq.Request, "replace"))
def changes_the_original(self: unireq.Request, **changes: Any) -> unireq.Request:
    """`replace` changes the original."""
    made = _replace(self, **changes)
    if "headers" in changes:
        self._headers = made.headers
    return made


_replace = unireq.Request.replace


@breaks("SER-005", of=_diff_of)
def no_difference(a: unireq.Request, b: unireq.Request) -> dict[str, tuple[Any, Any]]:
    """`diff` finds nothing."""
    return {}


@breaks("SER-005", of=_diff_of)
def difference_reversed(a: unireq.Request, b: unireq.Request) -> dict[str, tuple[Any, Any]]:
    """`diff` tells the second request's value first."""
    return _diff_of(b, a)


@breaks("SER-005", of=_diff_of)
def headers_not_compared(a: unireq.Request, b: unireq.Request) -> dict[str, tuple[Any, Any]]:
    """`diff` does not compare header fields."""
    found = _diff_of(a, b)
    found.pop("headers", None)
    return found
