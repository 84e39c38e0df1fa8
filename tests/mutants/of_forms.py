"""Mutants of forms (FRM)."""

from __future__ import annotations

import re
from typing import Any

import unireq
from mutants.lenient import SoundASGI
from mutants.mutant import breaks, mutant
from unireq._body import form_parser, multipart_parser, part, uploads
from unireq._body.content import boundary_of, codec_of, parse_content_type, parse_media_type
from unireq._body.form_data import Files, FormData
from unireq._body.form_parser import FormParser, UrlencodedParser
from unireq._body.multipart_parser import MultipartParser
from unireq._body.part import parse_line, parse_part
from unireq._body.uploads import UploadedFile

_TAKE = (UrlencodedParser, "_take")
_TYPE = (form_parser, "parse_content_type")
_PARAMETERS = (part, "split_parameters")
_UNESCAPE = (part, "_unescape")
_FEED = (MultipartParser, "feed")
_NAMES = "FRM-007 FRM-008 FRM-009"
_FILES = "FRM-007 FRM-008 FRM-011 FRM-012 FRM-013 FRM-014"

# Urlencoded.

mutant(
    "as_latin1", "Octets beyond ASCII are ISO-8859-1, as in Starlette.", "FRM-001 FRM-005"
).wraps(_TAKE, lambda take, self, data: take(self, data.decode("latin-1").encode()))
mutant("semicolons_separate", "`;` separates fields too.", "FRM-001").wraps(
    _TAKE, lambda take, self, data: take(self, data.replace(b";", b"&"))
)
mutant("plus_is_no_space", "`+` is no space.", "FRM-001 RSP-030").edits(
    _TAKE, 'if b"+" in data', "if False"
)
mutant("FormsOfPost", "A form is read of POST alone, as Django does.", "FRM-002").wraps(
    (SoundASGI, "aform"),
    lambda aform, self, **given: aform(self, **given) if self.method == "POST" else _no_form(),
)


async def _no_form() -> FormData:
    return FormData()


mutant(
    "fields_without_number",
    "There may be any number of urlencoded fields.",
    "FRM-021 RSP-034 RSP-035",
).puts((UrlencodedParser, "_check_count"), lambda self, count: None)
mutant(
    "too_many_is_malformed",
    "Too many fields have the status of what is malformed.",
    "FRM-021 RSP-034 RSP-035 RSP-039 RSP-040",
).puts((unireq.TooManyFields, "status"), 400)

# Media types.

mutant("any_type", "A body of any other type is read as an urlencoded form.", "FRM-003").wraps(
    (FormParser, "_open"),
    lambda open_parser, self: (
        open_parser(self) or UrlencodedParser(parse_content_type(None), self._limits)
    ),
)
mutant("case_of_types", "Media types are compared as they are.", "FRM-003 FLD-001 FLD-004").edits(
    parse_media_type, "essence.lower()", "essence"
)
mutant(
    "empty_is_malformed", "An empty body is an error where the boundary is missing.", "FRM-004"
).edits(
    (FormParser, "finish"),
    "return FormData() if",
    "self._begun or self._open()\n    return FormData() if",
)
mutant(
    "unknown_charset_is_utf8",
    "A charset that is not known is UTF-8.",
    "BDY-016 FRM-005 FRM-014 FRM-020",
).edits(codec_of, "charset.lower())", 'charset.lower(), "utf-8")')
mutant("urlencoded_is_utf8", "Urlencoded forms are UTF-8.", "FRM-005").puts(
    (form_parser, "charset_of"), lambda *_: "utf-8"
)
mutant(
    "first_type_counts",
    "Of two Content-Type fields the first counts.",
    "FRM-006 FRM-007 FRM-008 FRM-023",
).wraps(_TYPE, lambda parse, field: parse((field or "").partition(",")[0] or None))
mutant("clear_types", "Nothing is odd about a media type that begins well.", "FRM-023").wraps(
    _TYPE, lambda parse, field: parse(field)._replace(odd=False)
)

# What a form is.

mutant("last_of_each_field", "`getlist` has the last text alone.", "FRM-007 RSP-030").puts(
    (FormData, "getlist"), lambda self, name: [self[name]] if name in self else []
)
mutant("first_of_each_file", "`getlist` has the first file alone.", "FRM-007").wraps(
    (Files, "getlist"), lambda getlist, self, name: getlist(self, name)[:1]
)
mutant("sorted_fields", "`multi_items` is in the order of the names.", "FRM-007").puts(
    (FormData, "multi_items"), lambda self: sorted(self._pairs)
)
mutant(
    "files_last", "Files come behind the texts.", "FRM-007 FRM-008 FRM-011 FRM-016 FRM-021"
).puts(
    (FormData, "parts"),
    lambda self: sorted(self._parts, key=lambda pair: isinstance(pair[1], UploadedFile)),
)

# Multipart.

mutant("other_line_ends", "CRLF in content is LF.", "FRM-007 FRM-008 FRM-016").wraps(
    (UploadedFile, "read"), lambda read, self: read(self).replace(b"\r\n", b"\n")
)
mutant(
    "no_percent", "`%22` in a name stays, as in Starlette and Django.", f"{_NAMES} FRM-011"
).puts((part, "_NAMED"), ())
mutant("no_backslashes", "A backslash escapes nothing.", _NAMES).edits(
    _UNESCAPE, r'if "\\" in value', "if False"
)
mutant(
    "all_escapes", "Every backslash before a letter in a name is undone.", f"{_NAMES} FRM-012"
).wraps(_UNESCAPE, lambda unescape, value: re.sub(r"\\([a-z])", r"\1", unescape(value)))


def _parameters(change: Any) -> Any:
    """Other parameters are found in Content-Disposition."""

    def split(original: Any, field: str) -> Any:
        kind, found = original(field)
        return kind, list(change(found))

    return split


mutant(
    "last_parameter_counts", "Of a parameter that comes twice the last counts.", "FRM-010"
).wraps(_PARAMETERS, _parameters(lambda found: {each.name: each for each in found}.values()))
mutant("loose_values", "A value without quotes may be anything.", "FRM-010").wraps(
    _PARAMETERS,
    _parameters(
        lambda found: (each._replace(quoted=True, name=each.name or "x") for each in found)
    ),
)
mutant("extended_wins", "`filename*` counts more than `filename`, as in Django.", "FRM-014").wraps(
    _PARAMETERS,
    _parameters(
        lambda found: (
            each
            for each in found
            if each.name != "filename" or all(other.name != "filename*" for other in found)
        )
    ),
)
mutant("extended_is_ignored", "`filename*` is ignored, as in Starlette.", "FRM-014").wraps(
    _PARAMETERS, _parameters(lambda found: (each for each in found if "*" not in each.name))
)
mutant("no_size", "The size of a file is not known.", f"{_FILES} FRM-016 FRM-020 FRM-021").puts(
    (UploadedFile, "size"), 0
)
mutant(
    "guessed_type", "A file has a type also where none was sent.", f"{_FILES} FRM-016 FRM-021"
).wraps((UploadedFile, "content_type"), lambda kind, self: kind(self) or "application/octet-stream")
mutant("as_sent", "Any file name is safe.", _FILES).puts(uploads.safe_filename, lambda name: name)
mutant("last_part", "The last part of a path is safe.", _FILES).puts(
    uploads.safe_filename, lambda name: re.split(r"[/\\]", name)[-1]
)
mutant(
    "no_file_is_a_file", "A file input in which nothing was chosen is an empty file.", "FRM-013"
).edits((MultipartParser, "_end_part"), "elif part.filename or size:", "else:")


@breaks("FRM-015", of=(multipart_parser, "boundary_of"))
def any_boundary(found: Any) -> bytes:
    """A boundary may have any length and any bytes; the last one counts."""
    values = found.values("boundary")
    return values[-1].encode("latin-1") if values and values[-1] else boundary_of(found)


mutant(
    "encoded_words_stay", "Encoded words are the name, whatever `filename*` says.", "FRM-014"
).puts((part, "_encoded_word"), lambda value: None)
mutant(
    "encoded_words_are_undone", "Encoded words are undone, whatever `filename*` says.", "FRM-014"
).puts((part, "_agreeing"), lambda value: "e.txt" if value.endswith("e.txt") else None)
mutant("spaced_boundaries", "White space may stand behind a boundary.", "FRM-016").wraps(
    (MultipartParser, "_behind_boundary"),
    lambda behind, self, data, at: behind(self, data, at + (data[at : at + 3] == b" \r\n")),
)
mutant(
    "no_line_for_content",
    "A boundary right behind a header is the end of a part without content.",
    "FRM-017",
).edits(
    (MultipartParser, "_contents"),
    "if self._offset + found < self._start:",
    "self._start = min(self._start, self._offset + found)\n    if False:",
)


@breaks("FRM-022", of=_FEED)
def blocks(self: Any, chunk: bytes) -> None:
    """What begins in one block and ends in the next is not seen."""
    for start in range(0, len(chunk), 65_536):
        block = chunk[start : start + 65_536]
        if self._read is _contents and block.endswith((b"\r", b"\r\n", b"\r\n-", b"\r\n--")):
            block = block.rstrip(b"\r\n-") + b"?" * (len(block) - len(block.rstrip(b"\r\n-")))
        _feed(self, block)


@breaks(
    "BDY-018 FRM-003 FRM-005 FRM-007 FRM-008 FRM-009 FRM-010 FRM-011 FRM-012 FRM-013 FRM-014"
    " FRM-015 FRM-016 FRM-017 FRM-018 FRM-019 FRM-020 FRM-021 FRM-022 RSP-030 RSP-035",
    of=(MultipartParser, "_beginning"),
)
def any_preamble(self: Any, data: bytes, at: int) -> Any:
    """What stands before the first boundary is skipped."""
    found = data.find(self._delimiter)
    behind, more = _beginning(self, data[max(0, found) :], at)
    return (at if more else behind + max(found, 0)), more


_contents = MultipartParser._contents
_feed = MultipartParser.feed
_beginning = MultipartParser._beginning

mutant("any_epilogue", "What stands behind the last boundary is skipped.", "FRM-017").edits(
    (MultipartParser, "_end"), "if data[at:].strip(_WHITE)", "if False"
)
mutant(
    "cut_forms", "A form that is cut short is what has come of it, as in Starlette.", "FRM-017"
).edits(
    (MultipartParser, "finish"),
    "raise MalformedBody(",
    "return FormData(self._parts)\n        raise MalformedBody(",
)
mutant(
    "last_disposition_counts", "Of a field that comes twice in a part the last counts.", "FRM-018"
).edits(parse_part, "if key in values and key in _ONCE", "if False")
mutant(
    "spaced_names", "White space may stand around the name of a field.", "FRM-018 FRM-022"
).edits(parse_line, 'line.partition(b":")\n', 'line.partition(b":")\n    name = name.strip()\n')
mutant("any_encoding", "Content-Transfer-Encoding is ignored.", "FRM-019").edits(
    parse_part, "if encoding not in _PLAIN", "if False"
)
mutant("parts_are_utf8", "The charset of a part is ignored.", "FRM-020").puts(
    (part, "charset_of"), lambda *_: "utf-8"
)
mutant(
    "strict_texts", "A byte order mark at the beginning of a text is dropped.", "FRM-008 FRM-020"
).wraps(
    (multipart_parser, "parse_part"),
    lambda parse, *given: (
        found._replace(codec="utf-8-sig") if (found := parse(*given)).codec == "utf-8" else found
    ),
)
mutant("files_are_fields", "Files count as texts do.", "FRM-021").edits(
    (MultipartParser, "_begin_part"), 'else "files"', 'else "fields"'
)
mutant("base64_is_undone", "Base64 is undone.", "FRM-019").edits(
    (MultipartParser, "_end_part"),
    "if part.filename is None:",
    'if self._content == b"eA==":\n        self._content[:] = b"x"\n    if part.filename is None:',
)
