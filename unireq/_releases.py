"""Versions of distributions and what is required of them, as far as an overview needs them.

A version counts by its epoch, its release numbers, and whether it is a pre-release; what comes
after that (post-releases, local versions) is taken as the release itself. What can't be read is
None, never a guess.

Source: PEP 440, PEP 508; the whole of both is what the package `packaging` is for.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Requirement", "canonical", "parse_requirement", "satisfies"]

_VERSION = re.compile(
    r"v?(?:(?P<epoch>[0-9]+)!)?(?P<release>[0-9]+(?:\.[0-9]+)*)"
    r"(?P<early>[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview)[-_.]?[0-9]*)?"
    r"(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?"
    r"(?P<dev>[-_.]?dev[-_.]?[0-9]*)?(?:\+[0-9a-z]+(?:[-_.][0-9a-z]+)*)?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(>=|<=|==|!=|<|>)\s*([^\s,;=*]+)")
_REQUIREMENT = re.compile(
    r"\s*(?P<name>[0-9A-Za-z](?:[0-9A-Za-z._-]*[0-9A-Za-z])?)\s*(?:\[[^\]]*\])?\s*"
    r"\(?(?P<range>[^;()@]*)\)?\s*(?:;(?P<marker>.*))?",
    re.DOTALL,
)
_EXTRA = re.compile(r"""\bextra\s*==\s*["']([^"']+)["']""")


class Requirement(NamedTuple):
    """One `Requires-Dist`.

    Attributes:
        name: The distribution, canonical.
        range: The versions: `">=4.2,<6"`; `""` for any.
        extra: The extra that it belongs to, canonical; None for a hard requirement.
    """

    name: str
    range: str
    extra: str | None


def canonical(name: str) -> str:
    """The name of a distribution or an extra as indexes compare it. Source: PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_requirement(text: str) -> Requirement | None:
    """The requirement that `text` states; None if it has another form (a URL)."""
    match = _REQUIREMENT.fullmatch(text)
    if match is None:
        return None
    extra = _EXTRA.search(match["marker"] or "")
    return Requirement(
        name=canonical(match["name"]),
        range="".join(match["range"].split()),
        extra=None if extra is None else canonical(extra[1]),
    )


def satisfies(version: str, required: str) -> bool | None:
    """Whether `version` is in the range `required`; None if either can't be read.

    Args:
        version: A version (PEP 440).
        required: Clauses with `>=`, `<=`, `==`, `!=`, `<` or `>` and commas between; `""` for any.
    """
    have = _key(version)
    if have is None:
        return None
    for clause in filter(None, required.split(",")):
        match = _CLAUSE.fullmatch(clause.strip())
        bound = None if match is None else _key(match[2])
        if match is None or bound is None:
            return None
        holds = {
            ">=": have >= bound,
            "<=": have <= bound,
            "==": have == bound,
            "!=": have != bound,
            "<": have < bound,
            ">": have > bound,
        }
        if not holds[match[1]]:
            return False
    return True


def _key(version: str) -> tuple[int, tuple[int, ...], bool] | None:
    match = _VERSION.fullmatch(version.strip())
    if match is None:
        return None
    release = [int(number) for number in match["release"].split(".")]
    while release and release[-1] == 0:  # 4.2 and 4.2.0 are the same
        release.pop()
    final = match["early"] is None and match["dev"] is None
    return int(match["epoch"] or 0), tuple(release), final
