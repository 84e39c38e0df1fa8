"""Mutants of the path and of path parameters (PTH)."""

from __future__ import annotations

from mutants.mutant import mutants

mutants(r"""
WithoutMount (WSGI): The path lacks the mount prefix. [API-004 PTH-006,007]
  adapter._routed_path = lambda self: latin1_to_utf8(self._environ["PATH_INFO"]) or "/"
PathAsSent: The path is what was sent, not what is routed on. [API-004 PTH-001..007 URL-002..004]
  adapter._routed_path = lambda self: self._scope["raw_path"].decode("latin-1")
DecodedTwice: The path is decoded twice. [PTH-001,002,005,006]
  adapter._routed_path = lambda self: percent_decode(p) if (p := was(self)).isascii() else p
PathAsLatin1 (WSGI): The path is left as the environ has it. [PTH-001,002,005,006 URL-002..004]
  adapter._routed_path = lambda self: self._environ["SCRIPT_NAME"] + self._environ["PATH_INFO"] or
    "/"
PlusIsSpace: A `+` in the path is a space. [PTH-001,002,005 URL-002..004]
  adapter._routed_path = lambda self: was(self).replace("+", " ")
slashes_stay: Leading slashes stay. [PTH-001,003,005 URL-003]
  normalize_path = lambda path: path
DotsResolved: Dot segments are resolved. [PTH-001,004,005,007 URL-002]
  adapter._routed_path = lambda self: posixpath.normpath(p) if "/." in (p := was(self)) else p
SlashesMerged: Several slashes inside become one. [PTH-001,004,005 URL-002]
  adapter._routed_path = lambda self: (p := was(self))[:1] + p[1:].replace("//", "/")
raw_path_always: raw_path is given even where it says something else than path.
  [PTH-005 SER-001,004,005 URL-003]
  normalize_raw_path = lambda raw, path: raw and raw.partition(b"?")[0]
NoRawPath: raw_path is never given. [PTH-005,006 URL-002,004]
  adapter._raw_target = lambda self: None
raw_path_with_query (WSGI): raw_path has the query, where there is one.
  [PTH-005 SER-001,004,005 URL-002,004,006]
  normalize_raw_path = lambda raw, path: raw if (path := was(raw, path)) is not None and raw[-1:] !=
    b"?" else path
UndecodableAsEscape: Octets that are not UTF-8 are escapes in the path, as Django has them.
  [PTH-001,002,005,006 URL-002,003]
  adapter._routed_path = lambda self: re.sub(
    r"[\udc80-\udcff]", lambda found: f"%{ord(found[0]) & 255:02X}", percent_decode(
    self._scope["raw_path"].decode("latin-1"), "surrogateescape"))
NoMount: root_path is empty. [API-004 PTH-007]
  adapter.root_path = ""
MountTwice: The mount prefix is put before a path that has it. [API-004 PTH-006,007]
  adapter._routed_path = lambda self: self.root_path + was(self)
ChangedByRouting: What the router has found changes the query. [PRX-006 PTH-008]
  adapter.query_string = lambda self: was(self) if "endpoint" in self._scope else "early"
ParametersAsText: Path parameters are text, whatever the router made of them. [API-004 PTH-010]
  adapter.path_params = lambda self: {n: str(value) for n, value in was(self).items()}
NoParameters: There are no path parameters. [API-004 PTH-010,011]
  adapter.path_params = property(lambda self: {})
ParametersDecodedTwice: Text in path parameters is decoded once more. [PTH-011]
  adapter.path_params = lambda self: {n: percent_decode(v) if isinstance(v, str) and v.isascii()
    else v for n, v in was(self).items()}
ParametersAsSent: Text in path parameters is as sent, as in Sanic. [PTH-011]
  adapter.path_params = lambda self: {n: self._scope["raw_path"].decode().split("/", 3)[-1] if
    isinstance(v, str) else v for n, v in was(self).items()}
NoRoute: There is no route. [PTH-012]
  adapter.route = None
RouteAsDeclared: The route is in the notation of the framework. [PTH-012]
  adapter.route = property(lambda self: getattr(self._scope.get("route"), "path", None))
RouteFilledIn: The route has what the client sent. [PTH-012]
  adapter.route = lambda self: was(self) and self.path
RouteTooEarly: The route is known before the router has found it. [MID-012 PTH-008]
  adapter.route = lambda self: was(self) or "/params/str/{value}"
NoView: There is no view. [PTH-013]
  adapter._find_view = lambda self: None
ViewAsShown: A view is shown, not named. [PTH-013]
  name_of_view = repr
ViewTooEarly: A view is named before routing. [MID-012 PTH-008]
  adapter._find_view = lambda self: print
""")
