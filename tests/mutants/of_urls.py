"""Mutants of the URL and the host (URL)."""

from __future__ import annotations

import re
from typing import Any

from mutants.lenient import SoundASGI
from mutants.mutant import mutant
from unireq import _native, _url, _urlencoded
from unireq._url import URL, build_url, valid_host

mutant("port_as_text", "`url`.port is text.", "URL-001").edits(
    (URL, "port"), "return int(port) if", "return port if"
)
mutant("hostname_with_port", "`url`.hostname has the port.", "URL-001").edits(
    (URL, "hostname"), "self._host_and_port()[0]", "self.netloc"
)
mutant(
    "text_without_parts", "`url` is a str and no more.", "API-007 API-004 URL-001 FLD-006"
).wraps(build_url, lambda build, *parts: str(build(*parts)))
mutant("without_query", "`url` lacks the query.", "URL-002 URL-004 URL-006").edits(
    build_url, "if query else", "if None else"
)
mutant(
    "path_quoted_anew",
    "`url` has the path quoted anew, where it could have it as sent.",
    "URL-002 URL-004",
).edits(build_url, "if raw_path is not None and", "if False and")
mutant("quotes_more", "Of a quoted path, more is escaped than has to be.", "URL-003").puts(
    (_url, "_PATH_SAFE"), "/"
)
mutant("quotes_in_lower_case", "Escapes are in lower case.", "URL-003").wraps(
    _url._quoted, lambda quoted, path: re.sub("%..", lambda sent: sent[0].lower(), quoted(path))
)
mutant("normalises", "What was sent is quoted anew.", "URL-002 URL-004").puts(
    _urlencoded.percent_encode, lambda text: text.replace("%c3%a9", "%C3%A9").replace("|", "%7C")
)
mutant(
    "glued_to_the_host", "A path that begins with no slash is glued to the host.", "URL-005"
).edits(
    build_url,
    "    if raw_path",
    '    if path[:1] != "/" and host:\n'
    '        return URL(f"{scheme}://{host}{path}")\n    if raw_path',
)
mutant("a_host_made_up", "Without a host, url has the server's name.", "URL-006").wraps(
    build_url, lambda build, scheme, host, *rest: build(scheme, host or "localhost", *rest)
)
mutant("any_host", "Any host goes.", "SER-003 URL-006 URL-010 URL-011 PRX-004").puts(
    valid_host, lambda value: value
)
mutant("host_without_port", "The host lacks its port.", "URL-010 PRX-004 PRX-005 PRX-006").wraps(
    valid_host, lambda valid, value: (host := valid(value)) and re.sub(":[0-9]*$", "", host)
)
mutant("host_in_lower_case", "The host is in lower case.", "URL-010").wraps(
    valid_host, lambda valid, value: (host := valid(value)) and host.lower()
)


def _last_host(host: Any, self: Any) -> Any:
    fields = [v.decode("latin-1").strip() for n, v in self._scope["headers"] if n == b"Host"]
    return host(self) or (valid_host(fields[-1]) if len(fields) > 1 else None)


mutant("LastHost", "The last of several Host fields is believed.", "URL-011").wraps(
    (SoundASGI, "host"), _last_host
)
mutant(
    "host_field_first", "The Host field goes before the authority of the target.", "URL-012"
).puts((_native, "absolute_authority"), lambda target: None)
mutant("AllowsAnyHost", "The framework's list of hosts is not asked.", "URL-013").puts(
    (SoundASGI, "_allows_host"), lambda self, host: True
)
