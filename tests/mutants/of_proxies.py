"""Mutants of what proxies are believed, and of the hosts that an app answers for (PRX)."""

from __future__ import annotations

from mutants.mutant import mutants

mutants(r"""
# The client.
from_the_left: The client is what stands furthest left. [PRX-001,003,005]
  TrustedProxies._chain: _address(said.nodes[at]) => _address(said.nodes[last - at])
one_too_far: The chain goes on past who is not trusted. [PRX-001,004..006]
  TrustedProxies._chain: not self._is_trusted(chain[-1]) => False
trusts_everybody: Every peer is trusted. [PRX-002]
  TrustedProxies.find: not self._is_trusted(peer) => False
hops_and_the_peer: The peer is none of the hops. [PRX-001,003]
  TrustedProxies._chain: at - self.hops => at - self.hops + 1
skips_nonsense: What is no address is passed over. [PRX-003,005,006]
  TrustedProxies._chain: if chain[-1] is None: => if chain[-1] is None and chain.pop():
names_are_addresses: The name of a test client is an address. [PRX-003]
  _proxies._address: ip_address(found.host) => found.host

# The rest.
believes_all_fields: What `sets` does not name is believed. [PRX-004,006]
  TrustedProxies.find: self.sets, get_header => {*_NAMED}, get_header
first_of_a_list: Of a list the first value counts. [PRX-004,005]
  _Said.pick: values[self.at] => values[0]
any_list: A list of any length counts. [PRX-004]
  _Said.pick: if len(values) == 1 else None =>
any_host_of_a_proxy: A host is not looked at. [PRX-004]
  TrustedProxies.find: valid_host(said.pick("host")) => said.pick("host")
any_prefix: A prefix is not looked at. [PRX-004]
  TrustedProxies.find: _PREFIX.fullmatch(prefix) is None => False
an_open_quote_hides: A quote hides what follows it. [PRX-005]
  _proxies._elements: reversed(list(_OF_LIST.finditer(field))) => list(_OF_LIST.finditer(field))
quoted_pairs_stay: Quoted pairs are left as they are. [PRX-005]
  _proxies._element: _ESCAPED.sub(r"\1", match[2]) => match[2]

# In an app.
asgi_keeps_the_scheme: The framework doesn't see the scheme. [PRX-006]
  believe_in_scope: scope["scheme"] = found.scheme => pass
wsgi_keeps_the_host (WSGI): The framework doesn't see the host. [PRX-006,008]
  believe_in_environ: found.host != host => False
forgets_the_server: The server's facts are not kept. [PRX-006]
  server_facts: if kept is None else kept =>
hosts_in_any_spelling: Hosts are compared as they are written. [PRX-007]
  hosts._normal: host.lower().removesuffix(".") => host
ports_are_of_hosts: A port has to be allowed too. [PRX-006,007]
  AllowedHosts.allows: _PORT.sub("", host) => host
below_any_name: What ends like an allowed host is allowed. [PRX-008]
  AllowedHosts.allows: (self._suffixes) => (tuple(each[1:] for each in self._suffixes))
every_host: Every host is allowed. [PRX-008]
  AllowedHosts.allows: name in self._names => True
no_host_is_fine (WSGI): What is no host is allowed. [PRX-008]
  AllowedHosts.allows: name is not None and => name is None or
""")
