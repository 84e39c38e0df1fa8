"""state and detach, with every kind of native request."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from support import natives, posting
from unireq import BodyNotRead, Request, diff, from_asgi, from_native, from_wsgi
from unireq_starlette import RequestMiddleware

BODY = b"a=1"


@pytest.mark.parametrize("name", natives.NATIVES)
def test_the_server_and_the_framework_share_a_state(name: str) -> None:
    native = natives.NATIVES[name]()
    holder = native.transport if name.startswith("sanic") else native
    scope, environ = getattr(holder, "scope", None), getattr(native, "environ", None)
    above = from_asgi(scope) if scope else from_wsgi(environ) if environ else from_native(native)
    above.state["my-library"] = 1
    assert from_native(native).state is above.state == {"my-library": 1}


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_copied_scope_below_our_middleware(kind: str) -> None:
    found: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found.extend(from_asgi(each).state for each in ({**scope}, scope))

    scope = natives.scope(type=kind)
    asyncio.run(RequestMiddleware(app)(scope, posting.in_two(b""), None))  # type: ignore[arg-type]
    assert found[0] is found[1] is from_asgi(scope).state


@pytest.mark.parametrize("in_async_code", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("name", posting.OURS)
def test_copies_hold_a_body_only_by_detach(name: str, in_async_code: bool) -> None:
    request = posting.OURS[name](BODY, "text/plain")
    facts = request.to_dict()

    async def detached() -> Request:
        # Sanic and Django have read it already.
        if name in {"asgi", "starlette"}:
            with pytest.raises(BodyNotRead, match="adetach"):
                request.detach()
        return await request.adetach()

    in_async_code |= name in {"asgi", "starlette"}
    twin = asyncio.run(detached()) if in_async_code else request.detach()
    assert twin.to_dict() == {**facts, "body": "YT0x"}
    # Now it has been read, which changes nothing.
    assert request.to_dict() == request.replace().to_dict() == facts
    assert diff(request, twin) == {}
