"""ResponseHead: what a layer sees and changes of any answer, before it is sent.

Rule: until the head is sent it can be changed or replaced; afterwards it can only be read. What a
server adds later (Date, Server, framing) is not in it. Source: RFC 9110 6.
"""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn

from unireq._header_editor import HeaderEditor
from unireq._response import RawResponse, Response

__all__ = ["ResponseHead", "Sent", "close_head", "set_error", "set_sent"]


class Sent(NamedTuple):
    """What became of an answer.

    Attributes:
        size: The bytes of content that were given to the server; None if unknown, as for a file
            without Content-Length that the server sends itself.
        complete: Whether the application has made the whole answer, and the server took it. False
            if the client left and the server said so.
        error: The exception that broke the answer off, or that the application raised after it;
            None if there is none, or if it is `ResponseHead.error`.
    """

    size: int | None
    complete: bool
    error: BaseException | None


class _SentFields(list[tuple[str, str]]):
    """The fields of a head that was sent."""

    __slots__ = ()

    def append(self, field: Any, /) -> NoReturn:
        _too_late(f"header field {field[0]!r}")

    def __setitem__(self, place: Any, field: Any, /) -> NoReturn:
        _too_late("header field")


def _too_late(what: str) -> NoReturn:
    raise RuntimeError(
        f"{what}: expected a change before the head is sent, got one afterwards; change it between"
        " the first and the second yield of the layer"
    )


class ResponseHead(HeaderEditor):
    """The head of an answer, of any answer: a view's, an error page, a redirection, a stream.

    All layers of a driver share it. Names in `fields` are in lower case.
    """

    __slots__ = ("_error", "_replacement", "_sent", "_status")

    def __init__(
        self, status: int, fields: list[tuple[str, str]], error: BaseException | None = None
    ) -> None:
        super().__init__(fields)
        self._status = status
        self._error = error
        self._replacement: Response | None = None
        self._sent: Sent | None = None

    @classmethod
    def of(cls, response: Response, error: BaseException | None = None) -> ResponseHead:
        """The head of an answer that the driver sends itself: `response` is its `replacement`."""
        head = cls(response.status, [], error)
        head.replace(response)
        return head

    @property
    def status(self) -> int:
        """The status code; `replace` changes it."""
        return self._status

    @property
    def error(self) -> BaseException | None:
        """The exception that nobody in the application has answered; then the status is 500.

        None if there is none, or if an error handler of the application has answered it.
        """
        return self._error

    @property
    def sent(self) -> Sent | None:
        """What became of the answer; None before the layer's last part."""
        return self._sent

    @property
    def replacement(self) -> Response | None:
        """What `replace` was called with; None if it wasn't."""
        return self._replacement

    def replace(self, response: Response) -> None:
        """Send another answer. The content of the old one is closed, and its fields are dropped.

        Raises:
            TypeError: `response` is not a `Response`.
            RuntimeError: The head has been sent.
        """
        if not isinstance(response, Response):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"replace: expected a unireq.Response, got {type(response).__name__}")
        if isinstance(self._fields, _SentFields):
            _too_late("replace")
        self._replacement = response
        self._status = response.status
        self._fields = response.fields

    def for_method(self, method: str) -> RawResponse:
        """The replacement as it is sent, with the fields that layers have set since.

        Only with a `replacement`. See `Response.for_method`.
        """
        assert self._replacement is not None  # noqa: S101 (only drivers call it)
        status, fields, content = self._replacement.for_method(method)
        framing = fields[len(self._replacement.fields) :]
        return RawResponse(status, [*self._fields, *framing], content)

    def __repr__(self) -> str:
        names = ", ".join(dict.fromkeys(name for name, _ in self._fields))
        return f"<ResponseHead {self._status} ({names})>"


# For `Around`, which alone knows when.


def close_head(head: ResponseHead) -> None:
    """The head is being sent: refuse changes from now on."""
    head._fields = _SentFields(head._fields)  # pyright: ignore[reportPrivateUsage]


def set_error(head: ResponseHead, error: BaseException) -> None:
    """A layer has failed with `error`."""
    head._error = error  # pyright: ignore[reportPrivateUsage]


def set_sent(head: ResponseHead, sent: Sent) -> None:
    """The answer is at its end."""
    head._sent = sent  # pyright: ignore[reportPrivateUsage]
