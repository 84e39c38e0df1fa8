"""One drawn request on every server: the answers agree with one another and with what was meant.

What a server is declared to lose on such a request is put back first, field by field, from the
answer of the first server; nothing else may differ.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import unireq
from support.answers import ask
from unireq_conformance.clause import Expectation
from unireq_conformance.deviations import touched
from unireq_conformance.model import AbstractRequest
from unireq_conformance.seen import Seen, is_refusal
from unireq_conformance.servers.process import Server
from unireq_conformance.servers.wire import HOST

TARGET_NAMES: Final = (
    "starlette:uvicorn-h11",  # the first is what the others are compared with
    "django-asgi:hypercorn",
    "django-wsgi:gunicorn",
    "flask:gunicorn",
    "sanic:sanic",
    "wsgi:waitress",
)
FEATURES: Final = ("obs-text", "repeats", "two-cookie-fields", "invalid-escape", "double-slash")

MOST_REFUSED: Final = 0.05
LEAST_DRAWN: Final = 0.10


class Difference(AssertionError):
    """A field differs; each field has a subclass, so that Hypothesis keeps them apart."""


@cache
def difference_in(name: str) -> type[Difference]:
    """The exception for the field called `name`."""
    return type(f"DifferenceIn_{name}", (Difference,), {})


@dataclass
class Statistics:
    """What was drawn, and what became of it."""

    requests: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    drawn: Counter[str] = field(default_factory=Counter[str])

    def __str__(self) -> str:
        drawn = ", ".join(f"{count:,} with {name}" for name, count in self.drawn.items())
        refused = ", ".join(f"{count:,} refused by {n}" for n, count in self.refused.items())
        whole = f"{self.requests:,} requests to each of {len(TARGET_NAMES)} servers"
        return f"{whole}: {drawn}; {refused or 'none refused'}"

    def problems(self) -> list[str]:
        """What makes the run say less than it should."""
        most, least = MOST_REFUSED * self.requests, LEAST_DRAWN * self.requests
        return [
            *(f"{self.drawn[name]} with {name}" for name in FEATURES if self.drawn[name] < least),
            *(f"{count} refused by {name}" for name, count in self.refused.items() if count > most),
        ]


def expected_form(request: AbstractRequest, port: int) -> dict[str, Any]:
    """What the drawn request means, as far as that is known without parsing; as a report has it."""
    raw_path = request.expected_raw_path
    return {
        "method": request.method,
        "scheme": "http",
        "http_version": "1.1",
        "host": request.host,
        "path": request.expected_path,
        "raw_path": None if raw_path is None else raw_path.decode("latin-1"),
        "query_string": request.expected_query_string,
        "query": request.expected_query_params,
        "query_all": request.expected_pairs,
        "headers": request.expected_headers,
        "cookies": {name: values[0] for name, values in request.expected_cookies.items()},
        "cookies_all": request.expected_cookies,
        "client": [HOST, port],
        "root_path": "",
    }


def compare(
    servers: Mapping[str, Server], request: AbstractRequest, statistics: Statistics, replay: Path
) -> None:
    """Send `request` to all of `servers`; if it makes a difference, `replay` gets its bytes.

    Raises:
        Difference: The answers are not what was meant, or not the same.
    """
    data = request.render()
    answers, port = ask(servers, data)
    statistics.requests += 1
    statistics.drawn.update(request.features)
    facts: dict[str, dict[str, Any]] = {}
    seen_by: dict[str, Seen] = {}
    for name, answer in answers.items():
        if answer.report is not None:
            facts[name] = answer.report["unireq"]
            seen_by[name] = Seen(answer.report, source_port=port)
        elif is_refusal(str(answer.refused)):
            statistics.refused[name] += 1
        else:
            raise difference_in("answer")(explain(data, replay, f"{name}: {answer.refused}"))
    found: dict[str, list[str]] = {}
    usable = (item for item in facts.items() if "error" not in item[1])
    first, base = next(usable, ("", {}))
    reference = None
    for name, own in facts.items():
        try:
            seen = read_back(own, base, touched(name, request))
        except ValueError as error:
            found.setdefault("facts", []).append(f"{name}: {error}")
            continue
        if reference is None:
            reference = seen
            for what, value in expected_form(request, port).items():
                meant = Expectation(what, value, seen_by[name].at(what))
                if not meant.met:
                    found.setdefault(what, []).append(
                        f"{name}: {what} was meant to be {value!r}, got {meant.observed!r}"
                    )
        for what, (theirs, its) in unireq.diff(reference, seen).items():
            found.setdefault(what, []).append(f"{what}: {first} {theirs!r}, {name} {its!r}")
    if found:
        field_name = min(found)
        messages = [message for several in found.values() for message in several]
        raise difference_in(field_name)(explain(data, replay, *messages))


def read_back(facts: dict[str, Any], base: dict[str, Any], lost: set[str]) -> unireq.Request:
    """The request that `facts` tell of, with what was lost put back.

    Raises:
        ValueError: unireq failed in the app, or its facts are not of the form that it reads.
    """
    if "error" in facts:
        raise ValueError(facts["error"])
    unireq.Request.from_dict(facts)
    return unireq.Request.from_dict(restored(facts, base, lost))


def restored(facts: dict[str, Any], base: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    """`facts` (of `to_dict`) with `fields` taken from `base`: what a target lost, put back."""
    facts = {**facts, "headers": dict(facts["headers"]), "client": list(facts["client"] or ())}
    for each in fields:
        name, dot, key = each.partition(".")
        if name == "client" and dot:
            index = ("host", "port").index(key)
            facts["client"][index] = base["client"][index]
        elif not dot:
            if name in base:  # what follows from other fields, such as the URL, is in no facts
                facts[name] = base[name]
        elif key in base[name]:
            facts[name][key] = base[name][key]
        else:
            facts[name].pop(key, None)
    return {**facts, "client": facts["client"] or None}


def explain(data: bytes, replay: Path, *messages: str) -> str:
    """The differences, the bytes, and how to see them again."""
    replay.write_bytes(data)
    targets = " ".join(f"--target {name}" for name in TARGET_NAMES)
    rewrite = shlex.quote(f"import sys; sys.stdout.buffer.write({data!r})")
    lines = [
        *messages,
        f"request: {data!r}",
        f"replay: unireq-conformance compare --file {shlex.quote(str(replay))} {targets}",
        f"the file again: python -c {rewrite} > request.http",
    ]
    return "\n".join(lines)
