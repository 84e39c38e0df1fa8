"""Whether a target has an optional feature: one request that shows it.

Rule: it says whether the feature is there, not whether it is right; that is for the clauses. So
nobody is spared a clause by declaring `unsupported` what the target has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from unireq_conformance.clause import Expectation
from unireq_conformance.content import Content, Framing, step
from unireq_conformance.layers import AbstractLayers
from unireq_conformance.model import AbstractRequest, Field, Piece
from unireq_conformance.proxies import TRUSTED, AbstractProxies
from unireq_conformance.response import AbstractResponse, told
from unireq_conformance.seen import Seen
from unireq_conformance.servers.frames import Inexpressible
from unireq_conformance.servers.running import Running
from unireq_conformance.verdict import Failure

__all__ = ["if_present"]


def _at(path: str, response: AbstractResponse | None = None) -> AbstractRequest:
    return AbstractRequest(path=(Piece(path, path.encode("ascii")),), response=response)


def _behind_proxy(name: str, value: bytes) -> AbstractRequest:
    around, proxies = AbstractLayers.of({"outer": {}}), AbstractProxies.of({**TRUSTED})
    return AbstractRequest(fields=(Field(name, value),), layers=around, proxies=proxies)


def _reading(operation: str) -> AbstractRequest:
    content = Content(b"a", None, Framing(), (step(operation, {}),))
    return AbstractRequest(method="POST", content=content)


def _value_of(seen: Seen, key: str) -> Any:
    return dict(seen.body.get(key) or {})


_MADE: Final = AbstractResponse.made("as told")
_ABORTED: Final = replace(_MADE, instruction=told("abort", _MADE.instruction))

_SIGNS: Final[Mapping[str, tuple[AbstractRequest, str, Callable[[Seen], bool]]]] = {
    "ALLOWED_HOSTS": (
        AbstractRequest(host="refused.example"),
        "`host` is None where it is none of the allowed hosts",
        lambda seen: "host" in seen.facts and seen.facts["host"] is None,
    ),
    "ASYNC_BODY": (
        _reading("sync.read"),
        "the body must be awaited",
        lambda seen: _value_of(seen, "1.sync.read").get("error") == "BodyNotRead",
    ),
    "CURRENT": (
        _at("current"),
        "a request is current at /current",
        lambda seen: bool(seen.current),
    ),
    "EARLY": (AbstractRequest(), "there are early facts", lambda seen: bool(seen.early)),
    "ERRORS": (
        _at("native", _ABORTED),
        "the error of the view at /native is answered",
        lambda seen: seen.at("response.text") == "as told",
    ),
    "HANDLERS": (
        _at("respond", _MADE),
        "the handler at /respond answers as it is told to",
        lambda seen: seen.at("response.text") == "as told",
    ),
    "INJECT": (
        _at("injected"),
        "the view at /injected was given our request",
        lambda seen: bool(seen.injected),
    ),
    "LAYERS": (
        replace(_at("respond"), response=_MADE, layers=AbstractLayers.of({"outer": {}})),
        "the layers around the app run",
        lambda seen: any(event["part"] != "view" for event in seen.layers.get("events", ())),
    ),
    "LOGIN": (
        AbstractRequest(),
        "the driver was given a `login`",
        lambda seen: "USR-001" in seen.inside,
    ),
    "MOUNT": (
        _at("mounted/a"),
        "`root_path` is the prefix of the mount",
        lambda seen: seen.facts.get("root_path") == "/mounted",
    ),
    "NATIVE_BODY": (
        _reading("native"),
        "the driver's `read_body` reads a body",
        lambda seen: "octets" in _value_of(seen, "1.native"),
    ),
    "NATIVE_RESPONSE": (
        _at("native", _MADE),
        "the view at /native answers as it is told to",
        lambda seen: seen.at("response.text") == "as told",
    ),
    "PATH_PARAMS": (
        _at("params/str/a"),
        "/params/str/a has path parameters",
        lambda seen: bool(seen.facts.get("path_params")),
    ),
    "PROXIES": (
        _behind_proxy("X-Forwarded-For", b"203.0.113.9"),
        "the client is the one that a trusted proxy says",
        lambda seen: (seen.facts.get("client") or [""])[0] == "203.0.113.9",
    ),
    "ROUTE": (
        _at("params/str/a"),
        "/params/str/a has a route",
        lambda seen: bool(seen.facts.get("route")),
    ),
}
"""By the name of the feature: a request, what shows that it is there, and whether it does.

`STRICT_SERVER` and `UNIX_SOCKET` are about servers, which no single request tells. Nor does it tell
who has refused a host, for `HOSTS`.
"""


def if_present(feature: str, reason: str, running: Running) -> Failure | None:
    """The failure if the target has `feature`, which is declared as unsupported for `reason`.

    Raises:
        ConnectionError, ForeignReply: The target is gone.
    """
    if feature not in _SIGNS:
        return None
    request, sign, shows = _SIGNS[feature]
    try:
        seen = running.answers.get(request) or running.see(request)
    except Inexpressible:
        return None
    running.answers.keep(request, seen)
    if isinstance(seen, str) or not shows(seen):
        return None
    expectation = Expectation(feature, f"unsupported: {reason}", f"the target has it: {sign}")
    note = (
        f"stale: declared unsupported, but {sign}; remove {feature} from `unsupported`, so that its"
        " clauses are judged"
    )
    return Failure(expectation, request, request.render(), note=note)
