"""A server that refuses nothing, and an app on it: where adapters are broken on purpose.

Rule: whatever a request holds reaches the adapter as it was sent. No server is so lenient; so no
check can hide behind one that refuses or mends what it is about. Real servers are tested elsewhere;
this one needs no sockets, so that hundreds of broken adapters can be judged in a minute.
"""

from __future__ import annotations

import asyncio
import atexit
import io
import json
import logging
import os
import re
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import replace
from functools import cache, cached_property
from itertools import chain, count, repeat
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast
from unittest import mock
from urllib.parse import unquote_to_bytes

import unireq
from unireq import _current, adapter
from unireq.adapter import latin1_to_utf8
from unireq_asgi import ASGIRequest
from unireq_conformance import inside, probe
from unireq_conformance.apps import asgi_app, wsgi_app
from unireq_conformance.content import Content, pieces
from unireq_conformance.inside import bodies
from unireq_conformance.inside.bare import read_asgi, read_wsgi
from unireq_conformance.model import AbstractRequest
from unireq_conformance.proxies import PROXIES_FIELD, PROXY
from unireq_conformance.seen import Seen
from unireq_conformance.servers.reply import Reply
from unireq_conformance.servers.running import Running, noting, record_of, record_request
from unireq_conformance.servers.wire import HOST, Observation
from unireq_wsgi import WSGIRequest

__all__ = ["Framework", "Lenient", "SoundASGI", "SoundWSGI"]

_LINE_END: Final = re.compile(rb"\r\n(?![ \t])")  # a line that goes on is handed over as it came
_MOUNT: Final = "/mounted"
_MOMENT: Final = 0.001
_READERS: Final = 8
_PAUSE: Final = 0.004
_REFUSED_HOST: Final = "refused.example"
_KINDS: Final[Mapping[str, Callable[[str], Any]]] = {
    "str": str,
    "path": str,
    "int": int,
    "uuid": uuid.UUID,
}


class SoundASGI(ASGIRequest):
    """The adapter for ASGI as it is, and a list of allowed hosts, as a framework has one."""

    __slots__ = ()

    def _allows_host(self, host: str) -> bool:
        return host != _REFUSED_HOST


class SoundWSGI(WSGIRequest):
    """The same for WSGI, and what a router has found (`wsgiorg.routing_args`)."""

    __slots__ = ()

    @property
    def path_params(self) -> dict[str, Any]:
        return dict(self._environ.get("wsgiorg.routing_args", ((), {}))[1])

    @property
    def route(self) -> str | None:
        return SoundASGI(self._environ).route

    def _find_view(self) -> Any:
        return SoundASGI(self._environ)._find_view()

    def _allows_host(self, host: str) -> bool:
        return host != _REFUSED_HOST


class Framework:
    """A framework's request: the scope is in plain sight, and cookies are parsed when asked for."""

    def __init__(self, scope: dict[str, Any]) -> None:
        self.scope = scope
        self.parsed: dict[str, str] | None = None

    @property
    def cookies(self) -> dict[str, str]:
        """As many a framework has it: kept, and not quite what was sent."""
        fields = dict(self.scope["headers"])
        field: bytes = fields.get(b"Cookie", b"")
        self.parsed = dict.fromkeys(field.decode("latin-1").split(";"), "")
        return self.parsed


def _pairs(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, _, value in (line.partition(b":") for line in lines if line)]


class _Head(NamedTuple):
    method: str
    target: bytes
    version: str
    lines: list[tuple[bytes, bytes]]
    trailers: list[tuple[bytes, bytes]]

    @classmethod
    def of(cls, octets: bytes) -> _Head:
        head, _, body = octets.partition(b"\r\n\r\n")
        first, *lines = _LINE_END.split(head)
        _, _, after = body.rpartition(b"0\r\n")
        method, _, rest = first.partition(b" ")
        target, _, protocol = rest.rpartition(b" ")
        version = protocol.decode("ascii").removeprefix("HTTP/")
        trailers = _pairs(after.split(b"\r\n"))
        return cls(method.decode("ascii"), target, version, _pairs(lines), trailers)

    @property
    def peer(self) -> str:
        return PROXY if PROXIES_FIELD.encode() in dict(self.lines) else HOST


class Lenient(Running):
    """The server and the app, in this thread."""

    def __init__(self, protocol: str, *, unix: bool = False, framework: bool = False) -> None:
        """Of an app on `asgi` or `wsgi`, which gets a `Framework`, or the bare scope or environ."""
        self._checked: list[str] = []
        self._seen: dict[AbstractRequest, Seen | str] = {}
        self._wsgi = protocol == "wsgi"
        self._unix = unix
        self._framework = framework
        read = read_wsgi if self._wsgi else read_asgi
        self._probe = probe.Probe(login=_log_in, read_body=read)
        self._numbers = count()
        super().__init__(f"mutant:{protocol}", "in this process", self._probe.nonce)

    @contextmanager
    def checking(self, clauses: Iterable[str]) -> Iterator[None]:
        """While it lasts, only the checks of `clauses` are made inside; the others cost time."""
        self._checked = list(clauses)
        self._seen.clear()
        with (
            mock.patch.object(probe, "check_all", self._check),
            mock.patch.object(bodies, "_MOMENT", _MOMENT),
            mock.patch.object(bodies, "_READERS", _READERS),
        ):
            yield

    def send(self, octets: bytes) -> Observation:
        """What the app reports of `octets`."""
        body = self._answer(_Head.of(octets))
        return Observation(Reply(200, (), body), json.loads(body))

    def see(self, request: AbstractRequest) -> Seen | str:
        """What was seen of `request`."""
        if request not in self._seen:
            self._seen[request] = self._look(request)
        return self._seen[request]

    def _look(self, request: AbstractRequest) -> Seen | str:
        head = _Head.of(request.render())
        if request.layers is not None:
            return self._look_in_layers(request)
        if request.response is not None:
            return self._look_at(self._talk((head, request.content))[0])
        if request.content is None:
            return self.look(self.send(request.render())) or "500"
        body = self._answer(head, request.content)
        return Seen(json.loads(body), source_port=self.source_port)

    def _look_in_layers(self, request: AbstractRequest) -> Seen | str:
        name = f"record {next(self._numbers)}"
        head, asks = (_Head.of(r.render()) for r in (noting(request, name), record_request(name)))
        with mock.patch.object(logging.getLogger("unireq"), "disabled", new=True):
            reply, answer = self._talk((head, request.content), (asks, None))
        report = json.loads(reply.body) if reply.body.startswith(b'{"nonce') else None
        return self.look_at_layers(Observation(reply, report), record_of(answer))

    @cached_property
    def _app(self) -> Any:
        """The kit's own app. Made when it is asked, since mounting takes time."""
        return (wsgi_app if self._wsgi else asgi_app).make_app(self._probe)

    def _talk(self, *requests: tuple[_Head, Content | None]) -> list[Reply]:
        """What the app answers to `requests` in one thread, or in one task."""
        natives = [self._native(*each) for each in requests]
        if self._wsgi:
            return copy_context().run(lambda: [_serve_wsgi(self._app, each) for each in natives])

        async def talk() -> list[Reply]:
            given = zip(natives, requests, strict=True)
            return [await _serve_asgi(self._app, each, _receive(of[1])) for each, of in given]

        return _loop().run_until_complete(talk())

    def _check(self, native: Any, login: Any) -> dict[str, Any]:
        checks = inside.CHECKS
        found = {clause: checks[clause](native) for clause in checks if clause in self._checked}
        if "USR-001" in self._checked:
            found["USR-001"] = inside.user.logged_in(native, login)
        return found

    def _answer(self, head: _Head, content: Content | None = None) -> bytes:
        native = self._native(head, content)
        # A middleware has another scope than the app behind a mount.
        early = self._probe.facts(dict(native)) if "PTH-008" in self._checked else None
        path = native["PATH_INFO" if self._wsgi else "path"]
        _route(native, self._wsgi)
        given: Any = Framework(native) if self._framework and content is None else native
        if content is not None and not self._wsgi:
            answer = self._probe.answer(given, early, receive=_receive(content))
            return _loop().run_until_complete(answer)
        if path == "/current":
            with _current.request_context(unireq.from_native(given)):
                return self._probe(given, early)
        if path == "/injected":
            return self._injected(given, early)
        return self._probe(given, early)

    def _injected(self, native: Any, early: Any) -> bytes:
        found = adapter.FoundNative(native)

        @adapter.Injection(lambda *_: found, unireq.from_native, annotation=None)
        def view(mine: unireq.Request) -> bytes:
            return self._probe(native, early, injected=mine)

        return cast("Any", view)()

    def _native(self, head: _Head, content: Content | None) -> dict[str, Any]:
        if not self._wsgi:
            return self._scope(head)
        framing = content and content.framing
        ends = {"wsgi.input_terminated": framing and framing.chunks}
        return {**self._environ(head), "wsgi.input": _input(content), **ends}

    def _scope(self, head: _Head) -> dict[str, Any]:
        raw_path, _, query = head.target.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": head.version,
            "method": head.method,
            "scheme": "http",
            "path": unquote_to_bytes(raw_path).decode("utf-8", "replace"),
            "raw_path": raw_path,
            "query_string": query,
            "root_path": "",
            "headers": head.lines,
            "trailers": head.trailers,
            "client": None if self._unix else (head.peer, self.source_port),
        }

    def _environ(self, head: _Head) -> dict[str, Any]:
        path, _, query = head.target.partition(b"?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": head.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "RAW_URI": head.target.decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
            "SERVER_PROTOCOL": f"HTTP/{head.version}",
            "SERVER_SOFTWARE": "WSGIServer",
            "CONTENT_TYPE": "text/plain",
            "CONTENT_LENGTH": "",
            "REMOTE_ADDR": "" if self._unix else head.peer,
            "REMOTE_PORT": "" if self._unix else str(self.source_port),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
        }
        told: dict[str, str] = {}
        for octets, value in head.lines:
            name, text = octets.decode("latin-1"), value.decode("latin-1")
            key = name.upper().replace("-", "_")
            if name.lower() in ("content-type", "content-length"):
                again = key == "CONTENT_TYPE" and key in told
                told[key] = f"{told[key]},{text.strip()}" if again else text.strip(" \t")
            elif "_" not in name or name.lower() in ("content_type", "content_length"):
                # Like wsgiref, but for what PEP 3333 can't tell from another name.
                key = f"HTTP_{key}"
                separator = "; " if key == "HTTP_COOKIE" else ","
                both = [each.strip(" \t") for each in (told[key], text)] if key in told else [text]
                told[key] = separator.join(both)
        return {**environ, **told}


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for all, since starting one takes longer than most requests."""
    loop = asyncio.new_event_loop()
    atexit.register(loop.close)
    os.register_at_fork(after_in_child=_loop.cache_clear)
    return loop


def _delivered(content: Content | None) -> tuple[list[bytes], bool]:
    """What a server gives of `content`, in pieces, and whether it is all."""
    if content is None or (framing := content.framing) is None:
        return [], True
    sizes = framing.writes if framing.chunks is None else framing.chunks
    if framing.missing and framing.chunks is None:
        return list(pieces(content.data[: -framing.missing], sizes)), False
    found = list(pieces(content.data, sizes))
    return (found[:-1], False) if framing.missing else (found, True)


def _receive(content: Content | None) -> Callable[[], Awaitable[dict[str, Any]]]:
    some, whole = _delivered(content)
    slow = content is not None and content.framing is not None and content.framing.pause
    pauses = chain([0], repeat(_PAUSE if slow else 0))
    events: list[dict[str, Any]] = [
        {"type": "http.request", "body": piece, "more_body": True} for piece in some
    ]
    events.append({"type": "http.request"} if whole else {"type": "http.disconnect"})
    left = iter(events)

    async def receive() -> dict[str, Any]:
        # As on a connection, others run while somebody waits.
        await asyncio.sleep(next(pauses))
        return next(left, {"type": "http.disconnect"})

    return receive


class _Cut(io.BytesIO):
    """A stream whose client goes before its end."""

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        if not data:
            raise ConnectionError("the client has gone")
        return data


def _input(content: Content | None) -> io.BytesIO:
    some, whole = _delivered(content)
    framing = content.framing if content else None
    data = b"".join(some)
    if framing is not None and framing.chunks is not None:
        return io.BytesIO(data) if whole else _Cut(data)
    # Behind the content is the next request.
    return io.BytesIO(data + framing.extra if framing is not None else data)


async def _serve_asgi(app: Any, scope: Any, receive: Any) -> Reply:
    """What `app` sends, which may raise an exception whenever it likes; 500 for nothing."""
    events: list[dict[str, Any]] = []

    async def send(event: dict[str, Any]) -> None:
        events.append(event)

    with suppress(Exception):
        await app(scope, receive, send)
    if not events:
        return Reply(500)
    start, *rest = events
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    body = b"".join(event.get("body", b"") for event in rest)
    whole = bool(rest) and not rest[-1].get("more_body")
    return Reply(start["status"], tuple(fields), body, error=None if whole else "closed")


def _serve_wsgi(app: Any, environ: Any) -> Reply:
    began: list[Any] = []
    chunks: list[bytes] = []
    whole = False

    def start_response(status: str, fields: Any, _: Any = None) -> Any:
        began[:] = [int(status.split(maxsplit=1)[0]), tuple(fields)]
        return chunks.append

    with suppress(Exception):
        answer = app(environ, start_response)
        try:
            chunks.extend(answer)
            whole = True
        finally:
            getattr(answer, "close", lambda: None)()
    if not began:
        return Reply(500)
    reply = Reply(*began, b"".join(chunks))
    whole = whole or reply.get_header("content-length") == str(len(reply.body))
    return replace(reply, error=None if whole else "closed")


def _log_in(native: Any, name: str) -> None:
    scope = native.scope if isinstance(native, Framework) else native
    if "REQUEST_METHOD" in scope:
        scope["REMOTE_USER"] = name
    else:
        scope["user"] = SimpleNamespace(username=name, is_authenticated=True)


def _route(native: dict[str, Any], wsgi: bool) -> None:
    native["endpoint"] = "anything"
    path: str = native["PATH_INFO"] if wsgi else native["path"]
    if path == _MOUNT or path.startswith(f"{_MOUNT}/"):
        native["SCRIPT_NAME" if wsgi else "root_path"] = _MOUNT
        if wsgi:
            native["PATH_INFO"] = path[len(_MOUNT) :]
    _, first, kind, value, *_ = *path.split("/", 3), "", "", ""
    if first == "params" and kind in _KINDS:
        text = latin1_to_utf8(value) if wsgi else value
        found = {"value": _KINDS[kind](text)}
        native["route"] = SimpleNamespace(path=f"/params/{kind}/{{value:{kind}}}", endpoint=_route)
        native["endpoint"] = _route
        if wsgi:
            native["wsgiorg.routing_args"] = ((), found)
        else:
            native["path_params"] = found
