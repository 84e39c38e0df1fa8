"""Malformed messages: which a server must refuse, and how it may read the others.

Rule: every verdict is decided by hand; nothing is computed. Either the server must refuse the
message, because no reading of it is safe. Or it may refuse the message, and if it accepts the
message it must read it in one of the listed ways. A server refuses by a client error, or by closing
the connection before the app has seen anything. What h11 does is a second opinion, which the tests
check.
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
"""All messages by id."""
