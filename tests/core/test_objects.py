"""Objects as programmers meet them: wrong use and what it is told, copies, and what logs show."""

from __future__ import annotations

import copy
import functools
import pickle
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

import unireq
from support.fake import FakeRequest, Octets
from unireq import (
    Authorization,
    Limits,
    MediaType,
    Param,
    Request,
    ResponseHead,
    TrustedProxies,
    UploadedFile,
    _detect,
    middleware,
)
from unireq._body.form_data import Files, FormData
from unireq._layers.head import _SentFields
from unireq.adapter import make_opener

ASKED: Any = Request("GET", "/?a=1&a=2", headers={"host": "h", "cookie": "a=1; a=2"})
SENT: Any = ResponseHead(200, _SentFields([("a", "b")]))
ANY: Any = unireq
make_form: Any = FormData
make_files: Any = Files
hops: Any = functools.partial(TrustedProxies, hops=1)


def within(*networks: str) -> TrustedProxies:
    return TrustedProxies(networks=networks)


def with_(url: str, **changes: Any) -> Callable[[], Any]:
    return lambda: unireq.URL(url).with_(**changes)


CHANGES: list[Callable[[Any], object]] = [
    *(lambda m: m.__setitem__("a", "9"), lambda m: m.__delitem__("a"), lambda m: m.__ior__({})),
    *(lambda m: m.clear(), lambda m: m.pop("a"), lambda m: m.popitem()),
    *(lambda m: m.setdefault("z", "9"), lambda m: m.update(a="9")),
]
WRONG_TYPES: list[tuple[str, Callable[[], Any]]] = [
    ("MediaType: expected a str, got bytes", lambda: ANY.MediaType(b"a/b")),
    ("Authorization: expected a str, got bytes", lambda: ANY.Authorization(b"a")),
    ("preferred_type: .* are str, got bytes", lambda: ASKED.preferred_type(b"a/b")),
    ("preferred_language: .* are str, got int", lambda: ASKED.preferred_language(1)),
    ("join: expected a str, got bytes", lambda: ASKED.url.join(b"/a")),
    ("limits: expected unireq.Limits or None, got int", lambda: ASKED.read(limits=5)),
    ("replace: expected a unireq.Response, got str", lambda: SENT.replace("a")),
    ("expected unireq's own adapter 'no', got none", lambda: _detect._protocol_adapter("no")),
    *(
        ("FormData is read-only: .*dict", lambda change=c: change(FormData([("a", "1")])))
        for c in CHANGES
    ),
    ("Parameters is read-only", lambda: MediaType("a/b;c=d").parameters.__setitem__("a", "b")),
    *(("Param: expected a name that is a str", lambda v=v: ANY.Param(v)) for v in (None, 1, b"a")),
    ("form: expected a mapping or an iterable of .* pairs, got str", lambda: make_form("a=1")),
    ("got NoneType", lambda: make_form(None)),
    (r"form: expected \(name, value\) pairs, got str", lambda: make_form(["ab"])),
    ("form: expected a str as name, got bytes", lambda: make_form({b"a": "1"})),
    (r"form\['a'\]: expected a str or an Upl.*, got bytes", lambda: make_form({"a": b"1"})),
    (r"files\['a'\]: expected an UploadedFile, got str", lambda: make_files({"a": "1"})),
    *(
        (f"^Limits.fields: expected an int or None, got {kind}$", lambda v=value: Limits(fields=v))
        for value, kind in ((1.5, "float"), ("1", "str"), (True, "bool"))
    ),
    ("got none of them", TrustedProxies),
    ("got both", lambda: hops(networks=["::1"])),
    ("expected a list of networks", lambda: TrustedProxies(networks="10.0.0.0/8")),
    (r"with_\(path=...\): expected a str, got bytes", with_("http://h", path=b"/a")),
    (r"with_\(query=...\): expected a str, got int", with_("http://h", query=1)),
    ("fragment", with_("http://h", fragment="x")),
    *(
        (f"set_username_getter: .*got {type(v).__name__}$", lambda v=v: set_getter(v))
        for v in ("user", 0, ASKED)
    ),
]
WRONG_VALUES: list[tuple[str, Callable[[], Any]]] = [
    ("got another text, of 4 characters", lambda: ANY.MediaType("text")),
    ("without wildcards, got", lambda: ASKED.preferred_type("text/*")),
    ("expected language tags such as 'de'", lambda: ASKED.preferred_language("*")),
    *(
        (f"^Limits.{name}: expected 0 or more, got -1$", lambda make=make, n=name: make(**{n: -1}))
        for name in Limits._fields
        for make in (Limits, Limits().replace, Limits()._replace)
    ),
    ("at least one network", within),
    ("host bits set", lambda: within("10.0.0.1/8")),
    ("'proxy.internal'", lambda: within("proxy.internal")),
    ("the IPv4 network itself", lambda: within("::ffff:10.0.0.0/104")),
    ("hops of 1 or more, got 0", lambda: hops(hops=0)),
    ("got True", lambda: hops(hops=True)),
    (r"got \['proxy'\]", lambda: hops(sets=["proxy"])),
    ("got 'for'", lambda: hops(sets="for")),
    ("sets to name some of", lambda: hops(sets=[])),
    ('"for", "proto", "host"', lambda: hops(sets=["port"], fields="forwarded")),
    ("got 'via'", lambda: hops(fields="via")),
    ("x real ip", lambda: hops(client_field="x real ip")),
    ("client_field", lambda: hops(client_field="x-real-ip", sets=["proto"])),
    (r"with_\(path=...\): .* begins with '/', got 'b'", with_("http://h/a", path="b")),
    ("one leading '/' where there is no netloc", with_("/a", path="//evil")),
    ("one leading '/'", with_("http://h//evil/a", netloc="")),
    ("no ':' in the first segment", with_("/a", path="javascript:x")),
    (r"got '\\n' in it", with_("http://h", path="/a\n")),
    (r"with_\(query=...\): .* got '#'", with_("http://h", query="a#b")),
    (r"with_\(netloc=...\): .* got '/'", with_("http://h", netloc="h/a")),
    (r"with_\(scheme=...\): .* got ':'", with_("http://h", scheme="http:")),
    *(
        ("^make_opener: expected a Python name, got '", lambda s=s: make_opener(FakeRequest, s))
        for s in (
            {"_a b": "x"},
            {"_a": "x()"},
            {"_a": "x."},
            {"_a": ".x"},
            {"": "x"},
            {"_a": "x;y"},
        )
    ),
]
TOO_LATE: list[tuple[str, Callable[[], Any]]] = [
    ("header field", lambda: SENT.set_header("a", "c")),
    ("replace", lambda: SENT.replace(unireq.Response("a"))),
]


def set_getter(getter: Any) -> None:
    class Own(FakeRequest):
        __slots__ = ()

    Own.set_username_getter(getter)


@pytest.mark.parametrize(
    ("kind", "said", "call"),
    [
        (kind, said, call)
        for kind, several in (
            *((TypeError, WRONG_TYPES), (ValueError, WRONG_VALUES), (RuntimeError, TOO_LATE)),
        )
        for said, call in several
    ],
)
def test_wrong_use_is_told(kind: type[Exception], said: str, call: Callable[[], Any]) -> None:
    with pytest.raises(kind, match=said):
        call()


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301  # of our own making


ONE, TWO = (UploadedFile(name.encode(), f"{name}.txt") for name in ("one", "two"))
FORM = FormData([("b", "1"), ("f", ONE), ("a", "2"), ("b", "3"), ("a", TWO), ("f", TWO)])
ONE_TWO_TWO = [b"one", b"two", b"two"]
LIMITS = Limits(fields=5, json_depth=None)
TEN = TrustedProxies(networks=["10.0.0.0/8"])
# What is copied, what its copy is asked, and what it says.
COPIED: list[tuple[Any, Callable[[Any], object], object]] = [
    (MediaType("A/B;c=d"), lambda media: (media, media.essence), ("A/B;c=d", "a/b")),
    (MediaType("A/B;c=d"), lambda media: media.parameters, {"c": "d"}),
    (MediaType("A/B;c=d").parameters, dict, {"c": "d"}),
    (Authorization('digest A="b,c"'), lambda given: given.scheme, "digest"),
    (Authorization('digest A="b,c"'), lambda given: given.parameters, {"a": "b,c"}),
    (Authorization("Bearer abc"), lambda given: given.credentials, "abc"),
    (
        ASKED.cookies,
        lambda mapping: (dict(mapping), mapping.getlist("a")),
        ({"a": "1"}, ["1", "2"]),
    ),
    (ASKED.query_params, lambda mapping: mapping.getlist("a"), ["1", "2"]),
    (FORM, lambda form: (form, form.multi_items()), (FORM, FORM.multi_items())),
    (FORM, lambda form: [name for name, _ in form.parts()], [*"bfabaf"]),
    (FORM, lambda form: [file.read() for _, file in form.files.multi_items()], ONE_TWO_TWO),
    (LIMITS, lambda limits: limits, LIMITS),
    (TEN, lambda proxies: (proxies, hash(proxies)), (TEN, hash(TEN))),
]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_copies(copied: Any) -> None:
    for thing, ask, said in COPIED:
        twin = copied(thing)
        assert (type(twin), ask(twin)) == (type(thing), said)
    files = copied(FORM.files)
    assert type(files) is Files
    assert [file.read() for file in files.getlist("f")] == [b"one", b"two"]


def test_values_are_compared_by_what_they_say() -> None:
    assert Limits.replace(LIMITS) == LIMITS
    assert LIMITS not in (Limits(), 5)
    assert Limits(fields=None) != Limits(fields=0)
    assert len({Limits(), Limits(fields=1000), Limits(fields=1)}) == 2
    assert TEN == TrustedProxies(networks=("10.0.0.0/8",)) != TrustedProxies(hops=1)
    assert Param("a") == Param("a") != Param("b")
    assert len({Param("a"), Param("a")}) == 1
    assert Param("a") != "a"


def named(request: Request) -> str:
    return request.method


def test_what_logs_show() -> None:
    head = ResponseHead(204, [("a", "b"), ("a", "c"), ("d", "e")])
    assert repr(head) == "<ResponseHead 204 (a, d)>"
    assert repr(MediaType("text/html")) == "MediaType('text/html')"
    assert repr(MediaType("text/html; a=b").parameters) == "Parameters({'a': 'b'})"
    assert "networks=('10.0.0.0/8',), hops=None" in repr(TEN)
    assert repr(Param("ids[]")) == "Param('ids[]')"
    assert repr(FormData({"password": "s3cret"})) == "FormData({'password': '***'})"
    file = "{'f': <UploadedFile 'one.txt', 3 bytes>}"
    assert repr(FormData([("f", ONE)])) == f"FormData({{}}, files={file})"
    assert repr(Files({"f": ONE})) == f"Files({file})"
    layer: Any = middleware(named)  # type: ignore[arg-type]
    assert layer(ASKED) == "GET"
    assert repr(layer) == f"<unireq.middleware {__name__}.named>"
    assert middleware(functools.partial(named)).name == f"{__name__}.named"  # type: ignore[arg-type]
    assert middleware(dict).name == "builtins.dict"  # type: ignore[arg-type]


def test_a_file_is_no_text() -> None:
    form = FormData([("f", ONE), ("a", "1")])
    with pytest.raises(KeyError, match=r"'f' is a file of the form: use form\.files\['f'\]"):
        form["f"]
    with pytest.raises(KeyError, match=r"^'b'$"):
        form["b"]
    assert (form.get("f"), "f" in form, form["a"]) == (None, False, "1")


SECRETS = ["Bearer c1vz9qk3", "Basic " + b64encode(b"c1vz9qk3:c1vz9qk3").decode(), "c1vz9qk3"]


@pytest.mark.parametrize("field", [*SECRETS, 'Digest a="c1vz9qk3"', "Own c1vz9qk3"])
def test_no_credentials_are_shown(field: str) -> None:
    given = Authorization(field)
    shown = f"{given!r} {given} {given.parameters!r}".lower()
    assert not any(word.lower() in shown for word in ("c1vz9qk3", field.partition(" ")[2] or "c1v"))
    with pytest.raises(ValueError, match="another text") as caught:
        Authorization(field + " \x01")
    assert "c1vz9qk3" not in str(caught.value)


MIB = 1024 * 1024
DEFAULTS = {
    "body_size": 32 * MIB,
    "fields": 1000,
    "files": 100,
    "field_size": MIB,
    "file_size": None,
    "part_headers": 16,
    "part_header_size": 8192,
    "spool_size": MIB,
    "json_depth": 100,
    "json_size": 4 * MIB,
    "decoded_size": None,
}


def test_the_defaults() -> None:
    limits = Limits()
    assert {name: getattr(limits, name) for name in DEFAULTS} == DEFAULTS
    assert repr(limits) == f"Limits({', '.join(f'{k}={v}' for k, v in DEFAULTS.items())})"


def test_the_limits_of_every_request() -> None:
    Request.set_limits(Limits(json_depth=1))
    try:
        with pytest.raises(ValueError, match="json_depth"):
            Request(body=b"[[]]").json()
        with pytest.raises(ValueError, match="json_depth"):
            FakeRequest({"octets": Octets(b"[[]]")}).json()
    finally:
        Request.set_limits(None)
    assert Request(body=b"[[]]").json() == [[]]
    Request.set_limits(None)
    assert Request(body=b"[[]]").json() == [[]]
