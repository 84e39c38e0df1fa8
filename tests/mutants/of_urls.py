"""Mutants of the URL and the host (URL)."""

from __future__ import annotations

from mutants.mutant import mutants

mutants(r"""
port_as_text: `url`.port is text. [URL-001]
  URL.port: return int(port) if => return port if
hostname_with_port: `url`.hostname has the port. [URL-001]
  URL.hostname: self._host_and_port()[0] => self.netloc
text_without_parts: `url` is a str and no more. [API-004,007 FLD-006 URL-001]
  build_url = lambda *parts: str(was(*parts))
without_query: `url` lacks the query. [URL-002,004,006]
  build_url: if query else => if None else
path_quoted_anew: `url` has the path quoted anew, where it could have it as sent. [URL-002,004]
  build_url: if raw_path is not None and => if False and
quotes_more: Of a quoted path, more is escaped than has to be. [URL-003]
  _url._PATH_SAFE = "/"
quotes_in_lower_case: Escapes are in lower case. [URL-003]
  _quoted = lambda path: re.sub("%..", lambda sent: sent[0].lower(), was(path))
normalises: What was sent is quoted anew. [URL-002,004]
  percent_encode = lambda text: text.replace("%c3%a9", "%C3%A9").replace("|", "%7C")
glued_to_the_host: A path that begins with no slash is glued to the host. [URL-005]
  build_url: {host}" if host is not None else "") => {host}{path}" if host is not None else "")
a_host_made_up: Without a host, url has the server's name. [URL-006]
  build_url = lambda scheme, host, *rest: was(scheme, host or "localhost", *rest)
any_host: Any host goes. [PRX-004 SER-003 URL-006,010,011]
  valid_host = lambda value: value
host_without_port: The host lacks its port. [PRX-004..006 URL-010]
  valid_host = lambda value: (host := was(value)) and re.sub(":[0-9]*$", "", host)
host_in_lower_case: The host is in lower case. [URL-010]
  valid_host = lambda value: (host := was(value)) and host.lower()
LastHost: The last of several Host fields is believed. [URL-011]
  adapter.host = lambda self: was(self) or next(iter([valid_host(value.decode("latin-1").strip())
    for name, value in self.native["headers"] if name == b"Host"][:0:-1]), None)
host_field_first: The Host field goes before the authority of the target. [URL-012]
  _native.absolute_authority = lambda target: None
AllowsAnyHost: The framework's list of hosts is not asked. [URL-013]
  adapter._allows_host = lambda self, host: True
""")
