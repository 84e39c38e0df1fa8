"""Malformed messages: which must be refused, and how the others may be read. Decided by hand.

Rule: nothing here is computed. A message has a verdict: it must be refused, since no reading of it
is safe; or it may be, and whoever takes it reads it in one of the ways that are listed. To refuse
is to answer with a client error or to close the connection before the app has seen anything; how it
is said makes no difference. Beside the verdict stands what h11 does, as a second opinion; the tests
ask it.
"""

from __future__ import annotations

from typing import Final

from unireq_conformance.malformed.framing import FRAMING
from unireq_conformance.malformed.lines import LINES
from unireq_conformance.malformed.message import Message, Reading
from unireq_conformance.malformed.request_lines import REQUEST_LINES
from unireq_conformance.malformed.values import VALUES

__all__ = ["FRAMING", "LINES", "MESSAGES", "REQUEST_LINES", "VALUES", "Message", "Reading"]

MESSAGES: Final = {each.id: each for each in (*REQUEST_LINES, *LINES, *VALUES, *FRAMING)}
"""All of them by id."""
