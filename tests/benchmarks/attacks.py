"""Input made to be dear: for each, what makes `n` of it, and what a server then does with it.

Nothing is measured here: see growth.py. Everything goes through public names where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import unireq
from unireq import URL, Headers, Limits, QueryParams, Request, RequestError
from unireq._body.content import split_parameters
from unireq._connection import normalize_address, normalize_http_version
from unireq._facts import is_session_hash
from unireq._fields import members
from unireq._layers.hosts import AllowedHosts
from unireq._redact import hide_query
from unireq._url import build_url, decode_raw_path, normalize_path, valid_host
from unireq.adapter import (
    header_from_asgi,
    header_from_h1_head,
    headers_from_asgi,
    headers_from_h1_head,
)

__all__ = ["ATTACKS", "Attack"]


@dataclass(frozen=True)
class Attack:
    """One way to make a server work.

    Attributes:
        name: What the row is called.
        make: The input, for a size.
        use: What reads it. A refusal is an answer too.
        plain: The name of the attack beside which this one may cost three times as much, if that
            is promised.
        scale: How many times the usual sizes are made: more where a unit costs next to nothing.
    """

    name: str
    make: Callable[[int], Any]
    use: Callable[[Any], object]
    plain: str | None = None
    scale: int = 1


def _each(
    name: str,
    make: Callable[[Any, int], Any],
    use: Callable[[Any], object],
    pieces: Sequence[Any],
    scale: int = 1,
    plain: str | None = None,
) -> list[Attack]:
    """An attack by each of the pieces, which `name` has a place for."""
    return [Attack(name.format(piece), partial(make, piece), use, plain, scale) for piece in pieces]


def _x_of_head(head: bytes) -> object:
    return header_from_h1_head(head, "x")


def _query(query: str) -> QueryParams:
    return Request(url=f"/?{query}").query_params


def _cookies(cookie: str) -> object:
    return Request(headers=[("Cookie", cookie)]).cookies


def _field(name: str) -> Callable[[str], object]:
    def use(value: str) -> object:
        request = Request(headers=[(name, value)])
        offers = ["en-GB-a-b-c", "de"], ["a/b;c=d", "e/f"]
        return (
            *(request.content_type, request.content_length, request.authorization),
            *(request.preferred_language(*offers[0]), request.preferred_type(*offers[1])),
        )

    return use


_EVERYBODY = ("0.0.0.0/0", "::/0")
_TRUSTED = {
    "x-forwarded-for": unireq.TrustedProxies(networks=_EVERYBODY),
    "x-forwarded-host": unireq.TrustedProxies(networks=_EVERYBODY, sets=["host"]),
    "x-forwarded-prefix": unireq.TrustedProxies(networks=_EVERYBODY, sets=["prefix"]),
    "x-real-ip": unireq.TrustedProxies(networks=_EVERYBODY, client_field="x-real-ip"),
    "forwarded": unireq.TrustedProxies(networks=_EVERYBODY, fields="forwarded"),
}


def _from_proxy(name: str) -> Callable[[str], object]:
    def use(value: str) -> object:
        request = Request(headers=[(name, value)], client=("::1", 1))
        # By networks as far as the client, and by more hops than there are.
        hops = unireq.TrustedProxies(hops=10**6, fields=_TRUSTED[name].fields)
        return request.forwarded(_TRUSTED[name]), request.forwarded(hops)

    return use


_hosts = AllowedHosts(["a.example", ".b.example", "*.c.example", "::1"], "install")


def _allowed(host: str) -> object:
    with suppress(RequestError):
        return _hosts(Request(headers=[("host", host)]))
    return None


def _url(raw_path: str) -> object:
    return build_url("http", "h", "GET", raw_path, None, "")


_OPEN = Limits(fields=10**6, files=10**6, field_size=10**8, json_depth=100, part_header_size=10**8)


def _posted(content_type: str) -> Callable[[bytes], Any]:
    def use(body: bytes) -> Any:
        request = Request("POST", headers=[("Content-Type", content_type)], body=body)
        with suppress(RequestError):
            return request.json() if "json" in content_type else request.form(limits=_OPEN)
        return None

    return use


def _disposed(parameters: bytes) -> bytes:
    head = b"--b\r\nContent-Disposition: form-data" + parameters
    return head + b"\r\n\r\n\r\n--b--\r\n"


_json = _posted("application/json")
_urlencoded = _posted("application/x-www-form-urlencoded")
_latin = _posted("application/x-www-form-urlencoded; charset=iso-8859-1")
_multipart = _posted("multipart/form-data; boundary=b")


def _part(header: bytes, content: bytes) -> bytes:
    return b'--b\r\nContent-Disposition: form-data; name="f"%s\r\n\r\n%s\r\n--b--\r\n' % (
        header,
        content,
    )


def _saved_name(name: str) -> object:
    body = _part(b'; filename="%s"' % name.encode(), b"")
    form = _multipart(body)
    return [file.safe_filename for file in form.files.values()] if form else None


_ESCAPES = (b"%41", b"%%%", b"%za", b"%\r\n", b"===")
_AS_PLAIN: dict[str, Any] = {"scale": 64, "plain": "form: plain"}


def _begun(start: Any, piece: Any, n: int) -> Any:
    return start + piece * n


_value = partial(_begun, b"a=")

ATTACKS: tuple[Attack, ...] = (
    # Field values.
    Attack("list: open quote", lambda n: '"' + "a," * n, members),
    Attack("list: backslashes", lambda n: '"\\' * n, members),
    Attack("list: quotes", lambda n: '"a' * n, members),
    Attack("list: escapes", lambda n: '\\"' * n + ",", members),
    Attack("list: commas", lambda n: "," * n, members),
    *_each(
        "parameters: {!r}",
        lambda piece, n: "a" + piece * n,
        split_parameters,
        (';a="', ';a="\\"', ";a", "; ", '"', "\\", ';a="b', ";a=b"),
    ),
    # Header fields.
    Attack("headers: one name", lambda n: [("x", "a")] * n, Headers),
    Attack("headers: padding", lambda n: {"x": " " * n + "a" + " " * n}, Headers, scale=16),
    Attack("pairs: one name", lambda n: [(b"x", b"a")] * n, headers_from_asgi),
    Attack("pairs: cookies", lambda n: [(b"cookie", b"")] * n, headers_from_asgi),
    Attack("pairs: get one", lambda n: [(b"x", b"a")] * n, lambda x: header_from_asgi(x, "x")),
    Attack("head: folds", lambda n: b"GET / HTTP/1.1" + b"\r\n " * n, headers_from_h1_head),
    Attack(
        "head: folded value",
        lambda n: b"GET / HTTP/1.1\r\nx:" + b"\r\n \t" * n + b"a",
        headers_from_h1_head,
    ),
    Attack("head: one name", lambda n: b"\r\nx:" * n, headers_from_h1_head),
    Attack("head: get one", lambda n: b"\r\nx:" * n, _x_of_head),
    Attack("head: no colon", lambda n: b"\r\nx" * n, _x_of_head, scale=16),
    # Cookies.
    Attack("cookies: one name", lambda n: "a=1;" * n, _cookies),
    Attack("cookies: empty", lambda n: ";" * n, _cookies),
    Attack("cookies: equals signs", lambda n: "=" * n, _cookies, scale=16),
    Attack("cookies: backslashes", lambda n: 'a="' + "\\" * n + '"', _cookies),
    Attack("cookies: octal escapes", lambda n: 'a="' + "\\303" * n + '"', _cookies),
    Attack("cookies: padding", lambda n: "a=" + " " * n + "1", _cookies, scale=16),
    # Query.
    Attack("content type", lambda n: 'a/b;c="' + '\\"' * n, _field("content-type")),
    Attack("content length", lambda n: "5" + ",5" * n, _field("content-length")),
    Attack("authorization: pairs", lambda n: "A " + ",\t" * n + "b=", _field("authorization")),
    Attack("authorization: token", lambda n: "A " + "=" * n + "b", _field("authorization")),
    Attack("authorization: escapes", lambda n: 'A b="' + '\\"' * n, _field("authorization")),
    Attack("accept: members", lambda n: "a/b;c=d," * n, _field("accept")),
    Attack("accept: parameters", lambda n: "a/b" + ";c=d" * n, _field("accept")),
    Attack("accept: weight", lambda n: "a/b;q=0." + "0" * n, _field("accept")),
    Attack("languages: members", lambda n: "a;q=0," * n, _field("accept-language")),
    Attack("languages: subtags", lambda n: "a" + "-a" * n, _field("accept-language")),
    Attack("url: joined", lambda n: "a/../" * n + "../" * n, URL("http://h/a/b").join),
    Attack("url: origin", lambda n: URL("http://" + "a@" * n), lambda x: x.origin),
    Attack("query: plain", lambda n: "ab&" * n, _query),
    Attack("query: one name", lambda n: "a&" * n, lambda q: _query(q).getlist("a")),
    Attack("query: percent signs", lambda n: "%" * n, _query),
    Attack("query: escapes", lambda n: "%41+" * n, _query),
    Attack("query: beyond ASCII", lambda n: "%e9" * n, _query),
    Attack("query: equals signs", lambda n: "=" * n, _query, scale=16),
    Attack("query: hidden", lambda n: "a=&" * n, hide_query),
    Attack("query: hidden equals signs", lambda n: "=" * n, hide_query, scale=16),
    # Targets, addresses, the URL.
    Attack("host: slash", lambda n: "a" * n + "/", valid_host, scale=16),
    Attack("host: IPv6", lambda n: "[" + ":" * n, valid_host, scale=16),
    Attack("host: escapes", lambda n: "%41" * n + "%", valid_host),
    Attack("host: port", lambda n: "h:" + "1" * n, valid_host, scale=16),
    Attack("url: ports", lambda n: "http://" + ":1" * n, lambda x: URL(x).port),
    Attack("url: userinfo", lambda n: "http://" + "@" * n, lambda x: URL(x).hostname),
    Attack("url: no scheme", lambda n: "a" * n + "/", lambda x: URL(x).scheme),
    Attack("url: long port", lambda n: "http://h:" + "1" * n + "x", lambda x: URL(x).port),
    Attack("url: plain path", lambda n: "/" + "a" * n, _url, scale=16),
    Attack("url: path beyond ASCII", lambda n: "/" + "\xe9" * n, _url, scale=16),
    Attack("path: raw", lambda n: b"a" * n, decode_raw_path, scale=16),
    Attack("path: percent signs", lambda n: b"/%" * n, decode_raw_path),
    Attack("path: slashes", lambda n: "/" * n, normalize_path, scale=16),
    Attack("session hash", lambda n: "a" * n, is_session_hash, scale=16),
    Attack("client: port", lambda n: "1" * n, lambda x: normalize_address("::1", x), scale=16),
    Attack("client: host", lambda n: "[" + ":" * n, lambda x: normalize_address(x, 1), scale=16),
    Attack(
        "client: forwarded",
        lambda n: 'for="::1' * n + ",::1x" * n,
        lambda x: normalize_address("::1", 1, [x]),
    ),
    *_each(
        "proxies: X-Forwarded-For, {!r}",
        lambda piece, n: piece * n + "::1",
        _from_proxy("x-forwarded-for"),
        ("::1,", ",", "a,", "[", ":", "1.", " ", '"'),
    ),
    *(
        Attack(
            f"proxies: Forwarded, {start + piece!r}",
            partial(_begun, start, piece),
            _from_proxy("forwarded"),
        )
        for start, *pieces in (
            *(("", "for=::1,", ",", ";", "a=b;", "a", '"', "\\"), ("for=", " ", "1")),
            *(('for="', "a", "\\", '\\"', ",", '","', ";a="), ("for=a;", " ")),
        )
        for piece in pieces
    ),
    Attack("proxies: host", lambda n: "a" * n + "/", _from_proxy("x-forwarded-host"), scale=16),
    Attack("proxies: prefix", lambda n: "/a" * n + "?", _from_proxy("x-forwarded-prefix")),
    Attack("proxies: slashes", lambda n: "/" * n, _from_proxy("x-forwarded-prefix"), scale=16),
    Attack("proxies: one field", lambda n: "[" + ":" * n, _from_proxy("x-real-ip"), scale=16),
    *_each(
        "allowed hosts: {!r}",
        lambda piece, n: piece * n + ".b.example",
        _allowed,
        ("a", "a.", ".", "-", "%41", ":1"),
    ),
    Attack("version", lambda n: "1" * n, normalize_http_version, scale=16),
    Attack("by hand", lambda n: "/" + "a" * n + "?" + "b=&" * n, lambda x: Request(url=x)),
    Attack("repr", lambda n: Request(url="/?" + "=" * n), repr, scale=16),
    # JSON.
    Attack("part: quotes", lambda n: _disposed(b';\t"' + b'\\"' * n), _multipart),
    Attack("part: semicolons", lambda n: _disposed(b"; name=a" + b";" * n), _multipart),
    Attack(
        "part: parameters",
        lambda n: _disposed(b"".join(b";a%d=1" % i for i in range(n))),
        _multipart,
    ),
    Attack("json: empty arrays", lambda n: b"[" + b"[]," * n + b"0]", _json),
    Attack("json: quotes", lambda n: b"[" * 101 + b'"' * (n | 1), _json),
    Attack("json: escaped quotes", lambda n: b"[" * 101 + b'"' + b'\\"' * n, _json, scale=16),
    Attack("json: backslashes", lambda n: b'["\\ud800' + b"\\" * (n & ~1) + b'"]', _json, scale=16),
    Attack(
        "json: odd backslashes", lambda n: b'["\\ud800' + b"\\" * (n | 1) + b'"]', _json, scale=16
    ),
    Attack("json: surrogates", lambda n: b'["' + b"\\ud800" * n + b'"]', _json),
    Attack("json: integers", lambda n: b"[" + b",".join([b"1" * 99] * (n // 20)) + b"]", _json),
    Attack("json: one integer", lambda n: b"1" * n, _json, scale=16),
    Attack("json: one float", lambda n: b"1" * n + b".0", _json, scale=16),
    Attack("json: open arrays", lambda n: b"[" * n, _json, scale=16),
    Attack("json: open objects", lambda n: b'{"":' * n, _json),
    # Forms.
    Attack("form: plain", lambda n: b"a=" + b"abc" * n, _urlencoded, scale=64),
    Attack("form: fields", lambda n: b"a=1&" * n, _urlencoded),
    Attack("form: separators", lambda n: b"&" * n, _urlencoded),
    Attack("form: no UTF-8", lambda n: b"a=" + b"%ff" * n, _urlencoded, scale=64),
    Attack("form: some broken", lambda n: b"a=" + b"%41%%z=" * n, _urlencoded, scale=64),
    *_each("form: {!r}, UTF-8", _value, _urlencoded, _ESCAPES, **_AS_PLAIN),
    *_each("form: {!r}, ISO-8859-1", _value, _latin, _ESCAPES, **_AS_PLAIN),
    *_each("form: {!r} in ISO-8859-1", _value, _latin, (b"%ff", b"\xff\xff\xff"), **_AS_PLAIN),
    *_each(
        "upload: {!r}",
        lambda piece, n: _part(b'; filename="a"', piece.encode() * n),
        _multipart,
        ("\r\n--b", "\r", "\r\n-", "\r\n--", "-", "\r\n", "a"),
        scale=64,
    ),
    Attack("multipart: parts", lambda n: _part(b"", b"1")[:-7] * n + b"--b--\r\n", _multipart),
    Attack("file name: dots", lambda n: "a" + "." * n + "b", _saved_name),
    Attack("file name: marks", lambda n: "a" + "\u0316\u0301" * n, _saved_name, scale=4),
    Attack("file name: separators", lambda n: "/\\" * n, _saved_name),
)
