r"""A deviation: where targets can't give the normal form, with bytes that show it.

Rule: a deviation is data that is checked. Its witness is sent; the target must show exactly what is
declared, and not what the specification says. One that no longer diverges is stale, and is to be
removed. Only what is lost before an adapter sees it, or what the framework itself routes on, is
declared: what an adapter could mend is a bug.

    Deviation(
        "HDR-008",
        because="the server joins a repeated field with a comma and a space",
        witness=b"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\nX: b\r\n\r\n",
        targets=("*:waitress",),
        specified={"headers.x": "a,b"},
        observed={"headers.x": "a, b"},
    )
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from unireq_conformance.model import AbstractRequest

__all__ = ["ANY_CLAUSE", "SOURCE_PORT", "Deviation", "Refusal", "get", "lost", "post"]

ANY_CLAUSE: Final = "*"
"""Stands for the clause of a `Refusal`."""

SOURCE_PORT: Final = "the port that the request was sent from"
"""Stands for it in `specified`."""


Touches = Callable[[AbstractRequest], Collection[str]]


def _nothing(_: AbstractRequest) -> Collection[str]:
    return ()


@dataclass(frozen=True)
class Deviation:
    """One way in which targets differ from the specification.

    A field is named as in `Request` (`raw_path`), with a key or an attribute after a dot where only
    a part is meant (`headers.x-foo`, `client.port`). A header field that is absent is None.

    Attributes:
        clause: The id of the clause that does not hold.
        because: What loses it, and where.
        witness: The bytes of a request that shows it.
        targets: The targets that it holds for: fnmatch patterns of `framework:server`.
        specified: What the specification says of the witness, by field.
        observed: What the targets show instead, for the same fields.
        always: Whether `observed` is what they show for any request whatsoever.
        touches: The fields of a drawn request that may differ; none where it does not apply.
        refused: Whether the targets refuse the witness, and any drawn request that is touched,
            before an app sees it; `specified` and `observed` are then empty. Only for what other
            servers take: what is malformed anybody may refuse.
        taken: Whether an app sees the witness, and any request for which `the server` is touched,
            although they must be refused; likewise.
    """

    clause: str
    because: str
    witness: bytes
    targets: tuple[str, ...] = ("*",)
    specified: Mapping[str, Any] = field(default_factory=dict[str, Any])
    observed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    always: bool = False
    touches: Touches = _nothing
    refused: bool = False
    taken: bool = False

    @property
    def of_reaching(self) -> bool:
        """Whether it is about whether requests reach an app, and not about what is seen of them."""
        return self.refused or self.taken

    @property
    def limited(self) -> bool:
        """Whether `touches` says which requests it leaves alone."""
        return self.touches is not _nothing

    @property
    def of_server(self) -> bool:
        """Whether it is the server's, whatever the framework behind it."""
        return any(pattern.startswith("*:") for pattern in self.targets)

    def concerns(self, target: str) -> bool:
        """Whether it holds for the target called `target`.

        What a server loses it loses over TLS too; but what one specifies of the scheme, it says of
        connections of that scheme alone.
        """
        name = target.removesuffix("-tls")
        scheme = "http" if name == target else "https"
        concerned = self.specified.get("scheme", scheme) == scheme
        return concerned and any(fnmatchcase(name, pattern) for pattern in self.targets)


class Refusal(Deviation):
    """What targets refuse although others take it, for whatever clause draws it.

        Refusal(
            get(b"/%FF"),
            because="Pyramid answers 400 to a path that is not UTF-8",
            of=lambda request: "\ufffd" in request.expected_path,
        )

    A clause that draws such a request, and sees it refused, deviates as declared. Its other
    requests are judged; those that are refused in other ways fail it.
    """

    def __init__(
        self,
        witness: bytes,
        because: str,
        *,
        of: Callable[[AbstractRequest], bool],
        targets: tuple[str, ...] = ("*",),
    ) -> None:
        """Declare one.

        Args:
            witness: The bytes of a request that is refused.
            because: Who refuses it, how, and why.
            of: Whether a drawn request is such a one; as narrow as can be.
            targets: See `Deviation`.
        """
        super().__init__(
            *(ANY_CLAUSE, because, witness, targets),
            # No name of a field: what is taken is to be right.
            touches=lambda request: ["a refusal"] if of(request) else (),
            refused=True,
        )


def lost(
    where: str,
    because: str,
    witness: bytes,
    shown: Mapping[str, tuple[Any, Any]] | None = None,
    touches: Touches = lambda _: (),
    *,
    always: bool = False,
    taken: bool = False,
) -> Deviation:
    """A `Deviation` of registered targets, in short.

    `where` has the clause and the patterns of targets, separated by blanks; `shown`, by field, what
    is specified and what is observed. Without it the witness is refused, or is `taken`. By default
    nothing is touched, for a witness that is unlike all that is drawn.
    """
    clause, *targets = where.split()
    specified = {name: value for name, (value, _) in (shown or {}).items()}
    observed = {name: value for name, (_, value) in (shown or {}).items()}
    refused = shown is None and not taken
    return Deviation(
        clause,
        because,
        witness,
        tuple(targets),
        specified,
        observed,
        always,
        touches,
        refused,
        taken,
    )


def get(target: bytes, *lines: bytes) -> bytes:
    """The bytes of a GET request for `target` with the field lines `lines`."""
    return b"\r\n".join([b"GET " + target + b" HTTP/1.1", b"Host: h", *lines, b"", b""])


def post(*lines: bytes, body: bytes) -> bytes:
    """The bytes of a POST request with the field lines `lines`."""
    return b"\r\n".join([b"POST / HTTP/1.1", b"Host: h", *lines, b"", body])
