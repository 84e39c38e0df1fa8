"""FormData: the fields of a form, text and files.

Rule: the text fields are a real `dict[str, str]`, like the query parameters: JSON can encode it, it
equals plain dicts, and a repeated name has the last value. Files are in a separate mapping,
`files`, so code that expects text never gets a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NoReturn, TypeVar

from unireq._body.uploads import UploadedFile
from unireq._mapping import ReadOnlyDict, checked_pairs, fill
from unireq._redact import HIDDEN

__all__ = ["Files", "FormData"]

_V = TypeVar("_V")


class _Repeatable(ReadOnlyDict[_V]):
    """Names and values with repeated names: the mapping has the last value of each name."""

    __slots__ = ("_pairs",)

    _pairs: list[tuple[str, _V]]

    def getlist(self, name: str) -> list[_V]:
        """Every value of `name`, in the order sent; `[]` if there is none."""
        return [value for key, value in self._pairs if key == name]

    def multi_items(self) -> list[tuple[str, _V]]:
        """Every (name, value) pair, in the order sent."""
        return list(self._pairs)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.multi_items(),)


class Files(_Repeatable[UploadedFile]):
    """The files of a form: a real `dict[str, UploadedFile]`, the last file of each name.

    Args:
        files: A mapping or an iterable of (name, file) pairs.

    Raises:
        TypeError: A name is not a str, or a value not an `UploadedFile`.
    """

    __slots__ = ()

    _instead: ClassVar[str] = "it is what the client sent; make a changed copy with dict(...)"

    def __init__(
        self, files: Mapping[str, UploadedFile] | Iterable[tuple[str, UploadedFile]] = ()
    ) -> None:
        self._pairs = checked_pairs(files, "files", UploadedFile, "an UploadedFile")
        fill(self, self._pairs)


class FormData(_Repeatable[str]):
    """A form: a real `dict[str, str]` of its text fields, the last value of each name.

    A form with only files is an empty dict: they are in `files`.

    Args:
        parts: A mapping or an iterable of (name, value) pairs, in the order of the form; a value is
            a str or an `UploadedFile`.

    Raises:
        TypeError: A name is not a str, or a value neither a str nor an `UploadedFile`.
    """

    __slots__ = ("_files", "_parts")

    _instead: ClassVar[str] = "it is what the client sent; make a changed copy with dict(...)"
    _parts: list[tuple[str, str | UploadedFile]]
    _files: Files

    def __init__(
        self,
        parts: Mapping[str, str | UploadedFile] | Iterable[tuple[str, str | UploadedFile]] = (),
    ) -> None:
        self._parts = checked_pairs(parts, "form", (str, UploadedFile), "a str or an UploadedFile")
        self._pairs = [(name, value) for name, value in self._parts if isinstance(value, str)]
        self._files = Files(
            [(name, value) for name, value in self._parts if isinstance(value, UploadedFile)]
        )
        fill(self, self._pairs)

    def __missing__(self, name: object) -> NoReturn:
        if name in self._files:
            raise KeyError(f"{name!r} is a file of the form: use form.files[{name!r}]")
        raise KeyError(name)

    @property
    def files(self) -> Files:
        """The files: a real dict, the last file of each name; `files.getlist(name)` has all.

        A file input without a chosen file is left out.
        """
        return self._files

    def parts(self) -> list[tuple[str, str | UploadedFile]]:
        """Every (name, text or file) pair, in the order sent."""
        return list(self._parts)

    def _shown(self) -> dict[str, Any]:
        return dict.fromkeys(self, HIDDEN)

    def __repr__(self) -> str:
        files = f", files={dict(self._files)!r}" if self._files else ""
        return f"{type(self).__name__}({self._shown()!r}{files})"

    def __reduce__(self) -> tuple[Any, ...]:
        return FormData, (self.parts(),)
