"""A POST in every framework, without a server: its body on the way, and the framework's readers.

Frameworks are imported by the function that needs them.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from support import forms, natives

View: TypeAlias = Callable[[Any], Awaitable[Any]]
"""Gets the framework's request, in async code."""

SMALL = forms.body(forms.field(), forms.file(content=b"y" * 100))
# Over the default spool_size, and over what frameworks hold in memory.
LARGE = forms.body(forms.field(), forms.file(content=b"z" * (3 * 2**20)))

CHUNKED: dict[str, Any] = {
    "CONTENT_LENGTH": None,
    "HTTP_TRANSFER_ENCODING": "chunked",
    "wsgi.input_terminated": True,
}


def expected(body: bytes) -> list[Any]:
    """What is in the form `body`: the text, and the size of the file."""
    return ["x", 100 if body is SMALL else 3 * 2**20]


class Unseekable(io.BytesIO):
    """An input stream that can't go back, as those of connections."""

    asked = 0

    def read(self, size: int | None = -1) -> bytes:
        self.asked += 1
        return super().read(size)

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation("seek")


class Endless(Unseekable):
    """One that nobody may read to its end: it would wait for the end of the connection."""

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size > 0, "it would wait for the end of the connection"
        return super().read(size)


def receiving(*chunks: bytes) -> Callable[[], Any]:
    """A `receive` that gives `chunks`, and then, once, says that the client has gone."""
    events: list[dict[str, Any]] = [
        *({"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks[:-1]),
        # What may be left out is left out.
        *({"type": "http.request", "body": chunk} for chunk in chunks[-1:]),
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return events.pop(0)

    return receive


def in_two(body: bytes) -> Callable[[], Any]:
    return receiving(body[:5], b"", body[5:])


def head(body: bytes, content_type: str) -> list[tuple[bytes, bytes]]:
    length = (b"content-length", b"%d" % len(body))
    return [*natives.fields(), (b"content-type", content_type.encode()), length]


def scope(body: bytes, content_type: str = forms.MULTIPART) -> dict[str, Any]:
    return natives.scope(method="POST", headers=head(body, content_type))


def environ(body: bytes, content_type: str = forms.MULTIPART, **changes: Any) -> dict[str, Any]:
    sent = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body))}
    # Behind the body a connection may go on.
    stream = Unseekable(body + b"next")
    return natives.environ(REQUEST_METHOD="POST", **{**sent, "wsgi.input": stream, **changes})


def starlette(body: bytes, content_type: str = forms.MULTIPART) -> Any:
    from starlette.requests import Request

    return Request(scope(body, content_type), in_two(body))


def django_wsgi(body: bytes, content_type: str = forms.MULTIPART, **changes: Any) -> Any:
    return natives.django_wsgi(**environ(body, content_type, **changes))


def django_asgi(body: bytes, content_type: str = forms.MULTIPART) -> Any:
    return natives.django_asgi(io.BytesIO(body), **scope(body, content_type))


def flask(body: bytes, content_type: str = forms.MULTIPART, **changes: Any) -> Any:
    return natives.flask(**environ(body, content_type, **changes))


def in_sanic(
    view: View,
    body: bytes,
    content_type: str = forms.MULTIPART,
    **route: Any,
) -> Any:
    """What `view` returns in an app on ASGI; `route` is for its route."""
    from sanic import HTTPResponse

    app: Any = natives.sanic_app(REQUEST_MAX_SIZE=2**26)
    found: list[Any] = []

    async def endpoint(request: Any) -> HTTPResponse:
        found.append(await view(request))
        return HTTPResponse()

    route = {"methods": ["POST"], "stream": True, "ignore_body": False, **route}
    app.add_route(endpoint, "/", **route)
    third = len(body) // 3 + 1
    events: list[dict[str, Any]] = [
        {"type": "http.request", "body": body[start : start + third], "more_body": True}
        for start in range(0, len(body), third)
    ] or [{"type": "http.request", "body": b""}]
    events[-1]["more_body"] = False
    started = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def lifespan() -> dict[str, Any]:
        return started.pop(0)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0 if events else 3600)
        return events.pop(0)

    async def send(message: Any) -> None: ...

    async def main() -> None:
        await app({"type": "lifespan", "asgi": {"version": "3.0"}}, lifespan, send)
        made = {**scope(body, content_type), "method": route["methods"][0]}
        made.update(path="/", raw_path=b"/", query_string=b"")
        await app(made, receive, send)

    asyncio.run(asyncio.wait_for(main(), 60))
    return found[0]


NATIVES: dict[str, Callable[..., Any]] = {
    "starlette": starlette,
    "django-wsgi": django_wsgi,
    "django-asgi": django_asgi,
    "flask": flask,
}
"""How to make those that need no app."""


def run(kind: str, view: View, body: bytes, content_type: str = forms.MULTIPART, **how: Any) -> Any:
    """What `view` returns for a request of this kind; those of Sanic have an app around them."""
    if kind.startswith("sanic"):
        return in_sanic(view, body, content_type, stream=kind == "sanic-stream", **how)
    native = NATIVES[kind](body, content_type, **how)
    try:
        return asyncio.run(asyncio.wait_for(view(native), 60))  # type: ignore[arg-type]
    finally:
        if kind != "starlette":
            native.close()  # the files of its form


KINDS = [*NATIVES, "sanic", "sanic-stream"]


async def native_form(native: Any) -> list[Any]:
    """What is in the form, by the framework's own parser."""
    framework = type(native).__module__.partition(".")[0]
    if framework == "starlette":
        async with native.form() as form:
            return [form["a"], len(await form["f"].read())]
    if framework == "sanic":
        return [native.form.get("a"), len(native.files.get("f").body)]
    if framework == "flask":
        return [native.form["a"], len(native.files["f"].read())]
    return [native.POST["a"], native.FILES["f"].size]


async def all_of(stream: Any) -> bytes:
    return b"".join([chunk async for chunk in stream])
