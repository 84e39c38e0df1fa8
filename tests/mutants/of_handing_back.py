"""Mutants of a body that unireq and the framework's own reader both want (BDY)."""

from __future__ import annotations

from typing import Any

from mutants.lenient import SoundASGI, SoundWSGI
from mutants.mutant import breaks
from unireq._body import cursors
from unireq.adapter import BodyTee, SpooledBody
from unireq_wsgi import _body as wsgi_body


@breaks("BDY-019", "BDY-020")
class KeepsForItself(SoundWSGI):
    """What unireq has read, nobody else gets."""

    __slots__ = ()

    def _restore_body(self, body: SpooledBody) -> None:
        pass

    def _divert(self, tee: BodyTee) -> bool:
        return False


@breaks("BDY-019", "BDY-020", "BDY-021")
class PassesOn(SoundASGI):
    """The application below is given the server's `receive`."""

    __slots__ = ()

    @property
    def receive(self) -> Any:
        return self._find_receive()


@breaks("BDY-020", of=(cursors.BodyTee, "_at_end"))
def whatever_is_left(self: cursors.BodyTee) -> bool:
    """The framework gets what a stream has left, as if it were the whole."""
    return self._read is None or self._body.ended


@breaks("BDY-021", on=SoundWSGI, of=wsgi_body.begun)
def as_it_stands(environ: Any) -> int:
    """Nobody asks whether an input was read before."""
    return 0
