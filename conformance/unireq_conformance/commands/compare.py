"""`unireq-conformance compare`: what frameworks say of one request, beside unireq."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence

from unireq_conformance.commands.output import check_files, progress, say, show, write_files
from unireq_conformance.comparing.answers import ask
from unireq_conformance.comparing.compare import Comparison
from unireq_conformance.comparing.document import to_document
from unireq_conformance.comparing.labels import make_labels
from unireq_conformance.comparing.markdown import to_markdown
from unireq_conformance.comparing.render import render
from unireq_conformance.comparing.request_file import DEFAULT_REQUEST, read_request
from unireq_conformance.runs.errors import Unusable
from unireq_conformance.servers.target import Target
from unireq_conformance.servers.targets import TARGETS, get_target, usual_targets


def run(parsed: Namespace) -> int:
    """Run the command; return the exit status."""
    check_files(parsed, "json", "markdown")
    request = DEFAULT_REQUEST if parsed.file is None else read_request(parsed.file)
    targets = _targets(parsed.target)
    with progress(parsed, f"starting {', '.join(make_labels(targets).values())}"):
        comparison = Comparison(ask(targets, request.data))
    printed = write_files(
        parsed,
        json=lambda: json.dumps(to_document(comparison, request), indent=2) + "\n",
        markdown=lambda: to_markdown(comparison, request),
    )
    if not printed:
        show(parsed, lambda paper: render(comparison, request, paper))
    elif comparison.exit_status:
        say(comparison.summary)
    return comparison.exit_status


def _targets(names: Sequence[str]) -> list[Target]:
    if not names:
        return usual_targets()
    unknown = [name for name in names if name not in TARGETS]
    if unknown:
        known = "".join(f"\n  {name}" for name in TARGETS)
        raise Unusable(f"--target: expected one of these names, got {unknown[0]!r}:{known}")
    return [get_target(name) for name in dict.fromkeys(names)]
