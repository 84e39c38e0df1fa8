"""Limits: how much of a body is accepted.

Rule: each has a safe default, and None means no limit; but that content is decoded at all has to be
asked for, by its limit.
"""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = ["DEFAULT_LIMITS", "Limits"]

MIB = 1024 * 1024

_NAMES = (
    "body_size",
    "fields",
    "files",
    "field_size",
    "file_size",
    "part_headers",
    "part_header_size",
    "spool_size",
    "json_depth",
    "json_size",
    "decoded_size",
)


class Limits:
    """How much of a body is accepted; what is over it raises an error with status 413.

    `Request.set_limits(Limits(...))` sets them for a class of requests, so for an app; `limits=`
    for one call. Two that say the same are equal.

    Args:
        body_size: Octets of the whole body; 32 MiB. Over it: `BodyTooLarge`.
        fields: Text fields of a form; 1,000. Over it: `TooManyFields`.
        files: Files of a form; 100. Over it: `TooManyFields`.
        field_size: Octets of one text field of a form; 1 MiB. Over it: `BodyTooLarge`.
        file_size: Octets of one file of a form; no limit. Over it: `BodyTooLarge`.
        part_headers: Header fields of one part of a multipart form; 16. Over it: `TooManyFields`.
        part_header_size: Octets of the header of one part; 8,192. Over it: `BodyTooLarge`.
        spool_size: Octets of a form that are held in memory; 1 MiB. More goes to a temporary file.
            Not a limit of what is accepted; None holds everything in memory.
        json_depth: Arrays and objects within each other; 100. Over it: `MalformedBody`.
        json_size: Bytes of a JSON text, decoded; 4 MiB. Over it: `BodyTooLarge`.
        decoded_size: Bytes that a body with a content coding (gzip, deflate) may have when it is
            decoded. Over it: `BodyTooLarge`. None by default, and then it is not decoded:
            `UnsupportedCoding`.

    Raises:
        TypeError: A limit is neither an int nor None.
        ValueError: A limit is negative.
    """

    __slots__ = _NAMES

    body_size: int | None
    fields: int | None
    files: int | None
    field_size: int | None
    file_size: int | None
    part_headers: int | None
    part_header_size: int | None
    spool_size: int | None
    json_depth: int | None
    json_size: int | None
    decoded_size: int | None

    def __init__(
        self,
        *,
        body_size: int | None = 32 * MIB,
        fields: int | None = 1000,
        files: int | None = 100,
        field_size: int | None = MIB,
        file_size: int | None = None,
        part_headers: int | None = 16,
        part_header_size: int | None = 8192,
        spool_size: int | None = MIB,
        json_depth: int | None = 100,
        json_size: int | None = 4 * MIB,
        decoded_size: int | None = None,
    ) -> None:
        sizes = (
            body_size,
            fields,
            files,
            field_size,
            file_size,
            part_headers,
            part_header_size,
            spool_size,
            json_depth,
            json_size,
            decoded_size,
        )
        for name, value in zip(_NAMES, sizes, strict=True):
            _check(name, value)
            object.__setattr__(self, name, value)

    def _sizes(self) -> dict[str, int | None]:
        return {name: getattr(self, name) for name in _NAMES}

    def replace(self, **changes: int | None) -> Limits:
        """The same limits but for some.

        Raises:
            TypeError, ValueError: There is no such limit, or it has the wrong type or value.
        """
        return Limits(**{**self._sizes(), **changes})

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"Limits are fixed: use limits.replace({name}=...)")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Limits are fixed: use limits.replace({name}=None)")

    def __eq__(self, other: object) -> bool:
        return self._sizes() == other._sizes() if isinstance(other, Limits) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self._sizes().values()))

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in self._sizes().items())
        return f"Limits({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self._sizes(),)


def _restore(sizes: dict[str, int | None]) -> Limits:
    return Limits(**sizes)


def _check(name: str, value: object) -> None:
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"Limits.{name}: expected an int or None, got {type(value).__name__}")
    if value < 0:
        raise ValueError(f"Limits.{name}: expected 0 or more, got {value}")


DEFAULT_LIMITS = Limits()
