"""Mutants of a body that unireq and the framework's own reader both want (BDY)."""

from __future__ import annotations

from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import mutant
from unireq._body.cursors import BodyTee
from unireq_wsgi import _body as wsgi_body

_keeps = mutant(
    "KeepsForItself", "What unireq has read, nobody else gets.", "BDY-019 BDY-020", on=SoundWSGI
)
_keeps.puts((SoundWSGI, "_restore_body"), lambda self, body: None)
_keeps.puts((SoundWSGI, "_divert"), lambda self, tee: False)
mutant(
    "PassesOn", "The application below is given the server's `receive`.", "BDY-019 BDY-020 BDY-021"
).puts((SoundASGI, "receive"), property(lambda self: self._find_receive()))
mutant(
    "whatever_is_left",
    "The framework gets what a stream has left, as if it were the whole.",
    "BDY-020",
).puts((BodyTee, "_at_end"), lambda self: self._read is None or self._body.ended)
mutant(
    "as_it_stands", "Nobody asks whether an input was read before.", "BDY-021", on=SoundWSGI
).puts(wsgi_body.begun, lambda environ: 0)
