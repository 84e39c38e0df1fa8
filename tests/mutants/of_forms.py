"""Mutants of forms (FRM)."""

from __future__ import annotations

from mutants.mutant import mutants

mutants(
    r"""
# Urlencoded.
as_latin1: Octets beyond ASCII are ISO-8859-1, as in Starlette. [FRM-001,005]
  UrlencodedParser._take = lambda self, data: was(self, data.decode("latin-1").encode())
semicolons_separate: `;` separates fields too. [FRM-001]
  UrlencodedParser._take = lambda self, data: was(self, data.replace(b";", b"&"))
plus_is_no_space: `+` is no space. [FRM-001 RSP-030]
  UrlencodedParser._take: if b"+" in data => if False
FormsOfPost: A form is read of POST alone, as Django does. [FRM-002]
  adapter.aform = lambda self, **given: was(self if self.method == "POST" else Request(), **given)
fields_without_number: There may be any number of urlencoded fields. [FRM-021 RSP-034,035]
  UrlencodedParser._check_count = lambda self, count: None
too_many_is_malformed: Too many fields have the status of what is malformed.
  [FRM-021 RSP-034,035,039,040]
  TooManyFields.status = 400

# Media types.
any_type: A body of any other type is read as an urlencoded form. [FRM-003]
  FormParser._open = lambda self: was(self) or (
    UrlencodedParser(parse_content_type(None), self._limits))
case_of_types: Media types are compared as they are. [FLD-001,004 FRM-003]
  parse_media_type: essence.lower() => essence
empty_is_malformed: An empty body is an error where the boundary is missing. [FRM-004]
  FormParser.finish: return FormData() if => self._begun or self._open(); return FormData() if
unknown_charset_is_utf8: A charset that is not known is UTF-8. [BDY-016 FRM-005,014,020]
  codec_of: charset.lower()) => charset.lower(), "utf-8")
urlencoded_is_utf8: Urlencoded forms are UTF-8. [FRM-005]
  form_parser.charset_of = lambda *_: "utf-8"
first_type_counts: Of two Content-Type fields the first counts. [FRM-006..008,023]
  form_parser.parse_content_type = lambda field: was((field or "").partition(",")[0] or None)
clear_types: Nothing is odd about a media type that begins well. [FRM-023]
  form_parser.parse_content_type = lambda field: was(field)._replace(odd=False)

# What a form is.
last_of_each_field: `getlist` has the last text alone. [FRM-007 RSP-030]
  FormData.getlist = lambda self, name: [self[name]] if name in self else []
first_of_each_file: `getlist` has the first file alone. [FRM-007]
  Files.getlist = lambda self, name: was(self, name)[:1]
sorted_fields: `multi_items` is in the order of the names. [FRM-007]
  FormData.multi_items = lambda self: sorted(self._pairs)
files_last: Files come behind the texts. [FRM-007,008,011,016,021]
  FormData.parts = lambda self: sorted(was(self), key=lambda pair: not isinstance(pair[1], str))

# Multipart.
other_line_ends: CRLF in content is LF. [FRM-007,008,016]
  UploadedFile.read = lambda self: was(self).replace(b"\r\n", b"\n")
no_percent: `%22` in a name stays, as in Starlette and Django. [FRM-007..009,011]
  part._NAMED = ()
no_backslashes: A backslash escapes nothing. [FRM-007..009]
  part._unescape: if "\\" in value => if False
all_escapes: Every backslash before a letter in a name is undone. [FRM-007..009,012]
  part._unescape = lambda value: re.sub(r"\\([a-z])", r"\1", was(value))
last_parameter_counts: Of a parameter that comes twice the last counts. [FRM-010]
  _parse_disposition: if name in values: => if False:
loose_values: A value without quotes may be anything. [FRM-010]
  _parse_disposition: if not (name and (quoted or TOKEN.fullmatch(value))): => if False:
extended_wins: `filename*` counts more than `filename`, as in Django. [FRM-014]
  _parse_disposition: if plain is None: => if plain is None or extended is not None:
extended_is_ignored: `filename*` is ignored, as in Starlette. [FRM-014]
  _parse_disposition: in parameters: => in (each for each in parameters if "*" not in each.name):
no_size: The size of a file is not known. [FILES FRM-016,020,021]
  UploadedFile.size = 0
guessed_type: A file has a type also where none was sent. [FILES FRM-016,021]
  UploadedFile.content_type = lambda self: was(self) or "application/octet-stream"
as_sent: Any file name is safe. [FILES]
  safe_filename = lambda name: name
last_part: The last part of a path is safe. [FILES]
  safe_filename = lambda name: re.split(r"[/\\]", name)[-1]
no_file_is_a_file: A file input in which nothing was chosen is an empty file. [FRM-013]
  MultipartParser._end_part: elif part.filename or size: => else:
any_boundary: A boundary may have any length and any bytes; the last one counts. [FRM-015]
  multipart_parser.boundary_of = lambda type: "".join(type.values("boundary")[-1:]).encode(
    "latin-1") or was(type)
encoded_words_stay: Encoded words are the name, whatever `filename*` says. [FRM-014]
  part._encoded_word = lambda value: None
encoded_words_are_undone: Encoded words are undone, whatever `filename*` says. [FRM-014]
  part._agreeing = lambda value: "e.txt" if value.endswith("e.txt") else None
spaced_boundaries: White space may stand behind a boundary. [FRM-016]
  MultipartParser._behind_boundary: tail = data => at += data[at : at + 3] == b" \r\n"; tail = data
no_line_for_content: A boundary right behind a header is the end of a part without content.
  [FRM-017]
  MultipartParser._contents: if self._offset + found < self._start:
    => self._start = min(self._start, self._offset + found)
        if False:
blocks: What begins in one block and ends in the next is not seen. [FRM-022]
  MultipartParser._contents: if end < 0 or => if len(data) > 60_000 or end < 0 or
any_preamble: What stands before the first boundary is skipped.
  [BDY-018 FRM-003,005,007..022 RSP-030,035]
  MultipartParser._beginning: begin = 2 if data.startswith(_CRLF) else 0
    => begin = data.find(self._delimiter) + 2 if self._delimiter in data else 0
any_epilogue: What stands behind the last boundary is skipped. [FRM-017]
  MultipartParser._end: if data[at:].strip(_WHITE) => if False
cut_forms: A form that is cut short is what has come of it, as in Starlette. [FRM-017]
  MultipartParser.finish: raise MalformedBody( => return FormData(self._parts); raise MalformedBody(
last_disposition_counts: Of a field that comes twice in a part the last counts. [FRM-018]
  parse_part: if key in values and key in _ONCE => if False
spaced_names: White space may stand around the name of a field. [FRM-018,022]
  parse_line: wrong = ( => name = name.strip(); wrong = (
any_encoding: Content-Transfer-Encoding is ignored. [FRM-019]
  parse_part: if encoding not in _PLAIN => if False
base64_is_undone: Base64 is undone. [FRM-019]
  MultipartParser._end_part: self._content.decode
    => (b"x" if self._content == b"eA==" else self._content).decode
parts_are_utf8: The charset of a part is ignored. [FRM-020]
  part.charset_of = lambda *_: "utf-8"
strict_texts: A byte order mark at the beginning of a text is dropped. [FRM-008,020]
  MultipartParser._end_part: part.codec, => part.codec.replace("utf-8", "utf-8-sig"),
files_are_fields: Files count as texts do. [FRM-021]
  MultipartParser._begin_part: else "files" => else "fields"
""",
    FILES="FRM-007..008 FRM-011..014",
)
