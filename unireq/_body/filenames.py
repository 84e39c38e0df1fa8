"""File names: one that is safe to create in a directory, made of one that a client chose.

Rule: the result is the name of an ordinary file in that directory, on every system, and shows as
what it is. It need not be unique, and nothing says that the content is what the suffix promises.

What may compose or fall apart is normalised first, so that no later step can be undone by it: a
full-width slash is a slash. But what is sent may be long, and normalising takes quadratic time at
worst: so a name is cut before, to more than is ever left of it. A name that was made safe is made
the same again.

Sources: Unicode TR15 (NFKC) and TR36 (bidirectional text), Microsoft "Naming Files, Paths, and
Namespaces".
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["FALLBACK", "MOST_OCTETS", "safe_filename"]

FALLBACK = "file"
"""The name where nothing is left of what was sent."""

MOST_OCTETS = 255
"""What file systems take as a name, in bytes of UTF-8."""

# A longer one is no suffix that any program goes by.
LONGEST_SUFFIX = 32

# More characters than 255 bytes can come of: normalising makes one of four at most, of three bytes.
_HEAD, _TAIL = 512, 64

# Those that become one, too.
_SEPARATOR = re.compile(r"[/\\\uff0f\uff3c\ufe68]")
_DRIVE = re.compile(r"[A-Za-z]:")
_RESERVED = re.compile(r'[<>:"|?*]')
# What is white space in a normalised text without controls.
_EDGES = " .\u1680"
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9]|CONIN\$|CONOUT\$)", re.IGNORECASE)

# Controls, bidirectional and other format characters, line and paragraph separators, surrogates;
# but not the two joiners that Persian and Indic words are written with.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")


def safe_filename(name: str) -> str:
    """A name of 1 to 255 bytes in UTF-8 that is safe to create in a directory, like `name`.

    The last part of a path, without a drive, without characters that show nothing or turn the text
    around; `<>:"|?*` become `_`; no dot or space begins or ends it; names of Windows devices get a
    `_` before them; a name that is too long is cut before its suffix. `"file"` if nothing is left.
    """
    seen = "".join(
        character
        for character in name
        if unicodedata.category(character) not in _UNSEEN or character in _JOINERS
    )
    last = _last_part(seen).strip(_EDGES)
    if len(last) > _HEAD + _TAIL:
        last = last[:_HEAD] + last[-_TAIL:]
    last = _last_part(unicodedata.normalize("NFKC", last))
    if _DRIVE.match(last):
        last = last[2:]
    last = _cut(_RESERVED.sub("_", last).strip(_EDGES))
    if _DEVICE.fullmatch(last.partition(".")[0].rstrip()):
        last = _cut(f"_{last}")
    return last or FALLBACK


def _last_part(path: str) -> str:
    return next((part for part in reversed(_SEPARATOR.split(path)) if part), "")


def _cut(name: str) -> str:
    """`name`, of at most 255 bytes, with its suffix."""
    if len(name.encode()) <= MOST_OCTETS:
        return name
    stem, dot, suffix = name.rpartition(".")
    kept = dot + suffix
    if not stem or len(kept.encode()) > LONGEST_SUFFIX:
        stem, kept = name, ""
    room = MOST_OCTETS - len(kept.encode())
    return stem.encode()[:room].decode("utf-8", "ignore").strip(_EDGES) + kept
