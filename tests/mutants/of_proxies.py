"""Mutants of what proxies are believed, and of the hosts that an app answers for (PRX)."""

from __future__ import annotations

from mutants.lenient import SoundWSGI
from mutants.mutant import mutant
from unireq import _proxies
from unireq._layers.hosts import AllowedHosts, _normal
from unireq._proxies import TrustedProxies, _Said
from unireq_asgi import _proxies as asgi
from unireq_wsgi import _believe as wsgi

# The client.

mutant(
    "from_the_left", "The client is what stands furthest left.", "PRX-001 PRX-003 PRX-005"
).edits((TrustedProxies, "_chain"), "_address(said.nodes[at])", "_address(said.nodes[last - at])")
mutant(
    "one_too_far", "The chain goes on past who is not trusted.", "PRX-001 PRX-004 PRX-005 PRX-006"
).edits((TrustedProxies, "_chain"), "not self._is_trusted(chain[-1])", "False")
mutant("trusts_everybody", "Every peer is trusted.", "PRX-002").edits(
    (TrustedProxies, "find"), "not self._is_trusted(peer)", "False"
)
mutant("hops_and_the_peer", "The peer is none of the hops.", "PRX-001 PRX-003").edits(
    (TrustedProxies, "_chain"), "at - self.hops", "at - self.hops + 1"
)
mutant("skips_nonsense", "What is no address is passed over.", "PRX-003 PRX-005 PRX-006").edits(
    (TrustedProxies, "_chain"),
    "if chain[-1] is None:\n            break",
    "if chain[-1] is None:\n            chain.pop()",
)
mutant("names_are_addresses", "The name of a test client is an address.", "PRX-003").edits(
    _proxies._address, "ip_address(found.host)", "found.host"
)

# The rest.

mutant("believes_all_fields", "What `sets` does not name is believed.", "PRX-004 PRX-006").edits(
    (TrustedProxies, "find"),
    "_Said(self.fields, self.sets, get_header)",
    "_Said(self.fields, {*_NAMED}, get_header)",
)
mutant("first_of_a_list", "Of a list the first value counts.", "PRX-004 PRX-005").edits(
    (_Said, "pick"), "values[self.at]", "values[0]"
)
mutant("any_list", "A list of any length counts.", "PRX-004").edits(
    (_Said, "pick"), "if len(values) == 1 else None", ""
)
mutant("any_host_of_a_proxy", "A host is not looked at.", "PRX-004").edits(
    (TrustedProxies, "find"), 'valid_host(said.pick("host"))', 'said.pick("host")'
)
mutant("any_prefix", "A prefix is not looked at.", "PRX-004").edits(
    (TrustedProxies, "find"), "_PREFIX.fullmatch(prefix) is None", "False"
)
mutant("an_open_quote_hides", "A quote hides what follows it.", "PRX-005").edits(
    _proxies._elements, "reversed(list(_OF_LIST.finditer(field)))", "list(_OF_LIST.finditer(field))"
)
mutant("quoted_pairs_stay", "Quoted pairs are left as they are.", "PRX-005").edits(
    _proxies._element, r'_ESCAPED.sub(r"\1", match[2])', "match[2]"
)

# In an app.

mutant("asgi_keeps_the_scheme", "The framework doesn't see the scheme.", "PRX-006").edits(
    asgi.believe_in_scope, 'scope["scheme"] = found.scheme', "pass"
)
mutant(
    "wsgi_keeps_the_host", "The framework doesn't see the host.", "PRX-006 PRX-008", on=SoundWSGI
).edits(wsgi.believe_in_environ, "found.host != host", "False")
mutant("forgets_the_server", "The server's facts are not kept.", "PRX-006").edits(
    _proxies.server_facts, "if kept is None else kept", ""
)
mutant("hosts_in_any_spelling", "Hosts are compared as they are written.", "PRX-007").edits(
    _normal, 'host.lower().removesuffix(".")', "host"
)
mutant("ports_are_of_hosts", "A port has to be allowed too.", "PRX-007 PRX-006").edits(
    (AllowedHosts, "allows"), '_PORT.sub("", host)', "host"
)
mutant("below_any_name", "What ends like an allowed host is allowed.", "PRX-008").edits(
    (AllowedHosts, "allows"),
    "name.endswith(self._suffixes)",
    "name.endswith(tuple(each[1:] for each in self._suffixes))",
)
mutant("every_host", "Every host is allowed.", "PRX-008").edits(
    (AllowedHosts, "allows"), "name in self._names", "True"
)
mutant("no_host_is_fine", "What is no host is allowed.", "PRX-008", on=SoundWSGI).edits(
    (AllowedHosts, "allows"), "name is not None and", "name is None or"
)
