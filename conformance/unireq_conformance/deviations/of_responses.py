"""Deviations in responses: what servers leave out of what an app gives them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from unireq_conformance.deviations.deviation import Deviation
from unireq_conformance.model import AbstractRequest
from unireq_conformance.response import RESPOND_FIELD, AbstractResponse

__all__ = ["RESPONSE_DEVIATIONS"]

_LENGTH: Final = "response.framing.content-length"
_EMPTY: Final = AbstractResponse.made("")


def _head_of_nothing(request: AbstractRequest) -> Collection[str]:
    response = request.response
    nothing = response is not None and request.method == "HEAD" and not response.content
    return [_LENGTH] if nothing else ()


RESPONSE_DEVIATIONS: Final = (
    Deviation(
        "RSP-014",
        because="Django's runserver omits a Content-Length of 0 in the response to HEAD, as RFC"
        " 9110 8.6 allows",
        witness=b"HEAD /respond HTTP/1.1\r\nHost: h\r\n"
        + f"{RESPOND_FIELD}: {_EMPTY.instruction}\r\n\r\n".encode("ascii"),
        targets=("*:runserver",),
        specified={_LENGTH: ["0"]},
        observed={_LENGTH: None},
        touches=_head_of_nothing,
    ),
)
