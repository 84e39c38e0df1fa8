"""Mutants of parsed fields (FLD)."""

from __future__ import annotations

from mutants.mutant import mutants

mutants(r"""
second_value_of_a_parameter_counts: Of two values of a parameter of a media type, the last counts.
  [FLD-001]
  unambiguous = list
believes_anything: A field that is no media type has one. [FLD-001]
  find_media_type: parsed.odd or not parsed.essence => False
lists_are_no_length: A list of equal sizes is no size. [FLD-002]
  parse_content_length: if others: => if True:
auth_parameters_split_at_commas: Parameters are split at commas, also inside quotes. [FLD-003]
  _authorization._parameters = lambda text: {name.strip().lower(): value.strip('" ')
    for name, _, value in (piece.partition("=") for piece in text.split(","))}
repr_with_credentials: The repr shows the credentials. [FLD-003]
  Authorization.__repr__: else HIDDEN} {HIDDEN}> => else HIDDEN} {self.credentials}>
control_characters_in_names: A name and a password may have control characters. [FLD-003]
  _authorization._CONTROL = re.compile("(?!)")
the_heaviest_range_counts: The weight of an offer is the greatest of the ranges that match it.
  [FLD-004]
  _weight_of_type: (specific[essence], len(parameters), weight) => (0, 0, weight)
refused_languages_are_found: A language with the weight 0 is found by another range. [FLD-005]
  _is_refused = lambda ranges, tag: False
no_filtering: A range finds no language that is more specific. [FLD-005]
  _within = lambda tag, wider: tag == wider
dots_stay: `.` and `..` stay in a joined URL. [FLD-006]
  _without_dot_segments = lambda path: path
origin_as_sent: `origin` is in any case, with the default port and userinfo. [FLD-006]
  URL.origin = lambda self: f"{self.scheme}://{self.netloc}" if self.netloc else None
other_hosts_by_backslash: A backslash in a reference stays. [FLD-006]
  URL.join = lambda self, reference: URL(str.replace(was(self, reference), "%5C", "\\"))
""")
