"""Failure files: saved failures, which a new process replays, on their target or another.

Rule: a file is readable, and has all that a replay needs: the abstract request, for the check of
the clause, and its bytes, to send them in another way. Files are checked when they are read: people
edit them and mail them. Replayed, the clause's own check decides, as in a run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from unireq_conformance.judge import Effort
from unireq_conformance.model import AbstractRequest
from unireq_conformance.runs import codec
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.runs.execute import Executed, execute
from unireq_conformance.runs.fields import parse
from unireq_conformance.runs.names import check_name, find_clause
from unireq_conformance.runs.record import FailureRecord, TargetRecord, VerdictRecord
from unireq_conformance.runs.requests import LIMITS, check, encode

__all__ = [
    "DIRECTORY",
    "SCHEMA",
    "FailureFile",
    "Replayed",
    "read_failure",
    "replay",
    "write_failures",
]

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
        schema, kind: The form.
        target, clause: The names of both.
        status: `fails` or `stale`.
        where, expected, observed, note, octets: See `FailureRecord`.
        request: The request; None where only bytes were sent (the witness of a deviation).
        versions: Of the distributions involved, and of unireq.
    """

    schema: int
    kind: str
    target: str
    clause: str
    status: str = field(metadata={"json": "verdict"})
    where: str
    expected: Any
    observed: Any
    note: str
    octets: bytes = field(metadata={"json": "bytes"})
    request: AbstractRequest | None
    versions: Mapping[str, str]

    @property
    def failure(self) -> FailureRecord:
        """What was expected and observed, and the bytes."""
        return FailureRecord(self.where, self.expected, self.observed, self.octets, self.note)


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
            if not directory.exists():
                directory.mkdir(parents=True)
                # Failure files are local, and do not belong into the repository.
                (directory / ".gitignore").write_text("*\n", encoding="ascii")
            path = directory / f"{_as_name(target.name)}.{verdict.clause}.json"
            document = codec.encode(_file_of(target, verdict, verdict.failure))
            document["request"] = executed.requests[target.name, verdict.clause]
            path.write_text(json.dumps(document, indent=1) + "\n", encoding="ascii")
            written[target.name, verdict.clause] = path
    return written


def _as_name(target: str) -> str:
    # Names of suites may be in any alphabet, and no two names may become one.
    return re.sub(r"[^\w.-]+", "-", target)


def _file_of(target: TargetRecord, verdict: VerdictRecord, failure: FailureRecord) -> FailureFile:
    """The file of a failure, but for the request."""
    return FailureFile(
        *(SCHEMA, _KIND, target.name, verdict.clause, verdict.status.value),
        *(failure.where, failure.expected, failure.observed, failure.note, failure.octets),
        request=None,
        versions=target.all_versions,
    )


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
    file = codec.decode(FailureFile, node, LIMITS)
    if file.status not in {"fails", "stale"}:
        node["verdict"].refuse("fails or stale")
    if file.request is None and file.status == "fails":
        node["request"].refuse('a request, since "verdict" is fails')
    if file.request is not None and check(file.request, node["request"]).render() != file.octets:
        node["bytes"].refuse('the bytes of "request" (edit both, or neither)')
    return file


@dataclass(frozen=True)
class Replayed:
    """What came of it.

    Attributes:
        target: Where it was replayed.
        verdict: What the clause is there now.
        versions: Of the distributions involved, and of unireq.
    """

    target: str
    verdict: VerdictRecord
    versions: dict[str, str]


def replay(file: FailureFile, target: str | None = None) -> Replayed:
    """Replay `file`.

    Args:
        file: What to replay.
        target: Where; by default where it failed.

    Raises:
        Unusable: The target or the clause is unknown, or can't be judged here.
    """
    name = target or file.target
    check_name(name)
    clause = find_clause(file.clause)
    effort = Effort() if file.request is None else Effort(examples=1)
    request = None if file.request is None else encode(file.request)
    record = execute([name], [clause], effort, size=1, request=request).run.targets[name]
    if record.error:
        raise Unusable(f"{name} could not be judged: {record.error}")
    return Replayed(name, record.verdicts[clause.id], record.all_versions)
