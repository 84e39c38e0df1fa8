"""PRX: the clauses about proxies: who the client is, which host it asked for, and who says so.

Each is a table: whom the app is told to trust, the field lines that the proxy sends, and what comes
of them. All requests come from one proxy, `PROXY`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from hypothesis import strategies as st

from unireq_conformance.clause import Expectation, Found, Rows, table
from unireq_conformance.clauses.layered import NATIVE, layered
from unireq_conformance.model import AbstractRequest, Field
from unireq_conformance.proxies import PROXY, TRUSTED, AbstractProxies
from unireq_conformance.seen import Seen

Policy = Mapping[str, Any]

_NET: Final[Policy] = {"networks": [PROXY, "10.0.0.0/8"]}
_ALL: Final[Policy] = {**_NET, "sets": ["for", "proto", "host", "port", "prefix"]}
_STANDARD: Final[Policy] = {**_NET, "sets": ["for", "proto", "host"], "fields": "forwarded"}
_OTHERS: Final[Policy] = {**_ALL, "networks": ["192.0.2.0/24", "unix", "::1"]}
_ONE: Final[Policy] = {"hops": 1}
_TWO: Final[Policy] = {"hops": 2}

_FOR: Final = "X-Forwarded-For"
_CLIENT: Final = "203.0.113.9"


def _sent(policy: Policy, *lines: tuple[str, str], **expected: Any) -> AbstractRequest:
    fields = tuple(Field(name, value.encode("latin-1")) for name, value in lines)
    return AbstractRequest(fields=fields, proxies=AbstractProxies.of(policy, **expected))


def _for(policy: Policy, value: str | tuple[str, ...], *others: str | None) -> AbstractRequest:
    """A request with X-Forwarded-For, and who is behind the peer."""
    values = (value,) if isinstance(value, str) else value
    return _sent(policy, *((_FOR, each) for each in values), chain=[PROXY, *others])


def _outcome(sent: AbstractRequest) -> dict[str, Any]:
    if sent.proxies is None:
        raise ValueError("expected a request that says whom to trust")
    outcome = sent.proxies.outcome
    return {**outcome, "scheme": outcome["scheme"] or sent.scheme}


def _client(sent: AbstractRequest, seen: Seen, where: str, client: Any) -> Found:
    """That `client`, which was found at `where`, is what must come of it."""
    outcome = _outcome(sent)
    host, port = outcome["chain"][-1], outcome["port"]
    known, found = client if client is not None else (None, None)
    yield Expectation(f"{where}.host", host, known)
    # The port of a peer is not every server's to tell.
    own = "client.port" if host == PROXY else f"{where}.port"
    yield Expectation(own, seen.source_port if host == PROXY else port, found)


def _forwarded(sent: AbstractRequest, seen: Seen) -> Found:
    """What `request.forwarded` says."""
    outcome = _outcome(sent)
    found: Any = seen.derived["forwarded"] or {}
    yield Expectation("forwarded.error", None, found.get("error"))
    yield from _client(sent, seen, "forwarded.client", found.get("client"))
    yield Expectation("forwarded.peer", PROXY, found.get("peer"))
    for name in ("chain", "scheme", "host", "prefix"):
        yield Expectation(f"forwarded.{name}", outcome[name], found.get(name))


_of_proxies = partial(table, check=_forwarded)


def _after(left: str) -> AbstractRequest:
    return _for(_NET, f"{left}, {_CLIENT}, 10.0.0.2", "10.0.0.2", _CLIENT)


_MADE_UP: Final = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30)


@_of_proxies(
    "PRX-001 The client",
    "`forwarded(proxies)` reads X-Forwarded-For from the right, beginning with the peer, never past"
    " the first who is not trusted: whose address is in none of `networks`, or who is behind `hops`"
    " proxies. `chain` has them all, `client` is the last. What stands further left does not"
    " matter. With a `client_field` the client is what that field says.",
    why="What a proxy adds stands on the right, and what a client has made up on the left.",
    strategy=lambda: _MADE_UP.map(_after),
)
def _chains() -> Rows:
    yield _sent(_NET)
    yield _for(_NET, _CLIENT, _CLIENT)
    yield _for(_NET, f"6.6.6.6, {_CLIENT}", _CLIENT)
    yield _for(_NET, f"10.6.6.6, {_CLIENT}", _CLIENT)
    yield _for(_NET, f"6.6.6.6,{_CLIENT} , 10.0.0.2,, ", "10.0.0.2", _CLIENT)
    several = ("6.6.6.6", f"{_CLIENT}, 10.0.0.3", "10.0.0.2")
    yield _for(_NET, several, "10.0.0.2", "10.0.0.3", _CLIENT)
    yield _for(_NET, "10.0.0.3, 10.0.0.2", "10.0.0.2", "10.0.0.3")
    yield _for(_NET, f"{_CLIENT}, ::ffff:10.0.0.2", "::ffff:10.0.0.2", _CLIENT)
    yield _for(_NET, "2001:DB8::1", "2001:db8::1")
    yield _for(_ONE, f"6.6.6.6, {_CLIENT}", _CLIENT)
    yield _for(_ONE, f"{PROXY}, {_CLIENT}", _CLIENT)
    yield _for(_TWO, f"6.6.6.6, {_CLIENT}, 192.0.2.1", "192.0.2.1", _CLIENT)
    yield _for(_TWO, _CLIENT, _CLIENT)
    yield _sent(_NET, (_FOR, "[2001:db8::1]:4711"), chain=[PROXY, "2001:db8::1"], port=4711)
    yield _sent(_NET, (_FOR, f"{_CLIENT}:4711"), chain=[PROXY, _CLIENT], port=4711)
    real = {**_NET, "client_field": "X-Real-IP"}
    yield _sent(real, (_FOR, "6.6.6.6"))
    yield _sent(real, (_FOR, "6.6.6.6"), ("X-Real-IP", _CLIENT), chain=[PROXY, _CLIENT])


_LINES: Final = (
    (_FOR, "6.6.6.6"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Port", "1"),
    ("X-Forwarded-Prefix", "/evil"),
    ("X-Real-IP", "6.6.6.6"),
    ("Forwarded", "for=6.6.6.6;proto=https;host=evil.example"),
)


@_of_proxies(
    "PRX-002 Strangers",
    "Of a peer that is not trusted nothing is believed: `client`, `scheme` and `host` are the"
    " server's, and there is no `prefix`.",
    why="Anybody can send these fields to a server that can be reached past the proxy.",
)
def _strangers() -> Rows:
    standard = {**_STANDARD, "networks": _OTHERS["networks"]}
    real = {**_OTHERS, "client_field": "x-real-ip"}
    for policy in (_OTHERS, standard, real):
        yield _sent(policy, *_LINES)
    # Who it is makes no difference to what it says.
    yield _sent(_OTHERS, (_FOR, f"{_CLIENT}, 192.0.2.1"))


@_of_proxies(
    "PRX-003 Nobody knows",
    "The client is `None` if a proxy that is trusted says what is no address: `unknown`, a name, an"
    " obfuscated identifier, the name of a socket. What stands left of it is not believed.",
    source="RFC 7239 6.2, 6.3",
)
def _nobody_knows() -> Rows:
    for policy in (_NET, _TWO):
        for value, others in (
            ("unknown", ()),
            (f"{_CLIENT}, unknown", ()),
            ("_hidden", ()),
            ("proxy.example", ()),
            ("unix:", ()),
            ("testclient", ()),
            ("300.1.1.1", ()),
            (f"{_CLIENT}/24", ()),
            ('"', ()),
            (f"{_CLIENT}, unknown, 10.0.0.2", ("10.0.0.2",)),
        ):
            yield _for(policy, value, *others, None)


def _said(policy: Policy, named: Mapping[str, str], **expected: Any) -> AbstractRequest:
    lines = [(f"X-Forwarded-{name}", value) for name, value in named.items()]
    return _sent(policy, *lines, **expected)


@_of_proxies(
    "PRX-004 What proxies set",
    "Only what `sets` names is believed, of X-Forwarded-Proto, -Host, -Port and -Prefix. A list as"
    " long as X-Forwarded-For is read where the client was found, a single value counts, any other"
    " length and any invalid value are ignored.",
    why="A proxy passes on whatever it does not set.",
)
def _sets() -> Rows:
    one, two = [PROXY, _CLIENT], [PROXY, "10.0.0.2", _CLIENT]
    shop = {"Host": "shop.example", "Port": "8443", "Prefix": "/shop/", "Proto": "https"}
    yield _said(_ALL, shop, scheme="https", host="shop.example:8443", prefix="/shop")
    yield _said(_NET, shop, scheme="https")
    yield _said({**_NET, "sets": ["host"]}, {**shop, "For": _CLIENT}, host="shop.example")
    # A list as long as that of X-Forwarded-For is read where the client was found.
    both = f"{_CLIENT}, 10.0.0.2"
    yield _said(_ALL, {"For": both, "Proto": "https, http"}, chain=two, scheme="https")
    longer = f"6.6.6.6, {_CLIENT}"
    yield _said(_ALL, {"For": longer, "Proto": "https, http"}, chain=one, scheme="http")
    yield _said(_ALL, {"For": both, "Proto": "https"}, chain=two, scheme="https")
    yield _said(_ALL, {"For": both, "Proto": "https, https, https"}, chain=two)
    yield _said(_ALL, {"Host": "evil.example, shop.example"})
    # The port goes with the host, and is left out if it is the scheme's own.
    yield _said(_ALL, {"Port": "8443"}, host="example.org:8443")
    other = {"Host": "a.example:81", "Port": "443", "Proto": "http"}
    yield _said(_ALL, other, scheme="http", host="a.example:443")
    own = {"Host": "a.example", "Port": "443", "Proto": "https"}
    yield _said(_ALL, own, scheme="https", host="a.example")
    yield _said(_ALL, {"Host": "[2001:db8::1]", "Port": "81"}, host="[2001:db8::1]:81")
    # What is no scheme, host, port or prefix says nothing.
    for name, values in (
        ("Proto", ("javascript", "on", "https:")),
        ("Host", ("a/b", "a b", "user@a.example", "a.example:x", "a.example:99999")),
        ("Port", ("0", "99999", "443x", "-1")),
        ("Prefix", ("shop", "//evil.example", "/a/../b", "/a/./b", "/a?b", "/%2e%2e", "\\evil")),
    ):
        for value in values:
            yield _said(_ALL, {name: value})
    yield _said(_ALL, {"Proto": "WSS"}, scheme="https")


def _standard(
    value: str | tuple[str, ...], *others: str | None, **expected: Any
) -> AbstractRequest:
    values = (value,) if isinstance(value, str) else value
    lines = [("Forwarded", each) for each in values]
    # The other family says nothing then.
    return _sent(_STANDARD, (_FOR, "6.6.6.6"), *lines, chain=[PROXY, *others], **expected)


_SHOP: Final = {"scheme": "https", "host": "shop.example"}


@_of_proxies(
    "PRX-005 Forwarded",
    'With `fields="forwarded"` the field of RFC 7239 counts, and no other: names in any case,'
    " quoted strings, IPv6 addresses in brackets, several fields as one list. A malformed element"
    " says nothing, and its client is `None`. A quote that a client leaves open hides nothing that"
    " a proxy has added.",
    source="RFC 7239 4",
)
def _elements() -> Rows:
    mine = f"for={_CLIENT};proto=https;host=shop.example"
    yield _standard(mine, _CLIENT, **_SHOP)
    yield _standard(f"FOR={_CLIENT} ; Proto=HTTPS;;Host=shop.example;", _CLIENT, **_SHOP)
    host = "shop.example:81"
    yield _standard(f'for="\\2\\03.0.113.9";by=x;host="{host}"', _CLIENT, host=host)
    yield _standard('for="[2001:db8::1]:4711"', "2001:db8::1", port=4711)
    yield _standard(f'for="{_CLIENT}:4711"', _CLIENT, port=4711)
    inner = "for=10.0.0.2;proto=http;host=inner.example"
    odd = ('for="evil, ', 'for="evil\\", ', "\\, ", "for=,; , ")
    for left in ("", "for=6.6.6.6;proto=http, ", *odd):
        yield _standard(f"{left}{mine}, {inner}", "10.0.0.2", _CLIENT, **_SHOP)
    yield _standard(("for=6.6.6.6", mine, inner), "10.0.0.2", _CLIENT, **_SHOP)
    # A quoted pair ends no string, and a comma in a string no element.
    yield _standard(f'for=6.6.6.6, for={_CLIENT};ext="a\\", b"', _CLIENT)
    for unknown in ("unknown", "_mystery", '"_a b"', '"unix:"'):
        yield _standard(f"for={unknown};proto=https", None, scheme="https")
    yield _standard("for=6.6.6.6, proto=https", None, scheme="https")
    for malformed in (f"for={_CLIENT};for=6.6.6.6", f"for {_CLIENT}", f"for={_CLIENT} proto=https"):
        yield _standard(malformed, None)
    yield _standard(" , ")


# In an app.


def _believed(sent: AbstractRequest, seen: Seen) -> Found:
    """That unireq and the framework say what the proxy does; and what the server said is kept."""
    outcome, facts, native = _outcome(sent), seen.facts, seen.native
    client, scheme, host = outcome["chain"][-1], outcome["scheme"], outcome["host"]
    yield from _client(sent, seen, "client", facts["client"])
    yield Expectation("scheme", scheme, facts["scheme"])
    yield Expectation("host", host, facts["host"])
    yield Expectation("headers.host", sent.host, facts["headers"].get("host"))
    path = f"/{''.join(piece.text for piece in sent.path)}"
    yield Expectation("url", f"{scheme}://{host}{path}", seen.derived["url"])
    if client is not None and "client" in native:
        yield Expectation("native.client", client, str(native["client"]).strip("[]"))
    if "scheme" in native:
        yield Expectation("native.scheme", scheme, native["scheme"])
    if "url" in native and host != sent.host:
        yield Expectation("native.url", f"{scheme}://{host}{path}", native["url"])
    found: Any = seen.derived["forwarded"] or {}
    yield Expectation("forwarded.peer", PROXY, found.get("peer"))
    yield from _client(sent, seen, "forwarded.client", found.get("client"))


def _in_app(request: AbstractRequest) -> AbstractRequest:
    around = layered(NATIVE, {"outer": {}})
    return replace(around, fields=request.fields, proxies=request.proxies, host=request.host)


def _told(named: Mapping[str, str], **expected: Any) -> AbstractRequest:
    """To an app that trusts proxies, of which the nearest says this."""
    return _in_app(_said(TRUSTED, named, **expected))


@table(
    "PRX-006 In an app",
    "With `proxies` of `install` or `as_middleware`, `client`, `scheme`, `host` and `url` are what"
    " the trusted proxies say, in unireq and where the framework reads them. The field Host stays"
    " as sent. `forwarded` begins with what the server gave all the same.",
    why="Links, redirects and Secure cookies are the framework's, and signatures are over what was"
    " sent.",
    capability="PROXIES",
    check=_believed,
)
def _behind() -> Rows:
    yield _told({})
    yield _told(
        {"For": f"6.6.6.6, {_CLIENT}, 10.0.0.2", "Proto": "https", "Host": "shop.example.org"},
        chain=[PROXY, "10.0.0.2", _CLIENT],
        scheme="https",
        host="shop.example.org",
    )
    yield _told({"For": "2001:db8::1"}, chain=[PROXY, "2001:db8::1"])
    yield _told({"Proto": "https", "Port": "8443"}, scheme="https", host="example.org:8443")
    yield _told({"For": "unknown", "Proto": "https"}, chain=[PROXY, None], scheme="https")
    yield _told({"Prefix": "/evil", "Scheme": "https", "Server": "evil.example"})
    yield _in_app(_sent(TRUSTED, ("Forwarded", "for=6.6.6.6;proto=https;host=evil.example")))


def _hosts(*hosts: str) -> Rows:
    return (replace(_told({}), host=host) for host in hosts)


def _answered(status: int) -> Any:
    def check(_: AbstractRequest, seen: Seen) -> Found:
        yield Expectation("response.status", status, seen.response["status"])
        if status != 200:
            yield Expectation("layers.events", [], seen.layers["events"])

    return check


@table(
    "PRX-007 Allowed hosts",
    "With `allowed_hosts` of `install` or `as_middleware`, a request is answered if its host is in"
    " the list: as a name in any case, with any port, with a dot at the end; as an address; below"
    " `.name`, which is in it too; below `*.name`, which is not. The host is what `host` says:"
    " that of a trusted proxy, if it says one.",
    capability="HOSTS",
    check=_answered(200),
)
def _allowed_hosts() -> Rows:
    yield from _hosts("example.org", "EXAMPLE.org:8080", "example.org.")
    yield from _hosts("wild.example", "a.b.wild.example:1", "a.sub.example")
    yield from _hosts("127.0.0.1:8000", "[::1]", "[0:0:0:0:0:0:0:1]:80")
    yield _told({"Host": "a.wild.example", "Port": "81"})


@table(
    "PRX-008 Other hosts",
    "Any other host, one that is missing, invalid or not the only one, is answered by status 400"
    " before a layer or the app sees the request. A server may refuse it itself.",
    why="Links in mails, and what caches keep, lead to the host that somebody has sent.",
    capability="HOSTS",
    may_refuse=True,
    check=_answered(400),
)
def _other_hosts() -> Rows:
    yield from _hosts("evil.example", "example.org.evil.example", "a.example")
    yield from _hosts("evilwild.example", "sub.example", "a_b.wild.example")
    yield from _hosts("evil%2f.wild.example", "a..wild.example", "[::2]")
    yield from _hosts("user@example.org", "example.org:x", "127.0.0.2", "")
    yield from _hosts("evil.example, example.org")
    yield _told({"Host": "evil.example"})
