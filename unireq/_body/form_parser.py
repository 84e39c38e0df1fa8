"""FormParser: octets of a body become a form, whatever its media type.

Rule: no input, no output, and the same form for the same octets, in whatever pieces they come. A
body of another media type is an empty form, as in every framework; so is an empty body, whatever
its media type.
"""

from __future__ import annotations

from unireq._body.content_type import parse_content_type
from unireq._body.form_data import FormData
from unireq._body.limits import Limits
from unireq._body.multipart_parser import MultipartParser
from unireq._body.urlencoded_parser import UrlencodedParser

__all__ = ["FormParser"]


class FormParser:
    """A parser of a form, which is given octets in pieces of any size.

    Args:
        content_type: The value of the Content-Type field; None without one.
        limits: How much is accepted.
    """

    __slots__ = ("_begun", "_content_type", "_limits", "_parser")

    def __init__(self, content_type: str | None, limits: Limits) -> None:
        self._content_type = content_type
        self._limits = limits
        self._begun = False
        self._parser: MultipartParser | UrlencodedParser | None = None

    def feed(self, chunk: bytes) -> None:
        """Take `chunk`, the next octets of the body. After an error it takes no more.

        Raises:
            MalformedBody: The body is no form of its media type, or that is not clear.
            BodyTooLarge, TooManyFields: It is over a limit.
            ImportError: The package that reads multipart forms is not installed.
        """
        if not chunk:
            return
        if not self._begun:
            self._begun = True
            self._parser = self._open()
        if self._parser is not None:
            self._parser.feed(chunk)

    def finish(self) -> FormData:
        """The form, when the whole body has been taken.

        Raises:
            MalformedBody, BodyTooLarge, TooManyFields: As `feed` does.
        """
        return FormData() if self._parser is None else self._parser.finish()

    def _open(self) -> MultipartParser | UrlencodedParser | None:
        content_type = parse_content_type(self._content_type)
        if content_type.essence == "application/x-www-form-urlencoded":
            return UrlencodedParser(content_type, self._limits)
        if content_type.essence == "multipart/form-data":
            return MultipartParser(content_type, self._limits)
        return None
