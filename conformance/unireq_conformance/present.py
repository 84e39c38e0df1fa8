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


def _reading(operation: str) -> AbstractRequest:
    content = Content(b"a", None, Framing(), (step(operation, {}),))
    return AbstractRequest(method="POST", content=content)


def _read(seen: Seen, key: str) -> Any:
    return dict(seen.body.get(key) or {})


def _as_told(seen: Seen) -> bool:
    return bool(seen.at("response.text") == "as told")


_PLAIN: Final = AbstractRequest()
_MADE: Final = AbstractResponse.made("as told")
_ABORTED: Final = replace(_MADE, instruction=told("abort", _MADE.instruction))
_OUTER: Final = AbstractLayers.of({"outer": {}})
_FORWARDED: Final = AbstractRequest(
    fields=(Field("X-Forwarded-For", b"203.0.113.9"),),
    layers=_OUTER,
    proxies=AbstractProxies.of({**TRUSTED}),
)

_Sign = tuple[AbstractRequest, Callable[[Seen], bool], str]

_SIGNS: Final[Mapping[str, _Sign]] = {
    "ALLOWED_HOSTS": (
        AbstractRequest(host="refused.example"),
        lambda seen: seen.facts.get("host", "") is None,
        "`host` is None where it is none of the allowed hosts",
    ),
    "ASYNC_BODY": (
        _reading("sync.read"),
        lambda seen: _read(seen, "1.sync.read").get("error") == "BodyNotRead",
        "the body must be awaited",
    ),
    "CURRENT": (_at("current"), lambda s: bool(s.current), "a request is current at /current"),
    "EARLY": (_PLAIN, lambda seen: bool(seen.early), "there are early facts"),
    "ERRORS": (_at("native", _ABORTED), _as_told, "the error of the view at /native is answered"),
    "HANDLERS": (_at("respond", _MADE), _as_told, "the handler at /respond answers as told"),
    "INJECT": (_at("injected"), lambda s: bool(s.injected), "/injected was given our request"),
    "LAYERS": (
        replace(_at("respond", _MADE), layers=_OUTER),
        lambda seen: any(event["part"] != "view" for event in seen.layers.get("events", ())),
        "the layers around the app run",
    ),
    "LOGIN": (_PLAIN, lambda seen: "USR-001" in seen.inside, "the driver was given a `login`"),
    "MOUNT": (
        _at("mounted/a"),
        lambda seen: seen.facts.get("root_path") == "/mounted",
        "`root_path` is the prefix of the mount",
    ),
    "NATIVE_BODY": (
        _reading("native"),
        lambda seen: "octets" in _read(seen, "1.native"),
        "the driver's `read_body` reads a body",
    ),
    "NATIVE_RESPONSE": (_at("native", _MADE), _as_told, "the view at /native answers as told"),
    "PATH_PARAMS": (
        _at("params/str/a"),
        lambda seen: bool(seen.facts.get("path_params")),
        "/params/str/a has path parameters",
    ),
    "PROXIES": (
        _FORWARDED,
        lambda seen: (seen.facts.get("client") or [""])[0] == "203.0.113.9",
        "the client is the one that a trusted proxy says",
    ),
    "ROUTE": (
        _at("params/str/a"),
        lambda seen: bool(seen.facts.get("route")),
        "/params/str/a has a route",
    ),
}
"""By the name of the feature: a request, whether what is seen of it shows the feature, and how.

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
    request, shows, sign = _SIGNS[feature]
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
