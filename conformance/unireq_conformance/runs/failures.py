"""Failure files: saved failures, which a new process can replay.

Rule: a file is readable, and has all that a replay needs: the abstract request, for the check of
the clause, and its bytes, to send them in another way. Files are checked when they are read: people
edit them and mail them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from unireq_conformance.model import AbstractRequest
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.execute import Executed
from unireq_conformance.runs.fields import parse
from unireq_conformance.runs.record import FailureRecord, TargetRecord, VerdictRecord
from unireq_conformance.runs.requests import decode

__all__ = ["DIRECTORY", "SCHEMA", "FailureFile", "read_failure", "write_failures"]

SCHEMA: Final = 1
"""Version of the form, under the key "schema"."""

DIRECTORY: Final = ".unireq-conformance"
"""Where failures are kept by default, under the current directory."""

_KIND: Final = "unireq-conformance failure"
_LARGEST: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class FailureFile:
    """What a failure file says.

    Attributes:
        target, clause: The names of both.
        status: `fails` or `stale`.
        failure: What was expected and observed, and the bytes.
        request: The request; None where only bytes were sent (the witness of a deviation).
        versions: Of the distributions involved, and of unireq.
    """

    target: str
    clause: str
    status: str
    failure: FailureRecord
    request: AbstractRequest | None
    versions: dict[str, str]


def write_failures(executed: Executed, directory: Path) -> dict[tuple[str, str], Path]:
    """Write a file for each failure of a run; return them by target and clause.

    Raises:
        OSError: A file cannot be written.
    """
    written: dict[tuple[str, str], Path] = {}
    for target in executed.run.targets.values():
        for verdict in target.verdicts.values():
            if verdict.failure is None:
                continue
            if not written:
                _make(directory)
            path = directory / f"{_as_name(target.name)}.{verdict.clause}.json"
            request = executed.requests[target.name, verdict.clause]
            document = _document(target, verdict, verdict.failure, request)
            path.write_text(json.dumps(document, indent=1) + "\n", encoding="ascii")
            written[target.name, verdict.clause] = path
    return written


def _make(directory: Path) -> None:
    if not directory.exists():
        directory.mkdir(parents=True)
        # Failure files are local, and do not belong into the repository.
        (directory / ".gitignore").write_text("*\n", encoding="ascii")


def _as_name(target: str) -> str:
    # Names of suites may be in any alphabet, and no two names may become one.
    return re.sub(r"[^\w.-]+", "-", target)


def _document(
    target: TargetRecord, verdict: VerdictRecord, failure: FailureRecord, request: Any
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "kind": _KIND,
        "target": target.name,
        "clause": verdict.clause,
        "verdict": verdict.status.value,
        "where": failure.where,
        "expected": failure.expected,
        "observed": failure.observed,
        "note": failure.note,
        "bytes": failure.octets.decode("latin-1"),
        "request": request,
        "versions": {
            "unireq": target.circumstances.unireq,
            "python": target.circumstances.python,
            **target.versions,
        },
    }


def read_failure(path: Path) -> FailureFile:
    """The failure in the file `path`.

    Raises:
        Unusable: It cannot be read, is not a failure file, or contradicts itself.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
    except OSError as error:
        raise Unusable(
            f"{path}: expected a failure file, got {error.strerror or error};"
            f" a run writes them to {DIRECTORY}"
        ) from None
    if len(text) > _LARGEST:
        raise Unusable(f"{path}: expected a failure file, got more than {_LARGEST:,} bytes")
    return _read(text, f"{path}: not a failure file as a run writes it (run again to get one)")


def _read(text: bytes, source: str) -> FailureFile:
    node = parse(text, source)
    if node["kind"].text != _KIND:
        node["kind"].refuse(f'"{_KIND}"')
    if node["schema"].number != SCHEMA:
        node["schema"].refuse(f"schema {SCHEMA}, which is what this version reads and writes")
    verdict = node["verdict"]
    if verdict.text not in {"fails", "stale"}:
        verdict.refuse("fails or stale")
    found = node.find("request")
    octets = node["bytes"].octets
    request = None if found is None else decode(found)
    if found is not None and request is not None and request.render() != octets:
        node["bytes"].refuse('the bytes of "request" (edit both, or neither)')
    if request is None and verdict.text == "fails":
        node["request"].refuse('a request, since "verdict" is fails')
    return FailureFile(
        node["target"].text,
        node["clause"].text,
        verdict.text,
        FailureRecord(
            node["where"].text,
            node["expected"].value,
            node["observed"].value,
            octets,
            node["note"].text,
        ),
        request,
        {name: value.text for name, value in node["versions"].items()},
    )
