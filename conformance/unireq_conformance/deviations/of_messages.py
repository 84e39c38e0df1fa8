"""Deviations in malformed messages: what must be refused and is not, and how else it is refused."""

from __future__ import annotations

from typing import Final

from unireq_conformance.deviations.deviation import Deviation
from unireq_conformance.deviations.touching import in_messages
from unireq_conformance.malformed import MESSAGES

__all__ = ["MESSAGE_DEVIATIONS"]


def _taken(because: str, targets: tuple[str, ...], ids: str) -> Deviation:
    """Messages that `targets` hand to the app; the first of `ids` is the witness."""
    return Deviation(
        "MAL-010",
        because=f"{because}: {', '.join(ids.split())}",
        witness=MESSAGES[ids.split(maxsplit=1)[0]].octets,
        targets=targets,
        taken=True,
        touches=in_messages(ids, "the server"),
    )


MESSAGE_DEVIATIONS: Final = (
    Deviation(
        "MAL-001",
        because="Sanic under uvicorn answers 500 to a target without a leading slash",
        witness=MESSAGES["relative-target"].octets,
        targets=("sanic:uvicorn-h11",),
        refused=True,
        touches=in_messages("relative-target", "the server"),
    ),
    _taken(
        "http.server, on which Werkzeug's server and runserver are built, does not check methods,"
        " white space before a colon, lengths or codings",
        ("*:werkzeug", "*:runserver"),
        "method-not-a-token space-before-the-colon tab-before-the-colon"
        " length-of-letters length-below-zero length-with-a-plus length-with-a-point"
        " length-with-an-underscore length-hexadecimal lengths-in-a-list-at-odds lengths-at-odds"
        " coding-not-chunked coding-after-chunked chunked-twice",
    ),
    _taken(
        "Sanic's server accepts any method, and white space before a colon",
        ("sanic:sanic",),
        "no-method method-not-a-token space-before-the-colon tab-before-the-colon",
    ),
    _taken(
        "waitress reads the version as the target if there is no target, and two codings as one",
        ("*:waitress",),
        "no-target chunked-twice",
    ),
    _taken("granian reads two codings as one", ("*:granian",), "chunked-twice"),
    _taken(
        "hypercorn accepts any method over HTTP/2, even an empty one",
        ("*:hypercorn-h2",),
        "no-method method-not-a-token",
    ),
)
