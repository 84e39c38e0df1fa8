"""The package `multipart`: found, and known to be the right one.

Rule: imported when the first multipart form is read, never before. Two distributions install an
import package of that name; the other one, python-multipart, is known by what it lacks.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any, Protocol

__all__ = ["MultipartPackage", "Parser", "Segment", "load_multipart"]

OLDEST = "2.0.1"


class Segment(Protocol):
    """The header of a part."""

    headerlist: list[tuple[str, str]]


class Parser(Protocol):
    """The parser: it is given octets, and gives events."""

    def parse(self, chunk: bytes, /) -> Iterable[Segment | bytes | None]:
        """A segment begins a part, octets are of its content, None ends it."""
        ...

    def close(self) -> None:
        """Raise if the body is not complete."""
        ...


class MultipartPackage(Protocol):
    """What is used of the package."""

    MultipartError: type[Exception]
    ParserLimitReached: type[Exception]

    def PushMultipartParser(self, boundary: bytes, **options: Any) -> Parser:  # noqa: N802
        """A parser of multipart/form-data that does no input or output."""
        ...


def load_multipart() -> MultipartPackage:
    """The package.

    Raises:
        ImportError: It is missing, too old, or another one of that name hides it.
    """
    try:
        module: Any = importlib.import_module("multipart")
    except ModuleNotFoundError as error:
        if error.name != "multipart":
            raise
        module = None
    # parse_content_disposition came with 2.0: parsers before it end parts in other places.
    if hasattr(module, "PushMultipartParser") and hasattr(module, "parse_content_disposition"):
        return module  # type: ignore[no-any-return]
    if module is None:
        got = "none"
    elif hasattr(module, "PushMultipartParser"):
        got = f"version {module.__version__}"
    else:
        got = (
            f"another package of that name, {getattr(module, '__file__', module)}: python-multipart"
            " before 0.0.13, which hides it (`pip install -U python-multipart`), or a later one,"
            " which stands in for it"
        )
    raise ImportError(
        f"multipart forms are read with the package multipart, expected {OLDEST} or later,"
        f" got {got}; `pip install 'multipart>={OLDEST}'`",
        name="multipart",
    )
