"""`python -m unireq`: lists the installed frameworks, and whether each is supported.

It needs only the standard library and imports no framework; it does import adapters, because only
that shows which are broken. The exit status is always 0: it reports, it does not judge.

All data comes from the metadata of installed packages: an adapter is an entry point, and it
supports the versions that its distribution requires, in an extra or not. Versions are compared by
epoch, release numbers, and whether they are pre-releases; post-releases and local versions count as
the release itself. Unreadable data is None, never a guess. Source: PEP 440, PEP 508, in part; the
package `packaging` implements them fully.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import Distribution, EntryPoint, packages_distributions
from importlib.metadata import distribution as metadata_of
from typing import NamedTuple

import unireq
from unireq._adapters import (
    _entry_points,  # pyright: ignore[reportPrivateUsage]
    adapters_for,
    load_failures,
)

SCHEMA = 1
"""The version of the output of `--json`, under the key "schema"."""

_HEAD = ("framework", "installed", "supported", "versions", "adapter")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the overview; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m unireq",
        description="Shows the web frameworks that are installed, and the adapter for each.",
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    as_json: bool = parser.parse_args(arguments).json
    try:
        print(_document() if as_json else "\n".join(_page()), flush=True)
    except BrokenPipeError:
        # Else the interpreter flushes the rest at exit, fails again, and prints an error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _document() -> str:
    import json

    found = {
        "schema": SCHEMA,
        "unireq": unireq.__version__,
        "python": platform.python_version(),
        "adapters": [status._asdict() for status in find_status()],
        "failures": other_failures(),
    }
    return json.dumps(found, indent=2)


def _page() -> list[str]:
    found = find_status()
    lines = [f"unireq {unireq.__version__}, Python {platform.python_version()}", ""]
    if not any(status.adapter for status in found):
        return [
            *lines,
            "No adapters: unireq can be imported here, but is not installed: pip install unireq",
        ]
    rows = [_HEAD, *(_cells(status) for status in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(padded).rstrip())
    todo = [_todo(status) for status in found if status.install is not None]
    broken = [
        f"{s.framework} = {s.adapter} ({s.provider or 'of unknown origin'}): {s.error}"
        for s in found
        if s.error
    ]
    broken += [f"{name}: {error}" for name, error in other_failures().items()]
    for title, entries in (("To install or upgrade:", todo), ("Broken adapters:", broken)):
        if entries:
            lines += ["", title, *(f"  {entry}" for entry in entries)]
    return lines


def _cells(status: Status) -> tuple[str, ...]:
    if status.protocol:
        installed, supported = "(protocol)", "yes"
    else:
        installed = status.version or "no"
        supported = {True: "yes", False: "no", None: "-" if status.version is None else "?"}[
            status.supported
        ]
    if status.error is not None:
        supported = "broken"
    versions = "any" if status.requires is None or status.requires == "" else status.requires
    adapter = status.adapter or "-"
    if status.provider is not None and not status.provider.startswith("unireq "):
        adapter += f" ({status.provider})"
    return status.framework, installed, supported, versions, adapter


def _todo(status: Status) -> str:
    return f"{status.framework}: {status.install}"


_PROTOCOLS = ("asgi", "wsgi")


class Status(NamedTuple):
    """One framework and one adapter for it.

    Attributes:
        framework: The top-level module that the adapter claims, or the name of an extra of unireq.
        version: The installed version; None if it is not installed.
        protocol: Whether it is a protocol (ASGI, WSGI), which can't be installed.
        adapter: The entry point's value, `module:class`; None if no adapter claims it.
        provider: Name and version of the distribution with the adapter.
        requires: The versions that the provider supports: `">=4.2.0"`; None if unknown.
        supported: Whether the installed version is one of them; None if unknown.
        install: The command that installs the framework, or a supported version; None if it is not
            needed, or unknown.
        error: Why the adapter can't be used; None if it can.
    """

    framework: str
    version: str | None
    protocol: bool
    adapter: str | None
    provider: str | None
    requires: str | None
    supported: bool | None
    install: str | None
    error: str | None


def find_status() -> list[Status]:
    """One entry for each adapter, and for each framework that only an extra of unireq names.

    The frameworks of unireq's extras come first, in that order; protocols come last.
    """
    found = [
        _of_entry(entry, error)
        for module, entries in _entry_points().items()
        for entry, error in zip(entries, _errors(module, entries), strict=True)
    ]
    extras = [each for each in _requirements(_find("unireq")) if each.name == each.extra]
    claimed = {canonical(status.framework) for status in found}
    found += [_of_extra(each, found) for each in extras if each.name not in claimed]
    order = [each.name for each in extras]

    def rank(status: Status) -> tuple[bool, int, str]:
        name = canonical(status.framework)
        known = order.index(name) if name in order else len(order)
        return status.protocol, known, name

    return sorted(found, key=rank)


def other_failures() -> dict[str, str]:
    """Failures that belong to no readable entry point: {what failed: why}."""
    entries = {f"{e.name} = {e.value}" for several in _entry_points().values() for e in several}
    return {name: error for name, error in load_failures().items() if name not in entries}


def _errors(module: str, entries: list[EntryPoint]) -> list[str | None]:
    adapters_for(module)
    failures = load_failures()
    return [failures.get(f"{entry.name} = {entry.value}") for entry in entries]


def _of_entry(entry: EntryPoint, error: str | None) -> Status:
    provider, installed = _readable(entry.dist), _providing(entry.name)
    name = canonical(entry.name if installed is None else installed.name)
    # A hard requirement, or one in the extra with the framework's name.
    required = [
        each for each in _requirements(provider) if each.name == name and each.extra in (None, name)
    ]
    status = Status(
        framework=entry.name,
        version=None if installed is None else installed.version,
        protocol=entry.name in _PROTOCOLS and installed is None,
        adapter=entry.value,
        provider=None if provider is None else f"{provider.name} {provider.version}",
        requires=required[0].range if required else None,
        supported=None,
        install=_install(provider, required[0]) if required else None,
        error=error,
    )
    return _judged(status)


def _of_extra(required: Requirement, found: list[Status]) -> Status:
    """The framework of `required`, which no adapter claims: it is built on another framework."""
    installed = _find(required.name)
    below = {each.name for each in _requirements(installed) if each.extra is None}
    through = next((each for each in found if canonical(each.framework) in below), None)
    status = Status(
        framework=required.name,
        version=None if installed is None else installed.version,
        protocol=False,
        adapter=None if through is None else through.adapter,
        provider=None if through is None else through.provider,
        requires=required.range,
        supported=None,
        install=_install(_find("unireq"), required),
        error=None if through is None else through.error,
    )
    return _judged(status)


def _judged(status: Status) -> Status:
    """`status` with `supported` and `install` derived from the rest."""
    supported: bool | None = None
    if status.error is not None:
        supported = False
    elif status.protocol:
        supported = True
    elif status.version is not None and status.adapter is not None:
        supported = satisfies(status.version, status.requires or "")
    fits = status.version is not None and satisfies(status.version, status.requires or "")
    return status._replace(supported=supported, install=None if fits else status.install)


def _install(provider: Distribution | None, required: Requirement) -> str:
    if provider is not None and required.extra is not None:
        return f'pip install "{provider.name}[{required.extra}]"'
    return f'pip install "{required.name}{required.range}"'


def _requirements(provider: Distribution | None) -> list[Requirement]:
    lines = () if provider is None else provider.requires or ()
    return [found for line in lines if (found := parse_requirement(line)) is not None]


def _find(name: str) -> Distribution | None:
    try:
        return _readable(metadata_of(name))
    except ModuleNotFoundError:
        return None


def _readable(found: Distribution | None) -> Distribution | None:
    """`found`, if its metadata has a name and a version; it may be missing or invalid."""
    try:
        return found if found is not None and found.name and found.version else None
    except Exception:  # noqa: BLE001 (metadata files of other packages may raise anything)
        return None


def _providing(module: str) -> Distribution | None:
    """The distribution with the name `module`, else one that installs this module."""
    if (found := _find(module)) is not None:
        return found
    names = _installers().get(module)
    return _find(names[0]) if names else None


@cache
def _installers() -> Mapping[str, list[str]]:
    try:
        return packages_distributions()
    except Exception:  # noqa: BLE001 (metadata files of other packages may raise anything)
        return {}


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
        extra: Its extra, canonical; None for a hard requirement.
    """

    name: str
    range: str
    extra: str | None


def canonical(name: str) -> str:
    """The normalized name of a distribution or an extra. Source: PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_requirement(text: str) -> Requirement | None:
    """The requirement in `text`; None if it has another form (a URL)."""
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


if __name__ == "__main__":
    sys.exit(main())
