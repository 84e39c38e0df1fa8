"""Mutants of forms (FRM)."""

from __future__ import annotations

import base64
import re
from typing import Any

import unireq
from mutants.lenient import SoundASGI
from mutants.mutant import breaks, changed
from unireq._body import (
    charsets,
    content_type,
    disposition,
    filenames,
    form_builder,
    form_parser,
    multipart_parser,
    parameters,
    part,
    urlencoded_parser,
)
from unireq._body.form_data import Files, FormData
from unireq._body.form_parser import FormParser
from unireq._body.multipart_parser import MultipartParser
from unireq._body.uploads import UploadedFile
from unireq._body.urlencoded_parser import UrlencodedParser

_disposition = disposition.parse_disposition
_part = part.parse_part
_split = parameters.split_parameters
_content_type = content_type.parse_content_type
_boundary_of = content_type.boundary_of
_codec_of = charsets.codec_of
_query = urlencoded_parser.parse_query


# Urlencoded.


@breaks("FRM-001", of=(urlencoded_parser, "parse_query"))
def as_latin1(text: str) -> Any:
    """Octets beyond ASCII are ISO-8859-1, as in Starlette."""
    return _query("".join(f"%{o:02X}" if ord(c) > 127 else c for c in text for o in c.encode()))


@breaks("FRM-001", of=(urlencoded_parser, "parse_query"))
def semicolons_separate(text: str) -> Any:
    """`;` separates fields too."""
    return _query(text.replace(";", "&"))


@breaks("FRM-001", "RSP-030", of=(urlencoded_parser, "parse_query"))
def plus_is_no_space(text: str) -> Any:
    """`+` is no space."""
    return _query(text.replace("+", "%2B"))


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


@breaks("FRM-005", of=(urlencoded_parser, "charset_of"))
def urlencoded_is_utf8(*_: Any) -> str:
    """Urlencoded forms are UTF-8."""
    return "utf-8"


@breaks("FRM-006", "FRM-007", "FRM-008", of=(form_parser, "parse_content_type"))
def first_type_counts(field: str | None, where: str = "Content-Type") -> Any:
    """Of two Content-Type fields the first counts."""
    return _content_type((field or "").partition(",")[0] or None, where)


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


@breaks("FRM-007", "FRM-008", "FRM-016", of=(form_builder.FormBuilder, "add"))
def other_line_ends(self: Any, octets: bytes) -> None:
    """CRLF in content is LF."""
    _add(self, bytes(octets).replace(b"\r\n", b"\n"))


_add = form_builder.FormBuilder.add


@breaks("FRM-007", "FRM-008", "FRM-009", "FRM-011", of=(disposition, "_unescape"))
def no_percent(match: re.Match[str]) -> str:
    """`%22` in a name stays, as in Starlette and Django."""
    return match[1] or match[0]


changed(
    "no_backslashes",
    "A backslash escapes nothing.",
    (disposition, "_ESCAPE"),
    re.compile(r"(\A\Z.)|%(22|0D|0A)"),
    "FRM-007",
    "FRM-008",
    "FRM-009",
)
changed(
    "all_escapes",
    "Every percent-escape of a letter in a name is undone.",
    (disposition, "_ESCAPE"),
    re.compile(r'\\(["\\a-z])|%(22|0D|0A)'),
    "FRM-007",
    "FRM-008",
    "FRM-009",
    "FRM-012",
)


@breaks("FRM-010", of=(disposition, "split_parameters"))
def last_parameter_counts(field: str) -> Any:
    """Of a parameter that comes twice the last counts."""
    kind, found = _split(field)
    return kind, list({each.name: each for each in found}.values())


@breaks("FRM-010", of=(disposition, "split_parameters"))
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


@breaks("FRM-007", "FRM-008", "FRM-011", "FRM-012", "FRM-013", of=filenames.safe_filename)
def as_sent(name: str) -> str:
    """Any file name is safe."""
    return name


@breaks("FRM-007", "FRM-008", "FRM-011", "FRM-012", "FRM-013", of=filenames.safe_filename)
def last_part(name: str) -> str:
    """The last part of a path is safe."""
    return re.split(r"[/\\]", name)[-1]


@breaks("FRM-013", of=(form_builder.FormBuilder, "end"))
def no_file_is_a_file(self: Any) -> None:
    """A file input in which nothing was chosen is an empty file."""
    chosen = self._part
    if chosen.filename == "" and not self._size:
        self._part = chosen._replace(filename="\0")
        _end(self)
        name, upload = self._parts.pop()
        self._parts.append((name, UploadedFile(b"", "", dict(upload.headers))))
    else:
        _end(self)


_end = form_builder.FormBuilder.end


@breaks("FRM-014", of=(disposition, "split_parameters"))
def extended_wins(field: str) -> Any:
    """`filename*` counts more than `filename`, as in Django."""
    kind, found = _split(field)
    if any(each.name == "filename*" for each in found):
        found = [each for each in found if each.name != "filename"]
    return kind, found


@breaks("FRM-014", of=(disposition, "split_parameters"))
def extended_is_ignored(field: str) -> Any:
    """`filename*` is ignored, as in Starlette."""
    kind, found = _split(field)
    return kind, [each for each in found if "*" not in each.name]


@breaks("FRM-015", of=(multipart_parser, "boundary_of"))
def any_boundary(found: Any) -> bytes:
    """A boundary may have any length and any octets; the last one counts."""
    values = found.values("boundary")
    return values[-1].encode("latin-1") if values and values[-1] else _boundary_of(found)


@breaks("FRM-016", of=(MultipartParser, "_parse"))
def spaced_boundaries(self: Any, octets: bytes) -> None:
    """White space may stand behind a boundary."""
    _parse(self, octets.replace(self._boundary + b" \r\n", self._boundary + b"\r\n"))


_parse = MultipartParser._parse


@breaks(
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
    "RSP-030",
    "RSP-035",
    of=(MultipartParser, "_start"),
)
def any_preamble(self: Any) -> None:
    """What stands before the first boundary is skipped."""
    found = self._pending.find(self._boundary)
    if found > 0:
        del self._pending[:found]
    _start(self)


_start = MultipartParser._start


@breaks("FRM-017", of=(MultipartParser, "finish"))
def any_epilogue(self: Any) -> FormData:
    """What stands behind the last boundary is skipped."""
    try:
        return _finish_multipart(self)
    except unireq.MalformedBody as error:
        if "after the closing" not in str(error):
            raise
        self._pending.clear()
        return _finish_multipart(self)


_finish_multipart = MultipartParser.finish


@breaks("FRM-017", of=(MultipartParser, "finish"))
def cut_forms(self: Any) -> FormData:
    """A form that is cut short is what has come of it, as in Starlette."""
    try:
        return _finish_multipart(self)
    except unireq.MalformedBody as error:
        if "cut short" not in str(error):
            raise
        return self._form.finish()


@breaks("FRM-018", of=_part)
def last_disposition_counts(fields: Any, codec: str, limits: Any, where: str) -> Any:
    """Of a field that comes twice in a part the last counts."""
    last = {name.lower(): (name, value) for name, value in fields}
    return _part(list(last.values()), codec, limits, where)


@breaks("FRM-019", of=_part)
def any_encoding(fields: Any, codec: str, limits: Any, where: str) -> Any:
    """Content-Transfer-Encoding is ignored."""
    kept = [pair for pair in fields if pair[0].lower() != "content-transfer-encoding"]
    return _part(kept, codec, limits, where)


@breaks("FRM-005", "FRM-020", of=(part, "charset_of"))
def parts_are_utf8(*_: Any) -> str:
    """The charset of a part is ignored."""
    return "utf-8"


@breaks("FRM-008", "FRM-020", of=(form_builder, "parse_part"))
def strict_texts(fields: Any, codec: str, limits: Any, where: str) -> Any:
    """A byte order mark at the beginning of a text is dropped."""
    found = _part(fields, codec, limits, where)
    return found._replace(codec="utf-8-sig" if found.codec == "utf-8" else found.codec)


@breaks("FRM-021", of=(form_builder.FormBuilder, "begin"))
def files_are_fields(self: Any, fields: Any) -> None:
    """Files count as texts do."""
    _begin(self, fields)
    if self._part.filename is not None:
        self._counts["fields"] += 1
        self._counts["files"] -= 1


_begin = form_builder.FormBuilder.begin


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
changed(
    "base64_is_undone",
    "Base64 is undone.",
    (form_builder.FormBuilder, "add"),
    lambda self, octets: _add(self, _undone(bytes(octets))),
    "FRM-019",
)


def _undone(octets: bytes) -> bytes:
    return base64.b64decode(octets) if octets == b"eA==" else octets
