"""Mutants of forms (FRM)."""

from __future__ import annotations

import base64
import re
from typing import Any

import unireq
from mutants.lenient import SoundASGI
from mutants.mutant import breaks, changed
from unireq._body import content, form_parser, multipart_parser, part, uploads
from unireq._body.form_data import Files, FormData
from unireq._body.form_parser import FormParser, UrlencodedParser
from unireq._body.multipart_parser import MultipartParser
from unireq._body.uploads import UploadedFile

_disposition = part._parse_disposition
_part = part.parse_part
_line = part.parse_line
_split = content.split_parameters
_content_type = content.parse_content_type
_boundary_of = content.boundary_of
_codec_of = content.codec_of
_take = UrlencodedParser._take


# Urlencoded.


@breaks("FRM-001", "FRM-005", of=(UrlencodedParser, "_take"))
def as_latin1(self: Any, data: bytes) -> None:
    """Octets beyond ASCII are ISO-8859-1, as in Starlette."""
    _take(self, b"".join(b"%c" % o if o < 128 else chr(o).encode() for o in data))


@breaks("FRM-001", of=(UrlencodedParser, "_take"))
def semicolons_separate(self: Any, data: bytes) -> None:
    """`;` separates fields too."""
    _take(self, data.replace(b";", b"&"))


@breaks("FRM-001", "RSP-030", of=(UrlencodedParser, "_take"))
def plus_is_no_space(self: Any, data: bytes) -> None:
    """`+` is no space."""
    _take(self, data.replace(b"+", b"%2B"))


@breaks("FRM-002")
class FormsOfPost(SoundASGI):
    """A form is read of POST alone, as Django does."""

    __slots__ = ()

    async def aform(self, *, limits: unireq.Limits | None = None) -> FormData:
        return await super().aform(limits=limits) if self.method == "POST" else FormData()


# Media types.


@breaks("FRM-003", of=(FormParser, "_open"))
def any_type(self: Any) -> Any:
    """A body of any other type is read as an urlencoded form."""
    return _open(self) or UrlencodedParser(_content_type(None), self._limits)


_open = FormParser._open


@breaks("FRM-003", of=(form_parser, "parse_content_type"))
def case_of_types(field: str | None, where: str = "Content-Type") -> Any:
    """Media types are compared as they are."""
    found = _content_type(field, where)
    return found._replace(essence=(field or "").partition(";")[0].strip())


@breaks("FRM-004", of=(FormParser, "finish"))
def empty_is_malformed(self: Any) -> FormData:
    """An empty body is an error where the boundary is missing."""
    if not self._begun:
        self._parser = self._open()
        return FormData()
    return _finish(self)


_finish = FormParser.finish


@breaks("BDY-016", "FRM-005", "FRM-014", "FRM-020", of=_codec_of)
def unknown_charset_is_utf8(charset: str, where: str) -> str:
    """A charset that is not known is UTF-8."""
    try:
        return _codec_of(charset, where)
    except unireq.MalformedBody:
        return "utf-8"


@breaks("FRM-005", of=(form_parser, "charset_of"))
def urlencoded_is_utf8(*_: Any) -> str:
    """Urlencoded forms are UTF-8."""
    return "utf-8"


@breaks("FRM-006", "FRM-007", "FRM-008", "FRM-023", of=(form_parser, "parse_content_type"))
def first_type_counts(field: str | None, where: str = "Content-Type") -> Any:
    """Of two Content-Type fields the first counts."""
    return _content_type((field or "").partition(",")[0] or None, where)


@breaks("FRM-023", of=(form_parser, "parse_content_type"))
def clear_types(field: str | None, where: str = "Content-Type") -> Any:
    """Nothing is odd about a media type that begins well."""
    return _content_type(field, where)._replace(odd=False)


# What a form is.


@breaks("FRM-007", "RSP-030", of=(FormData, "getlist"))
def last_of_each_field(self: FormData, name: str) -> list[str]:
    """`getlist` has the last text alone."""
    return [self[name]] if name in self else []


@breaks("FRM-007", of=(Files, "getlist"))
def first_of_each_file(self: Files, name: str) -> list[UploadedFile]:
    """`getlist` has the first file alone."""
    return [value for key, value in self._pairs if key == name][:1]


@breaks("FRM-007", of=(FormData, "multi_items"))
def sorted_fields(self: FormData) -> list[tuple[str, str]]:
    """`multi_items` is in the order of the names."""
    return sorted(self._pairs)


@breaks("FRM-007", "FRM-008", "FRM-011", "FRM-016", "FRM-021", of=(FormData, "parts"))
def files_last(self: FormData) -> list[tuple[str, Any]]:
    """Files come behind the texts."""
    return sorted(self._parts, key=lambda pair: isinstance(pair[1], UploadedFile))


# Multipart.


@breaks("FRM-007", "FRM-008", "FRM-016", of=(UploadedFile, "read"))
def other_line_ends(self: Any) -> bytes:
    """CRLF in content is LF."""
    return _read(self).replace(b"\r\n", b"\n")


_read = UploadedFile.read


changed(
    "no_percent",
    "`%22` in a name stays, as in Starlette and Django.",
    (part, "_NAMED"),
    (),
    "FRM-007",
    "FRM-008",
    "FRM-009",
    "FRM-011",
)


@breaks("FRM-007", "FRM-008", "FRM-009", of=(part, "_unescape"))
def no_backslashes(value: str) -> str:
    """A backslash escapes nothing."""
    return "\\".join(_unescape(piece) for piece in value.split("\\"))


@breaks("FRM-007", "FRM-008", "FRM-009", "FRM-012", of=(part, "_unescape"))
def all_escapes(value: str) -> str:
    """Every backslash before a letter in a name is undone."""
    return re.sub(r"\\([a-z])", r"\1", _unescape(value))


_unescape = part._unescape


@breaks("FRM-010", of=(part, "split_parameters"))
def last_parameter_counts(field: str) -> Any:
    """Of a parameter that comes twice the last counts."""
    kind, found = _split(field)
    return kind, list({each.name: each for each in found}.values())


@breaks("FRM-010", of=(part, "split_parameters"))
def loose_values(field: str) -> Any:
    """A value without quotes may be anything."""
    kind, found = _split(field)
    return kind, [each._replace(quoted=True, name=each.name or "x") for each in found]


@breaks(
    "FRM-007",
    "FRM-008",
    "FRM-011",
    "FRM-012",
    "FRM-013",
    "FRM-014",
    "FRM-016",
    "FRM-020",
    "FRM-021",
    of=(UploadedFile, "size"),
)
@property
def no_size(self: Any) -> int:
    """The size of a file is not known."""
    return 0


@breaks(
    "FRM-007",
    "FRM-008",
    "FRM-011",
    "FRM-012",
    "FRM-013",
    "FRM-014",
    "FRM-016",
    "FRM-021",
    of=(UploadedFile, "content_type"),
)
@property
def guessed_type(self: Any) -> str:
    """A file has a type also where none was sent."""
    return self.headers.get("content-type") or "application/octet-stream"


@breaks(
    *("FRM-007", "FRM-008", "FRM-011", "FRM-012", "FRM-013", "FRM-014"), of=uploads.safe_filename
)
def as_sent(name: str) -> str:
    """Any file name is safe."""
    return name


@breaks(
    *("FRM-007", "FRM-008", "FRM-011", "FRM-012", "FRM-013", "FRM-014"), of=uploads.safe_filename
)
def last_part(name: str) -> str:
    """The last part of a path is safe."""
    return re.split(r"[/\\]", name)[-1]


@breaks("FRM-013", of=(MultipartParser, "_end_part"))
def no_file_is_a_file(self: Any, size: int) -> None:
    """A file input in which nothing was chosen is an empty file."""
    chosen = self._part
    _end_part(self, size)
    if chosen.filename == "" and not size:
        self._parts.append(
            (chosen.name, UploadedFile(b"", "", {n.decode(): v.decode() for n, v in chosen.fields}))
        )


_end_part = MultipartParser._end_part


@breaks("FRM-014", of=(part, "split_parameters"))
def extended_wins(field: str) -> Any:
    """`filename*` counts more than `filename`, as in Django."""
    kind, found = _split(field)
    if any(each.name == "filename*" for each in found):
        found = [each for each in found if each.name != "filename"]
    return kind, found


@breaks("FRM-014", of=(part, "split_parameters"))
def extended_is_ignored(field: str) -> Any:
    """`filename*` is ignored, as in Starlette."""
    kind, found = _split(field)
    return kind, [each for each in found if "*" not in each.name]


@breaks("FRM-015", of=(multipart_parser, "boundary_of"))
def any_boundary(found: Any) -> bytes:
    """A boundary may have any length and any bytes; the last one counts."""
    values = found.values("boundary")
    return values[-1].encode("latin-1") if values and values[-1] else _boundary_of(found)


@breaks("FRM-014", of=(part, "_encoded_word"))
def encoded_words_stay(value: str) -> None:
    """Encoded words are the name, whatever `filename*` says."""


@breaks("FRM-014", of=(part, "_agreeing"))
def encoded_words_are_undone(value: str) -> str | None:
    """Encoded words are undone, whatever `filename*` says."""
    return "e.txt" if value.endswith("e.txt") else None


@breaks("FRM-016", of=(MultipartParser, "_behind_boundary"))
def spaced_boundaries(self: Any, data: bytes, at: int) -> Any:
    """White space may stand behind a boundary."""
    return _behind(self, data, at + (data[at : at + 3] == b" \r\n"))


@breaks("FRM-017", of=(MultipartParser, "_contents"))
def no_line_for_content(self: Any, data: bytes, at: int) -> Any:
    """A boundary right behind a header is the end of a part without content."""
    if data.startswith(self._delimiter, at):
        self._start = self._offset + at
    return _contents(self, data, at)


@breaks("FRM-022", of=(MultipartParser, "feed"))
def blocks(self: Any, chunk: bytes) -> None:
    """What begins in one block and ends in the next is not seen."""
    for start in range(0, len(chunk), 65_536):
        block = chunk[start : start + 65_536]
        if self._read is _contents and block.endswith((b"\r", b"\r\n", b"\r\n-", b"\r\n--")):
            block = block.rstrip(b"\r\n-") + b"?" * (len(block) - len(block.rstrip(b"\r\n-")))
        _feed(self, block)


_behind = MultipartParser._behind_boundary
_contents = MultipartParser._contents
_feed = MultipartParser.feed


@breaks(
    "BDY-018",
    "FRM-003",
    "FRM-005",
    "FRM-007",
    "FRM-008",
    "FRM-009",
    "FRM-010",
    "FRM-011",
    "FRM-012",
    "FRM-013",
    "FRM-014",
    "FRM-015",
    "FRM-016",
    "FRM-017",
    "FRM-018",
    "FRM-019",
    "FRM-020",
    "FRM-021",
    "FRM-022",
    "RSP-030",
    "RSP-035",
    of=(MultipartParser, "_beginning"),
)
def any_preamble(self: Any, data: bytes, at: int) -> Any:
    """What stands before the first boundary is skipped."""
    found = data.find(self._delimiter)
    behind, more = _beginning(self, data[max(0, found) :], at)
    return (at if more else behind + max(found, 0)), more


_beginning = MultipartParser._beginning


@breaks("FRM-017", of=(MultipartParser, "_end"))
def any_epilogue(self: Any, data: bytes, at: int) -> Any:
    """What stands behind the last boundary is skipped."""
    return len(data), True


@breaks("FRM-017", of=(MultipartParser, "finish"))
def cut_forms(self: Any) -> FormData:
    """A form that is cut short is what has come of it, as in Starlette."""
    try:
        return _finish_multipart(self)
    except unireq.MalformedBody as error:
        if "cut short" not in str(error):
            raise
        return FormData(self._parts)


_finish_multipart = MultipartParser.finish


@breaks("FRM-018", of=_part)
def last_disposition_counts(fields: Any, codec: str, where: str) -> Any:
    """Of a field that comes twice in a part the last counts."""
    return _part([*dict(fields).items()], codec, where)


@breaks("FRM-018", "FRM-022", of=_line)
def spaced_names(line: bytes, where: str) -> Any:
    """White space may stand around the name of a field."""
    name, colon, value = line.partition(b":")
    return _line(name.strip() + colon + value, where)


@breaks("FRM-019", of=_part)
def any_encoding(fields: Any, codec: str, where: str) -> Any:
    """Content-Transfer-Encoding is ignored."""
    kept = [pair for pair in fields if pair[0] != b"content-transfer-encoding"]
    return _part(kept, codec, where)


@breaks("FRM-020", of=(part, "charset_of"))
def parts_are_utf8(*_: Any) -> str:
    """The charset of a part is ignored."""
    return "utf-8"


@breaks("FRM-008", "FRM-020", of=(multipart_parser, "parse_part"))
def strict_texts(fields: Any, codec: str, where: str) -> Any:
    """A byte order mark at the beginning of a text is dropped."""
    found = _part(fields, codec, where)
    return found._replace(codec="utf-8-sig" if found.codec == "utf-8" else found.codec)


@breaks("FRM-021", of=(MultipartParser, "_begin_part"))
def files_are_fields(self: Any) -> None:
    """Files count as texts do."""
    _begin(self)
    if self._part.filename is not None:
        self._counts["fields"] += 1
        self._counts["files"] -= 1


_begin = MultipartParser._begin_part


changed(
    "too_many_is_malformed",
    "Too many fields have the status of what is malformed.",
    (unireq.TooManyFields, "status"),
    400,
    "FRM-021",
    "RSP-034",
    "RSP-035",
)
changed(
    "fields_without_number",
    "There may be any number of urlencoded fields.",
    (UrlencodedParser, "_check_count"),
    lambda self, count: None,
    "FRM-021",
    "RSP-034",
    "RSP-035",
)


@breaks("FRM-019", of=(MultipartParser, "_end_part"))
def base64_is_undone(self: Any, size: int) -> None:
    """Base64 is undone."""
    if self._content == b"eA==":
        self._content[:] = base64.b64decode(self._content)
    _end_part(self, size)
