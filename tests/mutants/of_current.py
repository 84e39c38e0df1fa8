"""Mutants of our request in native code, and in handlers (CUR)."""

from __future__ import annotations

import unireq
from mutants.mutant import mutant
from unireq import _current
from unireq._handlers.handler import Handler
from unireq.adapter import Injection

mutant("SomebodyElses", "The current request is another one.", "MID-011 CUR-001 CUR-003").wraps(
    _current.request_context, lambda begin, _: begin(unireq.Request())
)
mutant("InjectsAnother", "`inject` gives an empty request.", "CUR-002").wraps(
    (Injection, "__init__"),
    lambda init, self, find, _, **given: init(self, find, lambda _: unireq.Request(), **given),
)
for _twin in ("call", "acall"):
    mutant(f"NobodysIn_{_twin}", "In a handler no request is current.", "CUR-003").edits(
        (Handler, _twin), "with request_context(request):", "if True:"
    )
