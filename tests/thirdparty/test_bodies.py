"""Bodies on the frameworks of outsiders: handed back to them, and never silently empty."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import unireq
from support import forms, natives
from support.requirements import need

HERE = Path(__file__).resolve().parent

FORM = forms.body(forms.field(), forms.file(content=b"y" * 100))
SMALL = unireq.Limits(spool_size=10)


def adapter(framework: str) -> ModuleType:
    """The module of an adapter that is not installed here."""
    need(find_spec(framework), f"{framework} is not installed: pip install {framework}")
    name = f"unireq_{framework}"
    spec = spec_from_file_location(name, HERE / f"unireq-{framework}" / name / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Bottle.


def bottle_request(body: bytes = FORM, content_type: str = forms.MULTIPART) -> Any:
    adapter("bottle")
    import bottle

    environ = natives.environ(REQUEST_METHOD="POST", CONTENT_TYPE=content_type)
    environ.update({"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body + b"next")})
    return bottle.BaseRequest(environ)


@pytest.mark.parametrize("limits", [None, SMALL])
def test_bottle_goes_on_after_unireq(limits: unireq.Limits | None) -> None:
    native = bottle_request()
    request = adapter("bottle").BottleRequest(native)
    form = request.form(limits=limits)
    assert (form["a"], form.files["f"].size) == ("x", 100)
    assert request.read() == FORM
    assert native.forms["a"] == "x"
    assert native.files["f"].file.read() == b"y" * 100
    assert native.body.read() == FORM


def test_unireq_reads_after_bottle() -> None:
    native = bottle_request()
    assert native.forms["a"] == "x"
    request = adapter("bottle").BottleRequest(native)
    assert request.read() == FORM
    assert request.form()["a"] == "x"
    assert b"".join(request.stream()) == native.body.read() == FORM


# aiohttp.


def served(handle: Callable[[Any, Any], Awaitable[Any]], body: Any, **fields: str) -> Any:
    """What `handle(native, request)` returned, called on the server of aiohttp."""
    make = adapter("aiohttp").AiohttpRequest
    from aiohttp import web
    from aiohttp.test_utils import TestClient, TestServer

    answers: list[Any] = []

    async def view(native: Any) -> Any:
        answers.append(await handle(native, make(native)))
        return web.Response()

    async def main() -> None:
        app = web.Application()
        app.router.add_post("/", view)
        async with TestClient(TestServer(app)) as client:
            sent = body() if callable(body) else body
            response = await client.post("/", data=sent, headers=fields)
            assert response.status == 200

    asyncio.run(asyncio.wait_for(main(), 60))
    return answers[0]


async def in_two() -> AsyncIterator[bytes]:
    yield b"abc"
    await asyncio.sleep(0.01)
    yield b"def"


MULTIPART = {"Content-Type": forms.MULTIPART}


def test_aiohttp_goes_on_after_unireq() -> None:
    async def handle(native: Any, request: Any) -> None:
        form = await request.aform()
        assert (form["a"], form.files["f"].size) == ("x", 100)
        assert request.read() == await native.read() == FORM
        assert native.can_read_body
        fields = await native.post()
        assert (fields["a"], fields["f"].file.read()) == ("x", b"y" * 100)
        assert request.form() is form

    served(handle, FORM, **MULTIPART)


def test_a_worker_thread_reads_by_the_loop_of_aiohttp() -> None:
    async def handle(native: Any, request: Any) -> Any:
        return await asyncio.to_thread(request.read)

    assert served(handle, in_two) == b"abcdef"


def test_the_loop_of_aiohttp_is_not_blocked() -> None:
    async def handle(native: Any, request: Any) -> Any:
        with pytest.raises(unireq.BodyNotRead, match=r"^read\(\) in async code"):
            request.read()
        return await request.aread()

    assert served(handle, b"abc") == b"abc"


async def by_post(native: Any) -> None:
    await native.post()


async def by_multipart(native: Any) -> None:
    await (await native.multipart()).next()


async def by_content(native: Any) -> None:
    await native.content.read(3)


@pytest.mark.parametrize("first", [by_post, by_multipart, by_content])
def test_what_aiohttp_has_not_kept_is_gone(first: Callable[[Any], Awaitable[None]]) -> None:
    async def handle(native: Any, request: Any) -> None:
        await first(native)
        for _ in range(2):
            with pytest.raises(unireq.BodyConsumed, match=r"`await aread\(\)` before"):
                await request.aread()

    served(handle, FORM, **MULTIPART)
    served(handle, lambda: _slowly(FORM), **MULTIPART)


async def _slowly(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 40):
        yield body[start : start + 40]
        await asyncio.sleep(0)
